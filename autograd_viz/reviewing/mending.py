"""Obat sebagai kode program itu sendiri: baris yang digantikan, yang baru, yang pindah, dan yang tetap."""

from __future__ import annotations

from textwrap import dedent

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import together
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.written import parsed


def lines(facts: Facts, place: Place) -> str:
    """Nomor baris sebuah tempat, misalnya `baris 4–6`; judul sumbernya mendahului bila sumbernya beberapa."""
    several = f"{facts.data.sources[place.source].title}, " if len(facts.data.sources) > 1 else ""
    return f"{several}baris {place.line}" + (f"–{place.end}" if place.end > place.line else "")


def code(facts: Facts, place: Place | None) -> str:
    """Pernyataan di sebuah tempat sebagai kode yang utuh; kosong bila bukan, misalnya kepala sebuah perulangan."""
    text = dedent(statement(facts.data.sources, place) or "").strip()
    return text if text and parsed(text) else ""


def instead(facts: Facts, place: Place, new: str) -> str:
    """`new` menggantikan pernyataan di tempat itu."""
    return f"# menggantikan {lines(facts, place)}:\n{new}"


def above(facts: Facts, place: Place, new: str) -> str:
    """`new` baris baru di atas sebuah pernyataan."""
    return f"# baris baru, tepat di atas {facts.line(place)}:\n{new}"


def below(facts: Facts, place: Place, new: str) -> str:
    """`new` baris baru di bawah sebuah pernyataan."""
    return f"# baris baru, tepat di bawah {facts.line(place)}:\n{new}"


def removed(facts: Facts, place: Place) -> str:
    """Pernyataan itu dihapus."""
    return f"# hapus {facts.line(place)}"


def moved(facts: Facts, place: Place, side: str, target: Place) -> str:
    """Pernyataan di `place` dipindahkan ke sisi (`atas` atau `bawah`) pernyataan di `target`."""
    text = code(facts, place)
    head = f"# pindahkan {lines(facts, place)} ke tepat di {side} {facts.line(target)}"
    return f"{head}:\n{text}" if text else head


def relocated(facts: Facts, place: Place | None, side: str, target: Place | None) -> str:
    """Seperti `moved`; di fungsi yang berbeda, dengan kata-kata saja: nama-namanya mungkin lain di sana."""
    if place is not None and target is not None and together(facts, place, target):
        return moved(facts, place, side, target)
    order = {"atas": "sebelum", "bawah": "sesudah"}[side]
    return f"# jalankan {facts.line(place)}\n# {order} {facts.line(target)}"
