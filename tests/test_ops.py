"""Every formula of the table against autograd, and how expressions are written."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograd_viz.graph import OWN, Node, Saved
from autograd_viz.operations import conditions
from autograd_viz.operations.expressions import format_expression
from autograd_viz.operations.formula import MATH, evaluate
from autograd_viz.operations.notation import binding
from autograd_viz.operations.ops import LETTERS, OPS, local_derivative, lookup, shown_rule
from autograd_viz.tracing.saved import layout_of, read_plain, read_saved
from tests.ops_cases import CASES, ELSEWHERE, NO_FORMULA, Case

WRAPPED = 2**64
SINCE = torch.__version__ >= (2, 14)  # the version in which derivatives at ties changed
MINE = {"self", "other", "result"}  # saved fields that the formulas call a, b and y


# --- the small vocabulary of the vjp formulas ------------------------------------------------------------------------


def axes(a, dim):
    dims = range(a.dim()) if dim is None or dim == () else (dim if isinstance(dim, tuple) else (dim,))
    return tuple(d % max(a.dim(), 1) for d in dims)


def keep(a, dim):
    return tuple(1 if i in axes(a, dim) else size for i, size in enumerate(a.shape))


def middle(a, dim):
    return a.mean(axes(a, dim), keepdim=True)


def freedom(a, y, correction):
    return a.numel() / y.numel() - (1 if correction is None else correction)


def later(x, dim):
    return x.flip(dim).cumsum(dim).flip(dim)


def share(g, a, reduction):
    return g / a.numel() if reduction == 1 else g


def home(a, view, g):
    places = view(torch.arange(a.numel()).reshape(a.shape))
    return a.new_zeros(a.numel()).index_add(0, places.flatten(), g.flatten()).reshape(a.shape)


def share_of(a, scale):
    return a.shape[-1] ** -0.5 if scale is None else scale


def attended(a, b, scale=None, is_causal=False, attn_mask=None, attn_bias=None):
    scores = a @ b.mT * share_of(a, scale)
    if is_causal:
        scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), -math.inf)
    for mask in (attn_mask, attn_bias):
        scores = scores if mask is None else scores + mask
    return torch.softmax(scores, -1)


def blame(a, b, weights, *how):
    p = attended(a, b, *how)
    return p * (weights - (p * weights).sum(-1, keepdim=True))


def nll(a, target, g, weight, ignore_index):
    counted = target != ignore_index
    target = torch.where(counted, target, 0)
    factor = counted * (1 if weight is None else weight[target])
    return -torch.zeros_like(a).scatter(1, target[:, None], (g * factor)[:, None])


def rows(a, indices, g, padding_idx, scale_grad_by_freq):
    used = indices.flatten()
    found = torch.zeros_like(a).index_add(0, used, g.reshape(-1, a.shape[1]))
    if scale_grad_by_freq:
        found = found / used.bincount(minlength=len(a)).clamp(min=1)[:, None]
    return found if padding_idx < 0 else found.index_fill(0, torch.tensor(padding_idx), 0)


def correlated(a, g, stride, padding, dilation):
    return F.conv2d(a.transpose(0, 1), g.transpose(0, 1), None, dilation, padding, stride).transpose(0, 1)


def across(a):
    return tuple(i for i in range(a.dim()) if i != 1)


def channel(v, a):
    return v.reshape(-1, *(1 for _ in range(a.dim() - 2)))


def whiten(h, normed, scale, dims):
    return scale * (h - h.mean(dims, keepdim=True) - normed * (h * normed).mean(dims, keepdim=True))


def grouped(a, mean, scale):
    return (a.reshape(*mean.shape, -1) - mean[..., None]) * scale[..., None]


VOCABULARY = {
    f.__name__: f
    for f in (axes, keep, middle, freedom, later, share, home, share_of, attended, blame, nll, rows, correlated, across,
              channel, whiten, grouped)
} | {"torch": torch, "F": F}  # fmt: skip


def where(test, yes, no):
    return torch.where(test, torch.as_tensor(yes, dtype=torch.float64), torch.as_tensor(no, dtype=torch.float64))


TORCH = {name: getattr(torch, name, None) for name in MATH} | {"ln": None, "where": where}
TORCH["equals"] = lambda x, *others: torch.stack([torch.as_tensor(x == other) for other in others]).any(0)
TORCH["ln"] = lambda x: torch.as_tensor(x, dtype=torch.float64).log()
TORCH["sqrt"] = lambda x: torch.as_tensor(x, dtype=torch.float64).sqrt()


# --- reading a case --------------------------------------------------------------------------------------------------


def signed(value):
    if isinstance(value, tuple):
        return tuple(signed(part) for part in value)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value - WRAPPED if whole and value >= WRAPPED // 2 else value


def saved_fields(node):
    names = [name for name in dir(node) if name.startswith("_saved_")]
    return {name.removeprefix("_saved_"): signed(getattr(node, name)) for name in names}


def facts_of(node):
    """What the package itself reads of a node: attributes as text, and which tensors it has saved."""
    layout = layout_of(node)
    return {**{one.name: "tensor" for one in read_saved(node, layout)}, **dict(read_plain(node, layout))}


def run(case: Case):
    made = case.make(*case.inputs)
    outputs = made if isinstance(made, tuple) else (made,)
    outputs = tuple(y for y in outputs if y.grad_fn is not None)
    generator = torch.Generator().manual_seed(99)
    g = tuple(torch.rand(y.shape, generator=generator, dtype=torch.float64).to(y.dtype) - 0.5 for y in outputs)
    return outputs, g


def short_name(node):
    return node.name().removeprefix("torch::autograd::").removesuffix("_copy")


def truth(case, outputs, g):
    slots = [k for k, x in enumerate(case.inputs) if x.requires_grad]
    grads = torch.autograd.grad(outputs, [case.inputs[k] for k in slots], g, retain_graph=True, allow_unused=True)
    zero = [torch.zeros_like(case.inputs[k]) for k in slots]
    return {k: z if grad is None else grad for k, grad, z in zip(slots, grads, zero, strict=True)}


def asked_by(op):
    """The node's own fields that decide what is shown of a formula."""
    return {name.removeprefix(OWN) for text in (*op.shown, op.expression) for name in conditions.names(text)}


