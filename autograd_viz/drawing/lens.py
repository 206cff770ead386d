"""Lensa: kartu diwarnai menurut memori yang ditahannya untuk backward, atau menurut norma gradiennya."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_viz.graph import Graph, Lens, Node, kept_by
from autograd_viz.operations.notation import number_text
from autograd_viz.simplifying.fold import short
from autograd_viz.simplifying.group_node import LEAVES, WAITING
from autograd_viz.text.formatting import clean
from autograd_viz.text.value_text import NO_GRAD, norm_of

NAMED = 5  # cards and leaves told by name
COLD, WRONG = "cold", "wrong"  # nothing to measure, or no number
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
STEPS: dict[Lens, tuple[float, ...]] = {  # parts of the largest card at which the next darker colour begins
    "memory": (0.01, 0.03, 0.1, 0.3),
    "gradient": (1e-4, 1e-3, 1e-2, 1e-1),
}
TITLES: dict[Lens, str] = {"memory": "ditahan untuk backward:", "gradient": "norma gradien:"}


class Scale(NamedTuple):
    """Ukuran warna satu gambar: `top` nilai kartu terbesar, `total` jumlah seluruhnya."""

    kind: Lens
    top: float = 0.0
    total: float = 0.0


class Measured(NamedTuple):
    """Yang ditulis lensa pada satu kartu, dan kelas warnanya."""

    text: str
    heat: str


def size_text(size: float) -> str:
    """Banyaknya byte seperti yang dibaca orang.

    >>> [size_text(size) for size in (0, 1000, 1536, 5 * 2**20)]
    ['0 B', '1000 B', '1.5 KiB', '5 MiB']
    """
    step = 0
    while size >= 1024 and step + 1 < len(_UNITS):
        size, step = size / 1024, step + 1
    return f"{size:.0f} {_UNITS[step]}" if size >= 100 or not step else f"{size:.3g} {_UNITS[step]}"


def scale_of(kind: Lens, graph: Graph, drawn: Graph) -> Scale:
    """Ukuran warna gambar `drawn`, ringkasan dari `graph`.

    Galat: ValueError bila memori graf itu tidak diukur.
    """
    if kind == "memory" and graph.nodes and all(node.kept is None for node in graph.nodes):
        if any(node.saved for node in graph.nodes):
            raise ValueError(
                'lens="memory" memerlukan graf yang memorinya diukur: tensornya sendiri, atau trace(..., '
                'lens="memory"). Sebuah rekaman tidak mengukurnya: gambarlah draw(loss, lens="memory") sebelum '
                "backward()."
            )
    found = [value for node in drawn.nodes if not node.chip and (value := amount(kind, node))]
    total = amount(kind, Node("", "group", kept=kept_by(graph.nodes))) if kind == "memory" else 0.0
    return Scale(kind, max(found, default=0.0), total or 0.0)


def amount(kind: Lens, node: Node) -> float | None:
    """Byte yang ditahan, atau norma gradien, satu simpul; None bila tidak ada atau bukan bilangan."""
    if kind == "memory":
        return None if node.kept is None else float(sum(one.size or 0 for one in node.kept))
    return norm_of(node.grad)


def measure(scale: Scale, node: Node) -> Measured:
    """Tulisan dan warna sebuah kartu.

    >>> from autograd_viz.graph import Value
    >>> measure(Scale("gradient", 1.0), Node("", "leaf", grad=Value((), "float32", (0.05,), norm=0.05)))
    Measured(text='‖grad‖ 0.05', heat='gradient-4')
    """
    found = amount(scale.kind, node)
    if scale.kind == "memory":
        unread = sum(one.size is None for one in node.kept or ())
        if not found:
            return Measured(f"{unread} simpanan tidak terbaca" if unread else "", COLD)
        more = f" + {unread} tidak terbaca" if unread else ""
        return Measured(f"menahan {size_text(found)} · {_part(found, scale.total)}{more}", _heat(scale, found))
    whose = " keluaran" if node.role == "group" and LEAVES not in dict(node.attributes) else ""
    if node.grad is not None and not node.grad.finite:
        return Measured(f"grad{whose}: ada nan atau inf", WRONG)
    if found is None:
        waiting = node.role == "leaf" and node.value is not None or WAITING in dict(node.attributes)
        return Measured(f"grad {NO_GRAD}" if waiting and node.grad is None else "", COLD)
    return Measured(f"‖grad{whose}‖ {number_text(found)}", _heat(scale, found) if found else COLD)


def _part(found: float, total: float) -> str:
    share = 100 * found / total
    return f"{share:.0f}%" if share >= 1 else "<1%"


def _heat(scale: Scale, found: float) -> str:
    return f"{scale.kind}-{1 + sum(found >= part * scale.top for part in STEPS[scale.kind])}"


def colours(scale: Scale, heats: Iterable[str]) -> list[tuple[str, str]]:
    """Keterangan warna yang muncul, dari yang terbesar: tulisannya dan kelasnya.

    >>> colours(Scale("gradient", 2.0), ["gradient-5", "gradient-1", "cold"])
    [('≥ 0.2', 'gradient-5'), ('< 0.0002', 'gradient-1')]
    """
    steps, seen = STEPS[scale.kind], set(heats)
    write = size_text if scale.kind == "memory" else number_text
    found = [
        (f"≥ {write(steps[level - 2] * scale.top)}" if level > 1 else f"< {write(steps[0] * scale.top)}", name)
        for level in range(len(steps) + 1, 0, -1)
        if (name := f"{scale.kind}-{level}") in seen
    ]
    return [*found, ("nan atau inf", WRONG)] if WRONG in seen else found


def said(scale: Scale, graph: Graph, drawn: Graph, titles: Sequence[str]) -> tuple[str, ...]:
    """Kalimat di atas gambar: seluruhnya, dan yang terbesar menurut nama kartu-kartu `drawn`."""
    return _memory(scale, graph, drawn, titles) if scale.kind == "memory" else _gradient(graph)


def _memory(scale: Scale, graph: Graph, drawn: Graph, titles: Sequence[str]) -> tuple[str, ...]:
    unread = sum(one.size is None for one in kept_by(graph.nodes) or ())
    freed = sum(any(one.state == "freed" for one in node.saved) for node in graph.nodes)
    lines = [
        f"Ditahan untuk backward: {size_text(scale.total)}. Tensor yang ditahan beberapa operasi dihitung sekali; "
        "parameter dan daun lain tidak dihitung."
    ]
    cards = [
        (value, -number, title)
        for number, (node, title) in enumerate(zip(drawn.nodes, titles, strict=True))
        if not node.chip and (value := amount("memory", node))
    ]
    largest = sorted(cards, reverse=True)[:NAMED]
    if largest:
        named = [f"{title} {size_text(value)} ({_part(value, scale.total)})" for value, _, title in largest]
        lines.append(f"Kartu terbesar: {', '.join(named)}.")
    kinds = _by_kind(graph)
    if len(kinds) > 1:
        named = [f"{op} {size_text(size)} ({_part(size, scale.total)})" for op, size in kinds[:NAMED]]
        lines.append(f"Jenis operasi terbesar: {', '.join(named)}.")
    if unread:
        lines.append(f"{unread} simpanan di balik hook tidak terbaca besarnya.")
    if freed:
        lines.append(f"Simpanan {freed} operasi sudah dibebaskan. Yang ditahannya terlihat sebelum backward().")
    return tuple(lines)


def _by_kind(graph: Graph) -> list[tuple[str, int]]:
    """What each kind of operation keeps, the largest first; a tensor belongs to the first operation that keeps it."""
    seen: set[int] = set()
    found: dict[str, int] = {}
    for node in graph.nodes:
        for one in node.kept or ():
            if one.storage not in seen:
                seen.add(one.storage)
                found[short(node.op)] = found.get(short(node.op), 0) + (one.size or 0)
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _gradient(graph: Graph) -> tuple[str, ...]:
    leaves = [node for node in graph.nodes if node.role == "leaf" and not node.chip]
    known = [(value, _name(node)) for node in leaves if (value := norm_of(node.grad)) is not None]
    moving = [one for one in known if one[0]]
    lines = []
    if moving:
        (low, first), (high, last) = min(moving), max(moving)
        lines.append(
            f"Norma gradien {len(known)} daun: terkecil {number_text(low)} ({first}), terbesar {number_text(high)} "
            f"({last})."
        )
    groups = (
        ("gradiennya 0", [name for value, name in known if not value]),
        ("gradiennya memuat NaN atau Inf", [_name(n) for n in leaves if n.grad is not None and not n.grad.finite]),
        ("belum punya gradien", [_name(n) for n in leaves if n.grad is None]),
    )
    return (*lines, *(f"{len(names)} daun {what}: {_listed(names)}." for what, names in groups if names))


def _name(node: Node) -> str:
    return clean(node.name or "tanpa nama")


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
