"""Isi dan ukuran setiap kartu: graf menjadi kartu yang siap ditempatkan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from autograd_viz.drawing.lens import Measured, Scale, measure
from autograd_viz.drawing.origins import Origin, origin_text
from autograd_viz.graph import OWN, Graph, Node, Saved
from autograd_viz.recording.events import CutLink
from autograd_viz.text.formatting import clean, saved_names, shape
from autograd_viz.text.measure import reserved, shorten, width, wrapped
from autograd_viz.text.sizes import DRAWING
from autograd_viz.text.titles import Operand, operands, title
from autograd_viz.text.value_text import grad_text, value_text

Kind = Literal["leaf", "constant", "operation", "group"]
TENSORS: tuple[Kind, ...] = ("leaf", "constant")
Tone = Literal["", "warn", "grad", "missing", "lens"]
LINE_LIMIT, WORD_LIMIT, CHIP_LIMIT = 180.0, 220.0, 150.0
CHIP_WIDTH = 64.0
_EQUAL_UP_TO = 60  # cards; larger graphs keep each card's own width to stay small


class Line(NamedTuple):
    """Satu baris teks kartu dan nadanya; `goes_on` bila ia melanjutkan baris di atasnya."""

    text: str
    tone: Tone = ""
    goes_on: bool = False


class Extra(NamedTuple):
    """Yang ditulis di kartu selain isi grafnya, menurut nomor simpul asal: peringatan, asal, tanda, dan potongan.

    `scale` ukuran lensanya; `links` potongan yang hasilnya dipakai lagi.
    """

    notes: Mapping[int, str] = MappingProxyType({})
    origins: Mapping[int, Origin] = MappingProxyType({})
    scale: Scale | None = None
    marks: Mapping[int, str] = MappingProxyType({})
    cuts: Mapping[int, str] = MappingProxyType({})
    links: tuple[CutLink, ...] = ()


class Card(NamedTuple):
    """Satu kartu: `title` lengkap, `shown` yang muat di gambar, baris isi, baris gradien, ukuran dalam piksel.

    `origin` baris kode yang membuatnya, dan `heat` kelas warna lensa.
    """

    kind: Kind
    title: str
    shown: str
    lines: tuple[Line, ...] = ()
    gradient: tuple[Line, ...] = ()
    state: Literal["", "freed", "changed", "hooked", "bad", "guilty"] = ""
    output: bool = False
    nodes: int = 1
    ports: int = 1
    chip: bool = False
    width: float = DRAWING.least
    height: float = 0.0
    origin: str = ""
    heat: str = ""


NOTHING = Extra()


def cards(graph: Graph, detail: str = "lesson", extra: Extra = NOTHING) -> tuple[Card, ...]:
    """Kartu untuk setiap simpul, dalam urutan simpul; `extra` yang ditulis di luar isi grafnya.

    >>> [card.title for card in cards(Graph((Node("AccumulateGrad", "leaf", "x"),), ()))]
    ['x']
    """
    wanted = _output_names(graph)
    slots = operands(graph)
    made: dict[tuple[object, ...], Card] = {}
    found: list[Card] = []
    for index, node in enumerate(graph.nodes):
        key = (node, slots[index], wanted.get(index))
        card = made.get(key)
        if card is None:
            card = made[key] = _card(node, slots[index], wanted.get(index), detail == "full", extra)
        found.append(card)
    return _equal(found) if len(found) <= _EQUAL_UP_TO else tuple(found)


def _output_names(graph: Graph) -> dict[int, str]:
    names: dict[int, list[str]] = {}
    for output in graph.outputs:
        known = names.setdefault(output.node, [])
        if output.name and output.name not in known:
            known.append(output.name)
    return {node: ", ".join(parts) for node, parts in names.items()}


def _card(node: Node, slots: tuple[Operand, ...], output: str | None, full: bool, extra: Extra) -> Card:
    kind: Kind = "operation" if node.role == "output" else node.role
    heading = clean(title(node, slots, output or None).text)
    if node.chip:
        return _sized(Card(kind, heading, shorten(heading, CHIP_LIMIT, DRAWING.title, True), nodes=0, chip=True))
    notes, known = extra.notes, extra.origins
    note = "; ".join([notes[member] for member in node.members if member in notes]) if notes else ""
    mark = "; ".join(dict.fromkeys([extra.marks[one] for one in node.members if one in extra.marks]))
    origin = origin_text([known[member] for member in node.members if member in known]) if known else ""
    cut = "; ".join(dict.fromkeys([extra.cuts[one] for one in node.members if one in extra.cuts]))
    told = [*_LINES[kind](node), *(_details(node) if full else ()), Line(cut, "warn"), Line(note or mark, "warn")]
    lines = [
        piece
        for line in told
        if line.text
        for piece in _wrap(line if line.text.isprintable() else Line(clean(line.text), line.tone))
    ]
    gradient: list[Line] = []
    seen = measure(extra.scale, node) if extra.scale is not None else Measured("", "")
    if seen.text:
        gradient = _wrap(Line(seen.text, "lens"))
    elif extra.scale is None and kind != "group" and (node.grad is not None or (kind == "leaf" and node.value)):
        gradient = _wrap(Line(grad_text(node.grad), "missing" if node.grad is None else "grad"))  # else nobody looked
    return _sized(
        Card(
            kind,
            heading,
            shorten(heading, DRAWING.title_limit, DRAWING.title, True),
            tuple(lines),
            tuple(gradient),
            "bad" if note else "guilty" if mark else saved_state(node.saved),
            output is not None,
            node.count,
            max(1, len(node.shapes)) if kind != "group" else 1,
            origin=origin,
            heat=seen.heat,
        )
    )


def _leaf_lines(node: Node) -> Iterable[Line]:
    size = shape(node.shape, node.dtype)
    yield Line(f"daun · {size}" if size else "daun")
    yield from _value_lines(node)


def _constant_lines(node: Node) -> Iterable[Line]:
    yield Line(shape(node.shape, node.dtype))
    if node.name or node.shape:
        yield from _value_lines(node)
    yield Line("tanpa gradien")


def _operation_lines(node: Node) -> Iterable[Line]:
    yield Line(node.op)
    sizes = list(dict.fromkeys(shape(s, node.dtype) for s in node.shapes if s is not None))
    many = len(node.shapes)
    yield Line(f"{many} keluaran · {sizes[0]}" if many > 1 and sizes else sizes[0] if sizes else "")
    yield from _value_lines(node)
    yield from _saved_lines(node.saved)


def _group_lines(node: Node) -> Iterable[Line]:
    yield Line(f"{node.count} simpul")
    yield Line(shape(node.shape, node.dtype))
    yield from _saved_lines(node.saved)


_LINES = {"leaf": _leaf_lines, "constant": _constant_lines, "operation": _operation_lines, "group": _group_lines}


def _value_lines(node: Node) -> Iterable[Line]:
    text = value_text(node.value) if node.value is not None else ""
    if text:
        yield Line(f"nilai {text}", "" if node.value is not None and node.value.finite else "warn")
    if node.tangent is not None and (moving := value_text(node.tangent)):
        yield Line(f"tangen {moving}", "" if node.tangent.finite else "warn")


def _saved_lines(saved: tuple[Saved, ...]) -> Iterable[Line]:
    if not saved:
        return
    states = {s.state for s in saved}
    if "alive" in states:
        text = f"menyimpan: {saved_names(saved, 'alive')}"
        if width(text, DRAWING.line) > LINE_LIMIT:
            text = f"menyimpan: {saved_names(saved, 'alive', shapes=False)}"
        if width(text, DRAWING.line) > LINE_LIMIT:
            text = f"menyimpan: {sum(s.state == 'alive' for s in saved)} tensor"
        yield Line(text)
    if states == {"freed"}:
        yield Line("simpanan: dibebaskan")
    elif "freed" in states:
        yield Line(f"dibebaskan: {saved_names(saved, 'freed', shapes=False)}")
    if "hooked" in states:
        yield Line(f"di balik hook: {saved_names(saved, 'hooked', shapes=False)}")
    for item in saved:
        if item.state == "changed":
            yield Line(f"{item.name} diubah:", "warn")
            yield Line(f"versi {item.version}, seharusnya {item.expected}", "warn")


def _details(node: Node) -> Iterable[Line]:
    yield Line(" · ".join(part for part in (node.dtype, node.device) if part))
    for name, text in node.attributes:
        if not name.startswith(OWN):
            yield Line(f"{name} = {text}")
    if node.module and node.role != "group":
        yield Line(f"modul {node.module}")


def saved_state(saved: tuple[Saved, ...]) -> Literal["", "freed", "changed", "hooked"]:
    """Keadaan sebuah operasi menurut simpanannya: yang paling penting diketahui di antara keadaan semuanya.

    >>> saved_state((Saved("self", "alive"), Saved("other", "freed")))
    'freed'
    """
    states = {s.state for s in saved}
    for state in ("changed", "freed", "hooked"):
        if state in states:
            return state
    return ""


def _wrap(line: Line) -> list[Line]:
    if width(line.text, DRAWING.line, line.tone != "") <= LINE_LIMIT:
        return [line]
    rows = wrapped(line.text, LINE_LIMIT, DRAWING.line, True)
    return [
        line._replace(text=shorten(text, WORD_LIMIT, DRAWING.line, True), goes_on=place > 0)
        for place, text in enumerate(rows)
    ]


def _sized(card: Card) -> Card:
    need = max(
        reserved(card.shown, DRAWING.title, True),
        *(reserved(line.text, DRAWING.line, line.tone != "") for line in card.lines),
        *(reserved(line.text, DRAWING.line, True) for line in card.gradient),
        0.0,
    )
    least = CHIP_WIDTH if card.chip else None
    wide, tall = DRAWING.box(need, len(card.lines), len(card.gradient), card.kind == "group", least)
    return card._replace(width=wide, height=tall)


def _equal(found: list[Card]) -> tuple[Card, ...]:
    """Equal things equally large: one width for all leaves, one for all operations."""
    for tensors in (True, False):
        own = [i for i, card in enumerate(found) if (card.kind in TENSORS) is tensors and not card.chip]
        for i, wide in zip(own, DRAWING.equal([found[i].width for i in own]), strict=True):
            found[i] = found[i]._replace(width=wide)
    return tuple(found)