FLAT = [(name, i, case) for name, cases in CASES.items() for i, case in enumerate(cases)]
AWAY = [(name, i, case) for name, cases in ELSEWHERE.items() for i, case in enumerate(cases)]


def label(value):
    return value if isinstance(value, str) else ""


# --- the formulas ----------------------------------------------------------------------------------------------------


def test_every_entry_is_checked():
    assert set(OPS) == set(CASES) | set(ELSEWHERE) | NO_FORMULA
    assert len(OPS) >= 100


@pytest.mark.parametrize(("name", "number", "case"), FLAT, ids=label)
def test_the_case_builds_this_node(name, number, case):
    outputs, _ = run(case)
    assert {short_name(y.grad_fn) for y in outputs} == {name}


@pytest.mark.parametrize(("name", "number", "case"), FLAT + AWAY, ids=label)
def test_formula_equals_autograd(name, number, case):
    op, (outputs, g) = lookup(name), run(case)
    fields = saved_fields(outputs[0].grad_fn)
    if "indices" in fields and not isinstance(fields["indices"], Tensor):
        fields["indices"] = tuple(i for i in fields["indices"] if i is not None)
    letters = {**dict(zip(LETTERS, (x.detach() for x in case.inputs), strict=False)), "inputs": case.inputs}
    ours = {k: v for k, v in fields.items() if (k not in MINE or not isinstance(v, Tensor)) and k not in letters}
    given = facts_of(outputs[0].grad_fn)
    single = len(outputs) == 1
    y = outputs[0].detach() if single else tuple(y.detach() for y in outputs)
    scope = {**VOCABULARY, **dict.fromkeys(asked_by(op)), **ours, **letters}
    scope |= {**case.extra, "g": g[0] if single else g, "y": y}
    for k, wanted in truth(case, outputs, g).items():
        if op.local:
            numbers = {n: v for n, v in ours.items() if isinstance(v, int | float)}
            numbers |= {"approximate": float(ours.get("approximate") == "tanh"), "N": case.inputs[0].numel()}
            numbers |= {"tie": op.ties[k][SINCE]} if op.ties else {}
            factor = evaluate(conditions.resolve(op.local[k], given), {**op.defaults, **numbers, **letters}, TORCH)
            got = g[0] * factor
            got = got.sum_to_size(wanted.shape) if got.numel() >= wanted.numel() else got.expand(wanted.shape)
        else:
            any_slot = "{*}" in op.expression
            at_tie = {"tie": op.ties[k][SINCE]} if op.ties else {}
            got = eval(op.vjp[0], {**scope, "k": k}) if any_slot else eval(op.vjp[k], {**scope, **at_tie})
            got = got.sum_to_size(wanted.shape)
        # torch keeps a few constants, such as hardsigmoid's 1/6, in float32: hence 1e-7
        torch.testing.assert_close(got.detach(), wanted, equal_nan=True, rtol=1e-7, atol=1e-10, msg=f"{name} slot {k}")


