"""The map of lessons: complete, its sections exist, and its messages are what the lessons print."""

import re
import tomllib

import pytest

from tools.prose import PARSER
from tools.twins import ROOT, find_lessons, read_notebook

PAGE = ROOT / "notebooks" / "README.md"
CATALOGUE = tomllib.loads((ROOT / "tests" / "data" / "catalogue.toml").read_text(encoding="utf-8"))
LESSONS = [text.stem for text in find_lessons()]
HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
ERRORS = "Galat yang mungkin Anda temui"
ELSEWHERE = {  # nothing to look up there
    "Ringkasan", "Ingat lagi", "Uji diri", "Cara belajar di sini", "Klinik", "Empat tips dari bab asal", "Lebih dalam",
    "Potongan yang hilang, sebagai film", "Akibat jalan yang diputus",
}  # fmt: skip


def tables():
    """Every table as rows; a row is its cells, a cell its inline token."""
    found = []
    for token in PARSER.parse(PAGE.read_text(encoding="utf-8")):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found and token.level > 3:
            found[-1][-1].append(token)
    return found


def places(cell):
    """Lesson and section of every link of a cell."""
    links = re.findall(r"\[(\d\d) · (.+?)\]\((\w+)\.ipynb\)", cell.content)
    assert all(stem.startswith(number) for number, _, stem in links)
    return [(stem, ERRORS if section == "Galat" else section) for _, section, stem in links]


def pointed_at(rows):
    return {place for row in rows for place in places(row[-1])}


def sections(lesson):
    return HEADING.findall("\n".join(cell.source for cell in markdown(lesson)))


def markdown(lesson):
    return [cell for cell in read_notebook(PAGE.parent / f"{lesson}.ipynb").cells if cell.cell_type == "markdown"]


def printed(lesson):
    cells = read_notebook(PAGE.parent / f"{lesson}.ipynb").cells
    outputs = [output for cell in cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    return " ".join("\n".join(output.text for output in outputs).split())


def test_every_section_named_exists():
    named = {place for rows in tables() for place in pointed_at(rows)}
    assert sorted(place for place in named if place[1] not in sections(place[0])) == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_section_of_a_lesson_can_be_found(lesson):
    named = {section for rows in tables() for stem, section in pointed_at(rows) if stem == lesson}
    skipped = {section for section in sections(lesson) if section.startswith("Contoh")} | ELSEWHERE
    assert [section for section in sections(lesson) if section not in named | skipped] == []


def test_messages_are_what_the_lessons_print():
    message, wrong = None, []
    _, messages, _ = tables()
    for said, _, where in messages[1:]:
        message = said.children[0].content if said.content else message  # an empty cell: the message above
        wrong += [(stem, message) for stem, _ in places(where) if message not in printed(stem)]
    assert wrong == []


@pytest.mark.parametrize("problem", CATALOGUE)
def test_every_problem_is_found_under_errors_and_results(problem):
    entry = CATALOGUE[problem]
    heading, found = None, set()
    for cell in read_notebook(PAGE.parent / f"{entry['lesson']}.ipynb").cells:
        if cell.cell_type == "markdown":
            heading = [heading, *HEADING.findall(cell.source)][-1]
        elif entry["cell"] in cell.source:
            found.add((entry["lesson"], heading))
    _, messages, results = tables()
    assert found & pointed_at(messages + results)
