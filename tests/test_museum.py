"""The museum: written from the catalogue, every error is really raised there, and the map's table finds it."""

import re
from itertools import groupby

import pytest
from nbformat import NotebookNode

from autograd_viz.doctor.catalogue import catalogue
from jejak.museum import pamerkan
from tools import message_table, museum
from tools.prose import read_anchors, read_links, read_prose
from tools.twins import ROOT, code_cells, find_texts, read_notebook

PAGES = [museum.file_of(family) for family in museum.FAMILIES]
LARGEST = 350_000  # bytes of a notebook
ANCHOR = re.compile(r'^## <a id="([a-z0-9-]+)"></a>')

pages = pytest.mark.parametrize("page", [*PAGES, museum.FOLDER / "README.md"], ids=lambda page: page.stem)
families = pytest.mark.parametrize("family", museum.FAMILIES)


def parts(family):
    """By the id of an entry: the cells that belong to it."""
    cells, entry = read_notebook(museum.file_of(family).with_suffix(".ipynb")).cells, None
    found = {}
    for cell in cells:
        if cell.cell_type == "markdown" and (opening := ANCHOR.match(cell.source)):
            entry = opening[1]
        found.setdefault(entry, []).append(cell)
    return found


def printed(cells):
    outputs = [output for cell in code_cells(NotebookNode(cells=cells)) for output in cell.outputs]
    return " ".join("\n".join(output.text for output in outputs if "text" in output).split())


def test_every_family_has_its_page_in_the_order_of_the_catalogue():
    assert {*museum.FAMILIES} == {entry.family for entry in catalogue()}
    assert {*PAGES} == {text for text in find_texts() if text.parent == museum.FOLDER}


@families
def test_page_is_what_the_catalogue_gives(family):
    assert museum.file_of(family).read_text(encoding="utf-8") == museum.page(family), "python tools/museum.py"


def test_front_page_is_what_the_catalogue_gives():
    assert (museum.FOLDER / "README.md").read_text(encoding="utf-8") == museum.index(), "python tools/museum.py"


@families
def test_every_message_is_raised_in_a_cell(family):
    found = parts(family)
    for entry in museum.entries_of(family):
        assert " ".join(entry.message.split()) in printed(found[entry.id]), entry.id
        assert entry.types[0] in {"UserWarning", "RuntimeError"} or f"{entry.types[0]}: " in printed(found[entry.id])


@families
def test_every_cause_has_its_mend(family):
    found = parts(family)
    for entry in museum.entries_of(family):
        sources = [cell.source for cell in found[entry.id]]
        assert sum("diobati()" in source for source in sources) == len(entry.causes), entry.id


@families
def test_page_is_small(family):
    assert museum.file_of(family).with_suffix(".ipynb").stat().st_size <= LARGEST


@pages
def test_links_lead_somewhere(page):
    for line, target in read_links(page):
        name, _, anchor = target.partition("#")
        text = (page.parent / name).with_suffix(".md") if name.endswith(".ipynb") else page.parent / name
        assert text.exists() and (not anchor or anchor in read_anchors(text)), f"{page.name}:{line} {target}"


@pages
def test_prose_never_shouts(page):
    assert [(block.line, block.text) for block in read_prose(page) if "!" in block.text] == []


def test_table_of_messages_is_what_the_catalogue_gives():
    text = message_table.MAP.read_text(encoding="utf-8")
    assert message_table.with_table(text) == text, "python tools/message_table.py"


def test_every_error_stands_once_in_the_table():
    rows = message_table.table().splitlines()[2:]
    named = [row.split(" | ")[0] for row in rows if not row.startswith("|  |")]
    assert len(named) == len({*named}) == len(catalogue()) + len(message_table.OTHERS)
    assert sum(len([*group]) for _, group in groupby(rows)) == len({*rows}) == len(rows)


def test_table_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="kehilangan tandanya"):
        message_table.with_table("# Peta\n")


def test_a_program_that_runs_to_its_end_is_no_exhibit():
    with pytest.raises(ValueError, match="berjalan tanpa galat"):
        pamerkan(lambda: None)


def test_a_message_tells_no_place_of_this_machine(capsys):
    def program():
        raise RuntimeError(f"f (with implementation in <module 'x' from '{ROOT}'>): pesan")

    pamerkan(program)
    assert capsys.readouterr().out == "RuntimeError: f: pesan\n"


def test_a_long_message_is_cut(capsys):
    def program():
        raise RuntimeError("\n".join(map(str, range(40))))

    pamerkan(program)
    assert capsys.readouterr().out.splitlines()[-2:] == ["10", "…"]
