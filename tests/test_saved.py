from pathlib import Path

import pytest
import torch
import torchgen

from autograd_viz.tracing.saved import layout_of, read_plain, read_saved, read_tensor
from autograd_viz.tracing.slots import SLOTS


def test_slot_table_agrees_with_torch():
    """The names per slot, against the formulas that torch itself was generated from."""
    from torchgen.packaged.autograd.load_derivatives import load_derivatives

    folder = Path(torchgen.__file__).parent / "packaged"
    native = folder / "ATen" / "native"
    infos, _ = load_derivatives(
        str(folder / "autograd" / "derivatives.yaml"),
        str(native / "native_functions.yaml"),
        str(native / "tags.yaml"),
    )
    real = {}
    for per_key in infos.values():
        info = per_key.get("Default")
        if info is not None and info.op is not None:
            real[info.op] = tuple(argument.name for argument in info.args_with_derivatives)
    absent = set() if torch.__version__ >= (2, 13) else {"LdexpBackward0"}  # made of other operations before
    assert {op: real.get(op) for op in SLOTS if op not in absent} == {op: SLOTS[op] for op in SLOTS if op not in absent}


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda w: w**3, {"exponent": "3"}),
        (lambda w: w**2.0, {"exponent": "2.0"}),
        (lambda w: torch.add(w, w, alpha=-0.0), {"alpha": "-0.0"}),
        (lambda w: torch.add(w, w, alpha=0.0), {"alpha": "0.0"}),
        (lambda w: torch.add(w, w, alpha=1), {"alpha": "1"}),
        (lambda w: torch.add(w, w, alpha=1.0), {"alpha": "1.0"}),
        (lambda w: w.sum(-1, keepdim=True), {"dim": "(-1)", "keepdim": "True"}),
        (lambda w: torch.nn.functional.gelu(w, approximate="tanh"), {"approximate": "tanh"}),
    ],
)
def test_plain_values(make, wanted):
    node = make(torch.ones(2, 2, requires_grad=True)).grad_fn
    found = dict(read_plain(node, layout_of(node)))
    assert {name: found[name] for name in wanted} == wanted


def test_long_lists_are_cut():
    node = torch.ones(1, 200, requires_grad=True).split_with_sizes([1] * 200, 1)[0].grad_fn
    text = dict(read_plain(node, layout_of(node)))["split_sizes"]
    assert len(text) == 60 and text.endswith("…")


def test_saved_tensors_come_in_the_order_of_the_slots():
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    node = (a * b).grad_fn
    assert [item.name for item in read_saved(node, layout_of(node))] == ["self", "other"]


def test_read_tensor_of_a_freed_node():
    x = torch.ones(2)
    y = torch.ones(2, requires_grad=True) * x
    assert read_tensor(y.grad_fn, "other") is x
    y.sum().backward()
    assert read_tensor(y.grad_fn, "other") is None
