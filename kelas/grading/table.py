"""`python -m kelas.grading.table`: writes into kelas/README.md which Latihan can be graded, and for what."""

import re
from pathlib import Path

from jejak.catalog import find
from kelas.folders import ROOT
from kelas.grading.points import Rules, gradable, rules

README = ROOT / "kelas" / "README.md"
MARK = "<!-- nilai -->"
BETWEEN = re.compile(rf"{MARK}\n.*?{MARK}", re.DOTALL)
HEAD = "| Latihan | Bagian dan nilainya | Yang tidak bisa dipastikan |\n| --- | --- | --- |"
MANY = 12  # parts, from where on they are not named one by one


def _parts(about: Rules) -> str:
    if len(about.parts) > MANY:
        return f"{len(about.parts)} bagian, masing-masing {about.parts[0].points:g}"
    return "; ".join(f"{part.name} {part.points:g}{'†' * about.rests_on_word(part)}" for part in about.parts)


def table() -> str:
    """The table as it stands in the README, between its marks."""
    rows = [f"| `{name}`: {find(name).title} | {_parts(rules(name))} | {rules(name).unsure} |" for name in gradable()]
    return "\n".join([f"{MARK}\n", HEAD, *rows, f"\n{MARK}"])


def write(page: Path = README) -> None:
    text = page.read_text(encoding="utf-8")
    page.write_text(BETWEEN.sub(lambda found: table(), text, count=1), encoding="utf-8")


if __name__ == "__main__":
    write()
