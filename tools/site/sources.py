"""Which pages the site has, taken from the folders of the course, and what each is called there."""

import json
import re
from pathlib import Path
from typing import Any, Literal, NamedTuple

from tools.twins import LESSON, QUIZ

Group = Literal["pelajaran", "museum", "latihan", "rujukan"]
NUMBER = re.compile(r"\d\d")
CARD = "notebooks/kartu_ringkas"
PRINTED_CARD = "notebooks/kartu_cetak.html"  # the card as it is printed, beside the page that a phone shows


class Page(NamedTuple):
    """One page: its name in the site, without a suffix, and the file of the course it is made from."""

    name: str
    source: Path
    group: Group

    @property
    def suffix(self) -> str:
        """The suffix under which Sphinx reads it."""
        return ".ipynb" if self.source.suffix == ".ipynb" else ".md"


def find_pages(root: Path) -> list[Page]:
    """All pages but the front page, in reading order."""
    notebooks = root / "notebooks"
    lessons = sorted(
        (path for pattern in (LESSON, QUIZ) for path in notebooks.glob(f"{pattern}.ipynb")), key=_reading_order
    )
    pages = [_page(root, path, "pelajaran") for path in lessons]
    for folder in sorted(path for path in notebooks.iterdir() if path.is_dir() and not path.name.startswith(".")):
        found = [*_texts(folder), *sorted(folder.glob("*.ipynb"))]
        pages += [_page(root, path, "museum") for path in found]
    pages += [_page(root, path, "latihan") for path in _texts(root / "exercises")]
    pages += [_page(root, path, "latihan") for path in sorted((root / "exercises").glob(f"{LESSON}.ipynb"))]
    pages += [_page(root, path, "rujukan") for path in _texts(notebooks)]
    if (card := root / f"{CARD}.html").exists():
        pages.append(Page(CARD, card, "rujukan"))
    guides = [path for folder in ("docs", "docs/gambar") if (root / folder).is_dir() for path in _texts(root / folder)]
    return [*pages, *(_page(root, path, "rujukan") for path in guides)]


def _page(root: Path, path: Path, group: Group) -> Page:
    return Page(path.relative_to(root).with_suffix("").as_posix(), path, group)


def _texts(folder: Path) -> list[Path]:
    """Texts that are no twin of a notebook; the one that leads through a folder comes first."""
    texts = [path for path in folder.glob("*.md") if not path.with_suffix(".ipynb").exists()]
    return sorted(texts, key=lambda path: (path.stem != "README", path.name))


def _reading_order(path: Path) -> tuple[str, bool]:
    """A mixed quiz comes behind the lesson whose number it carries."""
    number = NUMBER.search(path.stem)
    return number[0] if number else path.stem, path.stem.startswith("kuis_")


def read_cells(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook, with every text in one piece."""
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        cell["source"] = joined(cell["source"])
        for output in cell.get("outputs", ()):
            if "text" in output:
                output["text"] = joined(output["text"])
            if "data" in output:
                output["data"] = {kind: joined(part) for kind, part in output["data"].items()}
    return cells


def joined(text: Any) -> Any:
    """A text that a notebook keeps as a list of lines."""
    return "".join(text) if isinstance(text, list) else text


def title_of(text: str) -> str:
    """The first heading, without marks."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return re.sub(r"[`*]", "", found[1]).strip() if found else ""
