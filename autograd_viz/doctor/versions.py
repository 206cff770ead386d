"""Nomor versi sebuah tensor simpanan, dalam kata."""

from __future__ import annotations

from autograd_viz.doctor.graph_state import Conflict


def versions(conflict: Conflict) -> str:
    """Kalimat tentang nomor versi: sekarang, waktu disimpan, dan berapa kali ditulisi."""
    saved = conflict.saved
    times = (saved.version or 0) - (saved.expected or 0)
    return f"Versinya {saved.version}, waktu disimpan {saved.expected}: ditulisi {times} kali sesudah itu."
