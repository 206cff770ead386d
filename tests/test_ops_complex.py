"""Formulas of complex inputs: autograd sends the conjugate of what calculus gives, and the table says of what."""

import pytest
import torch
from torch import Tensor

from autograd_viz.graph import Node
from autograd_viz.operations import conditions
from autograd_viz.operations.formula import evaluate
from autograd_viz.operations.ops import COMPLEX, LETTERS, facts, local_derivative, lookup, shown_rule
from tests.ops_cases import Case
from tests.test_ops import (
    FLAT,
    MINE,
    TORCH,
    VOCABULARY,
    asked_by,
    facts_of,
    label,
    run,
    saved_fields,
    short_name,
    truth,
)


def where_complex(test, yes, no):
    return torch.where(test, torch.as_tensor(yes, dtype=torch.complex128), torch.as_tensor(no, dtype=torch.complex128))


COMPLEX_TORCH = TORCH | {
    "sqrt": lambda x: torch.as_tensor(x, dtype=torch.complex128).sqrt(),
    "ln": lambda x: torch.as_tensor(x, dtype=torch.complex128).log(),
    "where": where_complex,
}


def turned(x):
    """The same numbers off the real axis."""
    if not x.is_floating_point() or x.numel() == 1:
        return x
    around = torch.linspace(0.1, 0.6, x.numel(), dtype=torch.float64).reshape(x.shape)
    return torch.complex(x.detach().double(), around).requires_grad_(x.requires_grad)


def complex_case(name, case):
    """The case with complex inputs, None where torch has none; its outputs, and the gradients that come in."""
    inputs = tuple(map(turned, case.inputs))
    try:
        made = Case(case.make, inputs, case.extra)
        outputs, _ = run(made)
        if {short_name(y.grad_fn) for y in outputs} != {name}:
            return None
        g = tuple(turned(torch.linspace(-1, 1, y.numel(), dtype=torch.float64).reshape(y.shape)) for y in outputs)
        g = tuple(one if y.is_complex() else one.real for one, y in zip(g, outputs, strict=True))
        return made, outputs, g, truth(made, outputs, g)
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return None


def conjugated(thing):
    if isinstance(thing, Tensor):
        return thing.conj().resolve_conj()
    return thing.conjugate() if isinstance(thing, complex) else thing


TURNED_CASES = [(*row, found) for row in FLAT if (found := complex_case(row[0], row[2])) is not None]


@pytest.mark.parametrize(("name", "number", "case", "found"), TURNED_CASES, ids=label)
def test_formula_of_complex_inputs_equals_autograd(name, number, case, found):
    op, (made, outputs, g, wanted) = lookup(name), found
    if op.conjugate == "unknown":
        assert local_derivative(name, 0, LETTERS, (), {COMPLEX: "True"}) is None
        return
    same = conjugated if op.conjugate == "inputs" else lambda thing: thing
    fields = saved_fields(outputs[0].grad_fn)
    if "indices" in fields and not isinstance(fields["indices"], Tensor):
        fields["indices"] = tuple(i for i in fields["indices"] if i is not None)
    letters = {**dict(zip(LETTERS, (same(x.detach()) for x in made.inputs), strict=False)), "inputs": made.inputs}
    ours = {k: same(v) for k, v in fields.items() if (k not in MINE or not isinstance(v, Tensor)) and k not in letters}
    y = tuple(same(y.detach()) for y in outputs)
    one = len(outputs) == 1
    scope = {**VOCABULARY, **dict.fromkeys(asked_by(op)), **ours, **letters, **made.extra}
    scope |= {"g": g[0] if one else g, "y": y[0] if one else y}
    for k, gradient in wanted.items():
        if op.local:
            numbers = {n: v for n, v in ours.items() if isinstance(v, int | float | complex)}
            numbers["N"] = made.inputs[0].numel()
            text = conditions.resolve(op.local[k], facts_of(outputs[0].grad_fn))
            got = g[0] * evaluate(text, {**op.defaults, **numbers, **letters}, COMPLEX_TORCH)
            got = got.sum_to_size(gradient.shape) if got.numel() >= gradient.numel() else got.expand(gradient.shape)
        else:
            got = eval(op.vjp[0], {**scope, "k": k}) if "{*}" in op.expression else eval(op.vjp[k], scope)
            got = got.sum_to_size(gradient.shape)
        torch.testing.assert_close(got.detach().to(gradient.dtype), gradient, rtol=1e-6, atol=1e-9, msg=f"{name} {k}")


def test_many_operations_take_complex_inputs_and_say_what_is_conjugated():
    assert len({name for name, *_ in TURNED_CASES}) >= 60
    times = Node("MmBackward0", "operation", dtype="complex64")
    assert shown_rule(times, 0) == "g·b̄ᵀ (garis di atas huruf: konjugat)"
    assert shown_rule(Node("VarBackward0", "operation", dtype="complex64"), 0) == "g·2·(a − rata-rata)/(n − 1)"
    squared = local_derivative("PowBackward0", 0, ["z"], (), {"exponent": "2", COMPLEX: "True"})
    assert squared[:3] == ("konj(2z)", None, None)
    assert local_derivative("AddBackward0", 0, ["z"], (), {COMPLEX: "True"}).formula == "1"
    assert "b̄" in lookup("MmBackward0").derivative(facts(times))