ELEMENTWISE = [row for row in FLAT if lookup(row[0]).local and row[2].make(*row[2].inputs).dim() > 0]


@pytest.mark.parametrize(("name", "number", "case"), ELEMENTWISE, ids=label)
def test_local_number_of_each_element_equals_autograd(name, number, case):
    (y,), _ = run(case)
    attributes = facts_of(y.grad_fn)
    spread = torch.broadcast_tensors(*(x.detach() for x in case.inputs), y.detach())[:-1]
    if spread[0].shape != y.shape:
        pytest.fail("an element-wise case must broadcast to its result")
    for k, x in enumerate(case.inputs):
        if not x.requires_grad:
            continue
        free = [s.clone().requires_grad_(i == k) for i, s in enumerate(spread)]
        node = case.make(*free)
        wanted = torch.autograd.grad(node, free[k], torch.ones_like(node), allow_unused=True)[0]
        for place in itertools.islice(itertools.product(*map(range, y.shape)), 12):
            values = [s[place].item() for s in spread]
            local = local_derivative(name, k, LETTERS, values, attributes, y.numel(), SINCE)
            assert local is not None and local.value is not None and local.numbers
            assert local.value == pytest.approx(wanted[place].item(), rel=1e-7, abs=1e-11, nan_ok=True), (values, local)


WITH_REDUCTION = [row for row in FLAT if any("reduction" in text for text in (*OPS[row[0]].local, *OPS[row[0]].vjp))]


@pytest.mark.parametrize(("name", "number", "case"), WITH_REDUCTION, ids=label)
def test_a_formula_divides_by_n_only_where_autograd_does(name, number, case):
    """The same inputs summed instead of averaged: what is shown divides by N if, and only if, the gradient changes."""
    op, (outputs, _) = lookup(name), run(case)
    given = facts_of(outputs[0].grad_fn)
    mean = given["reduction"] == "1"
    shown = op.derivative(given)
    assert ("N" in shown.replace("NLL", "") or "/Σ" in shown) is mean, shown
    assert "bila rata-rata" not in shown and "reduction" not in shown
    for slot, letter in enumerate(LETTERS[: len(op.local)]):
        local = local_derivative(name, slot, LETTERS, (), given, None)
        assert ("N" in local.formula) is mean, (letter, local)


def test_every_loss_with_a_reduction_is_tried_in_all_three():
    tried = {name: set() for name, _, _ in WITH_REDUCTION}
    for name, _, case in WITH_REDUCTION:
        tried[name].add(saved_fields(run(case)[0][0].grad_fn)["reduction"])
    assert {name for name, how in tried.items() if how != {0, 1, 2}} == set()


