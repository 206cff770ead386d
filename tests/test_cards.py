import re

import pytest

from autograd_viz.drawing.cards import WORD_LIMIT, Card, cards
from autograd_viz.graph import Edge, Graph, Node, Output, Saved, Value
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import DRAWING
from autograd_viz.text.titles import UNTRACKED, Operand, title


def leaf(name="x", **more):
    return Node("AccumulateGrad", "leaf", name, ((),), "float32", **more)


def one(node, **more) -> Card:
    return cards(Graph((node,), ()), **more)[0]


def lines(card):
    return [line.text for line in card.lines]


def scalar(number):
    return Value((), "float32", (number,))


def test_leaf_without_gradient_says_so_and_never_shows_a_zero():
    card = one(leaf(value=scalar(3.0)))
    assert [(line.text, line.tone) for line in card.gradient] == [("grad belum dihitung", "missing")]
    assert lines(card) == ["daun · skalar", "nilai 3"]


def test_a_zero_gradient_is_a_gradient():
    card = one(leaf(grad=scalar(0.0)))
    assert [(line.text, line.tone) for line in card.gradient] == [("grad 0", "grad")]


def test_large_gradient_is_its_norm_and_large_value_its_range():
    big = Value((3, 4), "float32", None, -0.48123, 0.4312, 0.0, 0.53004)
    card = one(leaf(value=big, grad=big)._replace(shapes=((3, 4),)))
    assert lines(card) == ["daun · (3, 4)", "nilai −0.4812 … 0.4312"]
    assert card.gradient[0].text == "grad ‖·‖ 0.53"


def test_many_stored_numbers_still_become_a_norm():
    twelve = Value((3, 4), "float32", tuple([2.0] * 12))
    assert one(leaf(grad=twelve)).gradient[0].text == "grad ‖·‖ 6.928"


def test_a_tensor_without_gradient_never_looks_like_a_leaf():
    card = one(Node("", "constant", "target", ((1,),), "float32", value=Value((1,), "float32", (1.0,))))
    assert (card.kind, card.gradient) == ("constant", ())
    assert lines(card) == ["(1)", "nilai [1]", "tanpa gradien"]


@pytest.mark.parametrize(
    ("saved", "state", "told"),
    [
        ((Saved("self", "alive", (3,)),), "", ["menyimpan: self (3)"]),
        ((Saved("self", "freed"), Saved("other", "freed")), "freed", ["simpanan: dibebaskan"]),
        (
            (Saved("self", "alive", (3,)), Saved("other", "freed")),
            "freed",
            ["menyimpan: self (3)", "dibebaskan: other"],
        ),
        ((Saved("result", "changed", None, None, 1, 0),), "changed", ["result diubah:", "versi 1, seharusnya 0"]),
        ((Saved("self", "hooked"),), "hooked", ["di balik hook: self"]),
        ((), "", []),
    ],
)
def test_saved_tensors_and_their_state(saved, state, told):
    card = one(Node("ExpBackward0", "operation", None, ((3,),), "float32", saved=saved))
    assert card.state == state
    assert lines(card) == ["ExpBackward0", "(3)", *told]


def test_titles_name_the_operands():
    graph = Graph(
        (
            leaf("x"),
            Node("PowBackward0", "operation", "y", ((),), attributes=(("exponent", "2"),)),
            Node("MulBackward0", "operation", None, ((),), attributes=(("·slot1", "2"),)),
            Node("AddBackward0", "output", "z", ((),)),
        ),
        (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 3, 0)),
        (Output(3, 0, "z"),),
    )
    assert [card.title for card in cards(graph)] == ["x", "y = x²", "y × 2", "z = … + konstanta"]
    assert [card.output for card in cards(graph)] == [False, False, False, True]


def test_an_expression_that_is_too_long_gives_way_to_the_symbol():
    long = ["a_rather_long_parameter_name", "another_rather_long_name", "and_a_third_that_is_longer"]
    assert title(Node("AddmmBackward0", "operation"), list(map(Operand, long))).text == "linear"


def test_a_long_name_is_shortened_in_the_middle_and_kept_whole():
    name = "transformer.h.11.attention.output.projection.weight"
    card = one(leaf(name))
    assert card.title == name
    assert "…" in card.shown and card.shown.startswith("transformer") and card.shown.endswith("weight")
    assert width(card.shown, DRAWING.title, True) + 2 * DRAWING.pad <= card.width


@pytest.mark.parametrize("letter", ["W", "i", "漢", "é", "…"])
def test_every_text_fits_its_card(letter):
    long = letter * 90
    card = one(
        Node(long, "operation", long, ((2,),), "float32", saved=(Saved(long, "alive"), Saved(long, "changed"))),
        detail="full",
    )
    for line in card.lines:
        assert width(line.text, DRAWING.line, line.tone != "") <= min(WORD_LIMIT, card.width - 2 * DRAWING.pad)


