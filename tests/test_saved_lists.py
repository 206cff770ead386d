"""Which members of a list of saved tensors were changed in place."""

import pytest
import torch

from autograd_viz.tracing.saved import layout_of, read_saved


class Keep(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, c):
        out = a * b * c
        ctx.save_for_backward(a, b, None, c, out, a)
        return out

    @staticmethod
    def backward(ctx, grad):
        return grad, grad, grad


def states(node):
    return [(one.name[-2], one.state, one.version, one.expected) for one in read_saved(node, layout_of(node))]


def kept():
    a, b, c = (torch.ones(2, requires_grad=True).clone() for _ in range(3))
    a.mul_(1)  # a begins at version 1, as do the others later
    out = Keep.apply(a, b, c)
    return a, b, c, out, out.grad_fn


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        ((0, 0, 0, 0), "1=1 0=0 0=0 0=0 1=1"),
        ((1, 0, 0, 0), "2>1 0=0 0=0 0=0 2>1"),
        ((0, 1, 0, 0), "1=1 1>0 0=0 0=0 1=1"),  # b is now at the version at which a still is
        ((0, 1, 1, 0), "1=1 1>0 1>0 0=0 1=1"),
        ((0, 0, 0, 1), "1=1 0=0 0=0 1>0 1=1"),
        ((3, 2, 1, 1), "4>1 2>0 1>0 1>0 4>1"),
    ],
)
def test_every_changed_member_is_told(times, wanted):
    *tensors, node = kept()
    with torch.no_grad():
        for tensor, count in zip(tensors, times, strict=True):
            for _ in range(count):
                tensor.detach().add_(1)
    versions = [tensor._version for tensor in tensors]
    found = states(node)
    assert [place for place, *_ in found] == ["0", "1", "3", "4", "5"]
    text = " ".join(f"{now}{'>' if state == 'changed' else '='}{expected}" for _, state, now, expected in found)
    assert text == wanted
    assert [tensor._version for tensor in tensors] == versions


def test_backward_still_judges_for_itself():
    a, b, c, out, node = kept()
    b.detach().add_(1)
    read_saved(node, layout_of(node))
    with pytest.raises(RuntimeError, match="is at version 1; expected version 0"):
        node.saved_tensors
    torch._C._autograd._unsafe_set_version_counter((b,), (0,))
    assert len(node.saved_tensors) == 6
