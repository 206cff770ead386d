"""Judul kartu: ungkapan seperti `y = x²`, disusun dari tabel operasi dan nama masukan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from autograd_viz.graph import HELD, TURNED, Graph, Node, operand
from autograd_viz.operations.expressions import format_expression
from autograd_viz.operations.notation import number_text, signs
from autograd_viz.operations.ops import lookup
from autograd_viz.text.formatting import clean
from autograd_viz.text.measure import shorten, width
from autograd_viz.text.sizes import DRAWING

_SIZE, _LIMIT = DRAWING.title, 165.0  # a longer expression says less than the operation's symbol
_LEAST = 40.0  # what a long name leaves at least to the expression
_OPERAND_LIMITS = (_LIMIT, 80.0)  # rather a shortened operand than none at all
_MOST_SLOTS = 6
_NUMBERED = operand(0).removesuffix("0")
TRANSPOSED = "ᵀ"

_TRANSPOSES = (("T",), ("Transpose",), ("Permute",))  # folded into the arrow of a matrix


class Operand(NamedTuple):
    """Tulisan satu masukan, dan apa tulisan itu: namanya, bilangannya, atau pengganti dari yang tidak diketahui."""

    text: str
    kind: Literal["name", "number", "unnamed", "untracked"] = "name"

    @property
    def known(self) -> bool:
        """Apakah tulisan itu nama atau bilangannya sendiri."""
        return self.kind in ("name", "number")


class _Layer(NamedTuple):
    """The slots of what comes into a layer, and of its weight."""

    given: int | None  # indices are no slot
    weight: int


_LAYERS = {
    "AddmmBackward0": _Layer(1, 2),
    "MmBackward0": _Layer(0, 1),
    "ConvolutionBackward0": _Layer(0, 1),
    "NativeBatchNormBackward0": _Layer(0, 1),
    "NativeLayerNormBackward0": _Layer(0, 1),
    "EmbeddingBackward0": _Layer(None, 0),
}


class Title(NamedTuple):
    """Judul kartu; `whole` False bila sebagian masukannya tidak bernama atau dipendekkan."""

    text: str
    whole: bool = True


UNTRACKED = Operand("konstanta", "untracked")
UNNAMED = Operand("…", "unnamed")


def operands(graph: Graph) -> tuple[tuple[Operand, ...], ...]:
    """Tulisan masukan setiap simpul menurut slotnya; yang tidak bernama menjadi … .

    >>> from autograd_viz.graph import Edge
    >>> pow_ = Node("PowBackward0", "operation")
    >>> operands(Graph((Node("AccumulateGrad", "leaf", "x"), pow_), (Edge(0, 1, 0),)))[1][0].text
    'x'
    """
    labels = [_label(node) for node in graph.nodes]
    slots: list[dict[int, Operand]] = [_written(node) for node in graph.nodes]
    for edge in graph.edges:
        several = len(graph.nodes[edge.source].shapes) > 1
        written = labels[edge.source]
        if written.kind == "name" and edge.label in _TRANSPOSES and len(graph.nodes[edge.source].shape or ()) == 2:
            written = Operand(f"{written.text}{TRANSPOSED}")
        slots[edge.target][edge.slot] = Operand(f"…[{edge.output}]", "unnamed") if several else written
    return tuple([tuple([s.get(i, UNTRACKED) for i in range(max(s) + 1)]) if s else () for s in slots])


def _written(node: Node) -> dict[int, Operand]:
    """Numbers that stand on the operation itself."""
    return {
        int(name.removeprefix(_NUMBERED)): Operand(text.replace("-", "−"), "number")
        for name, text in node.attributes
        if name.startswith(_NUMBERED)
    }


def _group(node: Node) -> str:
    """A group by its module; one that begins with a number goes by what holds it."""
    name, holder = node.name or node.op, dict(node.attributes).get(HELD)
    if holder is None or not name[:1].isdigit():
        return name
    row, times, count = name.partition(" × ")
    return " … ".join(_reached(holder, end.split(".")) for end in row.split(" … ")) + times + count


def _reached(holder: str, path: Sequence[str]) -> str:
    """A part of a module as the code would reach it."""
    keys = [f"[{part}]" if part.isdigit() else f".{part}" if part.isidentifier() else f'["{part}"]' for part in path]
    return holder + "".join(keys)


def _label(node: Node) -> Operand:
    if node.role == "group" and node.name:
        return Operand(signs(_group(node)))
    if node.name:
        return Operand(signs(node.name))
    if node.role != "constant":
        return UNNAMED
    numbers = node.value.numbers if node.value is not None else None
    return Operand(number_text(numbers[0]), "number") if numbers and node.shape == () else UNTRACKED


def title(node: Node, slots: Sequence[Operand] = (), output: str | None = None) -> Title:
    """Judul satu kartu: nama daun, ungkapan operasi, atau nama gabungan.

    >>> title(Node("PowBackward0", "operation", "y", attributes=(("exponent", "2"),)), [Operand("x")]).text
    'y = x²'
    """
    name = output or node.name
    if node.role in ("leaf", "constant"):
        return Title(clean(signs(name) if name else ("tanpa nama" if node.role == "leaf" else _label(node).text)))
    if node.role == "group" or node.chip:
        return Title(clean(_group(node)))
    label = f"{clean(name)} = " if name else ""
    room = min(_LIMIT, max(_LEAST, DRAWING.title_limit - width(label, _SIZE, True)))
    body = _layer(node, slots) or _body(node.op, tuple(slots), node.attributes, room)
    if name and body.text == clean(name):
        return body
    return body._replace(text=label + body.text)


def _layer(node: Node, slots: Sequence[Operand]) -> Title | None:
    """The operation of a layer goes by the name of its module, as the code calls it."""
    layer = _LAYERS.get(node.op)
    if layer is None or not node.module or len(slots) <= max(layer.weight, layer.given or 0):
        return None
    path, _, last = slots[layer.weight].text.removesuffix(TRANSPOSED).rpartition(".")
    if last != "weight" or path.split(".")[-1] != node.module.split(".")[-1]:
        return None
    given = UNNAMED if layer.given is None else slots[layer.given]
    shown = shorten(given.text, _OPERAND_LIMITS[1], _SIZE, True)
    called = _called(path, dict(node.attributes).get(HELD))
    return Title(clean(f"{called}({shown})"), given.known and shown == given.text)


def _called(path: str, holder: str | None) -> str:
    """A module by its attribute; one that has a number or a key goes by what holds it, as the code would reach it."""
    parts = path.split(".")
    first = len(parts)
    while first and not parts[first - 1].isidentifier():
        first -= 1
    if first == len(parts):
        return parts[-1]
    around = parts[first - 1] if first else holder
    if around is None:
        return f"lapisan {path}"
    return _reached(around, parts[first:])


def expression(op_name: str, slots: Sequence[str], attributes: Sequence[tuple[str, str]]) -> str:
    """Ungkapan sebuah operasi dari tulisan masukannya menurut slot, dalam urutan yang ditulis pengguna.

    >>> expression("MulBackward0", ["y", "2"], [TURNED])
    '2 × y'
    """
    if TURNED in attributes:
        slots = [slots[1], slots[0], *slots[2:]]
    return format_expression(op_name, slots, dict(attributes))


@lru_cache(maxsize=4096)
def _body(op_name: str, slots: tuple[Operand, ...], attributes: tuple[tuple[str, str], ...], room: float) -> Title:
    op = lookup(op_name)
    symbol = Title(clean(op.symbol))
    if not slots:
        return symbol
    if "{*}" not in op.expression:
        slots += (UNTRACKED,) * (_MOST_SLOTS - len(slots))
    used = {slot for slot in range(len(slots)) if "{*}" in op.expression or f"{{{slot}}}" in op.expression}
    crowded = len(used) > 2 and "{*}" not in op.expression
    if crowded and any(slot.kind == "unnamed" for slot in slots):
        return symbol
    for limit in _OPERAND_LIMITS[: 1 if crowded else None]:
        fitted = [shorten(slot.text, limit, _SIZE, True) for slot in slots]
        text = clean(expression(op_name, fitted, attributes))
        if width(text, _SIZE, True) <= room:
            shown = [slots[slot].kind != "unnamed" and fitted[slot] == slots[slot].text for slot in used]
            return Title(text, all(shown))
    return symbol