def test_small_tensors_show_every_number_on_as_many_rows_as_needed():
    value = Value((2, 3), "float32", (-0.123456, 0.2, -0.312345, 0.445678, -0.5, 0.66666))
    text = " ".join(lines(one(leaf(value=value)))[1:])
    assert text == "nilai [[−0.1235, 0.2, −0.3123], [0.4457, −0.5, 0.6667]]"


def test_equal_things_are_equally_large():
    made = cards(Graph((leaf("x"), leaf("a_longer_name_x"), Node("SinBackward0", "operation")), ()))
    assert made[0].width == made[1].width


def test_a_chip_is_small_and_bare():
    card = one(leaf("w")._replace(chip=True, count=0))
    assert card.chip and not card.lines and not card.gradient
    assert card.height < one(leaf("w")).height


def test_a_group_counts_its_nodes():
    card = one(Node("encoder", "group", "encoder.layer1", ((8, 4),), "float32", count=12))
    assert (card.title, lines(card)) == ("encoder.layer1", ["12 simpul", "(8, 4)"])


def test_several_outputs_are_counted():
    card = one(Node("UnbindBackward0", "operation", None, ((), (), ()), "float32"))
    assert lines(card) == ["UnbindBackward0", "3 keluaran · skalar"]


def test_unusual_dtypes_and_non_finite_values_are_told():
    card = one(leaf(value=Value((9,), "float64", None, finite=False))._replace(dtype="float64"))
    assert lines(card) == ["daun · skalar float64", "nilai ada nan atau inf"]
    assert card.lines[1].tone == "warn"


def test_control_characters_and_newlines_do_not_reach_a_card():
    card = one(leaf("a\nb\x00\ud800\u202e"))
    assert card.title == "a b���"


def test_shorten_keeps_what_fits():
    assert shorten("abc", 500, 12) == "abc"
    assert shorten("abcdefgh", 0, 12) == "…"


def test_a_long_operand_is_shortened_rather_than_lost():
    short = title(Node("SubBackward0", "operation", "p"), [Operand("linear2.bias"), UNTRACKED]).text
    assert short == "p = linear2.bias − konstanta"
    long = title(Node("SubBackward0", "operation"), [Operand("transformer.h.11.attn.weight"), UNTRACKED]).text
    assert re.fullmatch(r"tra[a-z]*…[a-z]*ght − konstanta", long), long


def test_one_kind_of_operation_has_one_title():
    unnamed = Operand("…", "unnamed")
    known = [Operand("linear.bias"), Operand("x"), Operand("linear.weight")]
    unknown = [unnamed, Operand("x"), unnamed]
    assert {title(Node("AddmmBackward0", "operation"), slots).text for slots in (known, unknown)} == {"linear"}


@pytest.mark.parametrize(
    ("path", "told"),
    [("fc1", "fc1(x)"), ("net.fc1", "fc1(x)"), ("decoder.2", "decoder[2](x)"), ("a.decoder.2.1", "decoder[2][1](x)"),
     ("0", "lapisan 0(x)"), ("3.0", "lapisan 3.0(x)"), ("part.down-1", 'part["down-1"](x)')],
)  # fmt: skip
def test_a_layer_goes_by_the_name_of_its_module(path, told):
    slots = [Operand(f"{path}.bias"), Operand("x"), Operand(f"{path}.weightᵀ")]
    assert title(Node("AddmmBackward0", "operation", module=path), slots).text == told
    assert title(Node("MmBackward0", "operation", "y", module=path), slots[1:]).text == f"y = {told}"
    assert title(Node("AddmmBackward0", "operation", module="other"), slots).text != told


@pytest.mark.parametrize(
    ("op", "path", "told"),
    [("ConvolutionBackward0", "conv1", "conv1(x)"), ("NativeBatchNormBackward0", "3", "lapisan 3(x)"),
     ("NativeLayerNormBackward0", "h.0.ln_1", "ln_1(x)"), ("EmbeddingBackward0", "wte", "wte(…)")],
)  # fmt: skip
def test_other_layers_go_by_their_module_too(op, path, told):
    slots = [Operand("x"), Operand(f"{path}.weight"), Operand(f"{path}.bias")]
    found = title(Node(op, "operation", module=path), slots[1:2] if op.startswith("Emb") else slots)
    assert found.text == told and found.whole is not op.startswith("Emb")
    assert title(Node(op, "operation", module=path), [Operand("x"), Operand("kernel"), Operand("b")]).text != told


def test_a_title_leaves_the_expression_whole_or_gives_the_symbol():
    node = Node("MseLossBackward0", "operation", "loss_yang_keliru")
    assert title(node, [Operand("prediksi"), UNTRACKED]).text == "loss_yang_keliru = MSE"