def test_a_reduction_that_nobody_knows_is_left_open():
    assert lookup("SoftMarginLossBackward0").derivative().endswith("(/N bila rata-rata)")
    assert "bila reduction = 1" in lookup("MseLossBackward0").derivative()


@pytest.mark.parametrize("name", sorted(OPS))
def test_what_decides_a_shown_formula_decides_the_checked_one(name):
    for shown, vjp in zip(OPS[name].shown, OPS[name].vjp, strict=False):
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in vjp).split())
        for asked in conditions.names(shown) - {"alpha", "beta"}:
            assert asked.removeprefix(OWN) in words, (shown, asked)


@pytest.mark.parametrize(
    ("name", "slot", "given", "wanted"),
    [
        ("BinaryCrossEntropyBackward0", 0, {"reduction": "2"}, "g·(a − b)/(a·(1 − a))"),
        ("BinaryCrossEntropyBackward0", 0, {"reduction": "1", "weight": "tensor"}, "g·weight·(a − b)/(a·(1 − a))/N"),
        ("BinaryCrossEntropyWithLogitsBackward0", 0, {"reduction": "0"}, "g·(σ(a) − b)"),
        (
            "BinaryCrossEntropyWithLogitsBackward0", 0, {"reduction": "1", "pos_weight": "tensor"},
            "g·((p·b + 1 − b)·σ(a) − p·b)/N, dengan p = pos_weight",
        ),
        ("NllLossBackward0", 0, {"reduction": "1"}, "−g/N pada kelas target, 0 pada kelas lain"),
        ("NllLossBackward0", 0, {"reduction": "2"}, "−g pada kelas target, 0 pada kelas lain"),
        (
            "NllLossBackward0", 0, {"reduction": "1", "weight": "tensor"},
            "−g·weight/Σ weight pada kelas target, 0 pada kelas lain",
        ),
        ("AddmmBackward0", 1, {"alpha": "1", "beta": "1"}, "g·cᵀ"),
        ("AddmmBackward0", 1, {"alpha": "0.5", "beta": "1"}, "α·g·cᵀ"),
        ("VarBackward0", 0, {"correction": "0"}, "g·2·(a − rata-rata)/(n − 0)"),
        ("NormBackward1", 0, {"p": "1"}, "g·sgn a·(|a|/y)^(1 − 1)"),
        ("LinalgVectorNormBackward0", 0, {"ord": "2.0"}, "g·a/y"),
        ("NativeLayerNormBackward0", 0, {}, "(h − mean h − x̂·mean(h·x̂))/σ, dengan h = g dan x̂ = masukan ternormalkan"),
        ("ConvolutionBackward0", 0, {"transposed": "True"}, "konvolusi g dengan kernel b"),
    ],
)  # fmt: skip
def test_shown_formula_follows_the_node(name, slot, given, wanted):
    saved = tuple(Saved(field, "alive") for field, text in given.items() if text == "tensor")
    plain = tuple((field, text) for field, text in given.items() if text != "tensor")
    assert shown_rule(Node(name, "operation", saved=saved, attributes=plain), slot) == wanted


@pytest.mark.parametrize("name", sorted(OPS))
def test_entry_is_complete(name):
    op = OPS[name]
    assert op.symbol and op.name and op.category and op.derivative() and op.expression
    one_sentence = op.sentence.replace(".grad", "grad").replace("PyTorch 2.14", "PyTorch")
    assert one_sentence[0].isupper() and one_sentence.index(".") == len(one_sentence) - 1
    assert "!" not in op.sentence and "grafik" not in op.sentence
    assert bool(op.local) != bool(op.shown), "a formula is stated once: as local, or as shown"
    assert len(op.shown) == len(op.vjp) or name in NO_FORMULA
    for shown in (op.derivative(), op.expression, op.symbol):
        assert "**" not in shown and "torch" not in shown
    assert not set("{}") & set(op.derivative())


