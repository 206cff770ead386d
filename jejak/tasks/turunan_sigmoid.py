"""Sigmoid Latihan 02: kedua turunannya, dan kekeliruan yang sering terjadi pada rumusnya."""

from collections.abc import Iterable

import torch

from jejak.difference import differ

ROOM = {torch.float64: 1e-11, torch.float32: 2e-6}
LOST = (
    "Bagi autograd hasil `backward` Anda, atau satu faktornya, hanyalah angka yang tidak tersambung ke x. Hitungan di `forward`, "
    "NumPy, `detach`, dan `@once_differentiable` tidak tercatat. Simpan masukan atau hasil dengan `ctx.save_for_backward`, dan "
    "hitung turunannya dengan operasi PyTorch di dalam `backward`."
)


def first(x: torch.Tensor) -> torch.Tensor:
    return torch.sigmoid(x) * torch.sigmoid(-x)


def second(x: torch.Tensor) -> torch.Tensor:
    return first(x) * (torch.sigmoid(-x) - torch.sigmoid(x))


def compare(name: str, got: object, want: torch.Tensor) -> str | None:
    """Beda pertama dari yang benar; None bila sama. Ruangnya mutlak, sebab sigmoid tidak pernah lebih dari 1."""
    return differ(name, got, want, ROOM[want.dtype], scale=1.0)


def value_advice(x: torch.Tensor, got: torch.Tensor) -> str:
    if got.dtype != x.dtype:
        return "Hitung dalam dtype milik x: tanpa `.float()`, `.double()`, dan tensor baru tanpa `dtype=x.dtype`."
    s = torch.sigmoid(x)
    slips = (
        ("Tanda di dalam exp terbalik: sigmoid adalah 1 / (1 + exp(−x)).", 1 - s),
        ("Anda memakai tanh x; sigmoid(x) adalah (1 + tanh(x/2)) / 2.", torch.sigmoid(2 * x)),
        ("Yang Anda hitung tanh: sigmoid adalah 1 / (1 + exp(−x)).", torch.tanh(x)),
        ("Yang Anda hitung softmax: setiap unsur punya sigmoid sendiri, tanpa jumlah atas unsur lain.", torch.softmax(x, 0)),
        ("Masukannya diteruskan begitu saja: sigmoid adalah 1 / (1 + exp(−x)).", x),
    )
    return _match(slips, got, s) or _nearly(got, s) or "Sigmoid adalah 1 / (1 + exp(−x)), unsur demi unsur."


def first_advice(x: torch.Tensor, weight: torch.Tensor, got: torch.Tensor) -> str:
    s, want = torch.sigmoid(x), weight * first(x)
    slips = (
        ("`backward` Anda tidak memakai `grad_output`: gradien yang datang dari kanan harus dikalikan dengan turunan lokal.", first(x)),
        ("`backward` Anda meneruskan `grad_output` begitu saja: kalikan dengan turunan lokal, s · (1 − s).", weight),
        ("Gradien yang datang dari kanan Anda jumlahkan; kalikan unsur demi unsur.", weight.sum() * first(x)),
        ("Faktor (1 − s) belum ada: turunan sigmoid adalah s · (1 − s).", weight * s),
        ("Faktor s belum ada: turunan sigmoid adalah s · (1 − s).", weight * (1 - s)),
        ("Anda menulis s² di tempat s: turunan sigmoid adalah s · (1 − s).", weight * s * (1 - s * s)),
        ("Itu turunan tanh, 1 − s²: turunan sigmoid adalah s · (1 − s).", weight * (1 - s * s)),
        ("Rumus s · (1 − s) diisi dengan x, bukan dengan s = sigmoid(x). Yang disimpan seharusnya hasil `forward`.", weight * x * (1 - x)),
        ("`grad_output` terkalikan dua kali.", weight * want),
        ("Sigmoid dihitung dua kali: yang disimpan sudah s, tetapi `backward` menghitung sigmoid(s).", weight * first(s)),
    )
    return _match(slips, got, want) or _nearly(got, want) or "Turunan sigmoid adalah s · (1 − s), dikalikan `grad_output`."


def second_advice(x: torch.Tensor, weight: torch.Tensor, pull: torch.Tensor, got: torch.Tensor) -> str:
    s, load, want = torch.sigmoid(x), pull * weight, pull * weight * second(x)
    slips = (
        (LOST, load * first(x) * (1 - s)),
        (LOST, -load * first(x) * s),
        ("Faktor (1 − 2s) belum ada.", load * first(x)),
        ("Faktor `grad_output`, yang datang ke `backward` pertama, belum ada.", pull * second(x)),
        ("Faktor s · (1 − s) terkalikan dua kali: dari s ke x autograd sudah mengalikannya.", want * first(x)),
    )
    return f"Turunan kedua sigmoid adalah s · (1 − s) · (1 − 2s). {_match(slips, got, want) or _nearly(got, want)}".strip()


def far_advice(got: torch.Tensor) -> str:
    if got.isfinite().all():
        return "`clamp`, eps, atau cabang yang mengganti nilai menggeser nilai yang sah; sigmoid terhingga untuk semua x tanpa itu."
    return (
        "exp dari angka besar meluap menjadi Inf, lalu Inf / Inf atau 0 · Inf menjadi NaN. "
        "Pakai exp(−|x|), yang tidak pernah lebih dari 1, atau turunkan lewat s, bukan lewat exp."
    )


def _match(slips: Iterable[tuple[str, torch.Tensor]], got: torch.Tensor, want: torch.Tensor) -> str:
    """The words for the slip that gives just this result; empty if none does."""
    return next((told for told, slip in slips if compare("", slip, want) and not compare("", got, slip)), "")


def _nearly(got: torch.Tensor, want: torch.Tensor) -> str:
    if got.shape != want.shape or got.dtype != want.dtype or differ("", got, want, 1e-3, scale=1.0):
        return ""
    return "Hampir tepat: ada hitungan dengan tipe yang lebih kasar (`.float()`, `.half()`), eps, atau selisih hingga."
