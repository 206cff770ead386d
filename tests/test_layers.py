"""What grouped cards hold, and the page on which they open in place."""

from __future__ import annotations

import json
import random
import re
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from playwright._impl._driver import compute_driver_executable
from torch import nn

from autograd_viz import draw, record, trace
from autograd_viz.drawing import layered_page
from autograd_viz.drawing.layers import Layer, top_layer
from autograd_viz.graph import Edge, Graph, Node, Output
from benchmarks.models import build
from tests import geometry

ROOT = Path(__file__).resolve().parents[1]
MODELS = ("resnet50", "gpt2-small", "stacked-rnn-12", "conv-lstm-10", "unet", "llama-2", "rnn-200")
DIRECTIONS = ("LR", "RL", "TB", "BT")


@pytest.fixture(scope="module")
def losses():
    return {name: build(name) for name in MODELS}


def training(steps: int):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
    with record() as run:
        for _ in range(steps):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    return run


def every_layer(layer: Layer):
    """The layer and all that its cards open to, with the card that each came from."""
    waiting: list[tuple[Node | None, Layer]] = [(None, layer)]
    while waiting:
        card, here = waiting.pop()
        yield card, here
        waiting += [(here.graph.nodes[number], here.open(number)) for number in here.cards]


def content(drawing):
    """What the script of the page reads."""
    found = re.search(r'<script type="application/json" class="content">(.*?)</script>', drawing.page, re.S)
    return json.loads(found[1])


@pytest.mark.parametrize("name", MODELS)
def test_a_card_opens_to_all_that_it_holds(losses, name):
    loss, model = losses[name]
    top = top_layer(trace(loss, names=model))
    layers = list(every_layer(top))
    assert len(layers) > 3
    for card, layer in layers:
        nodes, edges = layer.graph.nodes, layer.graph.edges
        assert all(0 <= edge.source < edge.target < len(nodes) for edge in edges), "topological, so without a cycle"
        linked = {end for edge in edges for end in edge[:2]} | {output.node for output in layer.graph.outputs}
        assert linked == set(range(len(nodes)))
        if card is not None:
            assert sum(node.count for node in nodes) == card.count
            assert not [node for node in nodes if node.role == "group" and node.count == card.count], "nothing opened"
    drawn = [node for _, layer in layers for node in layer.graph.nodes if not node.chip]
    alone = sum(node.role != "group" for node in drawn)
    hidden = sum(node.count for node in drawn if node.role == "group" and " lagi (" in (node.name or ""))
    assert alone + hidden == sum(node.count for node in top.graph.nodes), "every operation is drawn once, or counted"


@pytest.mark.parametrize("name", MODELS)
def test_nothing_drawn_by_itself_is_wider_than_2500_pixels(losses, name):
    loss, model = losses[name]
    for collapse in ("auto", None):
        width, height = re.search(r'viewBox="0 0 (\S+) (\S+)"', draw(loss, names=model, collapse=collapse).svg).groups()
        assert float(width) <= 2500
        assert collapse is None or float(height) <= 1000


@pytest.mark.parametrize(
    "name, cards, group",
    [
        ("gpt2-small", 9, "blocks.0 … blocks.11 × 12"),
        ("resnet50", 10, "stages.3"),
        ("unet", 26, "join.2"),
        ("llama-2", 12, "layers.1"),
        ("stacked-rnn-12", 6, "12 × (3 Addmm → … → Tanh)"),
        ("conv-lstm-10", 6, "10 langkah"),
        ("rnn-200", 6, "200 × (2 Mm → 2 Add → Tanh)"),
    ],
)
def test_what_real_models_fold_to(losses, name, cards, group):
    loss, model = losses[name]
    graph = draw(loss, names=model).graph
    assert group in [node.name for node in graph.nodes]
    assert len(graph.nodes) <= cards


def test_modules_of_one_size_that_compute_something_else_are_no_repetition():
    def chain(ops):
        nodes = [Node("AccumulateGrad", "leaf", "x", ((3,),))]
        for number, op in enumerate(ops):
            path = f"h.{number}"
            nodes += [Node(f"{name}Backward0", "operation", shapes=((3,),), module=path) for name in ("Sin", op, "Exp")]
        return Graph(tuple(nodes), tuple(Edge(i, i + 1, 0) for i in range(len(nodes) - 1)), (Output(len(nodes) - 1),))

    alike, other = (top_layer(chain(ops)).graph for ops in (["Cos"] * 20, ["Cos", "Tanh"] * 10))
    assert "h.0 … h.18 × 19" in [node.name for node in alike.nodes]
    assert not [node.name for node in other.nodes if "×" in (node.name or "")]


