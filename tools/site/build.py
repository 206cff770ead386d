"""Membangun situs dari pelajaran, Latihan, dan notebook yang tersimpan, tanpa menjalankannya dan tanpa jaringan.

Dipanggil oleh `python mulai.py situs`, dengan Python di folder .venv.
"""

import argparse
import io
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sphinx.application import Sphinx

from tools.site import front
from tools.site.exercises import exercise_cells, markdown
from tools.site.finish import finish, zipped
from tools.site.lone import write_lone_pages
from tools.site.notebooks import GUESS, QUIZ, Workshop
from tools.site.scripts import site_script, site_style
from tools.site.sources import CARD, PRINTED_CARD, Page, find_pages
from tools.twins import METADATA

HERE = Path(__file__).resolve().parent
PICTURES = (".svg", ".png")
KNOWN = 'Language "id" not supported'  # docutils has no Indonesian; no word of it reaches a page


class Places(NamedTuple):
    """Where the site comes to lie, and where it is prepared."""

    site: Path
    pages: Path
    doctrees: Path
    zip: Path


def places(build: Path) -> Places:
    """The folders below `build`."""
    work = build / "situs-kerja"
    return Places(build / "situs", work / "halaman", work / "doctree", build / "jejak-gradien.zip")


class Built(NamedTuple):
    """What a build has made, and what Sphinx had to say about it."""

    places: Places
    pages: tuple[Page, ...]
    warnings: str


def build(root: Path, folder: Path, zip_it: bool = False) -> Built:
    """The whole site, made anew."""
    where = places(folder)
    for old in (where.site, where.pages.parent):
        shutil.rmtree(old, ignore_errors=True)
    pages = find_pages(root)
    stage(root, where.pages, pages)
    warnings = run_sphinx(where)
    finish(where.site)
    write_lone_pages(where.site, [page.name for page in pages if front.is_lesson(page)])
    shutil.rmtree(folder / "jupyter_execute", ignore_errors=True)  # myst-nb's own copies of the pictures
    if zip_it:
        zipped(where.site, where.zip)
    return Built(where, tuple(pages), warnings)


def stage(root: Path, target: Path, pages: Sequence[Page]) -> None:
    """Writes the pages as Sphinx reads them."""
    workshop = Workshop(root, pages)
    notebooks = [page for page in pages if page.suffix == ".ipynb"]
    for page in notebooks:
        workshop.notice(page.source)
        if page.group == "latihan":
            workshop.notice(root / "solutions" / page.source.name)
    for page in pages:
        file = target / f"{page.name}{page.suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        if page.suffix == ".ipynb":
            cells = exercise_cells(workshop, page.name) if page.group == "latihan" else lesson_cells(workshop, page)
            file.write_text(_notebook(cells), encoding="utf-8", newline="\n")
        else:
            text = front.card(page) if page.name == CARD else _text(workshop, page)
            file.write_text(text + front.tree(page, pages), encoding="utf-8", newline="\n")
    _write_fronts(workshop, target, pages)
    _write_files(workshop, target, pages)


def lesson_cells(workshop: Workshop, page: Page) -> list[dict[str, Any]]:
    """The cells of the page of a lesson, a mixed quiz or a piece of the museum."""
    cells = [workshop.cell(cell, page.name) for cell in workshop.read(page.source)]
    elsewhere = workshop.opened_elsewhere(page.name)
    return [cells[0], markdown(f"Buka notebooknya di {elsewhere}."), *cells[1:]] if elsewhere else cells


def _text(workshop: Workshop, page: Page) -> str:
    return workshop.text(page.name)(page.source.read_text(encoding="utf-8"))


def _notebook(cells: Sequence[dict[str, Any]]) -> str:
    numbered = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    return json.dumps({"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


def _write_fronts(workshop: Workshop, target: Path, pages: Sequence[Page]) -> None:
    lessons = [page for page in pages if front.is_lesson(page)]
    code = {page.name: "\n".join(cell["source"] for cell in workshop.read(page.source)) for page in lessons}
    guesses = {name: GUESS.findall(text) for name, text in code.items()}
    quizzes = {name: QUIZ.findall(text) for name, text in code.items()}
    (target / "index.md").write_text(front.index(workshop.root, pages), encoding="utf-8", newline="\n")
    (target / "kemajuan.md").write_text(front.progress(pages, guesses, quizzes), encoding="utf-8", newline="\n")


def _write_files(workshop: Workshop, target: Path, pages: Sequence[Page]) -> None:
    """Scripts, rules and words of the site, the printed card, and pictures beside the pages."""
    static, extra = target / "_static", target / "_extra"
    static.mkdir()
    extra.mkdir()
    (static / "situs.css").write_text(site_style(workshop.root), encoding="utf-8", newline="\n")
    (static / "gambar.css").write_text(workshop.drawings.style, encoding="utf-8", newline="\n")
    (static / "situs.js").write_text(site_script(workshop.root), encoding="utf-8", newline="\n")
    (static / "bagian.js").write_text(workshop.shared.script, encoding="utf-8", newline="\n")
    shutil.copytree(HERE / "locale", target / "locale")
    for page in pages:
        if page.name == CARD:
            (extra / PRINTED_CARD).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page.source, extra / PRINTED_CARD)
    for folder in {page.source.parent for page in pages}:
        for picture in sorted(path for path in folder.iterdir() if path.suffix in PICTURES):
            shutil.copyfile(picture, target / picture.relative_to(workshop.root))


def run_sphinx(where: Places) -> str:
    """Runs Sphinx, and gives back its warnings."""
    said = io.StringIO()
    folders = {"html_static_path": "_static", "html_extra_path": "_extra", "locale_dirs": "locale"}
    app = Sphinx(
        str(where.pages), str(HERE), str(where.site), str(where.doctrees), "html",
        confoverrides={option: [str(where.pages / name)] for option, name in folders.items()},
        status=None, warning=said, freshenv=True,
    )  # fmt: skip
    app.build()
    return "\n".join(line for line in said.getvalue().splitlines() if line.strip() and KNOWN not in line)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--zip", action="store_true", help="juga satu berkas yang dapat dibawa dan dibuka tanpa server")
    options = parser.parse_args(arguments)
    root = HERE.parents[1]
    built = build(root, root / "build", options.zip)
    if built.warnings:
        print(built.warnings, file=sys.stderr)
    print(built.places.zip if options.zip else built.places.site / "index.html")
    return int(bool(built.warnings))


if __name__ == "__main__":
    sys.exit(main())
