"""An engine of one's own as a recording: its graph, its film, and what it may not leave out."""

import math
import re

import numpy
import pytest
import torch

from autograd_viz import Operation, Recording, Visit, draw, from_operations, play, record
from autograd_viz.operations.ops import OPS, WORDS, lookup
from autograd_viz.recording.events import Accumulate, Gradient

TWO_WAYS = [
    Operation("a", value=1.0),
    Operation("b", "+", ("a", 1), 2.0),
    Operation("u", "*", (2, "b"), 4.0),
    Operation("v", "*", (3, "b"), 6.0),
    Operation("e", "+", ("u", "v"), 10.0),
]
PATIENT = [
    Visit("e", 1.0, (1.0, 1.0)), Visit("v", 1.0, (None, 3.0)), Visit("u", 1.0, (None, 2.0)),
    Visit("b", 5.0, (5.0, None)), Visit("a", 5.0),
]  # fmt: skip
X = Operation("x", value=1.0)
HASTY = [
    Visit("e", 1.0, (1.0, 1.0)), Visit("v", 1.0, (None, 3.0)), Visit("b", 3.0, (3.0, None)), Visit("a", 3.0, grad=3.0),
    Visit("u", 1.0, (None, 2.0)), Visit("b", 5.0, (5.0, None)), Visit("a", 5.0, grad=8.0),
]  # fmt: skip


def test_the_film_tells_what_the_film_of_torch_tells():
    """The same sentences, apart from the names that torch gives to its nodes and what it keeps."""
    with record() as run:
        a = torch.tensor(1.0, requires_grad=True)
        b = a + 1
        u = 2 * b
        v = 3 * b
        e = u + v
        e.backward()
    kept = re.compile(r"masuk ke graf(;| dan menyimpan).*")
    told = play(run).text.replace(" Simpanannya dibebaskan.", "").splitlines()
    theirs = [kept.sub("masuk ke graf.", line) for line in told]
    for op, word in {"AddBackward0": "+", "MulBackward0": "*"}.items():
        theirs = [line.replace(op, word) for line in theirs]
    assert play(from_operations(TWO_WAYS, PATIENT)).text.splitlines() == theirs


def test_a_hasty_engine_is_shown_as_it_is():
    """It comes to b twice, and what it makes of it is not corrected."""
    run = from_operations(TWO_WAYS, HASTY)
    twice = [step for step in run.steps if isinstance(step, Gradient) and step.name == "b"]
    assert [step.values[0].numbers for step in twice] == [(3.0,), (5.0,)]
    assert [part.value.numbers for part in twice[0].parts] == [(3.0,)]
    assert twice[1].parts == (), "2 came, and it went on with 5: no sum is told that was not made"
    assert run.graph.nodes[0].grad.numbers == (8.0,)
    told = play(run).text
    assert "a.grad sudah berisi 3, jadi 3 + 5 = 8" in told
    assert told.splitlines()[-1] == "14. Mundur: Mundur selesai: a.grad = 8."


def test_passes_follow_each_other():
    second = [*PATIENT[:-1], Visit("a", 5.0, grad=10.0)]
    run = from_operations(TWO_WAYS, PATIENT, second)
    got = [step for step in run.steps if isinstance(step, Accumulate)]
    assert [(step.round, step.change.before is None, step.change.after.numbers) for step in got] == [
        (1, True, (5.0,)), (2, False, (10.0,))
    ]  # fmt: skip
    assert run.sources[0].text.splitlines()[-2:] == ["# mundur ke-1 dari e", "# mundur ke-2 dari e"]


def test_the_list_is_the_code_of_the_film():
    run = from_operations(TWO_WAYS, PATIENT)
    assert run.sources[0].text.splitlines() == [
        "a = 1", "b = a + 1", "u = 2 × b", "v = 3 × b", "e = u + v", "# mundur dari e"
    ]  # fmt: skip
    assert [run.line(step) for step in run.steps[:5]] == run.sources[0].text.splitlines()[:5]


def test_objects_of_the_engine_may_stand_for_results():
    """Also where they have an == of their own, or none to be hashed by."""

    class Odd:
        def __eq__(self, other):
            raise AssertionError("the engine's own == is not asked")

    x, y = Odd(), Odd()
    square = [Operation(x, value=3.0, name="x"), Operation(y, "*", (x, x), 9.0)]
    run = from_operations(square, [Visit(y, 1.0, (3.0, 3.0)), Visit(x, 6.0)])
    assert [(edge.source, edge.target, edge.slot) for edge in run.graph.edges] == [(0, 1, 0), (0, 1, 1)]
    assert run.graph.nodes[0].grad.numbers == (6.0,) and run.graph.nodes[1].name is None
    assert "x × x" in draw(run).text


@pytest.mark.parametrize("make", [lambda rows: rows, numpy.array, torch.tensor], ids=["list", "numpy", "torch"])
def test_any_container_of_numbers(make):
    run = from_operations([Operation("x", value=make([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))])
    value = run.graph.nodes[0].value
    assert (value.shape, value.numbers) == ((2, 3), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))


def test_many_numbers_are_summarised():
    value = from_operations([Operation("x", value=torch.arange(100.0))]).graph.nodes[0].value
    assert (value.shape, value.numbers, value.low, value.high, value.dtype) == ((100,), None, 0.0, 99.0, "float32")