def test_what_a_card_opens_to_shows_where_its_tensors_come_from_and_go():
    w, v = (Node("AccumulateGrad", "leaf", name, ((3,),)) for name in ("a.w", "b.w"))
    one = Node("MulBackward0", "operation", shapes=((3,),), module="a")
    two = Node("SinBackward0", "operation", shapes=((3,),), module="a")
    three = Node("MulBackward0", "output", "y", ((3,),), module="b")
    edges = (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 4, 0), Edge(1, 4, 1), Edge(3, 4, 2))
    top = top_layer(Graph((w, one, two, v, three), edges, (Output(4, name="y"),)), collapse="module")
    assert [node.name for node in top.graph.nodes] == ["a", "b.w", "y"]
    inside = top.open(0).graph
    assert [(node.name, node.chip) for node in inside.nodes] == [
        ("a.w", False), (None, False), (None, False), ("ke y = … × …", True), ("ke y = … × …", True),
    ]  # fmt: skip


def test_equal_training_steps_become_one_round_with_its_first_and_last():
    run = training(200)
    top = draw(run)._layer
    names = [node.name for node in top.graph.nodes]
    assert sorted(names[:4]) == ["0.bias", "0.weight", "2.bias", "2.weight"] and names[4:] == ["200 langkah"]
    group = top.graph.nodes[4]
    assert (group.count, dict(group.attributes)["ulangan"]) == (1200, "200")
    assert list(top.cards) == [4]
    steps = top.open(4)
    shown = [(node.name, node.count) for node in steps.graph.nodes if not node.chip]
    assert shown == [("ke-1", 6), ("198 lagi (ke-2 … ke-199)", 1188), ("ke-200", 6)]
    assert [steps.graph.nodes[number].name for number in steps.cards] == ["ke-1", "ke-200"]
    last = steps.open([node.name for node in steps.graph.nodes].index("ke-200"))
    assert [node.op for node in last.graph.nodes if node.role == "operation" and not node.chip][:2] == [
        "AddmmBackward0", "ReluBackward0",
    ]  # fmt: skip
    assert float(re.search(r'viewBox="0 0 (\S+) (\S+)"', draw(run).svg)[2]) < 600


def test_steps_that_differ_are_not_called_equal():
    w = torch.ones(3, requires_grad=True)
    losses = [(w * k).sin().sum() for k in range(40)] + [(w * k).cos().sum() for k in range(40)]
    names = [node.name for node in top_layer(trace(*losses, scope={})).graph.nodes if node.role == "group"]
    assert names == ["40 langkah", "40 langkah"]


def test_a_small_picture_has_no_page_and_a_grouped_one_keeps_its_picture(losses):
    x = torch.ones(2, requires_grad=True)
    small = draw(x.sin().sum())
    assert small.page is None and "<iframe" not in small._repr_mimebundle_()["text/html"]
    loss, model = losses["gpt2-small"]
    html = draw(loss, names=model)._repr_mimebundle_()["text/html"]
    assert html.index("<img ") < html.index("<iframe hidden sandbox=\"allow-scripts\"")
    assert "allow-same-origin" not in html
    assert len(html) < 300_000


def test_the_page_is_deterministic_and_holds_every_layer(losses):
    loss, model = losses["unet"]
    drawing = draw(loss, names=model)
    assert drawing.page == draw(loss, names=model).page
    found = content(drawing)
    assert found["version"] == layered_page.VERSION
    assert len(found["sheets"]) == len(list(every_layer(drawing._layer)))
    opened = [number for sheet in found["sheets"] for number in sheet["opens"] if number >= 0]
    assert sorted(opened) == list(range(1, len(found["sheets"])))
    assert len(found["shapes"]) < len(found["sheets"]), "layers of one shape share it"


def test_what_is_too_much_for_one_page_stays_closed_and_is_told(losses, monkeypatch):
    loss, model = losses["gpt2-small"]
    drawing = draw(loss, names=model)
    found, _ = layered_page.layered(drawing._layer, drawing._painted, most=30)
    assert 0 < found.closed < 20 and len(found.sheets) < 8
    monkeypatch.setattr(layered_page, "MOST", 30)
    assert f"Isi {found.closed} kartu terlalu banyak" in drawing.page


