"""Latihan 10: lereng sebuah fungsi dari satu angka, dan langkah-langkah yang mengikutinya."""

from collections.abc import Callable
from typing import Any

import torch

from jejak.show import show
from jejak.trial import Trial, needs
from jejak.verdict import Wrong

Function = Callable[[Any], Any]
FUNCTIONS: tuple[tuple[str, Function, Function], ...] = (
    ("(x - 5) * (100 - 4 * x)", lambda x: (x - 5) * (100 - 4 * x), lambda x: 120 - 8 * x),
    ("x * x", lambda x: x * x, lambda x: 2 * x),
    ("3 * x + 7", lambda x: 3 * x + 7, lambda x: 3.0),
    ("2 - x", lambda x: 2 - x, lambda x: -1.0),
    ("x * x * x", lambda x: x * x * x, lambda x: 3 * x * x),
    ("10 / x", lambda x: 10 / x, lambda x: -10 / x**2),
    ("(x - 3) ** 2", lambda x: (x - 3) ** 2, lambda x: 2 * (x - 3)),
)
POINTS = (10.0, 3.0, 0.5, -2.0)
ROOM = 1e-4
NEARLY = 0.02  # a difference quotient is this near


def _number(name: str, got: object) -> float:
    if isinstance(got, torch.Tensor) and got.numel() == 1:
        raise Wrong(f"`{name}` seharusnya mengembalikan bilangan Python; milik Anda {show(got)}. Di pelajaran 00 bilangan diambil dari tensor dengan `item()`.")
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        raise Wrong(f"`{name}` seharusnya mengembalikan satu bilangan; milik Anda {show(got)}.")
    return float(got)


def _near(got: float, want: float) -> bool:
    return abs(got - want) <= ROOM * max(1.0, abs(want))


@needs("slope")
def slopes(trial: Trial) -> None:
    for told, f, derivative in FUNCTIONS:
        for x in POINTS:
            got, want = _number("slope", trial.call("slope", f, x)), derivative(x)
            if not _near(got, want):
                slips = {
                    "Itu nilai fungsinya, bukan lerengnya.": f(x),
                    "Tandanya terbalik.": -want,
                    "Itu geseran hasil untuk kenaikan sebesar 1; yang diminta laju untuk geseran yang kecil sekali.": f(x + 1) - f(x) if x != -1 else None,
                }
                why = next((advice for advice, slip in slips.items() if slip is not None and _near(got, slip)), _nearly(got, want))
                raise Wrong(f"Lereng {told} di x = {x:g} seharusnya {want:.4g}; milik Anda {got:.4g}. {why}")


def _nearly(got: float, want: float) -> str:
    if abs(got - want) <= NEARLY * abs(want):
        return "Hampir, tetapi gradien dari autograd jauh lebih teliti. Itu biasanya selisih hingga: beda dua nilai dibagi sebuah geseran."
    return "Baca `.grad` dari tensor yang sama dengan yang diberikan kepada `f`."


def _climbed(derivative: Function, x: float, steps: int, size: float) -> float:
    for _ in range(steps):
        x = x + size * derivative(x)
    return x


def climbs(trial: Trial) -> None:
    for told, f, derivative in FUNCTIONS[:5]:
        for x, steps, size in ((10.0, 5, 0.1), (3.0, 0, 0.1), (0.5, 1, 0.01), (-2.0, 3, 0.01)):
            got, want = _number("climb", trial.call("climb", f, x, steps, size)), _climbed(derivative, x, steps, size)
            if not _near(got, want):
                slips = {
                    "Anda turun, bukan naik: geser x searah lerengnya.": _climbed(derivative, x, steps, -size),
                    "Semua langkah memakai lereng di titik awal. Hitung lagi di x yang baru.": x + steps * size * derivative(x),
                    "Panjang langkahnya belum dikalikan `size`.": _climbed(derivative, x, steps, 1.0),
                    "Langkahnya kurang satu atau lebih satu.": _climbed(derivative, x, steps + 1, size),
                    "Yang dikembalikan nilai fungsinya; yang diminta x terakhir.": f(want),
                }
                why = next((advice for advice, slip in slips.items() if _near(got, slip)), "Di setiap langkah: lereng di x yang sekarang, lalu x baru = x + size × lereng.")
                raise Wrong(f"Untuk {told}, mulai dari {x:g}, {steps} langkah sebesar {size:g}: seharusnya sampai di {want:.5g}; Anda sampai di {got:.5g}. {why}")


CHECKS = (slopes, climbs)
