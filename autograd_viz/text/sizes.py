"""Ukuran huruf, kartu, dan panah dalam piksel, satu tabel untuk gambar dan satu untuk panggung pemutar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Size = tuple[float, float]


class Sizes(NamedTuple):
    """Ukuran satu jenis gambar.

    `title`, `line`, dan `label` besar huruf; `*_drop` jarak garis dasar teks dari yang di atasnya; `pad` jarak teks ke
    tepi kartu; lebar kartu kelipatan `step` dan paling sedikit `least`; `stack` lebar tumpukan kartu gabungan;
    `spread` beda lebar yang masih disamakan; `head` panjang kepala panah.
    """

    title: float
    line: float
    label: float
    title_limit: float
    pad: float
    least: float
    step: float
    stack: float
    spread: float
    title_drop: float
    line_drop: float
    next_drop: float
    rule_drop: float
    grad_drop: float
    end_drop: float
    head: float

    def box(self, inner: float, lines: int, grads: int, group: bool = False, least: float | None = None) -> Size:
        """Lebar dan tinggi kartu berisi teks selebar `inner`, `lines` baris isi, dan `grads` baris gradien.

        >>> DRAWING.box(60.0, 2, 1)
        (112.0, 93.0)
        """
        wide = max(self.least if least is None else least, -(-(inner + 2 * self.pad) // self.step) * self.step)
        tall = self.title_drop + self.end_drop
        if lines:
            tall += self.line_drop + self.next_drop * (lines - 1)
        if grads:
            tall += self.rule_drop + self.grad_drop + self.next_drop * (grads - 1)
        stack = self.stack if group else 0.0
        return wide + stack, tall + stack

    def equal(self, widths: Sequence[float]) -> Sequence[float]:
        """Lebar yang sama untuk semua, kecuali bila salah satunya jauh lebih lebar.

        >>> STAGE.equal([104.0, 120.0]), STAGE.equal([104.0, 200.0])
        ([120.0, 120.0], [104.0, 200.0])
        """
        if not widths or max(widths) - min(widths) > self.spread:
            return widths
        return [max(widths)] * len(widths)


DRAWING = Sizes(
    title=13.5, line=12.5, label=12.0, title_limit=200.0, pad=13.0, least=112.0, step=8.0, stack=8.0, spread=96.0,
    title_drop=21.0, line_drop=19.0, next_drop=17.0, rule_drop=8.0, grad_drop=17.0, end_drop=11.0, head=8.0,
)  # fmt: skip
STAGE = Sizes(
    title=13.0, line=13.0, label=12.0, title_limit=176.0, pad=12.0, least=92.0, step=4.0, stack=8.0, spread=28.0,
    title_drop=22.0, line_drop=22.0, next_drop=17.0, rule_drop=10.0, grad_drop=19.0, end_drop=11.0, head=9.0,
)  # fmt: skip
ROUND, SQUARE = 14, 6  # radius of the corners: tensors round, operations square
