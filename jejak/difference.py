"""Menyebut beda jawaban pelajar dari yang benar: bentuk, tipe, lalu nilai, di mana, dan polanya."""

from collections.abc import Sequence

import torch

from jejak.show import show

# Room for another order of summation, not for another formula: a part of the largest value.
TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 5e-2}
SINGLE = 3e-7  # what float32 rounds off, as a part of the largest value
FACTORS = (2.0, 0.5, 4.0, 0.25, 3.0, 1 / 3)


def differ(
    name: str, got: object, want: torch.Tensor, tolerance: float | None = None, scale: float | None = None
) -> str | None:
    """Menyebut beda pertama antara jawaban `got` dan yang benar `want`; None bila sama.

    Yang dibandingkan lebih dulu tipe dan bentuknya, baru nilainya. `tolerance` adalah beda yang masih diterima,
    sebagai bagian dari `scale` (bila kosong, nilai terbesar); bawaannya 1e-10 untuk float64, 1e-4 untuk float32.
    Kalimatnya tidak dibuka huruf besar, jadi dapat berdiri di belakang titik dua.

    >>> differ("y", torch.tensor([1.0, -4.0]), torch.tensor([1.0, 4.0]))
    '`y[1]` bernilai -4, seharusnya 4. 1 dari 2 unsurnya keliru.'
    >>> differ("y", torch.zeros(2, 3), torch.zeros(3))
    '`y` berbentuk (2, 3), seharusnya (3,).'
    """
    if not isinstance(got, torch.Tensor):
        return f"`{name}` seharusnya tensor; jawaban Anda {show(got)}."
    if got.shape != want.shape:
        return f"`{name}` berbentuk {tuple(got.shape)}, seharusnya {tuple(want.shape)}."
    if got.dtype != want.dtype:
        return f"dtype `{name}` adalah {got.dtype}, seharusnya {want.dtype}, sama dengan masukannya."
    if tolerance is None:
        tolerance = TOLERANCE.get(want.dtype, 1e-4)
    got, want = got.detach(), want.detach()
    room = tolerance * (_size(want) if scale is None else scale)
    wrong = ~close(got, want, room)
    if not wrong.any():
        return None
    where = tuple(int(index) for index in wrong.nonzero()[0])
    place = f"{name}[{', '.join(map(str, where))}]" if where else name
    told_got, told_want = numbers(got[where], want[where])
    told = f"`{place}` bernilai {told_got}, seharusnya {told_want}."
    return " ".join(filter(None, [told, _extent(wrong, got), pattern(got, want, room)]))


def close(got: torch.Tensor, want: torch.Tensor, room: float) -> torch.Tensor:
    """Unsur demi unsur: sama, atau berjarak paling jauh `room`."""
    return (got == want) | ((got - want).abs() <= room)


def _size(want: torch.Tensor) -> float:
    """The largest finite value; 1 where there is none to go by."""
    finite = want[want.isfinite()].abs()
    return (float(finite.max()) if finite.numel() else 0.0) or 1.0


def numbers(got: torch.Tensor, want: torch.Tensor) -> tuple[str, str]:
    """Dua bilangan dalam empat angka penting, atau sebanyak yang perlu untuk membedakannya.

    >>> numbers(torch.tensor(0.0625), torch.tensor(0.5))
    ('0.0625', '0.5')
    """
    for digits in range(4, 17):
        told = f"{got.item() + 0.0:.{digits}g}", f"{want.item() + 0.0:.{digits}g}"
        if told[0] != told[1]:
            break
    return told


def pattern(got: torch.Tensor, want: torch.Tensor, room: float) -> str:
    """Pola pada semua nilai yang keliru: tanda, faktor, nol semua, atau pembulatan; kosong bila tidak ada."""
    if got.numel() == 0 or not want.isfinite().all():
        return ""
    if not got.isfinite().all():
        bad = "NaN" if got.isnan().any() else "tak terhingga"
        return f"Ada nilai {bad}." if got.numel() > 1 else ""
    if not want.any():
        return ""
    if not got.any():
        return "Semua nilai Anda nol." if got.numel() > 1 else ""
    if bool(close(-got, want, room).all()):
        return "Besarnya tepat, tandanya terbalik."
    sizes = _sizes(want)
    for factor, called in [*((factor, _called(factor)) for factor in FACTORS), *sizes]:
        if bool(close(got / factor, want, room).all()):
            return f"Semua nilai Anda {called} yang seharusnya."
    if want.dtype == torch.float64 and bool(close(got, want, SINGLE * _size(want)).all()):
        return "Bedanya sekecil pembulatan float32, atau sekecil angka penjaga (eps)."
    return ""


def _sizes(want: torch.Tensor) -> Sequence[tuple[float, str]]:
    if not want.ndim or want.shape[0] < 2:
        return []
    n = want.shape[0]
    return [(float(n), f"{n} kali"), (1 / n, f"1/{n} dari")]


def _called(factor: float) -> str:
    return f"{factor:.0f} kali" if factor >= 1 else f"1/{1 / factor:.0f} dari"


def _extent(wrong: torch.Tensor, got: torch.Tensor) -> str:
    if got.numel() == 1:
        return ""
    told = f"{int(wrong.sum())} dari {got.numel()} unsurnya keliru"
    rows = wrong.reshape(wrong.shape[0], -1).any(dim=1)
    if got.ndim > 1 and not rows.all():
        return f"{told}, semuanya di baris {_list(rows.nonzero().flatten().tolist())}."
    return f"{told}."


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
