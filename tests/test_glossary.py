"""Terms carry their definition in the lessons, and a click lands on the term, whoever names the headings."""

import re

import pytest

from tools.glossary import GLOSSARY, LINK, definitions, titled, with_titles
from tools.myst_text import read_text
from tools.prose import ANCHOR, read_anchors, slug
from tools.twins import ROOT, find_texts

PAGES = [*find_texts(), *sorted((ROOT / "exercises").glob("[0-9][0-9]_*.md"))]
KNOWN = definitions(GLOSSARY.read_text(encoding="utf-8"))
TEXT = """# Glosarium

Pengantar. Contoh: tidak dibaca.

## `grad_fn`

Tanda pada `tensor` (*mark*) yang "menunjuk" ke [simpul](#simpul) pembuatnya, lewat `f()`; kosong. Lagi. Contoh: `x`.

## <a id="vjp"></a>VJP

Vektor kali Jacobian. Contoh: `v @ J`.
"""


def test_a_definition_is_one_plain_sentence():
    assert definitions(TEXT) == {
        "grad_fn": "Tanda pada tensor yang menunjuk ke simpul pembuatnya, lewat f.",
        "vjp": "Vektor kali Jacobian.",
    }


def test_every_term_of_the_course_has_one_that_fits_a_title():
    headings = re.findall(r"^## ", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(KNOWN) == len(headings) > 50
    assert {term: words for term, words in KNOWN.items() if re.search(r'["`*()\[\]<>]', words)} == {}
    assert {term: words for term, words in KNOWN.items() if not 15 < len(words) <= 200} == {}


def test_titles_are_written_replaced_and_taken_away():
    page = (
        '[VJP](glosarium.md#vjp) [itu](../notebooks/glosarium.md#vjp "lama") [x](glosarium.md#lain "lama") '
        "[y](a.md#vjp)"
    )
    once = with_titles(page, {"vjp": "Baru."})
    assert once == (
        '[VJP](glosarium.md#vjp "Baru.") [itu](../notebooks/glosarium.md#vjp "Baru.") '
        "[x](glosarium.md#lain) [y](a.md#vjp)"
    )
    assert with_titles(once, {"vjp": "Baru."}) == once


@pytest.mark.parametrize("page", PAGES, ids=[f"{page.parent.name}/{page.stem}" for page in PAGES])
def test_links_carry_the_definition_of_today(page):
    assert titled(page) == page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", find_texts(), ids=[page.stem for page in find_texts()])
def test_the_notebook_gets_them_too(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    cells = "\n".join(cell.source for cell in read_text(page).cells)
    assert cells.count('glosarium.md#') == len(links) == len(re.findall(r'glosarium\.md#[\w-]+ "[^"]+"\)', cells))


def test_glossary_links_land_on_the_term():
    """GitHub lower-cases the anchor of a heading, JupyterLab does not: where they differ an anchor is written."""
    text = GLOSSARY.read_text(encoding="utf-8")
    written, of_jupyterlab = set(ANCHOR.findall(text)), set()
    for heading in re.findall(r"^## (.+)$", text, re.MULTILINE):
        of_jupyterlab.add(ANCHOR.sub("", heading).replace("`", "").replace(" ", "-"))
    asked = {anchor for page in PAGES for _, anchor in LINK.findall(page.read_text(encoding="utf-8"))}
    asked |= set(re.findall(r"\]\(#([\w-]+)\)", text))
    assert asked and asked <= read_anchors(GLOSSARY)
    assert asked <= of_jupyterlab | written
    assert all(slug(term) in of_jupyterlab | written for term in KNOWN)
