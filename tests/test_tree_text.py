import sys
from pathlib import Path

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
