"""Fungsi majemuk Latihan 01: gradiennya dari rumus, dan kekeliruan yang sering terjadi pada rumus itu."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import torch

Inputs: TypeAlias = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
Gradient: TypeAlias = tuple[torch.Tensor, ...]

NAMES = ("gx", "gW", "gb")
SHAPES = {
    "gx": "Gradien selalu berbentuk sama dengan tensornya; setiap baris x punya gradiennya sendiri.",
    "gW": "Gradien selalu berbentuk sama dengan tensornya. Kalikan transpos x (d, n) dengan gradien terhadap z (n, k).",
    "gb": "b disiarkan ke semua baris, jadi gradiennya dijumlahkan atas semua baris: `sum(0)`.",
}


def factors(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the gradient with respect to z = xW + b is the product of; the sum of squares and both paths of x beside."""
    z = x @ W + b
    h = torch.tanh(z)
    s = (h * h).sum(1, keepdim=True)
    return {
        "z": z,
        "h": h,
        "s": s,
        "two": torch.full_like(s, 2.0),
        "log": 1 / (1 + s),
        "weight": torch.exp(-(x * x).sum(1, keepdim=True) / 2),
        "tanh": 1 - h * h,
        "mean": torch.full_like(s, 1 / len(x)),
        "value": torch.log1p(s),
        "direct": -x,
    }


def assemble(x: torch.Tensor, W: torch.Tensor, part: Mapping[str, torch.Tensor]) -> Gradient:
    gz = part["two"] * part["h"] * part["log"] * part["weight"] * part["tanh"] * part["mean"]
    direct = part["direct"] * part["value"] * part["weight"] * part["mean"]
    return gz @ W.T + direct, x.T @ gz, gz.sum(0)


def gradient(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
    """gx (n, d), gW (d, k), gb (k,)."""
    x, W, b = x.detach(), W.detach(), b.detach()
    return assemble(x, W, factors(x, W, b))


def _replaced(**changes: Callable[[dict[str, torch.Tensor]], torch.Tensor]) -> Callable[..., Gradient]:
    """The gradient with some factors taken wrongly."""

    def slip(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        part = factors(x, W, b)
        return assemble(x, W, part | {name: change(part) for name, change in changes.items()})

    return slip


def _one(part: dict[str, torch.Tensor]) -> torch.Tensor:
    return torch.ones_like(part["s"])


def _unweighted_path(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
    part = factors(x, W, b)
    gx, gW, gb = assemble(x, W, part)
    direct = part["direct"] * part["value"] * part["weight"]
    return gx + direct * (1 - part["mean"]), gW, gb


def _mean_bias(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
    gx, gW, gb = gradient(x, W, b)
    return gx, gW, gb / len(x)


def _only_direct(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
    part = factors(x, W, b)
    return part["direct"] * part["value"] * part["weight"] * part["mean"], *assemble(x, W, part)[1:]


SLIPS: Mapping[str, Callable[..., Gradient]] = {
    "Turunan tanh z adalah 1 − tanh² z; Anda menulis 1 − z², dengan z sebelum tanh.": _replaced(tanh=lambda p: 1 - p["z"] ** 2),
    "Turunan tanh z adalah 1 − h², dengan kuadrat; Anda menulis 1 − h.": _replaced(tanh=lambda p: 1 - p["h"]),
    "Faktor turunan tanh, 1 − h², belum ada.": _replaced(tanh=lambda p: torch.ones_like(p["h"])),
    "Turunan tanh z adalah 1 − h²; Anda menulis h · (1 − h), itu turunan sigmoid.": _replaced(tanh=lambda p: p["h"] * (1 - p["h"])),
    "Faktor 2 dari turunan kuadrat, 2h, belum ada.": _replaced(two=_one),
    "Turunan log(1 + s) adalah 1 / (1 + s); faktor itu belum ada.": _replaced(log=_one),
    "Turunan log(1 + s) adalah 1 / (1 + s); Anda membagi dengan s.": _replaced(log=lambda p: 1 / p["s"]),
    "Bobot e = exp(−‖x‖²/2) belum dikalikan.": _replaced(weight=_one),
    "Di dalam exp ada pembagian dengan 2: e = exp(−‖x‖²/2).": _replaced(weight=lambda p: p["weight"] ** 2),
    "f adalah rata-rata, jadi setiap gradien dibagi n. Pembagian itu belum ada.": _replaced(mean=_one),
    "Anda membagi dengan n dua kali.": _replaced(mean=lambda p: p["mean"] ** 2),
    "Di tempat log(1 + s) Anda memakai s. ‖tanh(z)‖² masih melewati log.": _replaced(value=lambda p: p["s"]),
    "x muncul di dua tempat: di z dan di exp(−‖x‖²/2). Jalan yang kedua belum dijumlahkan.": _replaced(direct=lambda p: 0 * p["direct"]),
    "Tanda jalan yang kedua terbalik: turunan exp(−‖x‖²/2) terhadap x adalah −x · exp(−‖x‖²/2).": _replaced(direct=lambda p: -p["direct"]),
    "Turunan −‖x‖²/2 adalah −x, bukan −2x: setengahnya menghapus angka 2 itu.": _replaced(direct=lambda p: 2 * p["direct"]),
    "Turunan exp(−‖x‖²/2) terhadap x membawa faktor −x; Anda menulis −1.": _replaced(direct=lambda p: torch.ones_like(p["direct"]) * -1),
    "Jalan x yang kedua, lewat exp, juga dibagi n.": _unweighted_path,
    "gx Anda hanya memuat jalan lewat exp; jalan lewat z = xW + b belum dijumlahkan.": _only_direct,
    "gb adalah jumlah atas baris, bukan rata-rata: pembagian dengan n sudah ada di gradien terhadap z.": _mean_bias,
}


def wrong_gradients() -> dict[str, Callable[..., Gradient]]:
    """Gradients that a verification has to refuse, by what is wrong with them."""
    wrong: dict[str, Callable[..., Gradient]] = {
        "gx tanpa jalan kedua": _replaced(direct=lambda p: 0 * p["direct"]),
        "semua tandanya terbalik": lambda x, W, b: tuple(-g for g in gradient(x, W, b)),
        "semuanya nol": lambda x, W, b: tuple(torch.zeros_like(g) for g in gradient(x, W, b)),
        "semuanya dua kali lipat": lambda x, W, b: tuple(2 * g for g in gradient(x, W, b)),
        "semuanya NaN": lambda x, W, b: tuple(g * torch.nan for g in gradient(x, W, b)),
        "gb berbentuk (1, k)": lambda x, W, b: (*gradient(x, W, b)[:2], gradient(x, W, b)[2][None]),
    }
    for at, name in enumerate(NAMES):
        wrong[f"satu unsur {name} meleset dua persen"] = _nudged(at, 0.02)
        wrong[f"satu unsur {name} NaN"] = _nudged(at, torch.nan)
    return wrong


def _nudged(at: int, part: float) -> Callable[..., Gradient]:
    """One element of one gradient moved by a part of the largest."""

    def slip(x: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> Gradient:
        found = [g.clone() for g in gradient(x, W, b)]
        found[at].view(-1)[-1] += part * found[at].abs().max()
        return tuple(found)

    return slip
