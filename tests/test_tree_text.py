import sys
from pathlib import Path

import torch
from torch import nn

from autograd_viz.drawing.display import draw
from autograd_viz.graph import Edge, Graph, Node, Output

sys.path.insert(0, str(Path(__file__).parent))
import pictures  # noqa: E402


def test_tree_reads_from_the_output_down():
    assert draw(pictures.parabola()).text == (
        "Graf komputasi dari 1 tensor daun (x) lewat 3 operasi ke z = … + konstanta. Gradien belum dihitung.\n"
        "\n"
        "z = … + konstanta · AddBackward0 · skalar · nilai 21 · keluaran\n"
        "└─ y × 2 · MulBackward0 · skalar · menyimpan: other\n"
        "   └─ y = x² · PowBackward0 · skalar · nilai 9 · menyimpan: self\n"
        "      └─ x · daun · skalar · nilai 3 · grad belum dihitung\n"
    )


def test_a_shared_operation_is_told_once():
    nodes = (
        pictures.leaf("x"),
        Node("SinBackward0", "operation", "s"),
        Node("CosBackward0", "operation"),
        Node("MulBackward0", "output", "y"),
    )
    graph = Graph(nodes, (Edge(0, 1, 0), Edge(1, 2, 0), Edge(1, 3, 0), Edge(2, 3, 1)), (Output(3, 0, "y"),))
    text = draw(graph).text
    assert text.count("SinBackward0") == 1
    assert "s = sin x (lihat di atas)" in text


def test_deep_graph_becomes_a_numbered_list():
    step = Node("SinBackward0", "operation")
    graph = Graph((pictures.leaf("x"), *[step] * 3000), tuple(Edge(i, i + 1, 0) for i in range(3000)), (Output(3000),))
    lines = draw(graph, collapse=None).text.splitlines()
    assert lines[2].startswith("1. x · daun") and lines[-1].startswith("3001. sin") and lines[-1].endswith("← 3000")


def test_gist_names_what_waits_and_what_is_gone():
    text = draw(pictures.network()).text
    assert "Gradien semua daun sudah dihitung." in text
    assert "Simpanan 1 operasi sudah dibebaskan." in text
    assert "Simpanan 1 operasi sudah diubah sesudah disimpan." in text


def test_a_hostile_name_cannot_break_a_line():
    assert all(line.isprintable() for line in draw(pictures.hostile()).text.splitlines())


def test_leaves_are_counted_by_identity_and_never_by_their_name():
    same = Node("AddBackward0", "output")
    nodes = (pictures.leaf("w"), pictures.leaf("w"), pictures.leaf(None), pictures.leaf(None), same)
    graph = Graph(nodes, tuple(Edge(i, 4, i) for i in range(4)), (Output(4),))
    assert draw(graph).text.startswith("Graf komputasi dari 4 tensor daun (w, w, 2 tanpa nama) lewat 1 operasi ke ")


def test_chips_are_no_further_leaves():
    chain = [Node("MulBackward0", "operation")] * 20
    edges = [Edge(0, i, 1) for i in range(2, 22)] + [Edge(1, 2, 0), *(Edge(i, i + 1, 0) for i in range(2, 21))]
    graph = Graph((pictures.leaf("w"), pictures.leaf("x"), *chain), tuple(edges), (Output(21),))
    drawing = draw(graph)
    assert any(card.chip for card in drawing._picture.cards)
    assert "dari 2 tensor daun (w, x) lewat 20 operasi" in drawing.text


def test_equal_titles_of_several_outputs_are_all_counted():
    outputs = [Node("SinBackward0", "output", "loss")] * 5
    edges = tuple(Edge(0, i, 0) for i in range(1, 6))
    graph = Graph((pictures.leaf("w"), *outputs), edges, tuple(map(Output, range(1, 6))))
    first = draw(graph).text.split(".")[0]
    assert first.endswith("lewat 5 operasi ke 5 keluaran: loss = sin w, loss = sin w, loss = sin w, …")


