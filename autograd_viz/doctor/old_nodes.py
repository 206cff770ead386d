"""Simpul graf lama di hulu sebuah keadaan, juga bila putaran ini sudah menulisnya lagi."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch

from autograd_viz.doctor.expressions import Store
from autograd_viz.doctor.graph_state import node_of
from autograd_viz.tracing.torch_internals import order_of
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.walk import Walk


def old_nodes(written: Sequence[Any], nodes: Walk) -> tuple[Any, ...]:
    """Simpul keadaan putaran yang lalu, bila `written` simpul keadaan yang ditulis putaran ini; kosong bila tak pasti.

    Di antara dua putaran ada loss yang lama, yang tidak terjangkau dari yang baru: di situ urutan pembuatan meloncat.
    """
    made = {node: order for node in nodes if type(node) is not LEAF and (order := order_of(node)) is not None}
    newest = sorted(made, key=lambda node: -made[node])
    kinds = {type(node) for node in written}
    borders = [made[one] for one, below in pairwise(newest) if made[one] - made[below] > 1]
    crossings = [_crossing(made, nodes, border) for border in borders]
    for enough in (all, any):
        for crossing in crossings:
            if crossing and enough(type(node) in kinds for node in crossing):
                return tuple(node for node in crossing if type(node) in kinds)
    known = [made[node] for node in written if node in made]  # written after the old loss: there is no leap then
    below = _crossing(made, nodes, max(known) + 1) if known else []
    return tuple(below) if all(type(node) in kinds for node in below) else ()


def leaps(nodes: Walk) -> tuple[Any, ...]:
    """Simpul yang sesudahnya urutan pembuatannya meloncat: di situ ada hitungan yang tidak terjangkau dari sini."""
    made = {node: order for node in nodes if type(node) is not LEAF and (order := order_of(node)) is not None}
    orders = set(made.values())
    last = max(orders, default=0)
    return tuple(node for node, order in made.items() if order != last and order + 1 not in orders)


def _crossing(made: dict[Any, int], nodes: Walk, border: int) -> list[Any]:
    """What nodes made at the border or later read of what was made before it."""
    parents = (parent for node in made if made[node] >= border for parent, _ in nodes[node])
    return list(dict.fromkeys(parent for parent in parents if parent in made and made[parent] < border))


def summed_before(sums: Sequence[Any], store: Store, value: Any, nodes: Walk) -> tuple[Any, ...]:
    """Simpul jumlah sebelum putaran ini menambahnya; dari daftar `value` semua isinya kecuali yang terakhir."""
    if store.kind == "append":
        last = node_of(value[-1]) if isinstance(value, list) and isinstance(value[-1], torch.Tensor) else None
        return tuple(node for node in sums if node is not last)
    sides = [store.value.left, store.value.right] if isinstance(store.value, ast.BinOp) else []
    slot = 0 if store.kind == "augment" else next(
        (place for place, side in enumerate(sides) if ast.unparse(side) == store.path), 0
    )
    found = [node.next_functions[slot][0] for node in sums[:1] if slot < len(node.next_functions)]
    return tuple(node for node in found if node in nodes and type(node) is not LEAF)