def test_shown_formula_names_only_what_the_checked_one_uses():
    for name, op in OPS.items():
        for shown, vjp in zip(op.shown, op.vjp, strict=False):
            words = set("".join(c if c.isalpha() else " " for c in conditions.filled(shown, {})).split())
            code = set("".join(c if c.isalnum() or c == "_" else " " for c in vjp).split())
            assert words & set("abcgy") <= code, (name, shown)


@pytest.mark.parametrize("name", sorted(name for name, op in OPS.items() if op.ties))
def test_what_changed_at_ties_is_shown_and_tried(name):
    op = OPS[name]
    assert all(before != since for before, since in op.ties) and len(op.ties) == len(op.local or op.vjp)
    assert op.derivative().count("sejak PyTorch 2.14") >= len(op.ties)
    found = set()
    for case in CASES[name]:
        (y,), _ = run(case)
        for k, wanted in truth(case, (y,), torch.ones_like(y)).items():
            scope = {**VOCABULARY, **dict(zip(LETTERS, (x.detach() for x in case.inputs), strict=False))}
            scope |= {"tie": op.ties[k][not SINCE], "g": torch.ones_like(y)}
            if op.local:
                fields = {n: v for n, v in saved_fields(y.grad_fn).items() if isinstance(v, int | float)}
                got = evaluate(op.local[k], {**op.defaults, **fields, **scope}, TORCH)
            else:
                got = eval(op.vjp[k], scope)
            found |= {k} if (got != wanted).any() else set()
    assert found == set(range(len(op.ties))), "each slot has a case where the other version's derivative is wrong"


def test_a_tie_has_a_number_only_where_the_version_is_known():
    known = {"op_name": "ClampBackward1", "slot": 0, "labels": ["x"], "attributes": {"min": "0", "max": "None"}}
    text = "1 bila 0 < x, 1 (sejak PyTorch 2.14: 0) bila x = 0, selain itu 0"
    assert local_derivative(values=[0.0], **known)[:3] == (text, None, None)
    assert local_derivative(values=[0.0], since=False, **known)[:3] == (text, "1", 1.0)
    assert local_derivative(values=[0.0], since=True, **known)[:3] == (text, "0", 0.0)
    for value, wanted in ((-1.0, 0.0), (2.0, 1.0), (math.inf, 1.0), (math.nan, 0.0)):
        assert local_derivative(values=[value], **known)[:3] == (text, f"{wanted:.0f}", wanted)


def test_sentences_do_not_repeat_across_entries():
    first = {}
    for name, op in OPS.items():
        variant_of = first.setdefault(op.sentence, name)
        assert (op.local, op.vjp) == (OPS[variant_of].local, OPS[variant_of].vjp), (name, variant_of)


