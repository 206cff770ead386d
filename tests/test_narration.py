"""The sentence of each event, from events and contexts made by hand: no torch, no recording, no lesson."""

from typing import get_args

import pytest

from autograd_viz.graph import Node, Saved, Value
from autograd_viz.narration import narrate as told
from autograd_viz.narration.chain_rule import slot_gradient
from autograd_viz.narration.context import Context, Name
from autograd_viz.narration.narrate import narrate, note
from autograd_viz.narration.questions import questions
from autograd_viz.narration.several_events import narrate_group, narrate_round
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Change,
    Cut,
    End,
    Error,
    Flow,
    Forward,
    Gradient,
    InPlace,
    Kind,
    Leaf,
    OptimizerStep,
    Unseen,
    ZeroGrad,
)
from autograd_viz.text.titles import UNTRACKED, Operand

LEAF = Node("AccumulateGrad", "leaf", "x", ((),))
POW = Node("PowBackward0", "operation", "y", ((),), attributes=(("exponent", "2"),))
MUL = Node("MulBackward0", "operation", None, ((),))
NAMES = {0: Name("x", True), 1: Name("y", True), 2: Name("2 × y"), 3: Name("w", True)}


def number(value: float) -> Value:
    return Value((), "float32", (value,), value, value, value, abs(value))


def vector(*values: float) -> Value:
    return Value((len(values),), "float32", tuple(values))


LARGE = Value((100,), "float32", None, -1.0, 2.0)


PLAIN = Context(names=NAMES)


def said(event, context: Context = PLAIN) -> str:
    return "".join(span.text for span in narrate(event, context))


def test_every_kind_has_a_narrator_and_nothing_else_has():
    assert set(told._NARRATORS) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (number(3.0), "x adalah tensor daun bernilai 3, yang memerlukan gradien."),
        (vector(1.0, -2.0), "x adalah tensor daun bernilai [1, −2], yang memerlukan gradien."),
        (LARGE, "x adalah tensor daun (100) berisi −1 sampai 2, yang memerlukan gradien."),
    ],
)
def test_a_leaf_tells_its_numbers_or_its_shape(value, words):
    assert said(Leaf(0, value=value)) == words


def test_a_leaf_tells_where_its_gradient_will_be_and_what_is_there_already():
    leaf = Leaf(0, value=number(3.0))
    assert said(leaf, Context(names=NAMES, grads={0: None})).endswith("akan dikumpulkan di x.grad.")
    assert said(leaf, Context(names=NAMES, grads={0: number(4.0)})).endswith("di x.grad, yang sudah berisi 4.")


def test_an_operation_tells_its_numbers_its_result_and_what_it_keeps():
    node = POW._replace(saved=(Saved("self", "alive"), Saved("result", "alive")))
    context = Context(node, "y = x²", NAMES, inputs={0: number(3.0)}, labels=(Operand("x"),))
    assert said(Forward(1, values=(number(9.0),)), context) == (
        "y = x² = 3² = 9. PowBackward0 masuk ke graf dan menyimpan self (x) dan result (hasilnya sendiri) "
        "untuk backward."
    )
    unnamed = context._replace(labels=(Operand("…", "unnamed"),))
    assert "menyimpan self dan result" in said(Forward(1, values=(number(9.0),)), unnamed)
    assert "tidak ada tensor yang perlu disimpan" in said(Forward(1), context._replace(node=POW))


def test_numbers_are_not_told_twice_and_not_for_vectors():
    numbers = (Operand("2", "number"), Operand("3", "number"))
    context = Context(MUL, "2 × 3", NAMES, inputs={0: number(2.0), 1: number(3.0)}, labels=numbers)
    assert said(Forward(2, values=(number(6.0),)), context).startswith("2 × 3 = 6. ")
    names = (Operand("a"), Operand("b"))
    wide = Context(MUL, "a × b", NAMES, inputs={0: vector(1.0, 2.0), 1: number(3.0)}, labels=names)
    assert said(Forward(2, values=(vector(3.0, 6.0),)), wide).startswith("a × b = [3, 6]. ")


