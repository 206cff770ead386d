"""Bagian-bagian sebuah kejadian: gradien pada satu panah, dan isi satu tensor sebelum dan sesudah diubah."""

from __future__ import annotations

from typing import NamedTuple

from autograd_viz.graph import Value


class Flow(NamedTuple):
    """Gradien pada satu panah.

    Dalam `parts`, `node` adalah simpul pengirim, `slot` slot pengirim itu, `output` keluaran penerima yang dimaksud;
    `node` None berarti gradien awal dari pemanggil backward. Dalam `sent`, `node` adalah penerima, `slot` slot simpul
    ini, `output` keluaran penerima itu; `node` None berarti masukan itu tidak memerlukan gradien. Pada `Backward`,
    `slot` nomor akar. `value` None berarti tidak ada gradien yang dikirim.
    """

    node: int | None
    slot: int
    output: int = 0
    value: Value | None = None


class Change(NamedTuple):
    """Isi satu tensor sebelum dan sesudah diubah; None berarti belum ada (misalnya .grad yang kosong)."""

    name: str | None
    node: int | None = None
    before: Value | None = None
    after: Value | None = None
