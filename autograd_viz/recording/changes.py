"""Bagian-bagian sebuah kejadian: gradien pada satu panah, dan isi satu tensor sebelum dan sesudah diubah."""

from __future__ import annotations

from typing import Literal, NamedTuple

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


class Term(NamedTuple):
    """Satu suku arah langkah optimizer: `factor` kali `value`, yaitu gradien, momentum, atau parameter itu sendiri."""

    of: Literal["grad", "momentum", "weight"]
    factor: float = 1.0
    value: Value | None = None


class Update(NamedTuple):
    """Bagaimana optimizer menggeser satu parameter.

    `size` panjang langkahnya (norma sesudah dikurangi sebelum) dan `farthest` pergeseran terbesar di antara unsurnya,
    None bila tidak diketahui. Bila `terms` tidak kosong,
    langkah itu tepat `rate` kali jumlah suku-sukunya, dan hasil kali itu cocok dengan pergeserannya. `grad` norma
    .grad yang dipakai, None bila .grad kosong; `frozen` True bila parameter itu tidak lagi memerlukan gradien.
    """

    size: float | None = None
    rate: float = 0.0
    terms: tuple[Term, ...] = ()
    grad: float | None = None
    frozen: bool = False
    farthest: float | None = None