def test_what_is_recorded_during_a_backward_and_the_birth_of_nan_are_said():
    text = said(Forward(1, values=(number(9.0),)), Context(POW, "y", NAMES, inside=True, born=True))
    assert text.startswith("Sambil mundur, operasi ini ikut dicatat: y = 9.")
    assert text.endswith(" Di sinilah nan atau inf pertama kali muncul.")


def test_a_change_in_place_tells_before_and_after():
    change = Change("y", 1, number(2.0), number(3.0))
    assert said(InPlace("add_", change, name="y")) == "y diubah di tempat oleh add_: 2 menjadi 3."
    bare = InPlace("add_", change._replace(before=None))
    assert said(bare) == "Sebuah tensor diubah di tempat oleh add_; isinya sekarang 3."


def test_cuts():
    cut = Cut(1, "detach", value=number(6.0))
    end = ". Gradien tidak akan lewat sini."
    given = Context(names=NAMES, given=Name("c", True))
    begin = "Graf terputus di y: detach() memberi tensor bernilai sama di luar graf"
    assert said(cut) == f"{begin} (6){end}"
    assert said(cut, given) == f"{begin}, yaitu c (6){end}"
    assert "yaitu" not in said(cut, given._replace(given=Name("y.detach()")))
    assert said(cut._replace(how="no_grad"), given) == (
        f"Graf terputus di y: di dalam no_grad operasi tidak dicatat, jadi c di luar graf (6){end}"
    )
    assert said(cut._replace(how="item")) == "item() membaca isi y sebagai bilangan Python, 6; hasil itu di luar graf."
    assert said(Cut(1, "numpy")) == "numpy() membaca isi y sebagai array NumPy; hasil itu di luar graf."


def test_a_backward_starts_from_one_or_from_what_was_given():
    one, three = Flow(1, 0, 0, number(1.0)), Flow(2, 1, 0, number(3.0))
    assert said(Backward(0, sent=(one,))) == "backward() dimulai. Gradien awal untuk y adalah 1, sebab ∂y/∂y = 1."
    title = said(Backward(0, sent=(one._replace(node=2),)))
    assert title == "backward() dimulai. Gradien awal untuk 2 × y adalah 1, turunannya terhadap dirinya sendiri."
    both = said(Backward(0, "grad", sent=(one, three)))
    assert both.startswith("torch.autograd.grad dimulai. ") and both.endswith("; 2 × y adalah 3.")


def back(received: float, sent: float, **context) -> str:
    """y = x² at x = 3, in a backward."""
    link = slot_gradient(POW, 0, 0, number(received), number(sent), {0: number(3.0)}, ["x"])
    event = Gradient(1, 0, values=(number(received),), parts=(Flow(2, 0, 0, number(received)),))
    return said(event, Context(POW, "y", NAMES, frozenset([0]), [link], **context))


def test_the_chain_rule_with_its_numbers():
    rule = "PowBackward0 menerima gradien 2. Turunan lokal terhadap x: 2x = 2 × 3 = 6. Aturan rantai: 2 × 6 = 12 "
    assert back(2.0, 12.0) == rule + "ditambahkan ke x.grad."
    assert back(2.0, 12.0, adds=False) == rule + "dikirim ke x."
    assert back(2.0, 12.0, meeting={(0, 0)}) == rule + "dikirim ke daun x."
    assert back(-2.0, -12.0).endswith("−2 × 6 = −12 ditambahkan ke x.grad.")
    assert "Aturan rantai" not in back(2.0, 13.0), "a factor that does not give what was sent is not claimed"


