"""Every stored output, as readers of GitHub, VS Code and others see it: a picture, or words that say what it shows."""

import json
import re
from pathlib import Path

import pytest
import torch

from autograd_viz import draw
from jejak.puzzles import teka
from tests.reading_places import HTML, PLACES, PLAIN, PNG, SVG, Place, look

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "tempat_membaca.md").read_text(encoding="utf-8")
LEAK = re.compile(r"[{;]\s*(?:const|let|display|function)\b|=>|data:image|<svg|&lt;|</?\w+>")
OBJECT = re.compile(r"^<[\w.]+ ?[^>]*>$")  # what Python says of a thing that has no words of its own
WORDS = 20  # letters

places = pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])


def joined(part):
    return part if isinstance(part, str) else "".join(part)


@pytest.fixture(scope="module")
def outputs():
    """Every output of every notebook that is more than plain text."""
    found = []
    for path in sorted(path for room in ("notebooks", "solutions") for path in (ROOT / room).glob("*.ipynb")):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            for output in cell.get("outputs", []):
                data = {kind: joined(part) for kind, part in output.get("data", {}).items()}
                if data.keys() - {PLAIN}:
                    found.append((f"{path.stem} {number}", data))
    assert len(found) > 200
    return found


@places
def test_a_reader_sees_a_picture_or_words(place, outputs):
    blind = []
    for where, data in outputs:
        seen = look(data, place)
        words = " ".join([seen.text, *seen.alts])
        if not seen.pictures and (len(words) < WORDS or OBJECT.match(words.strip())):
            blind.append((where, words[:60]))
        if any(len(alt) < WORDS for alt in seen.alts):
            blind.append((where, seen.alts))
    assert blind == []


@places
def test_no_code_of_ours_stands_between_the_words(place, outputs):
    seen = {where: LEAK.search(look({HTML: data[HTML]}, place).text) for where, data in outputs if HTML in data}
    assert {where: found[0] for where, found in seen.items() if found} == {}


@places
def test_where_html_is_not_shown_a_drawing_is_told_as_text(place, outputs):
    told = [look(data, place).text for _, data in outputs if SVG in data and HTML not in place.shows]
    assert all(len(text) > WORDS for text in told) and bool(told) is (HTML not in place.shows)


def test_a_figure_of_matplotlib_is_a_picture_everywhere(outputs):
    figures = [data for _, data in outputs if PNG in data]
    assert figures and all(look(data, place).pictures == 1 for data in figures for place in PLACES)


def test_the_rules_see_faults():
    strict = next(place for place in PLACES if not place.data_pictures)
    assert look({HTML: '<img alt="graf" src="data:x"><style>a{display:none}</style><p hidden>b</p>'}, strict) == (
        "b", ("graf",), 0)  # fmt: skip
    assert look({HTML: "<img src='data:x'>"}, strict).alts == ("",)
    assert LEAK.search(look({HTML: "<style>a {display: none}</style>"}, Place("x", dropped=frozenset())).text)
    assert look({HTML: "<p>a</p>", PLAIN: "<Quiz object>"}, Place("y", shows=(PLAIN,))).text == "<Quiz object>"
    assert OBJECT.match("<Figure size 640x480 with 1 Axes>")


def test_a_drawing_and_a_puzzle_say_what_they_show():
    w = torch.tensor(2.0, requires_grad=True)

    def kali_tiga(v, x):
        return 3 * v

    for thing in (draw(w * 3), teka(kali_tiga)):
        bundle = thing._repr_mimebundle_()
        strict = look(bundle, next(place for place in PLACES if not place.data_pictures))
        assert len(strict.alts[0]) > 30 and look(bundle, PLACES[0]).pictures == 1
    assert "diminta: tensor(" in teka(kali_tiga).alt and "cocok pada contoh ini" in teka(kali_tiga).alt


@places
def test_the_page_tells_every_place(place):
    assert f"| {place.name} |" in PAGE
