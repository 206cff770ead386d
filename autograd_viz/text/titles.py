"""Judul kartu: ungkapan seperti `y = x²`, disusun dari tabel operasi dan nama masukan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from autograd_viz.graph import Graph, Node
from autograd_viz.operations.ops import format_expression, lookup
from autograd_viz.text.formatting import clean, number
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import DRAWING

UNKNOWN, UNTRACKED = "…", "konstanta"
TURNED = ("order", "1, 0")  # the attribute of an operation whose first two operands are written the other way round
_SIZE, _LIMIT = DRAWING.title, 165.0  # a longer expression says less than the operation's symbol
_LEAST = 40.0  # what a long name leaves at least to the expression
_OPERAND_LIMITS = (_LIMIT, 80.0)  # rather a shortened operand than none at all
_MOST_SLOTS = 6


def operands(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Tulisan masukan setiap simpul menurut slotnya; yang tidak bernama menjadi … .

    >>> from autograd_viz.graph import Edge
    >>> pow_ = Node("PowBackward0", "operation")
    >>> operands(Graph((Node("AccumulateGrad", "leaf", "x"), pow_), (Edge(0, 1, 0),)))[1]
    ('x',)
    """
    labels = [_label(node) for node in graph.nodes]
    slots: list[dict[int, str]] = [_written(node) for node in graph.nodes]
    for edge in graph.edges:
        several = len(graph.nodes[edge.source].shapes) > 1
        slots[edge.target][edge.slot] = f"{UNKNOWN}[{edge.output}]" if several else labels[edge.source]
    return tuple([tuple([s.get(i, UNTRACKED) for i in range(max(s) + 1)]) if s else () for s in slots])


def _written(node: Node) -> dict[int, str]:
    """Scalar constants that stand on the operation itself: the attribute ("slot1", "2")."""
    found = {}
    for name, text in node.attributes:
        if name.startswith("slot") and name[4:].isdigit():
            found[int(name[4:])] = text.replace("-", "−")
    return found


def _label(node: Node) -> str:
    if node.name:
        return node.name
    if node.role != "constant":
        return UNKNOWN
    numbers = node.value.numbers if node.value is not None else None
    return number(numbers[0]) if numbers and node.shape == () else UNTRACKED


def title(node: Node, slots: Sequence[str] = (), output: str | None = None) -> str:
    """Judul satu kartu: nama daun, ungkapan operasi, atau nama gabungan.

    >>> title(Node("PowBackward0", "operation", "y", attributes=(("exponent", "2"),)), ["x"])
    'y = x²'
    """
    name = output or node.name
    if node.role == "group":
        return clean(name or node.op)
    if node.role in ("leaf", "constant"):
        return clean(name or ("tanpa nama" if node.role == "leaf" else _label(node)))
    label = f"{clean(name)} = " if name else ""
    room = min(_LIMIT, max(_LEAST, DRAWING.title_limit - width(label, _SIZE, True)))
    return label + _body(node.op, tuple(slots), node.attributes, room)


def expression(op_name: str, slots: Sequence[str], attributes: Sequence[tuple[str, str]]) -> str:
    """Ungkapan sebuah operasi dari tulisan masukannya menurut slot, dalam urutan yang ditulis pengguna.

    >>> expression("MulBackward0", ["y", "2"], [TURNED])
    '2 × y'
    """
    if TURNED in attributes:
        slots = [slots[1], slots[0], *slots[2:]]
    return format_expression(op_name, slots, dict(attributes))


@lru_cache(maxsize=4096)
def _body(op_name: str, slots: tuple[str, ...], attributes: tuple[tuple[str, str], ...], room: float) -> str:
    op = lookup(op_name)
    symbol = clean(op.symbol)
    if not slots:
        return symbol
    if "{*}" not in op.expression:
        slots += (UNTRACKED,) * (_MOST_SLOTS - len(slots))
    crowded = sum(f"{{{slot}}}" in op.expression for slot in range(_MOST_SLOTS)) > 2
    if crowded and UNKNOWN in slots:
        return symbol
    for limit in _OPERAND_LIMITS[: 1 if crowded else None]:
        fitted = [shorten(slot, limit, _SIZE, True) for slot in slots]
        text = clean(expression(op_name, fitted, attributes))
        if width(text, _SIZE, True) <= room:
            return text
    return symbol