def test_a_negative_factor_stands_in_brackets():
    node = Node("NegBackward0", "operation", "y", ((),))
    link = slot_gradient(node, 0, 0, number(5.0), number(-5.0), {0: number(3.0)}, ["x"])
    text = said(Gradient(1, 0, values=(number(5.0),)), Context(node, "y", NAMES, frozenset(), [link]))
    assert "5 × (−1) = −5 dikirim ke x." in text


def test_a_formula_with_cases_tells_the_case():
    node = Node("ReluBackward0", "operation", "y", ((),))
    link = slot_gradient(node, 0, 0, number(5.0), number(5.0), {0: number(3.0)}, ["x"])
    text = said(Gradient(1, 0, values=(number(5.0),)), Context(node, "y", NAMES, frozenset([0]), [link]))
    assert "1 bila x > 0, selain itu 0; di sini 1. Aturan rantai: 5 × 1 = 5 ditambahkan" in text


def test_vectors_are_multiplied_element_by_element():
    values = {0: vector(1.0, 2.0)}
    link = slot_gradient(POW, 0, 0, vector(1.0, 3.0), vector(2.0, 12.0), values, ["x"])
    text = said(Gradient(1, 0, values=(vector(1.0, 3.0),)), Context(POW, "y", NAMES, frozenset([0]), [link]))
    assert "2x = [2, 4]. Aturan rantai: [1, 3] ⊙ [2, 4] = [2, 12] ditambahkan ke x.grad." in text


def test_gradients_that_meet_are_added_up_and_a_hook_is_named():
    parts = (Flow(1, 0, 0, number(60.0)), Flow(2, 0, 0, number(-20.0)))
    event = Accumulate(0, 0, Change("x", 0, None, number(40.0)), value=number(40.0), parts=parts)
    empty = "x.grad masih kosong, jadi isinya menjadi 40."
    assert said(event) == f"Gradien 60 + (−20) = 40 sampai di daun x. {empty}"
    hooked = event._replace(parts=parts[:1], hooked=True)
    assert said(hooked) == f"Gradien 40 (hook mengubahnya dari 60) sampai di daun x. {empty}"
    many = event._replace(parts=parts * 3)
    assert said(many).startswith("Gradien 40 (jumlah dari 6 panah) sampai")


def test_a_gradient_is_added_to_the_one_before():
    event = Accumulate(0, 0, Change("x", 0, number(4.0), number(1.0)), value=number(-3.0))
    assert said(event).endswith("x.grad sudah berisi 4, jadi 4 + (−3) = 1.")


def test_an_operation_without_inputs_that_need_a_gradient():
    text = said(Gradient(1, 0, values=(number(2.0),)), Context(POW, "y", NAMES))
    assert text == "PowBackward0 menerima gradien 2; tidak ada masukan yang memerlukan gradien."

    undefined = said(Gradient(1, 0, values=(None,), sent=(Flow(0, 0),)), Context(POW, "y", NAMES))
    assert undefined == "PowBackward0 menerima gradien kosong; ia tidak mengirim gradien."


def test_what_is_freed_is_said():
    link = slot_gradient(POW, 0, 0, number(2.0), number(12.0), {0: number(3.0)}, ["x"])
    event = Gradient(1, 0, values=(number(2.0),), freed=("self",))
    assert said(event, Context(POW, "y", NAMES, frozenset([0]), [link])).endswith(" Simpanannya dibebaskan.")


def test_the_end_lists_what_has_grown_or_what_is_returned():
    grown = [Change("x", 0, None, number(12.0)), Change("w", 3, None, None)]
    assert said(End(0), Context(grown=grown)) == "Mundur selesai: x.grad = 12, w.grad sudah kosong lagi."
    many = [Change(f"w{i}", i, None, number(1.0)) for i in range(6)]
    assert said(End(0), Context(grown=many)).endswith("w3.grad = 1, dan 2 gradien lain.")
    assert said(End(0, "grad", values=(number(2.0), number(3.0)))) == (
        "torch.autograd.grad mengembalikan 2 dan 3; isi .grad daun tidak berubah."
    )


