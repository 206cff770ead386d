"""Membuat kartu ringkas untuk dicetak: `python tools/card.py [--periksa]`.

Isinya kedua tabel di bagian "Kartu ringkas" pelajaran terakhir. Yang disunting adalah pelajaran itu, bukan
`notebooks/kartu_ringkas.html`.
"""

import argparse
import re
import sys
from pathlib import Path
from string import Template

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.prose import PARSER
from tools.twins import ROOT

LESSON = ROOT / "notebooks" / "12_tips.md"
CARD = ROOT / "notebooks" / "kartu_ringkas.html"
TEMPLATE = Path(__file__).with_name("card.html")
SECTION = re.compile(r"^## Kartu ringkas\n(.*?)^## ", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")  # on paper a link leads nowhere


def make_card(lesson: str, template: str) -> str:
    """The page with every table of the lesson's section, in their order."""
    section = SECTION.search(lesson)
    rows = [line for line in section[1].splitlines() if line.startswith("|") or not line] if section else []
    tables = re.sub(r"\n{2,}", "\n\n", LINK.sub(r"\1", "\n".join(rows)))
    return Template(template).substitute(tables=PARSER.render(tables))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Membuat kartu ringkas untuk dicetak.")
    parser.add_argument("--periksa", action="store_true", help="jangan ubah apa pun; gagal bila kartunya tidak sejalan")
    options = parser.parse_args(arguments)
    card = make_card(LESSON.read_text(encoding="utf-8"), TEMPLATE.read_text(encoding="utf-8"))
    if not options.periksa:
        CARD.write_text(card, encoding="utf-8", newline="\n")
        return 0
    if CARD.exists() and CARD.read_text(encoding="utf-8") == card:
        return 0
    print("kartu_ringkas.html tidak sejalan dengan pelajaran 12. Jalankan `python tools/card.py`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
