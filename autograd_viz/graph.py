"""Graf komputasi sebagai data biasa: tidak memuat tensor, tidak memerlukan torch."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

Role = Literal["leaf", "operation", "output", "constant", "group"]
State = Literal["alive", "freed", "changed", "hooked"]
Number = bool | int | float | complex


class Value(NamedTuple):
    """Isi satu tensor: semua angkanya bila sedikit, ringkasannya bila banyak.

    `numbers` berisi semua unsur dalam urutan baris (row-major); None berarti tensornya lebih besar
    daripada batas simpan dan hanya ringkasannya yang ada. Ringkasan dari tensor kosong adalah None.
    """

    shape: tuple[int, ...]
    dtype: str
    numbers: tuple[Number, ...] | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    norm: float | None = None
    finite: bool = True


class Saved(NamedTuple):
    """Satu tensor yang disimpan sebuah operasi untuk backward, beserta keadaannya sekarang."""

    name: str
    state: State
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    version: int | None = None
    expected: int | None = None


class Node(NamedTuple):
    """Satu simpul graf. Nomor simpul adalah tempatnya di `Graph.nodes` (masukan lebih dulu).

    `shapes` memuat bentuk setiap keluaran; `shape` adalah keluaran pertama. `attributes` memuat
    simpanan yang bukan tensor, misalnya `("exponent", "2")`. `chip` menandai salinan kecil dari daun
    yang kartunya sudah ada di tempat lain; `count`-nya 0.
    """

    op: str
    role: Role
    name: str | None = None
    shapes: tuple[tuple[int, ...] | None, ...] = ()
    dtype: str | None = None
    device: str | None = None
    saved: tuple[Saved, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    value: Value | None = None
    grad: Value | None = None
    module: str | None = None
    count: int = 1
    chip: bool = False

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Bentuk keluaran pertama; None bila autograd tidak mencatatnya."""
        return self.shapes[0] if self.shapes else None


class Edge(NamedTuple):
    """Panah maju: keluaran ke-`output` dari `source` masuk ke slot `slot` milik `target`.

    `label` memuat nama operasi pemindah data yang dilipat ke dalam panah ini, dari hulu ke hilir.
    """

    source: int
    target: int
    slot: int
    output: int = 0
    label: tuple[str, ...] = ()


class Output(NamedTuple):
    """Satu tensor yang diminta digambar: keluaran ke-`output` dari simpul `node`."""

    node: int
    output: int = 0
    name: str | None = None


class Graph(NamedTuple):
    """Graf komputasi: simpul terurut dari masukan ke keluaran, panah maju, dan keluaran yang diminta."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    outputs: tuple[Output, ...] = ()