def test_an_optimizer_goes_against_the_gradient_or_skips():
    moved = Change("w", 3, number(2.0), number(1.0))
    still = Change("x", 0, number(5.0), number(5.0))
    down = Context(names=NAMES, grads={3: number(4.0), 0: None})
    assert said(OptimizerStep("SGD", (moved,)), down) == "SGD.step() menggeser w melawan arah gradien."
    assert "melawan" not in said(OptimizerStep("SGD", (moved,)), down._replace(grads={3: number(-4.0)}))
    assert said(OptimizerStep("Adam", (moved,)), down) == "Adam.step() memperbarui w."
    assert said(OptimizerStep("SGD", (moved, still)), down).endswith("; x dilewati karena x.grad kosong.")
    assert said(OptimizerStep("SGD", (still,)), down) == (
        "SGD.step() tidak mengubah apa pun: x dilewati karena x.grad kosong."
    )


def test_clearing_gradients():
    old = Change("w", 3, number(4.0), None)
    assert said(ZeroGrad((old,), owner="SGD")) == "SGD.zero_grad() menghapus gradien lama: w.grad dari 4 menjadi None."
    assert said(ZeroGrad((), owner="SGD")) == "SGD.zero_grad() menghapus gradien lama; belum ada yang perlu dihapus."
    assert said(ZeroGrad((old,), "none")) == "w.grad = None menghapus gradien lama, 4."
    assert said(ZeroGrad((old,), "zero_")) == "w.grad.zero_() mengisi gradien dengan nol; isi lamanya 4."


def test_an_error_is_short_and_explained():
    text = said(Error("RuntimeError: Trying to backward through the graph a second time. Hint: retain_graph=True"))
    assert text == (
        "Kode berhenti di sini: RuntimeError: Trying to backward through the graph a second time. "
        "Simpanan graf ini sudah dibebaskan oleh backward sebelumnya. Rekaman sampai titik ini tetap dapat diputar."
    )
    assert len(said(Error("ValueError: " + "kata " * 100))) < 260


def test_what_cannot_be_shown_is_said_at_its_place():
    assert said(Unseen("gradient")) == "Di sini 1 gradien tidak terbaca."


def test_the_sentence_of_the_table_goes_with_a_gradient_only():
    assert note(Gradient(1, 0), POW) and note(Forward(1), POW) == "" == note(Gradient(0, 0), LEAF)


def test_a_round_and_a_group_are_told_at_once():
    run = [Forward(1, values=(number(9.0),)), Forward(1, values=(number(8.0),))]
    words = "".join(span.text for span in narrate_round(run, "Putaran 7", NAMES, 0))
    assert words == "Putaran 7, maju: 2 operasi; y = 8."
    group = "".join(span.text for span in narrate_group(run, run, "encoder"))
    assert group == "encoder: 2 operasi dihitung; hasilnya 8."
    back = [Gradient(1, 0, values=(number(3.0),)), Gradient(1, 0, values=(number(5.0),))]
    flow = "".join(span.text for span in narrate_group(back, back, "encoder"))
    assert flow == "Gradien 3 mengalir mundur lewat 2 simpul di encoder."


def test_a_constant_is_no_name_of_what_is_saved():
    node = MUL._replace(saved=(Saved("other", "alive"),))
    context = Context(node, "x × konstanta", NAMES, labels=(Operand("x"), UNTRACKED))
    assert "menyimpan other untuk" in said(Forward(2, values=(number(1.0),)), context)


def asked(event, context: Context):
    return [("".join(span.text for span in one.say), one) for one in questions(event, context)]


