"""Rekaman satu jalannya kode sebagai data biasa: tidak memuat tensor, tidak memerlukan torch."""

from __future__ import annotations

from collections.abc import Callable

from autograd_viz import codec
from autograd_viz.graph import Graph
from autograd_viz.recording.events import Event, Missing, RecordingData
from autograd_viz.recording.missing import missing_line, sentences_of
from autograd_viz.recording.nonfinite import NonFinite, find
from autograd_viz.recording.source import Source, statement


class Recording:
    """Rekaman satu jalannya kode: graf, sumber, dan langkah-langkahnya.

    Galat: `ValueError` bila dibaca sebelum blok `with record()` selesai.

    >>> from autograd_viz.recording.events import Error
    >>> Recording(RecordingData(steps=(Error("ValueError: contoh"),))).steps[0].kind
    'error'
    """

    __slots__ = ("_calm", "_data")
    _data: RecordingData | Callable[[], RecordingData] | None
    _calm: Callable[[], bool] | None  # whether all is finite, asked without developing the film

    def __init__(self, data: RecordingData | Callable[[], RecordingData] | None = None) -> None:
        self._data = data
        self._calm = None

    @property
    def data(self) -> RecordingData:
        """Seluruh isi rekaman sebagai data beku."""
        if self._data is None:
            raise ValueError(
                "Rekaman belum selesai: blok `with record() as run:` masih berjalan. "
                "Bacalah `run` setelah blok itu, di baris yang tidak menjorok."
            )
        if not isinstance(self._data, RecordingData):
            self._data, self._calm = self._data(), None
        return self._data

    @property
    def graph(self) -> Graph:
        """Graf seluruh jalannya kode; `Node.value` nilai maju, `Node.grad` gradien terakhir yang diterima."""
        return self.data.graph

    @property
    def sources(self) -> tuple[Source, ...]:
        """Teks sumber yang ditunjuk oleh `place` setiap langkah."""
        return self.data.sources

    @property
    def steps(self) -> tuple[Event, ...]:
        """Langkah-langkah menurut urutan kejadiannya."""
        return self.data.steps

    @property
    def error(self) -> str | None:
        """Nama dan pesan galat yang mengakhiri blok; None bila blok selesai dengan baik."""
        return self.data.error

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Yang terjadi tetapi tidak dapat ditunjukkan: jenis, banyaknya, dan tempat pertamanya; kosong bila lengkap."""
        return self.data.missing

    @property
    def missing_line(self) -> str:
        """Satu kalimat tentang yang tidak terekam; kosong bila rekamannya lengkap.

        >>> from autograd_viz.recording.events import Missing
        >>> Recording(RecordingData(missing=(Missing("gradient", 2),))).missing_line
        'Rekaman ini tidak lengkap: 2 gradien tidak terbaca.'
        """
        return missing_line(sentences_of(self.missing, self.sources))

    def line(self, step: Event) -> str | None:
        """Baris sumber (satu pernyataan, mungkin beberapa baris) dari sebuah langkah."""
        return statement(self.sources, step.place)

    def first_nonfinite(self) -> NonFinite | None:
        """Operasi pertama yang membuat NaN atau Inf, saat maju atau mundur; None bila semuanya terhingga.

        >>> Recording(RecordingData()).first_nonfinite() is None
        True
        """
        return None if self._calm is not None and self._calm() else find(self.data)

    def to_json(self) -> str:
        """Rekaman sebagai JSON; rekaman yang sama selalu memberi teks yang sama."""
        return codec.write(self.data)

    @classmethod
    def from_json(cls, text: str) -> Recording:
        """Rekaman dari JSON buatan `to_json`.

        Galat: `ValueError` bila teks itu bukan JSON rekaman.
        """
        data: RecordingData = codec.read(cls=RecordingData, text=text)
        return cls(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recording) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        if self._data is None:
            return "<Recording: masih merekam>"
        return f"<Recording: {len(self.steps)} langkah, {len(self.graph.nodes)} simpul>"
