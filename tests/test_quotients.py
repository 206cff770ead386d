"""A number divided by a tensor: two nodes of autograd, read as it is written."""

import pytest
import torch

from autograd_viz import draw, play, record
from autograd_viz.graph import TURNED, Edge, Graph, Node, Output
from autograd_viz.simplifying.fold import short
from autograd_viz.simplifying.quotients import QUOTIENT, merge_quotients, quotients
from autograd_viz.simplifying.simplify import simplify


def numbers():
    return torch.tensor(4.0, requires_grad=True)


def body(drawing):
    return drawing.text.partition("\n\n")[2].splitlines()


def test_a_drawing_of_a_tensor_reads_as_written_and_tells_both_nodes():
    t = numbers()
    y = 2 / t
    assert body(draw(y)) == [
        "y = 2 / t · ReciprocalBackward0 → MulBackward0 · skalar · nilai 0.5 · menyimpan: result, other · keluaran",
        "└─ t · daun · skalar · nilai 4 · grad belum dihitung",
    ]
    assert "lewat 2 operasi ke y = 2 / t" in draw(y).text
    assert [node.op for node in draw(y, detail="full").graph.nodes if node.op] == [
        "AccumulateGrad", "ReciprocalBackward0", "MulBackward0",
    ]  # fmt: skip
    y.backward()
    assert body(draw(y))[0].startswith("y = 2 / t")
    unknown = [2 / t][0]
    unknown.backward()
    assert body(draw(unknown))[0].startswith("unknown = konstanta / t")


def test_a_film_tells_one_division_with_its_own_derivative():
    t = numbers()
    with record() as run:
        y = 2 * (1 / t)
        y.backward()
    told = play(run).text
    assert "1 / t = 1 / 4 = 0.25. ReciprocalBackward0 → MulBackward0 masuk ke graf dan menyimpan result dan" in told
    assert (
        "ReciprocalBackward0 → MulBackward0 menerima gradien 2. Turunan lokal terhadap t: −1/t² = −1/4² = −0.0625. "
        "Aturan rantai: 2 × (−0.0625) = −0.125 ditambahkan ke t.grad."
    ) in told
    assert "2 / t" not in told and told.count("masuk ke graf") == 2
    assert [node.op for node in run.graph.nodes if node.role != "constant"] == [
        "AccumulateGrad", "ReciprocalBackward0", "MulBackward0", "MulBackward0",
    ]  # fmt: skip
    assert "1 / t · ReciprocalBackward0 → MulBackward0 · skalar · nilai 0.25" in draw(run).text
    assert "← −0.125" in draw(run).svg


def test_a_division_that_makes_inf_is_marked_on_its_card():
    t = torch.zeros((), requires_grad=True)
    with record() as run:
        y = 3 / t
    assert run.first_nonfinite().op == "ReciprocalBackward0"
    assert "Inf muncul saat maju" in draw(run).text and "Di sinilah nan atau inf pertama kali muncul" in play(run).text
    assert y.isinf()


@pytest.mark.parametrize("broken", [False, True])
def test_a_backward_that_stops_in_between_is_told_node_by_node(broken):
    t = numbers()
    with record() as run:
        y = 2 / t
        if broken:
            y.grad_fn.next_functions[0][0].register_prehook(lambda grads: 1 / 0)
        try:
            y.backward()
        except ZeroDivisionError:
            pass
    assert ("ReciprocalBackward0 → MulBackward0 menerima" in play(run).text) is not broken
    assert ("\n5. Mundur: MulBackward0 menerima gradien 1." in play(run).text) is broken


@pytest.mark.parametrize(
    ("program", "divisions"),
    [
        (lambda t: 1 / t, 1),
        (lambda t: 3 / t.exp(), 1),
        (lambda t: t.reciprocal() * 2, 0),
        (lambda t: torch.reciprocal(t) * 2, 0),
        (lambda t: (1 / t) * t, 1),
    ],
)
def test_only_a_division_becomes_one(program, divisions):
    t = numbers()
    with record() as run:
        program(t).backward()
    assert sum(node.op == QUOTIENT for node in draw(run).graph.nodes) == divisions
    assert play(run).text.count("ReciprocalBackward0 → MulBackward0 menerima") == divisions


def test_pairs_that_are_no_division_stay():
    t, w = Node("AccumulateGrad", "leaf", "t"), Node("", "constant", "w", shapes=((3,),))
    two, inverse = Node("", "constant", shapes=((),)), Node("ReciprocalBackward0", "operation")
    times = Node("MulBackward0", "operation", attributes=(TURNED,))
    edges = (Edge(0, 2, 0), Edge(2, 3, 0), Edge(1, 3, 1))
    assert quotients(Graph((t, two, inverse, times), edges)) == {3: 2}
    assert merge_quotients(Graph((t, two, inverse, times), edges)).nodes[2].attributes == ()
    assert quotients(Graph((t, w, inverse, times), edges)) == {}
    assert quotients(Graph((t, two, inverse._replace(name="r"), times), edges)) == {}
    assert quotients(Graph((t, two, inverse, times), edges, (Output(2),))) == {}
    assert quotients(Graph((t, two, inverse, times), (*edges[:2], Edge(2, 3, 1)))) == {}
    assert simplify(Graph((t, two, inverse, times), edges), "full").nodes[2].op == "ReciprocalBackward0"


def test_the_short_name_of_nodes_in_a_row():
    assert short(QUOTIENT) == "Reciprocal → Mul"
