"""Pictures compared with tests/golden; renew those files with

RENEW_GOLDEN=1 python -m pytest tests/test_svg.py

and look at every picture that changed before committing it.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from autograd_viz.drawing.display import Drawing, draw
from autograd_viz.drawing.legend import legend
from autograd_viz.graph import Edge, Graph

sys.path.insert(0, str(Path(__file__).parent))
import pictures  # noqa: E402

GOLDEN = Path(__file__).parent / "golden"
ENGINES = ["builtin", pytest.param("graphviz", marks=pytest.mark.needs("dot"))]
SVG = "{http://www.w3.org/2000/svg}"
CASES = {
    "parabola": lambda: draw(pictures.parabola()),
    "network": lambda: draw(pictures.network()),
    "network_full_tb": lambda: draw(pictures.network(), detail="full", direction="TB"),
}


def parse(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg.encode("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_golden(name):
    path = GOLDEN / f"{name}.svg"
    made = CASES[name]().svg
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(made, encoding="utf-8", newline="\n")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_same_graph_same_bytes(name):
    assert CASES[name]().svg == CASES[name]().svg


@pytest.mark.parametrize("detail", ["lesson", "full"])
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_texts_stay_text(detail, direction, engine):
    root = parse(draw(pictures.hostile(), detail=detail, direction=direction, engine=engine))
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "desc", "style", "rect", "g", "text", "path")
    }
    assert not [element for element in root.iter() if any(name.startswith("on") for name in element.attrib)]
    assert any("<script>alert" in (element.text or "") for element in root.iter(SVG + "title"))


def test_accessible_and_scoped():
    root = parse(draw(pictures.network()))
    assert root.get("role") == "img" and root.get("lang") == "id"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "id"
    assert root[0].tag == SVG + "title" and root[1].tag == SVG + "desc"
    assert "linear1.weight" in (root[1].text or "")
    style = root.find(SVG + "style")
    assert all(rule.startswith(".autograd-viz") for rule in (style.text or "").splitlines())
    assert not [element for element in root.iter() if element.get("id")], "ids of two pictures on a page would clash"


def test_every_class_has_a_rule():
    root = parse(draw(pictures.network()))
    style = root.find(SVG + "style").text
    used = {name for element in root.iter() for name in (element.get("class") or "").split()} - {"autograd-viz"}
    assert [name for name in sorted(used) if not re.search(rf"\.{name}\b", style)] == []


def boxes(root):
    """Cards as (x, y, width, height) on the sheet."""
    sheet = root.find(SVG + "g")
    dx, dy = map(float, re.findall(r"[\d.]+", sheet.get("transform")))
    for group in sheet.findall(SVG + "g"):
        x, y = map(float, re.findall(r"-?[\d.]+", group.get("transform")))
        rects = group.findall(SVG + "rect")
        yield dx + x, dy + y, float(rects[-1].get("width")), float(rects[-1].get("height"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_cards_lie_on_the_sheet_and_apart(engine, direction):
    root = parse(draw(pictures.network(), engine=engine, direction=direction))
    wide, tall = float(root.get("width")), float(root.get("height"))
    found = list(boxes(root))
    assert len(found) == 10
    for x, y, w, h in found:
        assert x >= 20 and y >= 20 and x + w <= wide - 20 and y + h <= tall - 20
    for index, (x, y, w, h) in enumerate(found):
        for x2, y2, w2, h2 in found[index + 1 :]:
            assert x + w < x2 or x2 + w2 < x or y + h < y2 or y2 + h2 < y


def test_arrows_end_at_the_sides_of_cards():
    drawing = draw(pictures.network())
    lefts = [(box.x, box.y, box.y + box.height) for box in drawing._picture.placement.boxes]
    for edge, path in zip(drawing.graph.edges, drawing._picture.placement.paths, strict=True):
        x, y = path.points[-1]
        left, top, bottom = lefts[edge.target]
        assert x == left and top < y < bottom


def test_legend_tells_only_what_occurs():
    texts = [element.text for element in parse(draw(pictures.parabola())).iter(SVG + "text")]
    assert texts[-4:] == ["maju →", "daun", "operasi", "keluaran"]
    every = [element.text for element in parse(draw(pictures.network())).iter(SVG + "text")]
    for told in ("tanpa gradien", "gabungan", "simpanan dibebaskan", "simpanan diubah", "di balik hook"):
        assert told in every
    assert "T, View, Clone dilipat ke panah" in every and "salinan kartu yang sama" in every


def test_counts_on_arrows_are_no_folded_operations():
    items = legend([], [Edge(0, 1, 0, tensors=2), Edge(1, 2, 0, 0, ("T",), skipped=3)])
    assert [item.text for item in items] == ["maju →", "T dilipat ke panah"]


def test_a_collapsed_picture_says_so():
    assert "Diringkas: 20 simpul menjadi 10 kartu" in draw(pictures.network()).svg
    assert "Diringkas" not in draw(pictures.parabola()).svg


def test_an_arrow_tells_which_output_it_carries():
    texts = [element.text for element in parse(draw(pictures.network())).iter(SVG + "text")]
    assert "[0]" in texts and "[2] View, Clone" in texts


def test_an_empty_graph_is_still_a_picture():
    assert parse(draw(Graph((), ()))).tag == SVG + "svg"
