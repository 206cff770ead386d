"""Semua simpul di belakang sebuah keluaran, masukan lebih dulu."""

from __future__ import annotations

from typing import Any

Parents = tuple[tuple[Any, int], ...]
Walk = dict[Any, Parents]


def walk(roots: list[Any]) -> Walk:
    """Semua simpul di belakang `roots` beserta masukannya, masukan lebih dulu.

    >>> import torch
    >>> w = torch.ones(2, requires_grad=True)
    >>> [type(node).__name__ for node in walk([w.sin().sum().grad_fn])]
    ['AccumulateGrad', 'SinBackward0', 'SumBackward0']
    """
    order: Walk = {}
    stack = list(reversed(roots))  # explicit: a long chain exceeds Python's recursion limit
    while stack:
        node = stack.pop()
        if node is None:  # everything before the node below is in order by now
            node = stack.pop()
            order[node] = stack.pop()
        elif node not in order:  # the object itself is the key; id() gets reused
            parents = node.next_functions
            waiting = [parent for parent, _ in parents if parent is not None and parent not in order]
            if waiting:
                waiting.reverse()
                stack += (parents, node, None)
                stack += waiting
            else:
                order[node] = parents
    return order
