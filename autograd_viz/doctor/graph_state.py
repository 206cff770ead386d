"""Keadaan graf sesudah sebuah galat: apa yang ada di hulu, apa yang sudah habis, dan apa yang diubah di tempat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import torch

from autograd_viz.graph import Saved
from autograd_viz.tracing.saved import layout_of, read_saved, read_tensor
from autograd_viz.tracing.torch_internals import has_storage
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.walk import Walk, walk


class Conflict(NamedTuple):
    """Satu tensor simpanan yang versinya berubah: simpulnya, catatannya, isinya, dan simpul pembuat isinya."""

    node: Any
    saved: Saved
    tensor: torch.Tensor | None
    maker: Any


def node_of(tensor: torch.Tensor) -> Any:
    """`grad_fn` sebuah tensor; None bila tidak ada atau tidak dapat dibaca."""
    try:
        return tensor.grad_fn
    except RuntimeError:  # a view whose base was overwritten has no place in the graph any more
        return None


def upstream(tensors: Iterable[torch.Tensor]) -> Walk:
    """Semua simpul di hulu tensor-tensor ini, masukan lebih dulu.

    >>> len(upstream([torch.ones(2, requires_grad=True).exp().sum()]))
    3
    """
    return walk([node for tensor in tensors if (node := node_of(tensor)) is not None])


def freed(nodes: Iterable[Any]) -> list[Any]:
    """Simpul yang simpanannya sudah dibebaskan.

    >>> y = torch.ones(2, requires_grad=True).exp().sum()
    >>> y.backward()
    >>> [type(node).__name__ for node in freed(upstream([y]))]
    ['ExpBackward0']
    """
    return [node for node in nodes if any(one.state == "freed" for one in _saved(node))]


def conflicts(nodes: Walk) -> list[Conflict]:
    """Simpanan yang diubah di tempat, dari yang paling hilir."""
    found = []
    for node in reversed(list(nodes)):
        for one in _saved(node):
            if one.state == "changed":
                found.append(Conflict(node, one, _content(node, one), _maker(node, one)))
    return found


def consumers(nodes: Walk, maker: Any) -> list[Any]:
    """Simpul yang memakai hasil `maker`."""
    return [node for node, parents in nodes.items() if any(parent is maker for parent, _ in parents)]


def leaves(nodes: Iterable[Any]) -> list[torch.Tensor]:
    """Tensor daun di antara simpul-simpul ini."""
    return [node.variable for node in nodes if type(node) is LEAF]


def same_storage(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Apakah dua tensor memakai storage yang sama.

    >>> x = torch.ones(2)
    >>> same_storage(x, x.detach()[1:])
    True
    """
    if not (has_storage(one) and has_storage(other)):
        return one is other
    try:
        where = one.untyped_storage().data_ptr()
        return where != 0 and where == other.untyped_storage().data_ptr()
    except (RuntimeError, NotImplementedError):  # sparse, nested, meta: no storage of that kind
        return one is other


def is_part(tensor: torch.Tensor) -> bool:
    """Apakah tensor ini hanya sebagian dari memorinya, misalnya satu baris dari yang lain.

    >>> is_part(torch.ones(3, 2)[0]), is_part(torch.ones(3, 2).detach())
    (True, False)
    """
    try:
        return has_storage(tensor) and tensor.untyped_storage().nbytes() > tensor.numel() * tensor.element_size()
    except (RuntimeError, NotImplementedError):  # sparse, nested, meta: no storage of that kind
        return False


def forward_traceback(node: Any) -> str | None:
    """Jejak panggilan saat maju, yang dicatat mode anomali; None bila mode itu tidak menyala."""
    lines = node.metadata.get("traceback_")
    return "".join(lines) if isinstance(lines, list) and all(isinstance(line, str) for line in lines) else None


def _saved(node: Any) -> tuple[Saved, ...]:
    if type(node) is LEAF:
        return ()
    layout = layout_of(node)
    return read_saved(node, layout) if layout.tensors else ()


def _content(node: Any, saved: Saved) -> torch.Tensor | None:
    try:
        return read_tensor(node, saved.name)
    except (AttributeError, RuntimeError):  # a custom Function's, or one of a list
        return None


def _maker(node: Any, saved: Saved) -> Any:
    """The node whose result was saved: this one for `result`, otherwise the one behind the slot of that name."""
    slots = layout_of(node).slots
    if saved.name in slots and slots.index(saved.name) < len(node.next_functions):
        return node.next_functions[slots.index(saved.name)][0]
    if saved.name in ("result", "output", "grid"):
        return node
    parents = [parent for parent, _ in node.next_functions if parent is not None]
    return parents[0] if len(parents) == 1 else None
