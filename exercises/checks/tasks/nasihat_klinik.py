"""Nasihat Latihan 03: kekeliruan mana yang memberi hasil seperti yang datang."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from exercises.checks.difference import differ
from exercises.checks.tasks.jaringan_klinik import Case, healthy_loss, reference

# Room for the small number that keeps a root from zero: 1e-12 or so inside the norm, none to speak of in the gates.
FORWARD, LOSS, GRADIENT = 3e-5, 2e-4, 1e-3
GUARDS = tuple(10.0**-power for power in range(1, 7))
LOG_GUARDS = tuple(10.0**-power for power in range(2, 13))
LOG_GUARD = (
    "Angka penjaga di dalam `log(p + …)` menggeser nilai yang sah, dan untuk logit besar menghapus gradiennya. Hitung log-softmax dari "
    "logit: kurangi maksimum barisnya, atau pakai `cross_entropy`."
)

FORWARD_SLIPS: Mapping[str, Callable[[Any, torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]] = {
    "Faktor 5 pada logit belum ada: z = 5 · lin2(u).": lambda m, h, g: (m.lin2(h * g), h * g),
    "Gerbangnya memakai sigmoid; yang diminta akar dari gate x, dan 0 bila gate x tidak positif.": lambda m, h, g: (h * torch.sigmoid(g * g), h * torch.sigmoid(g * g)),
    "u adalah hasil kali h · g, bukan jumlahnya.": lambda m, h, g: (5 * m.lin2(h + g), h + g),
    "Akar pada gerbang hilang: g = √(gate x).": lambda m, h, g: (5 * m.lin2(h * g * g), h * g * g),
}
LOSS_SLIPS: Mapping[str, Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "Suku 0.1 · rata-rata norma u belum ada.": lambda z, u, y: F.cross_entropy(z, y),
    "Faktor 0.1 di depan norma belum ada.": lambda z, u, y: F.cross_entropy(z, y) + u.norm(dim=1).mean(),
    "Norma dijumlahkan; yang diminta rata-rata atas baris.": lambda z, u, y: F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).sum(),
    "Akar pada norma hilang: √(Σ u²), bukan Σ u².": lambda z, u, y: F.cross_entropy(z, y) + 0.1 * u.pow(2).sum(1).mean(),
    "Rata-rata diambil atas semua unsur u²; yang diminta satu norma per baris, lalu rata-ratanya.": lambda z, u, y: F.cross_entropy(z, y) + 0.1 * u.pow(2).mean().sqrt(),
    "Normanya satu untuk seluruh u; yang diminta satu norma per baris, lalu rata-ratanya.": lambda z, u, y: F.cross_entropy(z, y) + 0.1 * u.norm(),
    "Entropi silang dijumlahkan; yang diminta rata-rata atas baris.": lambda z, u, y: F.cross_entropy(z, y, reduction="sum") + 0.1 * u.norm(dim=1).mean(),
    "`cross_entropy` sudah memuat softmax; Anda memberinya hasil softmax, jadi softmax dipakai dua kali.": lambda z, u, y: F.cross_entropy(z.softmax(1), y) + 0.1 * u.norm(dim=1).mean(),
    "Faktor 5 dikalikan lagi di loss.": lambda z, u, y: F.cross_entropy(5 * z, y) + 0.1 * u.norm(dim=1).mean(),
}


def forward_advice(made: Case, got: torch.Tensor, name: str) -> str:
    right, x = reference(made), made.x
    a = right.gate(x)
    h, g = torch.relu(right.lin1(x)), torch.where(a > 0, a, 0).sqrt()
    for advice, slip in FORWARD_SLIPS.items():
        if not differ("", got, slip(right, h, g)[name == "u"].to(got.dtype), FORWARD):
            return advice
    if not got.isfinite().all():
        return "Angka yang tidak terhingga sudah muncul saat maju: akar dari angka negatif adalah NaN."
    closed = (a <= 0) & (h > 0)
    if name == "u" and bool((got[closed] != 0).any()):
        return "Gerbang yang tertutup seharusnya tepat 0: beri 0 pada hasilnya dengan `where`, jangan hanya angka kecil."
    return "Makna jaringannya harus tetap: h = relu(lin1 x), g = √(gate x) bila positif dan 0 bila tidak, u = h · g, z = 5 · lin2(u)."


def _too_large(guard: float) -> str:
    return f"Angka penjaga di dalam akar norma terlalu besar, kira-kira {guard:g}: ia menggeser norma yang kecil beserta gradiennya. 1e-12 sudah cukup."


def _with_log_guard(z: torch.Tensor, guard: float, y: torch.Tensor) -> torch.Tensor:
    return -(z.softmax(1) + guard).log()[torch.arange(len(y)), y].mean()


def loss_advice(made: Case, got: torch.Tensor) -> str:
    z, u = reference(made)(made.x)
    guarded = {_too_large(guard): (u.pow(2).sum(1) + guard).sqrt() for guard in GUARDS}
    meant = {advice: slip(z, u, made.y) for advice, slip in LOSS_SLIPS.items()}
    meant |= {advice: F.cross_entropy(z, made.y) + 0.1 * norms.mean() for advice, norms in guarded.items()}
    logs = [(LOG_GUARD, _with_log_guard(z, guard, made.y) + 0.1 * u.norm(dim=1).mean()) for guard in LOG_GUARDS]
    for advice, value in [*meant.items(), *logs]:
        if abs(got.item() - value.item()) <= LOSS / 10 * max(1.0, abs(value.item())):
            return advice
    if healthy_loss(reference(made), made.x, made.y) > 50:
        return "Untuk logit besar log-softmax tidak boleh dipotong: `log(p + eps)` atau `clamp` menghapus selisih yang sah. Kurangi logit dengan maksimum barisnya, atau pakai `cross_entropy`."
    return "Maknanya harus tetap: entropi silang rata-rata ditambah 0.1 · rata-rata √(Σ u²) per baris. Angka penjaga di dalam akar cukup sekecil 1e-12."


def gradients_of(loss: torch.Tensor, model: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
    leaves = {**dict(model.named_parameters()), "x": x}
    found = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    return {name: torch.zeros_like(leaf) if g is None else g for (name, leaf), g in zip(leaves.items(), found, strict=True)}


def gradient_advice(made: Case, got: torch.Tensor, name: str) -> str:
    right, x = reference(made), made.x.clone().requires_grad_()
    z, u = right(x)
    without = gradients_of(F.cross_entropy(z, made.y) + 0.0 * u.sum(), right, x)[name]
    if not differ("", got, without.to(got.dtype), GRADIENT):
        return "Gradien suku norma hilang: `detach` atau `no_grad` di sana menghapus jalannya, bukan hanya NaN-nya."
    for guard in GUARDS:
        z, u = right(x)
        guarded = F.cross_entropy(z, made.y) + 0.1 * (u.pow(2).sum(1) + guard).sqrt().mean()
        if not differ("", got, gradients_of(guarded, right, x)[name].to(got.dtype), GRADIENT):
            return _too_large(guard)
    return (
        "Menutup NaN di ujung (`nan_to_num`, `clamp`, kait) ikut menghapus gradien baris yang sehat, dan angka penjaga yang besar menggesernya. "
        "Perbaiki operasi yang melahirkannya; gerbang tertutup dan norma nol bergradien 0."
    )


CURES = {
    "sqrt": "Turunan akar di 0 tak terhingga, dan 0 · Inf adalah NaN: amankan masukan akar sebelum masuk, bukan hasilnya sesudah keluar.",
    "exp": "exp meluap di atas 88 (float32) atau 709 (float64): kurangi logit dengan maksimum barisnya dulu, atau pakai `cross_entropy`.",
    "log": "log dari 0 adalah −Inf: hitung log-softmax langsung dari logit, tanpa peluangnya.",
    "div": "Inf/Inf dan 0/0 adalah NaN: kurangi logit dengan maksimum barisnya sebelum exp.",
    "pow": "Pangkat setengah sama dengan akar: turunannya di 0 tak terhingga. Amankan masukannya.",
}


def cure(op: str) -> str:
    return next((cure for name, cure in CURES.items() if op.lower().startswith(name)), "Rekam dengan `record()` untuk melihat masukannya.")
