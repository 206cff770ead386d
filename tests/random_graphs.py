"""Random programs of torch operations, shared by every test that wants a graph nobody thought of."""

from __future__ import annotations

from collections.abc import Callable

import torch
from hypothesis import strategies as st


class Mix(torch.autograd.Function):
    """Two inputs and a number in, two outputs out, both kinds of saved tensor."""

    @staticmethod
    def forward(ctx, a, b, factor):
        out = a * factor
        ctx.save_for_backward(a, b, out)
        ctx.factor = factor
        return out, b.sum()

    @staticmethod
    def backward(ctx, grad_out, grad_sum):
        return grad_out * ctx.factor, grad_sum * torch.ones_like(ctx.saved_tensors[1]), None


def _in_place(a: torch.Tensor) -> torch.Tensor:
    copy = a.clone()
    copy.reshape(-1)[:1].mul_(2)
    return copy.add_(1)


Step = Callable[[torch.Tensor, torch.Tensor], list[torch.Tensor]]

STEPS: dict[str, Step] = {
    "sin": lambda a, b: [a.sin()],
    "exp": lambda a, b: [a.exp()],
    "pow": lambda a, b: [a**2],
    "add": lambda a, b: [a + b.sum()],
    "mul": lambda a, b: [a * b.mean()],
    "mul_constant": lambda a, b: [a * torch.full_like(a.detach(), 0.5)],
    "mul_number": lambda a, b: [3 * a],
    "square_self": lambda a, b: [a * a],
    "sum": lambda a, b: [a.sum()],
    "sum_last": lambda a, b: [a.sum(-1, keepdim=True) if a.dim() else a],
    "flatten": lambda a, b: [a.reshape(-1)],
    "unsqueeze": lambda a, b: [a.unsqueeze(0) if a.dim() < 4 else a],
    "expand": lambda a, b: [a.unsqueeze(0).expand(2, *a.shape) if a.numel() <= 32 else a],
    "transpose": lambda a, b: [a.transpose(0, -1) if a.dim() else a],
    "first": lambda a, b: [a[0] if a.dim() and a.shape[0] else a],
    "matmul": lambda a, b: [a.reshape(1, -1) @ a.reshape(-1, 1)],
    "linear": lambda a, b: [torch.nn.functional.linear(a.reshape(1, -1), torch.ones(2, a.numel()))],
    "cat": lambda a, b: [torch.cat([a.reshape(-1), b.reshape(-1), a.reshape(-1)])[:16]],
    "stack": lambda a, b: [torch.stack([a.sum(), b.sum()])],
    "unbind": lambda a, b: list(a.unbind(0)) if a.dim() else [a],
    "split": lambda a, b: list(a.reshape(-1).split(2)),
    "topk": lambda a, b: [a.reshape(-1).topk(1).values] if a.numel() else [a],
    "index": lambda a, b: [a.reshape(-1)[torch.tensor([0, 0])]] if a.numel() else [a],
    "in_place": lambda a, b: [_in_place(a)],
    "custom": lambda a, b: list(Mix.apply(a, b, 3)),
    "detach": lambda a, b: [a + a.detach()],
    "complex": lambda a, b: [torch.complex(a, a).abs()],
    "softmax": lambda a, b: [a.softmax(-1) if a.dim() else a],
    "where": lambda a, b: [torch.where(a > 0, a, a * 2)],
}

SHAPES = ((), (1,), (3,), (0, 2), (2, 3), (2, 1, 2), (1, 2, 1, 2))


@st.composite
def programs(draw: st.DrawFn, most: int = 12) -> tuple[list[tuple[int, ...]], list[tuple[str, int, int]], int]:
    """Shapes of the leaves, steps (name, first operand, second operand), and how many outputs to take."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    operand = st.integers(0, 1000)
    steps = draw(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), operand, operand), min_size=1, max_size=most))
    return shapes, steps, draw(st.integers(1, 3))


def build(program: tuple[list[tuple[int, ...]], list[tuple[str, int, int]], int]) -> list[torch.Tensor]:
    """The output tensors of a program; running it twice builds two equal graphs."""
    shapes, steps, count = program
    made = [torch.linspace(0.1, 0.9, torch.Size(shape).numel()).reshape(shape).requires_grad_() for shape in shapes]
    for name, first, second in steps:
        made += STEPS[name](made[first % len(made)], made[second % len(made)])
    return made[-count:]
