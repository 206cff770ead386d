"""An exercise as a page: the task, its hints one behind the other, and the key with its discussion, all folded."""

import re
import tomllib
from html import escape
from pathlib import Path
from typing import Any

from tools.key_markers import GAP, TAG
from tools.site.links import relative
from tools.site.notebooks import Workshop

Cell = dict[str, Any]
TEMPLATES = Path(__file__).with_name("templates")
HINTS = re.compile(r"^# hint\(\d\)", re.MULTILINE)
CHECK = re.compile(r"^check\(", re.MULTILINE)
PROGRESS = "## Kemajuan"
MARKER = re.compile(r"^ *# (?:akhir )?kunci\n", re.MULTILINE)
HEADING = re.compile(r"^#{2,} +(.+)$", re.MULTILINE)
ORDER = ("Petunjuk 1", "Petunjuk 2", "Petunjuk 3")


def markdown(text: str) -> Cell:
    """A cell of prose."""
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def template(name: str) -> str:
    """A piece of HTML or Markdown from a file."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def exercise_cells(workshop: Workshop, page: str) -> list[Cell]:
    """The cells of the page of an exercise."""
    source = workshop.pages[page].source
    key_path = workshop.root / "solutions" / source.name
    task, key = workshop.read(source), workshop.read(key_path)
    stored = {cell["source"]: cell for cell in key if cell["cell_type"] == "code"}
    cells, answered = [], False
    for cell in task:
        text = cell["source"]
        if text.startswith(PROGRESS):
            break
        if cell["cell_type"] != "code":
            cells.append(workshop.cell(cell, page))
            continue
        answered = answered or GAP in text or CHECK.search(text) is not None
        if HINTS.search(text):
            cells.append(markdown(folded_hints(workshop.root, source.stem)))
        elif answered:
            cells.append(workshop.cell({**cell, "outputs": []}, page))
        else:
            cells.append(workshop.cell(stored.get(text, cell), page))
    elsewhere = workshop.opened_elsewhere(page)
    note = template("latihan.md").replace("ALAMAT", relative(page, "index.md#notebooknya"))
    note += f" Buka di {elsewhere}." if elsewhere else ""
    return [cells[0], markdown(note), *cells[1:], *key_cells(workshop, page, task, key)]


def folded_hints(root: Path, name: str) -> str:
    """The three hints of an exercise, each folded."""
    about = tomllib.loads((root / "jejak" / "tasks" / f"{name}.toml").read_text(encoding="utf-8"))
    shape = template("petunjuk.html")
    folds = [shape.format(judul=title, isi=marked(hint)) for title, hint in zip(ORDER, about["hints"], strict=True)]
    return "\n".join(folds)


def marked(text: str) -> str:
    """A text with `code` as HTML."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text, quote=False)).replace("\n", "<br>")


def key_cells(workshop: Workshop, page: str, task: list[Cell], key: list[Cell]) -> list[Cell]:
    """What the solution has and the task has not, folded under a heading of its own."""
    told = {cell["source"] for cell in task}
    first = next((place for place, cell in enumerate(key) if cell["source"] not in told), len(key))
    shown: list[Cell] = []
    for cell in key[first:]:
        if cell["cell_type"] == "code" and not HINTS.search(cell["source"]):
            shown.append(workshop.cell({**cell, "source": MARKER.sub("", cell["source"] + "\n").rstrip("\n")}, page))
        elif TAG in cell["metadata"].get("tags", ()):
            flat = {**cell, "source": HEADING.sub(r"**\1**", cell["source"])}  # a heading can't stand inside a fold
            shown.append(workshop.cell(flat, page))
    if not shown:
        return []
    return [markdown(template("kunci.md")), *shown, markdown("</details>")]
