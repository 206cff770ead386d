"""Satu backward yang sedang diterjemahkan: gradien yang sudah dikirim tetapi belum diterima simpulnya."""

from __future__ import annotations

from autograd_viz.recording.events import Flow
from autograd_viz.recording.source import Place


class FlowingPass:
    """Satu backward yang sedang diterjemahkan: gradien yang sudah dikirim tetapi belum diterima simpulnya."""

    def __init__(self, place: Place | None, retain_graph: bool) -> None:
        self.place = place
        self.retain_graph = retain_graph
        self.parts: dict[tuple[int, int], list[Flow]] = {}

    def send(self, target: tuple[int, int], flow: Flow) -> None:
        """Mengirim gradien ke satu keluaran sebuah simpul."""
        self.parts.setdefault(target, []).append(flow)

    def arrived(self, number: int, outputs: int) -> tuple[Flow, ...]:
        """Semua yang dikirim ke simpul ini; setelah itu tidak ada lagi."""
        return tuple(part for output in range(max(outputs, 1)) for part in self.parts.pop((number, output), ()))
