"""The printable card: made from the last lesson, and one row for every lesson."""

import re

from tools.card import CARD, LESSON, TEMPLATE, main, make_card
from tools.twins import find_lessons


def test_card_is_what_the_lesson_says():
    assert main(["--periksa"]) == 0


def test_every_lesson_has_its_row_in_order():
    lessons = CARD.read_text(encoding="utf-8").split("</table>")[0]
    texts = find_lessons()
    assert re.findall(r"<td>(\d\d) ", lessons) == [text.stem[:2] for text in texts]


def test_nothing_of_the_tables_is_lost():
    page = make_card(LESSON.read_text(encoding="utf-8"), TEMPLATE.read_text(encoding="utf-8"))
    section = LESSON.read_text(encoding="utf-8").split("## Kartu ringkas")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|") and "---" not in line]
    assert page.count("<table>") == 2
    assert page.count("<tr>") == len(rows)


def test_paper_has_no_links():
    assert "<a " not in CARD.read_text(encoding="utf-8")