def test_operations_that_only_move_data_keep_every_number():
    for name, op in OPS.items():
        for case in CASES.get(name, []) if op.moves else []:
            made = case.make(*case.inputs)
            assert set(made.detach().double().flatten().tolist()) <= set(
                case.inputs[0].detach().to(made.dtype).double().flatten().tolist()
            )
    assert {name for name, op in OPS.items() if op.moves} >= {"TBackward0", "ViewBackward0", "ExpandBackward0"}


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operands", "attributes", "wanted"),
    [
        ("MulBackward0", ["a + b", "c"], {}, "(a + b) × c"),
        ("MulBackward0", ["a × b", "c"], {}, "a × b × c"),
        ("MulBackward0", ["x", "-2.5"], {}, "x × (−2.5)"),
        ("MulBackward0", ["2", None], {}, "2 × ·"),
        ("AddBackward0", ["a × b", "c + d"], {"alpha": "1"}, "a × b + c + d"),
        ("AddBackward0", ["a", "b"], {"alpha": "-3"}, "a + −3·b"),
        ("AddBackward0", ["x", "−y"], {}, "x + (−y)"),
        ("SubBackward0", ["a − b", "c − d"], {"alpha": "1"}, "a − b − (c − d)"),
        ("RsubBackward1", ["x + 1"], {}, "· − (x + 1)"),
        ("DivBackward0", ["a × b", "c × d"], {}, "a × b / (c × d)"),
        ("NegBackward0", ["a + b"], {}, "−(a + b)"),
        ("PowBackward0", ["x"], {"exponent": "2"}, "x²"),
        ("PowBackward0", ["x"], {"exponent": "-1"}, "x⁻¹"),
        ("PowBackward0", ["x"], {"exponent": "2.0"}, "x²"),
        ("PowBackward0", ["x"], {"exponent": "2.5"}, "x^2.5"),
        ("PowBackward0", ["x²"], {"exponent": "3"}, "(x²)³"),
        ("PowBackward0", ["a × b"], {"exponent": "2"}, "(a × b)²"),
        ("PowBackward0", ["-3"], {"exponent": "2"}, "(−3)²"),
        ("PowBackward1", ["x", "n + 1"], {}, "xⁿ⁺¹"),
        ("PowBackward1", ["x", "fc.w"], {}, "x^fc.w"),
        ("PowBackward2", ["x"], {"self": "2"}, "2ˣ"),
        ("SinBackward0", ["x"], {}, "sin x"),
        ("SinBackward0", ["x + 1"], {}, "sin(x + 1)"),
        ("SinBackward0", ["x²"], {}, "sin(x²)"),
        ("ExpBackward0", ["sin x"], {}, "exp(sin x)"),
        ("LogBackward0", ["sum(x)"], {}, "ln(sum(x))"),
        ("SqrtBackward0", ["a + b"], {}, "√(a + b)"),
        ("AbsBackward0", ["a − b"], {}, "|a − b|"),
        ("MulBackward0", ["|a − b|", "c"], {}, "|a − b| × c"),
        ("SigmoidBackward0", ["a + b"], {}, "σ(a + b)"),
        ("MmBackward0", ["x", "Wᵀ"], {}, "x @ Wᵀ"),
        ("AddmmBackward0", ["b", "x", "W"], {"alpha": "0.5", "beta": "2"}, "0.5·x @ W + 2·b"),
        ("NormBackward1", ["x"], {"p": "1"}, "‖x‖₁"),
        ("LinalgVectorNormBackward0", ["x"], {"ord": "inf"}, "‖x‖∞"),
        ("LinalgVectorNormBackward0", ["x"], {"ord": "2"}, "‖x‖"),
        ("ConvolutionBackward0", ["x", "w"], {"transposed": "True"}, "conv_transpose(x, w)"),
        ("ConvolutionBackward0", ["x", "w"], {"transposed": "False"}, "conv(x, w)"),
        ("AddmmBackward0", ["b", "x", "W"], {}, "x @ W + b"),
        ("AddmmBackward0", ["b", "x + 1", "W"], {}, "(x + 1) @ W + b"),
        ("SumBackward1", ["x"], {"dim": "(18446744073709551615,)", "keepdim": "False"}, "sum(x, dim=-1)"),
        ("SumBackward1", ["x"], {"dim": "(0, 1)"}, "sum(x, dim=0, 1)"),
        ("SumBackward0", ["a + b"], {}, "sum(a + b)"),
        ("ClampBackward1", ["x"], {"min": "0", "max": "None"}, "clamp(x, min=0)"),
        ("CatBackward0", ["a", "b", None], {"dim": "0"}, "cat(a, b, ·)"),
        ("StackBackward0", list("abcdef"), {"dim": "0"}, "stack(a, b, …, f)"),
        ("SelectBackward0", ["a + b"], {"index": "18446744073709551615"}, "(a + b)[…]"),
        (
            "SelectBackward0", ["a + b"],
            {"dim": str(WRAPPED - 1), "index": str(WRAPPED - 1), "self_sizes": "(2, 3)"}, "(a + b)[:, -1]",
        ),
        ("AccumulateGrad", ["w"], {}, "w"),
        ("torch::autograd::AccumulateGrad", ["w"], {}, "w"),
        ("MyReLUBackward", ["x"], {}, "MyReLU(x)"),
        ("PowBackward0", [], {}, "·ⁿ"),
        ("{0}Backward", ["x"], {}, "(0)(x)"),
    ],
)  # fmt: skip
def test_expressions(name, operands, attributes, wanted):
    assert format_expression(name, operands, attributes) == wanted


