"""The layout, judged on what would be drawn."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_viz.layout.layering import ranks
from autograd_viz.layout.layout import Placement, layout
from autograd_viz.layout.wrapping import breaks
from benchmarks.shapes import SHAPES, big, lstm, residual, rnn, scattered, shape, transformer
from tests import geometry

ROOT = Path(__file__).resolve().parents[1]
Sizes = Sequence[tuple[float, float]]
Edges = Sequence[tuple[int, int, int]]


def lines(placement: Placement) -> list[list[geometry.Point]]:
    return [geometry.flatten(path.points) for path in placement.paths]


def check(sizes: Sizes, edges: Edges, placement: Placement, direction: str = "LR", wrapped: bool = False) -> None:
    """Everything that holds for every picture; arrows of a wrapped one also run back to the next row."""
    assert [(box.width, box.height) for box in placement.boxes] == list(sizes)
    assert geometry.overlaps(placement.boxes, air=11) == 0
    drawn = lines(placement)
    assert geometry.through(drawn, placement.boxes, edges) == 0
    for value in (v for box in placement.boxes for v in box[:2]):
        assert value * 2 == int(value * 2)
    for path, line, (source, target, _) in zip(placement.paths, drawn, edges, strict=True):
        assert len(path.points) % 3 == 1
        assert all(v * 2 == int(v * 2) for point in path.points for v in point)
        along = [x if direction in ("LR", "RL") else y for x, y in line]
        if direction in ("RL", "BT"):
            along = [-value for value in along]
        assert wrapped or along == sorted(along)
        for point, box, far in ((line[0], placement.boxes[source], True), (line[-1], placement.boxes[target], False)):
            meets_side(point, box, direction, far)
        for x, y in line:
            assert -0.5 <= x <= placement.width + 0.5 and -0.5 <= y <= placement.height + 0.5
    for box in placement.boxes:
        assert box.x >= 0 and box.x + box.width <= placement.width
        assert box.y >= 0 and box.y + box.height <= placement.height + 0.5


def meets_side(point: geometry.Point, box: geometry.Rect, direction: str, leaving: bool) -> None:
    x, y, width, height = box
    if direction in ("TB", "BT"):
        point, (x, y, width, height) = (point[1], point[0]), (y, x, height, width)
    right = leaving == (direction in ("LR", "TB"))
    assert abs(point[0] - (x + width if right else x)) <= 0.5
    margin = min(8, height / 4) - 0.5
    assert y + margin <= point[1] <= y + height - margin


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    sizes, edges = shape(name)
    check(sizes, edges, layout(sizes, edges))


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_directions(direction: str) -> None:
    sizes, edges = shape("transformer 1")
    labels = [(30.0, 14.0) if slot == 2 else None for _, _, slot in edges]
    placement = layout(sizes, edges, direction, labels)
    check(sizes, edges, placement, direction)
    labels_are_free(placement, labels)


def labels_are_free(placement: Placement, labels: Sequence[tuple[float, float] | None]) -> None:
    tags = []
    drawn = lines(placement)
    for number, (path, size) in enumerate(zip(placement.paths, labels, strict=True)):
        assert (path.label is None) == (size is None)
        if size is None or path.label is None:
            continue
        rect = (path.label[0] - size[0] / 2, path.label[1] - size[1] / 2, *size)
        assert not [other for other, line in enumerate(drawn) if geometry.touches(line, rect, 0)], number
        middle = (path.label[0], path.label[1])
        reach = max(size) / 2 + 4
        assert geometry.touches(drawn[number], (middle[0] - reach, middle[1] - reach, 2 * reach, 2 * reach), 0)
        tags.append(rect)
    assert geometry.overlaps([*tags, *placement.boxes]) == 0


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], list[tuple[int, int, int]]]:
    count = draw(st.integers(0, 25))
    sizes = draw(st.lists(st.tuples(st.integers(40, 200), st.integers(30, 120)), min_size=count, max_size=count))
    edges = []
    for target in range(1, count):
        for slot, source in enumerate(draw(st.lists(st.integers(0, target - 1), max_size=4))):
            edges.append((source, target, slot))
    return [(float(w), float(h)) for w, h in sizes], draw(st.permutations(edges))


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(["LR", "TB", "RL", "BT"]), st.integers(1, 4))
def test_any_graph(
    graph: tuple[list[tuple[float, float]], list[tuple[int, int, int]]], direction: str, every: int
) -> None:
    sizes, edges = graph
    labels = [(24.0 + number, 14.0) if number % every == 1 else None for number in range(len(edges))]
    placement = layout(sizes, edges, direction, labels)
    check(sizes, edges, placement, direction)
    labels_are_free(placement, labels)
    assert placement == layout(sizes, edges, direction, labels)


def test_empty_and_single() -> None:
    assert layout([], []) == Placement((), (), 0.0, 0.0)
    placement = layout([(80, 41)], [])
    assert placement.boxes == ((0, 0, 80, 41),)
    assert (placement.width, placement.height) == (80, 41)


def test_parts_are_packed_and_not_stretched() -> None:
    sizes, edges = [(100.0, 50.0)] * 40, [(node, node + 1, 0) for node in range(0, 40, 2)]
    placement = layout(sizes, edges)
    check(sizes, edges, placement)
    assert 0.5 < placement.width / placement.height < 4


def test_a_chain_is_straight() -> None:
    sizes = [(90.0 + node % 3 * 10, 40.0 + node % 2 * 30) for node in range(12)]
    for path in layout(sizes, [(node, node + 1, 0) for node in range(11)]).paths:
        assert len({y for _, y in path.points}) == 1


def test_main_chain_of_a_network_is_straight() -> None:
    sizes, edges = shape("MLP 4")
    placement = layout(sizes, edges)
    operations = {target for _, target, _ in edges}
    assert len({box.y + box.height / 2 for node, box in enumerate(placement.boxes) if node in operations}) == 1


def test_leaves_stand_right_before_their_consumer() -> None:
    sizes, edges = shape("MLP 4")
    layer = ranks(len(sizes), [edge[:2] for edge in edges])
    assert {layer[target] - layer[source] for source, target, _ in edges} == {1}


def test_layering_is_the_shortest() -> None:
    # Both parts of the zigzag must move at once; moving single nodes gains nothing.
    edges = [(0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (4, 5), (4, 6), (5, 7), (6, 7)]
    layer = ranks(8, edges)
    assert all(layer[target] > layer[source] for source, target in edges)
    assert sum(layer[target] - layer[source] for source, target in edges) == 10


def test_slots_arrive_in_order() -> None:
    placement = layout([(80.0, 60.0)] * 5, [(3, 4, 3), (1, 4, 1), (0, 4, 0), (2, 4, 2)])
    ends = {slot: path.points[-1][1] for path, slot in zip(placement.paths, (3, 1, 0, 2), strict=True)}
    assert [ends[slot] for slot in range(4)] == sorted(set(ends.values()))
    assert [box.y for box in placement.boxes[:4]] == sorted(box.y for box in placement.boxes[:4])


def test_parallel_arrows_are_apart() -> None:
    for edges in ([(0, 1, 0), (0, 1, 1)], [(0, 1, 0), (1, 2, 0), (2, 3, 0), (0, 3, 1), (0, 3, 2)]):
        placement = layout([(80.0, 60.0)] * 4, edges)
        one, two = lines(placement)[-2:]
        assert geometry.crossings([one, two]) == 0
        assert abs(one[0][1] - two[0][1]) >= 8 and abs(one[-1][1] - two[-1][1]) >= 8


def test_planar_shapes_have_no_crossing() -> None:
    for name in ("diamond", "residual 6", "LSTM 4", "GPT 1", "pohon 16", "U-Net"):
        name = {"diamond": "belah ketupat"}.get(name, name)
        assert geometry.crossings(lines(layout(*shape(name)))) == 0


def test_crossings_stay_few() -> None:
    """Measured: 163 on all shapes where `dot` draws 200."""
    assert sum(geometry.crossings(lines(layout(*shape(name)))) for name in SHAPES) <= 175


def test_a_long_arrow_goes_around() -> None:
    sizes = [(100.0, 60.0)] * 6
    edges = [*((node, node + 1, 0) for node in range(5)), (0, 5, 1)]
    placement = layout(sizes, edges)
    check(sizes, edges, placement)
    assert geometry.crossings(lines(placement)) == 0


def test_too_many_long_arrows_take_lanes() -> None:
    sizes, edges = big(rnn(60, True))
    labels = [(20.0, 14.0) if number % 9 == 0 else None for number in range(len(edges))]
    placement = layout(sizes, edges, labels=labels)
    assert geometry.overlaps(placement.boxes, air=11) == 0
    assert geometry.through(lines(placement), placement.boxes, edges) == 0


def test_large_graphs_stay_clean() -> None:
    for sizes, edges in (big(transformer(12, True)), big(lstm(60, False)), big(residual(300)), big(scattered(1500, 5))):
        placement = layout(sizes, edges)
        assert geometry.overlaps(placement.boxes, air=11) == 0
        for path in placement.paths:
            assert all(one[0] <= two[0] for one, two in pairwise(path.points))


def test_huge_graphs_end() -> None:
    chain = layout([(100.0, 40.0)] * 50_000, [(node, node + 1, 0) for node in range(49_999)])
    assert chain.height == 40.0
    fan = layout([(100.0, 40.0)] * 20_000, [(0, node, 0) for node in range(1, 20_000)])
    column = [box.y for box in fan.boxes[1:]]
    assert all(two - one >= 60.0 for one, two in pairwise(column))


def test_same_picture_whatever_the_hash_seed() -> None:
    code = (
        "import sys; sys.path[:0] = ['.']\n"
        "from autograd_viz.layout.layout import layout\n"
        "from benchmarks.shapes import big, scattered, shape, rnn\n"
        "print([layout(*item) for item in (shape('GradNorm 4'), shape('acak 80'), big(rnn(30, True)))])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "7")
    }
    assert len(seen) == 1


def test_edge_order_does_not_matter() -> None:
    sizes, edges = shape("GRU")
    turned = list(reversed(edges))
    one, two = layout(sizes, edges), layout(sizes, turned)
    assert one.boxes == two.boxes
    assert one.paths == tuple(reversed(two.paths))


def test_garbage_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError):
        layout([(1.0, 1.0)], [(0, 0, 0)])
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([(1.0, 1.0)] * 2, [(1, 0, 0)]), "Panah 1 → 0 tidak maju"),
        (([(1.0, 1.0)] * 2, [(0, 2, 0)]), "Panah 0 → 2"),
        (([(1.0, 1.0)] * 2, [], "XX"), "Arah 'XX' tidak dikenal"),
        (([(1.0, 1.0)] * 2, [(0, 1, 0)], "LR", []), "Ada 0 label untuk 1 panah"),
    ],
)
def test_errors_say_what_to_do(arguments: tuple[object, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        layout(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SHAPES)
def test_wrapped_shapes_fit_and_cross_no_more(name: str, limit: float = 700.0) -> None:
    sizes, edges = shape(name)
    plain, placement = layout(sizes, edges), layout(sizes, edges, limit=limit)
    check(sizes, edges, placement, wrapped=True)
    assert placement.width <= limit
    assert (placement == plain) == (plain.width <= limit)
    if len(edges) < 60:  # counting takes a minute on the larger ones
        assert geometry.crossings(lines(placement)) <= geometry.crossings(lines(plain))


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from(["LR", "RL"]), st.integers(1, 4), st.integers(500, 1500))
def test_any_wrapped_graph(
    graph: tuple[list[tuple[float, float]], list[tuple[int, int, int]]], direction: str, every: int, limit: int
) -> None:
    sizes, edges = graph
    labels = [(24.0 + number, 14.0) if number % every == 1 else None for number in range(len(edges))]
    placement = layout(sizes, edges, direction, labels, limit=limit)
    check(sizes, edges, placement, direction, wrapped=True)
    labels_are_free(placement, labels)
    assert placement.width <= limit


def test_a_wrapped_chain_reads_like_text() -> None:
    placement = layout([(100.0, 40.0)] * 9, [(node, node + 1, 0) for node in range(8)], limit=520.0)
    rows = [[box.x for box in placement.boxes if box.y == y] for y in sorted({box.y for box in placement.boxes})]
    assert [len(row) for row in rows] == [3, 3, 3]
    assert [box.y for box in placement.boxes] == sorted(box.y for box in placement.boxes)


def test_rows_break_where_few_arrows_cross() -> None:
    assert breaks([0, 100, 200, 300], [80, 180, 280, 380], [1, 9, 1, 0], 330) in ([0], [2])
    assert breaks([0, 100], [300, 400], [1, 0], 200) == [0], "a column wider than the limit stands alone"


def test_wrapped_lanes_stay_clean() -> None:
    sizes, edges = big(rnn(16, True))
    placement = layout(sizes, edges, limit=2400.0)
    assert placement.width <= 2400.0
    assert geometry.overlaps(placement.boxes, air=11) == 0
    assert geometry.through(lines(placement), placement.boxes, edges) == 0


def test_the_checker_sees_faults() -> None:
    assert geometry.overlaps([(0, 0, 10, 10), (5, 5, 10, 10), (30, 0, 5, 5)]) == 1
    assert geometry.through([[(0, 5), (40, 5)]], [(0, 0, 5, 10), (15, 0, 5, 10), (40, 0, 5, 10)], [(0, 2, 0)]) == 1
    assert geometry.crossings([[(0, 0), (10, 10)], [(0, 10), (10, 0)]]) == 1
    assert geometry.crossings([[(0, 0), (10, 10)], [(0, 0), (10, 0)]]) == 0
