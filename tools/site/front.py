"""Pages that only the site has: the front page, the progress page, and the card as it fits a phone."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from tools.site.exercises import template
from tools.site.links import relative
from tools.site.lone import FOLDER
from tools.site.sources import CARD, PRINTED_CARD, Group, Page, read_cells, title_of

ROW = re.compile(r"^\| \d* *\| \[[^\]]+\]\(([^)]+)\) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TIME = re.compile(r"\*\*Waktu:\*\* ([^.*]+)\.")
CAPTIONS: Mapping[Group, str] = {
    "pelajaran": "Pelajaran", "museum": "Museum", "latihan": "Latihan", "rujukan": "Rujukan",
}  # fmt: skip


def is_lesson(page: Page) -> bool:
    """Whether a page holds guesses and quizzes of its own, and is worth a file of its own."""
    return page.suffix == ".ipynb" and page.group in ("pelajaran", "museum")


def titles(pages: Iterable[Page]) -> dict[str, str]:
    """The title of each page, from its first heading."""
    found = {}
    for page in pages:
        notebook = page.suffix == ".ipynb"
        text = read_cells(page.source)[0]["source"] if notebook else page.source.read_text(encoding="utf-8")
        found[page.name] = title_of(text) or page.source.stem
    return found


def index(root: Path, pages: Iterable[Page]) -> str:
    """The front page: every lesson with what one can do after it, and the way through all other pages."""
    pages = list(pages)
    readme = (root / "README.md").read_text(encoding="utf-8")
    told = {target: (goal, time) for target, goal, time in ROW.findall(readme)}
    named = titles(pages)
    rows = []
    for page in pages:
        if page.group == "pelajaran":
            goal, time = told.get(f"{page.name}.ipynb", ("", _time(page)))
            number, _, name = named[page.name].rpartition(" · ")
            rows.append(f"| {number} | [{name}]({page.name}{page.suffix}) | {goal} | {time} |")
    trees = [_tree(CAPTIONS[group], members) for group, members in _grouped(pages).items()]
    files = [
        template("depan_berkas.html").format(alamat=f"{FOLDER}/{page.source.stem}.html", judul=escape(named[page.name]))
        for page in pages if is_lesson(page)
    ]  # fmt: skip
    parts = {"BARIS": "\n".join(rows), "BERKAS": "\n".join(files), "POHON": "\n\n".join(trees)}
    text = template("depan.md")
    for place, part in parts.items():
        text = text.replace(place, part)
    return text + "\n"


def _time(page: Page) -> str:
    found = TIME.search("\n".join(cell["source"] for cell in read_cells(page.source)[:3]))
    return found[1] if found else ""


def _grouped(pages: Iterable[Page]) -> dict[Group, list[str]]:
    """Names of pages for the sidebar; what a page leads through stands below that page."""
    groups: dict[Group, list[str]] = {group: [] for group in CAPTIONS}
    for page in pages:
        if not led_by(page):
            groups[page.group].append(page.name)
    groups["rujukan"].append("kemajuan")
    return {group: names for group, names in groups.items() if names}


def led_by(page: Page) -> str:
    """The page in whose tree this one stands; empty for the front page's own."""
    folder = page.source.parent
    leader = folder / "README.md"
    nested = page.group in ("museum", "latihan") or folder.name == "gambar"
    if not nested or page.source == leader or not leader.exists():
        return ""
    return f"{page.name.rpartition('/')[0]}/README"


def tree(page: Page, pages: Iterable[Page]) -> str:
    """The hidden tree at the end of a page that leads through others; empty for all other pages."""
    led = [other.name for other in pages if led_by(other) == page.name]
    return "\n\n" + _tree("", [relative(page.name, name) for name in led]) if led else ""


def _tree(caption: str, names: Iterable[str]) -> str:
    options = f":hidden:\n:caption: {caption}" if caption else ":hidden:"
    return "\n".join(["```{toctree}", options, "", *names, "```"])


def progress(pages: Iterable[Page], guesses: Mapping[str, list[str]], quizzes: Mapping[str, list[str]]) -> str:
    """The page on which the site's script shows what was guessed and answered in this browser."""
    pages = list(pages)
    named = titles(pages)
    rows = [
        template("kemajuan_baris.html").format(
            alamat=f"{page.name}.html", judul=escape(named[page.name]),
            tebakan=" ".join(guesses.get(page.name, [])), kuis="|".join(quizzes.get(page.name, [])),
        )
        for page in pages if guesses.get(page.name) or quizzes.get(page.name)
    ]  # fmt: skip
    return template("kemajuan.md").replace("BARIS", "\n".join(rows)) + "\n"


def card(page: Page) -> str:
    """The card as a page that fits a phone; the printed one lies beside it."""
    html = page.source.read_text(encoding="utf-8")
    body = re.search(r"</h1>(.*)</body>", html, re.DOTALL)
    printed = relative(CARD, PRINTED_CARD)
    return template("kartu.md").replace("CETAK", printed).replace("ISI", body[1].strip() if body else "") + "\n"