def test_a_collapsed_picture_counts_the_leaves_inside_its_groups():
    done = pictures.leaf("b", value=pictures.numbers(1), grad=pictures.numbers(2))
    waiting = [pictures.leaf(f"blok.{i}", value=pictures.numbers(1), module="blok") for i in range(4)]
    chain = [Node("MulBackward0", "operation", module="blok")] * 4
    edges = [Edge(0, 5, 0), *(Edge(i, i + 4, 1) for i in range(1, 5)), *(Edge(i, i + 1, 0) for i in range(5, 9))]
    graph = Graph((done, *waiting, *chain, Node("SumBackward0", "output")), tuple(edges), (Output(9),))
    drawing = draw(graph, collapse="module")
    assert [node.count for node in drawing.graph.nodes if node.role == "group"] == [8]
    assert "dari 5 tensor daun (b, …) lewat 5 operasi ke" in drawing.text
    assert "Gradien 4 dari 5 daun belum dihitung." in drawing.text, "what a group holds waits, b does not"


def test_nothing_is_said_of_gradients_that_nobody_has_read():
    graph = Graph((pictures.leaf("w"), Node("SinBackward0", "output")), (Edge(0, 1, 0),), (Output(1),))
    assert "radien" not in draw(graph).text.split("\n")[0] and "belum dihitung" not in draw(graph).text


def test_what_is_gone_is_counted_in_operations_however_the_picture_is_collapsed():
    model = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1)))
    loss = model(torch.ones(2, 3)).pow(2).mean()
    loss.backward()
    drawings = [draw(loss, names=model, collapse=None), *(draw(loss, names=model, depth=depth) for depth in (1, 2))]
    assert len({len(drawing.graph.nodes) for drawing in drawings}) == 3
    for drawing in drawings:
        assert "Simpanan 5 operasi sudah dibebaskan." in drawing.text, "three layers, tanh, and the square"
        assert "Simpanan 5 operasi sudah dibebaskan." in drawing.svg
    shown = [node.name for node in drawings[1].graph.nodes if node.role == "leaf"]
    assert shown == [] and "tensor daun lewat" in drawings[1].text


def test_names_of_some_leaves_are_no_list_of_all():
    shared = nn.Linear(3, 3)
    model = nn.ModuleDict({"one": nn.Sequential(nn.Linear(3, 3), nn.Tanh()), "own": shared})
    w = torch.ones(3, requires_grad=True)
    loss = (model["own"](model["one"](torch.ones(2, 3)) * w)).mean()
    loss.backward()
    first = draw(loss, names={"model": model, "w": w}, collapse="module").text.splitlines()[0]
    assert "dari 5 tensor daun (w, …) lewat" in first
    assert "Isinya: w [" in first and "]; …." in first


def test_a_group_without_outer_inputs_is_told_once():
    cell, out = nn.RNNCell(3, 3), nn.Linear(3, 3)
    model = nn.ModuleDict({"cell": cell, "out": out})
    hidden = cell(torch.ones(2, 3).log_softmax(1))
    text = draw((out(hidden) * hidden).sum(), names=model, collapse="module", detail="full").text
    lines = [line.lstrip("│├└─ ") for line in text.splitlines() if "cell" in line]
    assert len(lines) == len(set(lines)) and sum("lihat di atas" in line for line in lines) == 1, text


def test_a_value_that_takes_several_lines_on_its_card_is_one_in_the_text():
    x = torch.tensor([0.017234, 0.115312, -0.002634, 0.333333, -1.23456, 7.77777], requires_grad=True)
    drawing = draw(x.sin())
    lines = next(card.lines for card in drawing._picture.cards if card.kind == "leaf")
    number = next(place for place, line in enumerate(lines) if line.text.startswith("nilai"))
    assert not lines[number].goes_on and lines[number + 1].goes_on, "it takes more than one line"
    told = drawing.text.splitlines()[-1]
    assert " · nilai [0.0172, 0.1153, −0.0026, 0.3333, −1.235, 7.778] · grad" in told
