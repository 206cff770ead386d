"""Fungsi majemuk Latihan 01: gradiennya dari rumus, dan kekeliruan yang sering terjadi pada rumus itu."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch

from jejak.data import normal

Inputs: TypeAlias = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
Gradient: TypeAlias = tuple[torch.Tensor, ...]
Parts: TypeAlias = dict[str, torch.Tensor]

NAMES = ("gx", "gW", "gb")
SIZES = ((5, 4, 3), (1, 4, 3), (3, 1, 2), (6, 2, 1), (1, 1, 1), (3, 3, 3))  # n, d, k
SHAPES = {
    "gx": "Gradien selalu berbentuk sama dengan tensornya; setiap baris x punya gradiennya sendiri.",
    "gW": "Gradien selalu berbentuk sama dengan tensornya. Kalikan transpos x (d, n) dengan gradien terhadap z (n, k).",
    "gb": "b disiarkan ke semua baris, jadi gradiennya dijumlahkan atas semua baris: `sum(0)`.",
}


def draw_inputs(seed: int, n: int, d: int, k: int, dtype: torch.dtype = torch.float64) -> Inputs:
    return (
        normal(seed, n, d, dtype=dtype, scale=0.7),
        normal(seed + 1, d, k, dtype=dtype, scale=0.8),
        normal(seed + 2, k, dtype=dtype, scale=0.5),
    )


def value(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    h = torch.tanh(x @ W + b)
    return (torch.log1p((h * h).sum(1)) * torch.exp(-(x * x).sum(1) / 2)).mean()


def factors(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Parts:
    """Faktor-faktor gradien terhadap z = xW + b, jumlah kuadrat, dan kedua jalan x."""
    z = x @ W + b
    h = torch.tanh(z)
    s = (h * h).sum(1, keepdim=True)
    return {
        "z": z,
        "h": h,
        "s": s,
        "q": (x * x).sum(1, keepdim=True),
        "two": torch.full_like(s, 2.0),
        "log": 1 / (1 + s),
        "weight": torch.exp(-(x * x).sum(1, keepdim=True) / 2),
        "tanh": 1 - h * h,
        "mean": torch.full_like(s, 1 / len(x)),
        "value": torch.log1p(s),
        "direct": -x,
    }


def _near(p: Parts) -> torch.Tensor:
    """The gradient with respect to z."""
    return p["two"] * p["h"] * p["log"] * p["weight"] * p["tanh"] * p["mean"]


def _direct(p: Parts) -> torch.Tensor:
    """The path of x that does not go through z."""
    return p["direct"] * p["value"] * p["weight"] * p["mean"]


def _assemble(x: torch.Tensor, W: torch.Tensor, p: Parts) -> Gradient:
    gz = _near(p)
    return gz @ W.T + _direct(p), x.T @ gz, gz.sum(0)


def _replaced(**changes: Callable[[Parts], torch.Tensor]) -> Callable[..., Gradient]:
    """The gradient with some factors taken wrongly."""

    def slip(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        x, W, b = x.detach(), W.detach(), b.detach()
        p = factors(x, W, b)
        return _assemble(x, W, p | {name: change(p) for name, change in changes.items()})

    return slip


gradient = _replaced()  # gx (n, d), gW (d, k), gb (k,)


def _put(**results: Callable[[torch.Tensor, torch.Tensor, Parts], torch.Tensor]) -> Callable[..., Gradient]:
    """The gradient with some of its three results put together wrongly."""

    def slip(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        x, W, b = x.detach(), W.detach(), b.detach()
        p = factors(x, W, b)
        right = dict(zip(NAMES, _assemble(x, W, p), strict=True))
        return tuple(results[name](x, W, p) if name in results else right[name] for name in NAMES)

    return slip


def _one(p: Parts) -> torch.Tensor:
    return torch.ones_like(p["s"])


# The first that fits is told: what spoils one result stands before what spoils all.
SLIPS: Mapping[str, Callable[..., Gradient]] = {
    "gb adalah jumlah atas baris, bukan rata-rata: pembagian dengan n sudah ada di gradien terhadap z.": _put(gb=lambda x, W, p: _near(p).mean(0)),
    "Turunan tanh z adalah 1 − tanh² z; Anda menulis 1 − z², dengan z sebelum tanh.": _replaced(tanh=lambda p: 1 - p["z"] ** 2),
    "Turunan tanh z adalah 1 − h², dengan kuadrat; Anda menulis 1 − h.": _replaced(tanh=lambda p: 1 - p["h"]),
    "Turunan tanh z adalah 1 − h²; Anda menulis 1 + h².": _replaced(tanh=lambda p: 1 + p["h"] ** 2),
    "Turunan tanh z adalah 1 − h², dengan h = tanh z; pada h itu Anda memakai tanh sekali lagi.": _replaced(tanh=lambda p: 1 - torch.tanh(p["h"]) ** 2),
    "Turunan tanh z adalah 1 − h²; Anda menulis 1 / (1 + z²), itu turunan arctan.": _replaced(tanh=lambda p: 1 / (1 + p["z"] ** 2)),
    "Turunan tanh z adalah 1 − h²; Anda menulis h · (1 − h), itu rumus untuk sigmoid.": _replaced(tanh=lambda p: p["h"] * (1 - p["h"])),
    "Faktor turunan tanh, 1 − h², belum ada.": _replaced(tanh=_one),
    "Faktor 2 dari turunan kuadrat, 2h, belum ada.": _replaced(two=_one),
    "Turunan kuadrat adalah 2h; faktor h belum ada.": _replaced(h=lambda p: torch.ones_like(p["h"])),
    "Turunan log(1 + s) adalah 1 / (1 + s); faktor itu belum ada.": _replaced(log=_one),
    "Turunan log(1 + s) adalah 1 / (1 + s); Anda membagi dengan s.": _replaced(log=lambda p: 1 / p["s"]),
    "Turunan log(1 + s) adalah 1 / (1 + s), dengan satu s per baris. Anda membagi dengan 1 + h², sebelum jumlah atas k.": _replaced(log=lambda p: 1 / (1 + p["h"] ** 2)),
    "Turunan log(1 + s) adalah 1 / (1 + s), dengan satu s per baris. Anda menjumlahkan s atas semua baris: pakai `sum(1, keepdim=True)`.": _replaced(log=lambda p: 1 / (1 + p["s"].sum()) * _one(p)),
    "Turunan log(1 + s) adalah 1 / (1 + s), dengan satu s per baris. Anda menjumlahkan h² atas baris: pakai `sum(1, keepdim=True)`.": _replaced(log=lambda p: 1 / (1 + (p["h"] ** 2).sum(0))),
    "Di dalam log ada kuadrat norma, s = ‖h‖²; Anda memakai ‖h‖.": _replaced(log=lambda p: 0.5 / (p["s"].sqrt() * (1 + p["s"].sqrt()))),
    "Bobot e = exp(−‖x‖²/2) belum dikalikan.": _replaced(weight=_one),
    "Bobot e = exp(−‖x‖²/2) masuk satu kali, dengan pembagian 2 di dalamnya; hasil Anda memuat kuadratnya.": _replaced(weight=lambda p: p["weight"] ** 2),
    "Di dalam exp ada tanda minus: e = exp(−‖x‖²/2).": _replaced(weight=lambda p: 1 / p["weight"]),
    "Di dalam exp ada kuadrat norma: e = exp(−‖x‖²/2); Anda memakai ‖x‖.": _replaced(weight=lambda p: torch.exp(-p["q"].sqrt() / 2)),
    "e = exp(−‖x‖²/2) dihitung per baris; Anda menjumlahkan kuadrat x atas semua baris.": _replaced(weight=lambda p: torch.exp(-p["q"].sum() / 2) * _one(p)),
    "f adalah rata-rata, jadi setiap gradien dibagi n. Pembagian itu belum ada.": _replaced(mean=_one),
    "Anda membagi dengan n dua kali; sekali, di gradien terhadap z, sudah cukup.": _replaced(mean=lambda p: p["mean"] ** 2),
    "f adalah rata-rata atas n baris; Anda membagi dengan n · k.": _replaced(mean=lambda p: p["mean"] / p["h"].shape[1]),
    "f adalah rata-rata atas n baris; Anda membagi dengan k.": _replaced(mean=lambda p: _one(p) / p["h"].shape[1]),
    "gW adalah perkalian matriks transpos x dengan gradien terhadap z. Bentuk hasil kali Anda dipaksa dengan `reshape`, dan itu bukan transpos.": _put(gW=lambda x, W, p: (_near(p).T @ x).reshape(W.shape)),
    "gb adalah jumlah atas semua baris; Anda hanya mengambil satu baris.": _put(gb=lambda x, W, p: _near(p)[0]),
    "Di tempat log(1 + s) Anda memakai s. ‖tanh(z)‖² masih melewati log.": _replaced(value=lambda p: p["s"]),
    "log di soal adalah logaritma alami; Anda memakai log2.": _replaced(value=lambda p: torch.log2(1 + p["s"])),
    "Jalan x lewat exp membawa faktor log(1 + s), nilai yang dikalikan dengan e. Faktor itu belum ada.": _replaced(value=_one),
    "Jalan x lewat exp membawa faktor e = exp(−‖x‖²/2). Faktor itu belum ada.": _put(gx=lambda x, W, p: _near(p) @ W.T + _direct(p) / p["weight"]),
    "x muncul di dua tempat: di z dan di exp(−‖x‖²/2). Jalan yang kedua belum dijumlahkan.": _replaced(direct=lambda p: 0 * p["direct"]),
    "gx Anda hanya memuat jalan lewat exp; jalan lewat z = xW + b belum dijumlahkan.": _put(gx=lambda x, W, p: _direct(p)),
    "Tanda jalan yang kedua terbalik: turunan exp(−‖x‖²/2) terhadap x adalah −x · exp(−‖x‖²/2).": _replaced(direct=lambda p: -p["direct"]),
    "Turunan −‖x‖²/2 adalah −x, bukan −2x: setengahnya menghapus angka 2 itu.": _replaced(direct=lambda p: 2 * p["direct"]),
    "Turunan −‖x‖²/2 adalah −x, bukan −x/2: angka 2 dari kuadrat menghapus setengahnya.": _replaced(direct=lambda p: p["direct"] / 2),
    "Turunan exp(−‖x‖²/2) terhadap x membawa faktor −x; Anda menulis −1.": _replaced(direct=lambda p: -torch.ones_like(p["direct"])),
    "Jalan x yang kedua, lewat exp, juga dibagi n.": _put(gx=lambda x, W, p: _near(p) @ W.T + _direct(p) / p["mean"]),
    "Jalan x yang pertama, lewat z, juga dibagi n.": _put(gx=lambda x, W, p: _near(p) @ W.T / p["mean"] + _direct(p)),
    "gx tidak dijumlahkan atas baris: setiap baris x punya gradiennya sendiri.": _put(gx=lambda x, W, p: (_near(p) @ W.T + _direct(p)).sum(0).expand_as(x)),
}  # fmt: skip


def wrong_gradients() -> dict[str, Callable[..., Gradient]]:
    """Gradien yang harus ditolak sebuah verifikasi, menurut kekeliruannya."""
    wrong: dict[str, Callable[..., Gradient]] = {
        "gx tanpa jalan kedua": _replaced(direct=lambda p: 0 * p["direct"]),
        "semua tandanya terbalik": lambda x, W, b: tuple(-g for g in gradient(x, W, b)),
        "semuanya nol": lambda x, W, b: tuple(torch.zeros_like(g) for g in gradient(x, W, b)),
        "semuanya dua kali lipat": lambda x, W, b: tuple(2 * g for g in gradient(x, W, b)),
        "semuanya NaN": lambda x, W, b: tuple(g * torch.nan for g in gradient(x, W, b)),
    }
    for what, change in {
        "tanda {} terbalik": torch.neg,
        "isi {} bergeser satu tempat": lambda g: g.roll(1),
        "satu unsur {} meleset lima persen": lambda g: _nudged(g, 0.05),
        "satu unsur {} NaN": lambda g: _nudged(g, torch.nan),
    }.items():
        wrong |= {what.format(name): _changed(at, change) for at, name in enumerate(NAMES)}
    return wrong | {"gb berbentuk (1, k)": _changed(2, lambda g: g[None])}


def _changed(at: int, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[..., Gradient]:
    def slip(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        found = list(gradient(x, W, b))
        found[at] = change(found[at])
        return tuple(found)

    return slip


def _nudged(g: torch.Tensor, part: float) -> torch.Tensor:
    """The last element moved by a part of the largest."""
    last = torch.arange(g.numel()).view_as(g) == g.numel() - 1
    return torch.where(last, g + part * g.abs().max(), g)
