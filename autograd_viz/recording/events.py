"""Isi rekaman sebagai data biasa: langkah-langkah, tempatnya dalam kode, dan gradien pada setiap panah.

Sebuah `RecordingData` memuat graf seluruh jalannya kode, teks sumber, dan langkah-langkah menurut urutan
kejadiannya. Nomor simpul (`node`) di mana pun adalah tempatnya di `RecordingData.graph.nodes`. Gradien mengalir
melawan arah panah `graph.Edge`: simpul `target` mengirim gradien lewat slot `slot` kepada simpul `source`.

Jenis langkah (`Step.kind`) dan isinya; bidang lain kosong:

| kind         | isi                                                                                          |
|--------------|----------------------------------------------------------------------------------------------|
| `leaf`       | tensor daun `node` pertama kali dipakai; `values` nilainya saat itu                          |
| `forward`    | operasi `node` dihitung; `values` nilai setiap keluaran; `inputs` nilai setiap masukan tensor |
| `inplace`    | tensor `name` diubah di tempat oleh `detail`; `changes` sebelum dan sesudah; `node` simpul baru |
| `cut`        | hubungan ke `node` diputus oleh `detail` (detach, no_grad, data, item, numpy); `values` hasilnya |
| `backward`   | backward ke-`round` dimulai oleh `detail` (backward, grad); `sent` gradien awal tiap akar     |
| `gradient`   | `node` dijalankan mesin: `values` gradien yang diterima tiap keluaran (jumlahnya), `parts`     |
|              | sumbangan satu per satu, `sent` gradien yang dikirim tiap slot, `freed` simpanan yang dilepas |
| `accumulate` | gradien sampai di daun `node`: `values` yang ditambahkan, `changes` isi .grad sebelum/sesudah |
| `end`        | backward ke-`round` selesai; `values` hasil `torch.autograd.grad`                            |
| `optimizer`  | `detail` (misalnya SGD) melangkah; `changes` setiap parameter sebelum dan sesudah             |
| `zero_grad`  | gradien dihapus oleh `detail`; `changes` isi .grad sebelum dan sesudah                        |
| `error`      | kode pengguna gagal; `detail` nama dan pesan galatnya                                          |
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from autograd_viz.graph import Graph, Value

Kind = Literal[
    "leaf",
    "forward",
    "inplace",
    "cut",
    "backward",
    "gradient",
    "accumulate",
    "end",
    "optimizer",
    "zero_grad",
    "error",
]


class Source(NamedTuple):
    """Teks satu sel atau berkas; baris pertamanya bernomor `first`."""

    title: str
    text: str
    first: int = 1


class Place(NamedTuple):
    """Tempat satu pernyataan: sumber ke-`source`, baris `line` sampai `end` (keduanya ikut)."""

    source: int
    line: int
    end: int


class Flow(NamedTuple):
    """Gradien pada satu panah.

    Dalam `Step.parts`, `node` adalah simpul pengirim, `slot` slot pengirim itu, `output` keluaran
    penerima yang dimaksud; `node` None berarti gradien awal dari pemanggil backward.
    Dalam `Step.sent`, `node` adalah penerima, `slot` slot simpul ini, `output` keluaran penerima itu;
    `node` None berarti masukan itu tidak memerlukan gradien. Pada langkah `backward`, `slot` nomor akar.
    `value` None berarti tidak ada gradien yang dikirim.
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


class Step(NamedTuple):
    """Satu kejadian; arti setiap bidang menurut `kind` ada di awal modul ini."""

    kind: Kind
    place: Place | None = None
    node: int | None = None
    round: int | None = None
    name: str | None = None
    detail: str | None = None
    values: tuple[Value | None, ...] = ()
    inputs: tuple[Value | None, ...] = ()
    parts: tuple[Flow, ...] = ()
    sent: tuple[Flow, ...] = ()
    changes: tuple[Change, ...] = ()
    freed: tuple[str, ...] = ()
    hooked: bool = False


class RecordingData(NamedTuple):
    """Isi sebuah rekaman yang sudah selesai."""

    graph: Graph = Graph((), ())
    sources: tuple[Source, ...] = ()
    steps: tuple[Step, ...] = ()
    error: str | None = None
