import shutil
import sys
from pathlib import Path

import pytest

from autograd_viz.drawing import dot
from autograd_viz.drawing.display import draw

sys.path.insert(0, str(Path(__file__).parent))
import pictures  # noqa: E402


def test_same_cards_as_the_svg():
    source = draw(pictures.network()).dot.source
    assert source.count(" -> ") == 10
    for text in ("linear1.weight", "simpanan: dibebaskan", "versi 1, seharusnya 0", "grad ‖·‖ 0.53", "12 simpul"):
        assert text in source
    assert "[2] View, Clone" in source


def test_source_is_deterministic():
    assert draw(pictures.network()).dot.source == draw(pictures.network()).dot.source


@pytest.mark.needs("dot")
def test_hostile_names_are_valid_dot():
    picture = draw(pictures.hostile()).dot.pipe(format="svg", encoding="utf-8")
    assert "<script" not in picture and "&lt;script&gt;" in picture


@pytest.mark.needs("dot")
def test_place_keeps_sizes_order_and_room_for_labels():
    sizes = [(100.0, 40.0), (120.0, 60.0), (90.0, 30.0)]
    placed = dot.place(sizes, [(0, 1, 0), (0, 1, 1), (1, 2, 0)], "LR", [None, (60.0, 16.0), None])
    assert [(box.width, box.height) for box in placed.boxes] == sizes
    assert [path.label is not None for path in placed.paths] == [False, True, False]
    assert all(len(path.points) % 3 == 1 for path in placed.paths)
    assert placed.paths[2].points[0][0] == placed.boxes[1].x + 120


def test_missing_program_is_told_with_the_next_step(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(RuntimeError, match="tidak ditemukan.*Pasang Graphviz"):
        draw(pictures.parabola(), engine="graphviz")