def test_a_local_derivative_of_its_own_is_told():
    """An operation that no table knows: what the engine says is shown where it gives what was sent."""
    swish = [Operation("x", value=2.0), Operation("y", "swish", ("x",), 1.7616, local=(1.0908,))]
    told = play(from_operations(swish, [Visit("y", 2.0, (2.1816,)), Visit("x", 2.1816)])).text
    assert "Turunan lokal terhadap x: 1.091. Aturan rantai: 2 × 1.091 = 2.182 ditambahkan ke x.grad." in told
    other = play(from_operations(swish, [Visit("y", 2.0, (5.0,)), Visit("x", 5.0)])).text
    assert "Untuk x: swish memberi 5" in other and "1.091" not in other


def test_a_wrong_local_derivative_hides_the_formula_of_the_table():
    cube = [Operation("x", value=2.0), Operation("y", "**", ("x", 3), 8.0, local=(4.0, None))]
    told = play(from_operations(cube, [Visit("y", 1.0, (4.0, None)), Visit("x", 4.0)])).text
    assert "Turunan lokal terhadap x: 4." in told and "3x²" not in told
    right = [cube[0], cube[1]._replace(local=(12.0, None))]
    assert "3x²" in play(from_operations(right, [Visit("y", 1.0, (12.0, None)), Visit("x", 12.0)])).text


def test_local_derivatives_of_several_elements():
    value, gate = [-1.0, 2.0, 3.0], [0.0, 1.0, 1.0]
    gelu = [Operation("x", value=value), Operation("y", "gerbang", ("x",), [0.0, 2.0, 3.0], local=(gate,))]
    sent = [0.0, 10.0, 100.0]
    told = play(from_operations(gelu, [Visit("y", [1.0, 10.0, 100.0], (sent,)), Visit("x", sent)])).text
    assert "[1, 10, 100] ⊙ [0, 1, 1] = [0, 10, 100]" in told


def test_an_engine_that_overwrites_is_told_so():
    """A leaf that held 5 and now holds 3: no sum is claimed."""
    second = [*PATIENT[:-1], Visit("a", 5.0, grad=7.0)]
    told = play(from_operations(TWO_WAYS, PATIENT, second)).text
    assert "a.grad sudah berisi 5, dan sekarang berisi 7." in told and "5 + 5" not in told


def test_what_comes_to_a_leaf_is_known_from_what_was_sent():
    """Where the engine knows only what .grad holds afterwards."""
    visits = [Visit("y", 1.0, (3.0, 3.0)), Visit("x", None, grad=8.0)]
    run = from_operations([X, Operation("y", "*", ("x", "x"), 9.0)], visits)
    (got,) = [step for step in run.steps if isinstance(step, Accumulate)]
    assert (got.value.numbers, got.change.after.numbers) == ((6.0,), (8.0,))


def test_constants_take_no_gradient():
    run = from_operations(
        [Operation("w", value=2.0), Operation("x", value=3.0, constant=True), Operation("y", "*", ("w", "x"), 6.0)],
        [Visit("y", 1.0, (3.0, 2.0)), Visit("w", 3.0)],
    )
    assert [flow.node for step in run.steps if isinstance(step, Gradient) for flow in step.sent] == [0, None]
    assert [step.node for step in run.steps[:2]] == [0, 2], "a constant is no leaf of the film"
    assert "tanpa gradien" in draw(run).text and run.graph.nodes[1].grad is None


def test_a_recording_like_any_other():
    run = from_operations(TWO_WAYS, PATIENT)
    assert Recording.from_json(run.to_json()) == run
    assert from_operations(TWO_WAYS, PATIENT).to_json() == run.to_json()
    assert draw(run).svg == draw(from_operations(TWO_WAYS, PATIENT)).svg
    nan = from_operations([Operation("x", value=-1.0), Operation("y", "log", ("x",), math.nan)])
    assert nan.first_nonfinite().node == 1


def test_nothing_is_claimed_of_what_an_engine_keeps():
    run = from_operations(TWO_WAYS, PATIENT)
    page = play(run).page
    assert "menyimpan" not in play(run).text and "tidak menyimpan tensor" not in page
    assert "AddBackward0" not in page and "MulBackward0" not in page


@pytest.mark.parametrize(
    ("operations", "passes", "error", "told"),
    [
        ([], [], ValueError, "kosong"),
        ([X, X], [], ValueError, "'x' ditulis dua kali"),
        ([X, Operation("y", "*", ("x", "z"), 1.0)], [], ValueError, "Masukan 'z' milik 'y' belum ada"),
        ([X, Operation("y", "*", ("x", object()), 1.0)], [], ValueError, "Masukan objek object milik 'y'"),
        ([X, Operation("y", "", ("x",), 1.0)], [], ValueError, "operasinya kosong"),
        ([X, Operation("y", "*", (), 1.0)], [], ValueError, "masukannya kosong"),
        ([X, Operation("y", "*", ("x", "x"), 1.0, local=(1.0,))], [], ValueError, "2 masukan dan 1 turunan lokal"),
        ([X, Operation("y", "*", ("x", "x"), 1.0)], [[Visit("y", 1.0, (1.0,))]], ValueError, "mengirim 1 gradien"),
        ([X], [[Visit("z", 1.0)]], ValueError, "'z' tidak ada di daftar"),
        ([X], [[]], ValueError, "mundur ke-1 kosong"),
        ([Operation("x", value=[[1.0], [1.0, 2.0]])], [], ValueError, "tidak rata"),
        ([Operation("x", value="tiga")], [], TypeError, "bukan str"),
        ([Operation(3, value=1.0)], [], TypeError, "bukan bilangan"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(operations, passes, error, told):
    with pytest.raises(error, match=told):
        from_operations(operations, *passes)


def test_words_lead_to_operations_of_the_table():
    assert {*WORDS.values()} <= {*OPS} and not {*WORDS} & {*OPS}
    assert lookup("relu") is OPS["ReluBackward0"] and lookup("×").symbol == "×"
