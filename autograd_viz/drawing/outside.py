"""Kalimat tentang parameter yang tidak mendapat gradien: yang dibekukan, dan yang tidak tersambung."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.graph import Graph
from autograd_viz.text.formatting import clean

NAMED = 6  # modules or parameters told by name
COMPILED = "CompiledFunctionBackward"  # takes all that it uses as inputs


def outside(graph: Graph, apart: Sequence[int] = ()) -> tuple[str, ...]:
    """Yang dibekukan dan yang tidak tersambung, sebanyak-banyaknya dua kalimat; modul yang utuh disebut sekali.

    `apart` daun-daun graf ini yang tidak punya jalan ke backward.

    Sebuah `autograd.Function`, misalnya checkpoint dengan `use_reentrant=True`, dapat memakai parameter tanpa
    menerimanya sebagai masukan; bila ada yang seperti itu di graf, "tidak tersambung" tidak dapat dipastikan.

    >>> from autograd_viz.graph import Outside
    >>> names = ("tubuh.weight", "tubuh.bias")
    >>> outside(Graph((), (), outside=tuple(Outside(name, True) for name in names)))
    ('Beku (requires_grad=False): tubuh (2 parameter).',)
    """
    left = set(apart)
    named = [(number, node.name) for number, node in enumerate(graph.nodes) if node.role == "leaf" and node.name]
    inside = [name for number, name in named if number not in left]
    frozen = [one.name for one in graph.outside if one.frozen]
    loose = [*(name for number, name in named if number in left), *(o.name for o in graph.outside if not o.frozen)]
    lines = []
    if frozen:
        lines.append(f"Beku (requires_grad=False): {_listed(frozen, [*inside, *loose])}.")
    if loose:
        names = _listed(loose, [*inside, *frozen])
        unseen = dict.fromkeys(node.op for node in graph.nodes if node.op.endswith("Backward") and node.op != COMPILED)
        if unseen:
            lines.append(
                f"Tidak terlihat di graf: {names}. Yang dipakai di dalam {' atau '.join(map(clean, unseen))} tetap "
                "mendapat gradien, yang lain tidak."
            )
        else:
            lines.append(f"Tidak tersambung, jadi .grad-nya tidak terisi: {names}.")
    return tuple(lines)


def _listed(names: Sequence[str], others: Sequence[str]) -> str:
    """The names, but a module all of whose parameters are among them by its own name, with how many they are."""
    taken = {prefix for name in others for prefix in _prefixes(name)}
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(next((prefix for prefix in _prefixes(name) if prefix not in taken), name), []).append(name)
    said = [f"{clean(whole)} ({len(held)} parameter)" if len(held) > 1 else clean(held[0])
            for whole, held in groups.items()]
    return ", ".join([*said[:NAMED], *([f"dan {len(said) - NAMED} lagi"] if len(said) > NAMED else [])])


def _prefixes(name: str) -> list[str]:
    """The modules that a parameter lies in, the outermost first."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