def test_hostile_names_stay_text():
    hostile = "</script><!--<script>alert(1)</script>'\"&"
    nodes = [Node("AccumulateGrad", "leaf", hostile, ((3,),))]
    paths = [f"{hostile}.{number}" for number in range(4) for _ in "ab"]
    nodes += [Node("SinBackward0", "operation", shapes=((3,),), module=path) for path in paths]
    edges = tuple(Edge(i, i + 1, 0) for i in range(8))
    html = draw(Graph(tuple(nodes), edges, (Output(8),)), collapse="module")._repr_mimebundle_()["text/html"]
    outer, inner = Elements(html), Elements(Elements(html).srcdoc)
    assert [name for name in outer.names if name in ("script", "iframe")] == ["iframe"]
    assert inner.names.count("script") == 2, "the content and the script"


class Elements(HTMLParser):
    """The elements of a piece of HTML in order, and the page in its iframe."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names, self.srcdoc = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.srcdoc = dict(attrs).get("srcdoc", self.srcdoc)


@pytest.mark.parametrize("depth, expected", [(1, {"tokens", "blocks"}), (2, {"blocks.0", "blocks.11"}), (9, {"norm"})])
def test_depth_chooses_how_deep(losses, depth, expected):
    loss, model = losses["gpt2-small"]
    drawing = draw(loss, names=model, depth=depth)
    names = {node.name for node in drawing.graph.nodes if node.role == "group"}
    assert expected - {"tokens"} <= names
    assert all(name.count(".") < depth for name in names)
    assert float(re.search(r'viewBox="0 0 (\S+) ', drawing.svg)[1]) <= 2500


class Joined(nn.Module):
    """Two branches of one block meet; what follows belongs to the block, never to one of its branches."""

    def __init__(self, skip=False):
        super().__init__()
        self.a, self.skip = nn.Linear(8, 8), skip
        self.down = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8))

    def forward(self, x):
        return torch.relu((x if self.skip else self.a(x)) + self.down(x))


class Around(nn.Module):
    def __init__(self, block, last):
        super().__init__()
        self.first, self.blk, self.head = nn.Linear(8, 8), block, last

    def forward(self, x):
        return self.head(self.blk(self.first(x)))


@pytest.mark.parametrize("skip", [False, True])
def test_what_joins_two_branches_is_no_part_of_one_of_them(skip):
    model = Around(Joined(skip), nn.Linear(8, 2))
    drawing = draw(model(torch.randn(4, 8)).pow(2).mean(), names=model, depth=2)
    cards = {node.name or node.op: node for node in drawing.graph.nodes}
    assert cards["blk.down"].count == 6, "two layers, each with two parameters"
    assert {"AddBackward0", "ReluBackward0"} <= set(cards)
    whole = draw(model(torch.randn(4, 8)).pow(2).mean(), names=model, depth=1).graph
    assert [node.count for node in whole.nodes if node.name == "blk"] == [8 if skip else 11]


def test_a_residual_addition_stays_in_its_block_and_out_of_its_branch():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.mlp = nn.LayerNorm(8), nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8))

        def forward(self, x):
            return x + self.mlp(self.norm(x))

    model = Around(nn.Sequential(Block(), Block()), nn.Linear(8, 2))
    loss = model(torch.randn(4, 8)).mean()
    counts = [
        {node.name: node.count for node in draw(loss, names=model, depth=depth).graph.nodes if node.role == "group"}
        for depth in (2, 3)
    ]
    assert (counts[0]["blk.0"], counts[0]["blk.1"]) == (11, 11)
    assert (counts[1]["blk.0.mlp"], counts[1]["blk.1.mlp"]) == (7, 7)


@pytest.mark.parametrize("depth", [0, -1, True, 1.0, "2"])
def test_a_depth_that_is_none_is_explained(depth):
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match=r"depth=.* bukan kedalaman modul.*mulai dari 1"):
        draw(x.sin().sum(), depth=depth)


def test_depth_without_modules_says_what_to_give():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match=r"depth=2 tidak dapat meringkas.*names=model"):
        draw(x.sin().sum(), depth=2)


def arranged(cases):
    node, _ = compute_driver_executable()
    done = subprocess.run(
        [str(node), str(ROOT / "tests" / "js" / "arrange.mjs")],
        input=json.dumps(cases), capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return json.loads(done.stdout)


def cases_of(found, draws: random.Random):
    for sheet in found["sheets"]:
        shape = found["shapes"][sheet["shape"]]
        faces = [found["faces"][face] for face in sheet["faces"]]
        cards = [
            {"x": x, "y": y, "width": face["width"], "height": face["height"]}
            for (x, y), face in zip(shape["corners"], faces, strict=True)
        ]
        chosen = draws.sample(range(len(cards)), min(len(cards), draws.choice((0, 1, 1, 2, 4))))
        opened = [[number, draws.choice((0, 40, 900)), draws.choice((30, 200, 1200))] for number in sorted(chosen)]
        yield {"shape": shape, "cards": cards, "opened": opened}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_opened_cards_push_the_others_away_and_arrows_around(losses, direction):
    """Whatever is opened: no card covers another, every arrow ends at its cards, and none runs through a third one."""
    cases = []
    for name in ("gpt2-small", "unet", "conv-lstm-10", "llama-2"):
        loss, model = losses[name]
        found = content(draw(loss, names=model, direction=direction))
        for seed in range(2):
            cases += list(cases_of(found, random.Random(seed)))
    assert sum(bool(case["opened"]) for case in cases) > 40
    for case, placed in zip(cases, arranged(cases), strict=True):
        boxes = [tuple(box) for box in placed["boxes"]]
        assert geometry.overlaps(boxes) == 0
        width, height = placed["size"]
        for (x, y, wide, tall) in boxes:
            assert x >= 0 and y >= 0 and x + wide <= width + 0.6 and y + tall <= height + 0.6
        wires = case["shape"]["wires"]
        edges = [(wire["source"], wire["target"], 0) for wire in wires]
        lines = [list(zip(line[::2], line[1::2], strict=True)) for line in placed["lines"]]
        drawn = [geometry.flatten(line) for line in lines]
        for line, (source, target, _) in zip(drawn, edges, strict=True):
            assert on_border(line[0], boxes[source]) and on_border(line[-1], boxes[target])
        assert geometry.through(drawn, boxes, edges) == 0
        for line, wire in zip(lines, wires, strict=True):
            old = list(zip(wire["points"][::2], wire["points"][1::2], strict=True))
            assert bends(line) >= bends(old), "an arrow that changes rows keeps its corners"
        if not case["opened"]:
            for line, wire in zip(placed["lines"], wires, strict=True):
                assert line == pytest.approx(wire["points"], abs=0.51)


def bends(points) -> int:
    """Quarters of a circle, at most ten pixels wide and high."""
    ends = points[::3]
    return sum(0 < abs(x - a) <= 10.1 and 0 < abs(y - b) <= 10.1 for (x, y), (a, b) in pairwise(ends))


def on_border(point, box) -> bool:
    (x, y), (left, top, wide, tall) = point, box
    sides = abs(x - left), abs(x - left - wide), abs(y - top), abs(y - top - tall)
    return left - 0.6 <= x <= left + wide + 0.6 and top - 0.6 <= y <= top + tall + 0.6 and min(sides) < 0.6


def test_rows_of_a_wrapped_picture_follow_each_other(losses):
    loss, model = losses["unet"]
    bands = content(draw(loss, names=model))["shapes"][0]["islands"][0]["bands"]
    assert len(bands) >= 2
    assert all(one["bottom"] < two["top"] for one, two in pairwise(bands))


def test_the_first_nan_is_red():
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    with record() as run:
        x.log().sum().backward()
    drawing = draw(run)
    assert [card.state for card in drawing._picture.cards].count("bad") == 1
    assert "NaN atau Inf pertama" in drawing.svg and ".bad .box" in drawing.svg
    assert ".bad .box" not in draw(x.sin().sum()).svg


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_a_row_that_goes_on_says_where_it_comes_from(losses, direction):
    loss, model = losses["unet"]
    drawing = draw(loss, names=model, direction=direction, collapse=None)
    placement = drawing._picture.placement
    rows = sum(len(island.bands) for island in placement.islands)
    found = re.findall(r'<rect class="tag" x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"/><text class="note" '
                       r'x="\S+" y="\S+">↵ sambungan baris di atas<', drawing.svg)
    assert rows > 3 and len(found) == rows - 1
    boxes = [tuple(box) for box in placement.boxes]
    for x, y, wide, tall in (map(float, one) for one in found):
        assert (x < 80) if direction == "LR" else (x + wide > placement.width - 80), "where the row begins"
        apart = [x + wide <= a or a + w <= x or y + tall <= b or b + h <= y for a, b, w, h in boxes]
        assert all(apart), "on no card"
    assert "sambungan" not in draw(loss, names=model, direction="TB").svg
