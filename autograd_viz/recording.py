"""Rekaman satu jalannya kode sebagai data biasa: tidak memuat tensor, tidak memerlukan torch.

Sebuah `Recording` memuat graf seluruh jalannya kode, teks sumber, dan langkah-langkah menurut urutan
kejadiannya. Nomor simpul (`node`) di mana pun adalah tempatnya di `Recording.graph.nodes`. Gradien mengalir
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

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from autograd_viz import codec
from autograd_viz.graph import Graph, Value

if TYPE_CHECKING:
    from autograd_viz.nonfinite import NonFinite

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


class Film(NamedTuple):
    """Isi sebuah rekaman yang sudah selesai."""

    graph: Graph = Graph((), ())
    sources: tuple[Source, ...] = ()
    steps: tuple[Step, ...] = ()
    error: str | None = None


class Recording:
    """Rekaman satu jalannya kode: graf, sumber, dan langkah-langkahnya.

    Galat: `ValueError` bila dibaca sebelum blok `with record()` selesai.

    >>> Recording(Film(steps=(Step("error", detail="ValueError: contoh"),))).steps[0].kind
    'error'
    """

    __slots__ = ("_film",)
    _film: Film | Callable[[], Film] | None

    def __init__(self, film: Film | Callable[[], Film] | None = None) -> None:
        self._film = film

    @property
    def film(self) -> Film:
        """Seluruh isi rekaman sebagai data beku."""
        if self._film is None:
            raise ValueError(
                "Rekaman belum selesai: blok `with record() as run:` masih berjalan. "
                "Bacalah `run` setelah blok itu, di baris yang tidak menjorok."
            )
        if not isinstance(self._film, Film):
            self._film = self._film()
        return self._film

    @property
    def graph(self) -> Graph:
        """Graf seluruh jalannya kode; `Node.value` nilai maju, `Node.grad` gradien terakhir yang diterima."""
        return self.film.graph

    @property
    def sources(self) -> tuple[Source, ...]:
        """Teks sumber yang ditunjuk oleh `Step.place`."""
        return self.film.sources

    @property
    def steps(self) -> tuple[Step, ...]:
        """Langkah-langkah menurut urutan kejadiannya."""
        return self.film.steps

    @property
    def error(self) -> str | None:
        """Nama dan pesan galat yang mengakhiri blok; None bila blok selesai dengan baik."""
        return self.film.error

    def line(self, step: Step) -> str | None:
        """Baris sumber (satu pernyataan, mungkin beberapa baris) dari sebuah langkah."""
        if step.place is None:
            return None
        source = self.sources[step.place.source]
        lines = source.text.splitlines()
        return "\n".join(lines[step.place.line - source.first : step.place.end - source.first + 1])

    def first_nonfinite(self) -> NonFinite | None:
        """Operasi pertama yang membuat NaN atau Inf, saat maju atau mundur; None bila semuanya terhingga.

        >>> Recording(Film()).first_nonfinite() is None
        True
        """
        from autograd_viz.nonfinite import find

        return find(self.film)

    def to_json(self) -> str:
        """Rekaman sebagai JSON; rekaman yang sama selalu memberi teks yang sama."""
        return codec.write(self.film)

    @classmethod
    def from_json(cls, text: str) -> Recording:
        """Rekaman dari JSON buatan `to_json`.

        Galat: `ValueError` bila teks itu bukan JSON rekaman.
        """
        film: Film = codec.read(cls=Film, text=text)
        return cls(film)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recording) and self.film == other.film

    def __hash__(self) -> int:
        return hash(self.film)

    def __repr__(self) -> str:
        if self._film is None:
            return "<Recording: masih merekam>"
        return f"<Recording: {len(self.steps)} langkah, {len(self.graph.nodes)} simpul>"
