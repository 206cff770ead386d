"""A notebook of the course as a page of the site: nothing is run, and what needs no kernel lives."""

import base64
import re
from collections.abc import Callable, Collection, Iterable
from html import escape
from pathlib import Path
from typing import Any

from tools.address import Address, read_address
from tools.site.drawings import Drawings
from tools.site.frames import Shared
from tools.site.links import adapt, relative
from tools.site.sources import Page, read_cells
from tools.site.words import for_site

Cell = dict[str, Any]

GUESS = re.compile(r"""\bpredict\(\s*["']([^"']+)["']""")
GUESS_DATA = re.compile(r'<div class="jejak-tebak"[^>]* data-tebak="([^"]*)">')
QUIZ = re.compile(r"""\bkuis\(\s*["']([^"']+)["']""")
QUIZ_START = '<div class="jejak-kuis"'
INLINE_SCRIPT = re.compile(r"<script>.*?</script>(?=</div>\s*$)", re.DOTALL)
QUIZ_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
HTML = "text/html"
UNGUESSED = "Belum ditebak."


class Workshop:
    """What all pages have in common while they are made: parts of frames, rules of drawings, names of pages."""

    def __init__(self, root: Path, pages: Iterable[Page], address: Address | None = None) -> None:
        self.root = root
        self.pages = {page.name: page for page in pages}
        self.names: Collection[str] = {*self.pages, "index", "kemajuan"}
        self.address = read_address(root) if address is None else address
        self.shared = Shared()
        self.drawings = Drawings(root / "autograd_viz" / "static")
        self.cells: dict[Path, list[Cell]] = {}

    def read(self, path: Path) -> list[Cell]:
        """The cells of a notebook, read once."""
        if path not in self.cells:
            self.cells[path] = read_cells(path)
        return self.cells[path]

    def notice(self, path: Path) -> None:
        """Counts what the outputs of a notebook share with others."""
        for cell in self.read(path):
            for output in cell.get("outputs", ()):
                self.shared.notice(output.get("data", {}).get(HTML, ""))

    def opened_elsewhere(self, page: str) -> str:
        """Where the notebook of a page is run without an installation; empty while the repository has no address."""
        ways = {"Colab": self.address.colab(f"{page}.ipynb"), "Kaggle": self.address.kaggle(f"{page}.ipynb")}
        return " atau ".join(f"[{name}]({way})" for name, way in ways.items() if way)

    def text(self, page: str) -> Callable[[str], str]:
        """What turns Markdown of the course into Markdown of this page."""
        return lambda text: adapt(for_site(text, lambda address: relative(page, address)), page, self.names)

    def cell(self, cell: Cell, page: str) -> Cell:
        """A cell of the course as the page has it."""
        if cell["cell_type"] != "code":
            return {**cell, "source": self.text(page)(cell["source"]), "metadata": {}}
        kept = [output for output in cell.get("outputs", ()) if not _asks_in_vain(output)]
        return {**cell, "metadata": {}, "outputs": [self._output(output, cell["source"]) for output in kept]}

    def _output(self, output: Cell, source: str) -> Cell:
        data = output.get("data", {})
        if HTML not in data:
            return output
        guess, quiz = GUESS.search(source), QUIZ.search(source)
        html = data[HTML]
        if guess and UNGUESSED in html:
            html = guess_html(guess[1], html)
        elif quiz and QUIZ_START in html:
            html = quiz_html(quiz[1], html)
        else:
            html = self.shared.lift(self.drawings.draw(html))
        return {**output, "data": {HTML: for_site(html)}}


def _asks_in_vain(output: Cell) -> bool:
    """Whether an output only asks for a guess that the page has no box for: one without a name, in an exercise."""
    html = output.get("data", {}).get(HTML, "")
    return UNGUESSED in html and GUESS_DATA.search(html) is None


def guess_html(name: str, html: str) -> str:
    """The place where the site's script puts a box; without data only what follows can be opened."""
    data = GUESS_DATA.search(html)
    kept = f' data-tebak="{_data_for_site(data[1])}"' if data else ""
    return f'<div class="tebak" data-nama="{escape(name)}"{kept}></div>'


def _data_for_site(data: str) -> str:
    """What a box knows, with hints that hold where nothing can be run."""
    told = for_site(base64.b64decode(data).decode("utf-8"))
    return base64.b64encode(told.encode("utf-8")).decode("ascii")


def quiz_html(name: str, html: str) -> str:
    """A quiz without its script and its rules, which all quizzes of the site share."""
    bare = QUIZ_STYLE.sub("", INLINE_SCRIPT.sub("", html), count=1)
    return bare.replace(QUIZ_START, f'{QUIZ_START} data-nama="{escape(name)}"', 1)
