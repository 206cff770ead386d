"""Lensa: kartu diwarnai menurut memori yang ditahannya untuk backward, atau menurut norma gradiennya."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from autograd_viz.graph import Graph, Kept, Lens, Node, kept_by
from autograd_viz.operations.notation import number_text
from autograd_viz.simplifying.fold import short
from autograd_viz.simplifying.group_node import LEAVES, WAITING
from autograd_viz.text.formatting import clean, size_text
from autograd_viz.text.value_text import NO_GRAD, norm_of

NAMED = 5  # cards and leaves told by name
SHARERS = 2  # told by name, of those that keep the same tensor
COLD, WRONG = "cold", "wrong"  # nothing to measure, or no number
SHADES = 5
PARTS = (0.01, 0.03, 0.1, 0.3)  # of the largest card, where the next darker colour of memory begins
TITLES: dict[Lens, str] = {"memory": "ditahan untuk backward:", "gradient": "norma gradien:"}


class Scale(NamedTuple):
    """Ukuran warna satu gambar: `top` nilai kartu terbesar, `total` jumlah seluruhnya.

    `decades` banyaknya pangkat sepuluh yang dicakup satu warna norma gradien.
    """

    kind: Lens
    top: float = 0.0
    total: float = 0.0
    decades: float = 1.0

    @property
    def steps(self) -> tuple[float, ...]:
        """Bagian dari kartu terbesar tempat warna berikutnya yang lebih tua dimulai.

        >>> Scale("gradient", decades=3).steps
        (1e-12, 1e-09, 1e-06, 0.001)
        """
        if self.kind == "memory":
            return PARTS
        return tuple(10.0 ** (-self.decades * shade) for shade in range(SHADES - 1, 0, -1))


class Measured(NamedTuple):
    """Yang ditulis lensa pada satu kartu, dan kelas warnanya."""

    text: str
    heat: str


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
    top = max(found, default=0.0)
    span = math.log10(top) - math.log10(min(found)) if kind == "gradient" and found else 0.0
    return Scale(kind, top, total or 0.0, max(1.0, math.ceil(10 * span / SHADES - 1e-9) / 10))


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
    return f"{scale.kind}-{1 + sum(found >= part * scale.top for part in scale.steps)}"


def colours(scale: Scale, heats: Iterable[str]) -> list[tuple[str, str]]:
    """Keterangan warna yang muncul, dari yang terbesar: tulisannya dan kelasnya.

    >>> colours(Scale("gradient", 2.0), ["gradient-5", "gradient-1", "cold"])
    [('≥ 0.2', 'gradient-5'), ('< 0.0002', 'gradient-1')]
    """
    steps, seen = scale.steps, set(heats)
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
    cards = zip(titles, drawn.nodes, strict=True)
    largest = _holders([(title, node.kept or ()) for title, node in cards if not node.chip])
    if largest:
        lines.append(f"Kartu terbesar: {_told(scale, largest)}.")
    kinds: defaultdict[str, list[Kept]] = defaultdict(list)
    for node in graph.nodes:
        kinds[short(node.op)] += node.kept or ()
    by_kind = _holders(kinds.items())
    if len(by_kind) > 1:
        lines.append(f"Jenis operasi terbesar: {_told(scale, by_kind, named=True)}.")
    if unread:
        lines.append(f"{unread} simpanan di balik hook tidak terbaca besarnya.")
    if freed:
        lines.append(f"Simpanan {freed} operasi sudah dibebaskan. Yang ditahannya terlihat sebelum backward().")
    return tuple(lines)


class Holder(NamedTuple):
    """One card, or one kind of operation: the bytes it keeps, how many of them others keep too, and which others."""

    name: str
    size: int
    shared: int = 0
    others: tuple[str, ...] = ()


def _holders(held: Iterable[tuple[str, Iterable[Kept]]]) -> list[Holder]:
    """What each of them keeps, the largest first; what several keep counts for each of them."""
    own = [(name, dict.fromkeys(kept)) for name, kept in held]
    keepers: defaultdict[Kept, list[int]] = defaultdict(list)
    for place, (_, kept) in enumerate(own):
        for one in kept:
            keepers[one].append(place)
    found = []
    for place, (name, kept) in enumerate(own):
        shared = [one for one in kept if len(keepers[one]) > 1 and one.size]
        others = dict.fromkeys(own[other][0] for one in shared for other in keepers[one] if other != place)
        found.append(Holder(name, _bytes(kept), _bytes(shared), tuple(others)))
    return sorted((one for one in found if one.size), key=lambda one: -one.size)


def _bytes(kept: Iterable[Kept]) -> int:
    return sum(one.size or 0 for one in kept)


def _told(scale: Scale, holders: Sequence[Holder], named: bool = False) -> str:
    return ", ".join(
        f"{one.name} {size_text(one.size)} ({_part(one.size, scale.total)}{_shared(one, named)})"
        for one in holders[:NAMED]
    )


def _shared(one: Holder, named: bool) -> str:
    if not one.shared:
        return ""
    size = size_text(one.shared)
    whole = "" if size == size_text(one.size) else f"{size} di antaranya "
    if named and len(one.others) <= SHARERS:
        return f", {whole}bersama {' dan '.join(one.others)}"
    return f", {whole}bersama {f'{len(one.others)} jenis' if named else 'kartu'} lain"


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