def test_a_gradient_is_asked_for_with_what_arrives_and_its_hint_is_the_local_derivative():
    link = slot_gradient(POW, 0, 0, number(2.0), number(12.0), {0: number(3.0)}, ["x"])
    step = Gradient(1, 0, None, "y", (number(2.0),), (), (Flow(0, 0, 0, number(12.0)),))
    context = PLAIN._replace(node=POW, title="y = x²", links=[link], leaves=frozenset([0]))
    ((text, one),) = asked(step, context)
    assert text == "Gradien 2 tiba di y. Berapa gradien yang dikirim ke daun x?"
    assert (one.name, one.answer, one.sizes, one.line) == ("x", (12.0,), None, None)
    assert (one.given, one.factor, one.slot) == (2.0, 6.0, 0)
    assert "".join(span.text for span in one.hint) == "Turunan lokal terhadap x: 2x = 2 × 3 = 6."
    assert "12" not in text + "".join(span.text for span in one.hint)


def test_of_a_large_gradient_the_shape_is_asked_for_and_complex_ones_are_not():
    for sent, wanted in ((LARGE, [((), (100,))]), (Value((), "complex64", (1j,)), [])):
        link = slot_gradient(MUL, 0, 0, number(1.0), sent, {}, ["x", "w"])
        step = Gradient(2, 0, None, None, (number(1.0),), (), (Flow(0, 0, 0, sent),))
        found = asked(step, PLAIN._replace(node=MUL, links=[link]))
        assert [(one.answer, one.sizes) for _, one in found] == wanted


def test_a_question_about_a_shape_tells_the_shape_that_arrives_and_its_hint_not_the_answer():
    came, sent, other = (Value(sizes, "float32", (1.0,) * (sizes[0] * sizes[1])) for sizes in ((3, 2), (3, 4), (4, 2)))
    node = Node("MmBackward0", "operation", None, ((3, 2),))
    link = slot_gradient(node, 0, 0, came, sent, {1: other}, ["x", "w"])
    step = Gradient(2, 0, None, None, (came,), (), (Flow(0, 0, 0, sent),))
    ((text, one),) = asked(step, PLAIN._replace(node=node, links=[link]))
    assert text.startswith("Gradien berbentuk (3, 2) tiba di ") and "Apa bentuk gradien yang dikirim ke " in text
    hint = "".join(span.text for span in one.hint)
    assert one.sizes == (3, 4) and "(3, 4)" not in text + hint
    assert hint.endswith("VJP g·bᵀ (g (3, 2), b = w (4, 2)).") and link.rule == "g·bᵀ"


def test_an_operation_that_an_arrow_passes_twice_is_named_once():
    link = slot_gradient(MUL, 0, 0, number(1.0), LARGE, {}, ["x", "w"])._replace(via=("T", "T", "View"), joined=True)
    step = Gradient(2, 0, None, None, (number(1.0),), (), (Flow(0, 0, 0, LARGE),))
    told = said(step, PLAIN._replace(node=MUL, links=[link]))
    assert "; lewat T dua kali, View, dan di sana dijumlahkan" in told


def test_what_is_captured_or_kept_is_not_asked_for():
    step = Gradient(0, 0, None, "x", (number(2.0),))
    assert asked(step, PLAIN._replace(node=LEAF)) == [] and asked(End(0), PLAIN) == []
    assert asked(step._replace(captured=True), PLAIN._replace(node=MUL)) == []


def test_the_content_of_a_leaf_is_asked_for_with_all_that_arrives():
    parts = (Flow(1, 0, 0, number(-20.0)), Flow(2, 0, 0, number(60.0)))
    step = Accumulate(0, 0, Change("x", 0, number(2.0), number(42.0)), None, "x", number(40.0), parts)
    ((text, one),) = asked(step, PLAIN)
    assert text == "Gradien −20 dan 60 tiba di daun x, dan x.grad sudah berisi 2. Berapa isi x.grad sesudah ini?"
    assert (one.name, one.answer, one.slot) == ("x.grad", (42.0,), None)
    assert asked(step._replace(change=Change("x", 0, None, LARGE)), PLAIN) == []