@pytest.mark.parametrize("name", sorted(OPS))
def test_an_expression_has_its_own_parentheses_right(name):
    written = format_expression(name, ["a + b", "c − d", "e + f"], {"index": "0", "start": "0", "end": "1"})
    assert written.count("(") == written.count(")")
    squared = format_expression("PowBackward0", [written], {"exponent": "2"})
    assert binding(squared) >= 4 and binding(f"sin {written}") in (1, 2, 3, 4)


def test_unknown_operation_still_speaks():
    op = lookup("MyLossBackward")
    assert (op.symbol, op.derivative()) == ("MyLoss", "ditentukan oleh backward milik MyLoss")
    assert local_derivative("MyLossBackward", 0, ["x"], [1.0]) is None


@pytest.mark.parametrize(
    ("name", "slot", "labels", "values", "attributes", "wanted"),
    [
        ("PowBackward0", 0, ["x"], [3.0], {"exponent": "2"}, ("2x", "2 × 3", 6.0)),
        ("PowBackward0", 0, ["x"], [3.0], {"exponent": "3"}, ("3x²", "3 × 3²", 27.0)),
        ("PowBackward0", 0, ["x"], [-3.0], {"exponent": "3"}, ("3x²", "3 × (−3)²", 27.0)),
        ("PowBackward0", 0, ["x"], [4.0], {"exponent": "0.5"}, ("0.5·x^−0.5", "0.5 × 4^−0.5", 0.25)),
        ("MulBackward0", 0, ["x", "w"], [2.0, 5.0], {}, ("w", "5", 5.0)),
        ("AddBackward0", 1, ["x", "w"], [2.0, 5.0], {"alpha": "1"}, ("1", "1", 1.0)),
        ("DivBackward0", 1, ["x", "y"], [2.0, -4.0], {}, ("−x/y²", "−2/(−4)²", -0.125)),
        ("ReluBackward0", 0, ["x"], [-1.0], {}, ("1 bila x > 0, selain itu 0", "0", 0.0)),
        ("SqrtBackward0", 0, ["x"], [0.0], {}, ("1/(2√x)", "1/(2√0)", math.inf)),
        ("LogBackward0", 0, ["x"], [0.0], {}, ("1/x", "1/0", math.inf)),
        ("LogBackward0", 0, ["x"], [None], {}, ("1/x", None, None)),
        ("ExpBackward0", 0, ["x"], [0.0], {}, ("eˣ", "e⁰", 1.0)),
    ],
)  # fmt: skip
def test_local_derivative_for_a_reader(name, slot, labels, values, attributes, wanted):
    found = local_derivative(name, slot, labels, values, attributes)
    assert (found.formula, found.numbers, found.value) == wanted
    assert found.cases is (name == "ReluBackward0")


def test_local_derivative_of_a_mean_needs_the_count():
    found = local_derivative("MseLossBackward0", 0, ["p", "t"], [2.0, 1.0], {"reduction": "1"}, 4)
    assert found[:3] == ("2·(p − t) / 4", "2·(2 − 1) / 4", 0.5)
    assert local_derivative("MeanBackward0", 0, ["x"], [2.0])[:3] == ("1/N", None, None)


def test_formulas_refuse_what_is_not_arithmetic():
    for text in ("__import__('os')", "a.real", "a[0]", "lambda: 1", "sin(a, key=1)"):
        with pytest.raises(ValueError, match="memuat"):
            evaluate(text, {"a": 1.0})


@pytest.mark.parametrize("x", [0.0, -1.0, 1e308, -1e308, 800.0, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("name", sorted(name for name, op in OPS.items() if op.local))
def test_no_value_makes_a_formula_raise(name, x):
    for slot in range(len(OPS[name].local)):
        local_derivative(name, slot, ["x", "y", "z"], [x, x, x], {"exponent": "-2", "other": "0", "self": "0"}, 1)
