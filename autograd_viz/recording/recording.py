"""Rekaman satu jalannya kode sebagai data biasa: tidak memuat tensor, tidak memerlukan torch."""

from __future__ import annotations

from collections.abc import Callable

from autograd_viz import codec
from autograd_viz.graph import Graph
from autograd_viz.recording.events import Film, Source, Step
from autograd_viz.recording.nonfinite import NonFinite, find


class Recording:
    """Rekaman satu jalannya kode: graf, sumber, dan langkah-langkahnya.

    Galat: `ValueError` bila dibaca sebelum blok `with record()` selesai.

    >>> Recording(Film(steps=(Step("error", detail="ValueError: contoh"),))).steps[0].kind
    'error'
    """

    __slots__ = ("_calm", "_film")
    _film: Film | Callable[[], Film] | None
    _calm: Callable[[], bool] | None  # whether all is finite, asked without developing the film

    def __init__(self, film: Film | Callable[[], Film] | None = None) -> None:
        self._film = film
        self._calm = None

    @property
    def film(self) -> Film:
        """Seluruh isi rekaman sebagai data beku."""
        if self._film is None:
            raise ValueError(
                "Rekaman belum selesai: blok `with record() as run:` masih berjalan. "
                "Bacalah `run` setelah blok itu, di baris yang tidak menjorok."
            )
        if not isinstance(self._film, Film):
            self._film, self._calm = self._film(), None
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
        return None if self._calm is not None and self._calm() else find(self.film)

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
