"""Simpul kelompok: yang diketahui tentang semua simpul di dalamnya."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_viz.graph import HELD, Node, Value, kept_by

LEAVES, CONSTANTS = "parameter", "konstanta"  # what a group counts of its members, as attributes of its node
REPEATS = "ulangan"  # how often the pattern of a group occurs in it
WAITING = "daun tanpa gradien"  # of the leaves whose numbers were read


def group_node(nodes: Sequence[Node], name: str, repeats: int, last: Node) -> Node:
    """Simpul kelompok bernama `name`; `last` simpul yang hasilnya keluar dari kelompok itu.

    >>> w, y = Node("AccumulateGrad", "leaf", "w"), Node("SinBackward0", "operation")
    >>> group_node([w, y], "blok", 1, y).attributes
    (('parameter', '1'),)
    """
    facts = {
        LEAVES: sum(node.role == "leaf" for node in nodes),
        CONSTANTS: sum(node.role == "constant" for node in nodes),
        WAITING: sum(node.role == "leaf" and node.value is not None and node.grad is None for node in nodes),
    }
    for node in nodes:
        if node.role == "group":
            for fact, number in node.attributes:
                if fact in facts:
                    facts[fact] += int(number)
    if repeats > 1:
        facts[REPEATS] = repeats
    return Node(
        name,
        "group",
        name,
        last.shapes,
        last.dtype,
        last.device,
        attributes=(*((fact, str(number)) for fact, number in facts.items() if number), *_holder(nodes)),
        grad=_gradient(nodes) if facts[LEAVES] else last.grad,
        count=sum(node.count for node in nodes),
        members=tuple(member for node in nodes for member in node.members),
        kept=kept_by(nodes),
    )


def _holder(nodes: Sequence[Node]) -> tuple[tuple[str, str], ...]:
    """What the code calls the module that holds the numbered ones in here; a graph knows only one."""
    return tuple(dict.fromkeys(one for node in nodes for one in node.attributes if one[0] == HELD))


def _gradient(nodes: Sequence[Node]) -> Value | None:
    """The norm of all gradients of the leaves among these nodes, and in the groups among them."""
    leaves = [node for node in nodes if node.role == "leaf" or node.role == "group" and LEAVES in dict(node.attributes)]
    found = [node.grad for node in leaves if node.grad is not None]
    norms = [grad.norm for grad in found if grad.norm is not None]
    if not found:
        return None
    finite = all(grad.finite for grad in found)
    return Value((), found[0].dtype, norm=math.hypot(*norms) if norms else None, finite=finite)
