"""Yang tidak sampai ke backward: daun tanpa jalan ke akar backward mana pun, dan potongan yang menyebabkannya."""

from __future__ import annotations

from collections.abc import Iterable

from autograd_viz.recording.events import Backward, Cut, RecordingData


def reached(data: RecordingData) -> frozenset[int] | None:
    """Simpul yang punya jalan ke akar sebuah backward; None bila tidak ada backward, atau akarnya tidak diketahui.

    >>> reached(RecordingData()) is None
    True
    """
    flows = [flow for step in data.steps if isinstance(step, Backward) for flow in step.sent]
    roots = [flow.node for flow in flows if flow.node is not None]
    if not roots or len(roots) < len(flows):
        return None
    return _above(data, roots)


def unreached(data: RecordingData) -> tuple[int, ...]:
    """Nomor daun yang dipakai, tetapi tidak punya jalan ke akar backward mana pun.

    >>> unreached(RecordingData())
    ()
    """
    found = reached(data)
    if found is None:
        return ()
    leaves = (number for number, node in enumerate(data.graph.nodes) if node.role == "leaf")
    return tuple(number for number in leaves if number not in found)


def telling_cuts(data: RecordingData) -> tuple[Cut, ...]:
    """Potongan yang perlu diketahui: hasilnya dipakai lagi, atau yang diputus tidak sampai ke backward.

    Nilai yang hanya dicatat, misalnya `loss.item()` sesudah `backward()`, tidak termasuk.

    >>> telling_cuts(RecordingData())
    ()
    """
    found = reached(data)
    linked = {(link.source, link.how) for link in data.cuts}
    return tuple(
        step
        for step in data.steps
        if isinstance(step, Cut)
        and ((step.node, step.how) in linked or (found is not None and step.node not in found))
    )


def _above(data: RecordingData, roots: Iterable[int]) -> frozenset[int]:
    """These nodes, and all that they were computed from."""
    sources: dict[int, list[int]] = {}
    for edge in data.graph.edges:
        sources.setdefault(edge.target, []).append(edge.source)
    found = set(roots)
    left = list(found)
    while left:
        for source in sources.get(left.pop(), ()):
            if source not in found:
                found.add(source)
                left.append(source)
    return frozenset(found)
