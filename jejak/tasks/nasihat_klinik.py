"""Nasihat Latihan 03: kekeliruan mana yang memberi hasil seperti yang datang."""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jejak.difference import differ
from jejak.tasks.jaringan_klinik import Case, Healthy, healthy_loss, reference

# Room for the small number that keeps a root from zero: 1e-12 or so inside the norm, none to speak of in the gates.
FORWARD, LOSS, GRADIENT = 3e-5, 2e-4, 1e-3
GUARDS = tuple(10.0**-power for power in range(1, 7))
LOG_GUARDS = tuple(10.0**-power for power in range(2, 17))
HUGE = 50.0  # a loss that only logits in the thousands can give

MEANING = "Makna jaringannya harus tetap: h = relu(lin1 x), g = √(gate x) bila gate x positif dan 0 bila tidak, u = h · g, z = 5 · lin2(u)."
CUT = "Logitnya dipotong dengan `clamp`. Itu mengubah z dan menghapus gradiennya; logit besar diamankan di dalam loss."
LOG_GUARD = (
    "Angka penjaga di dalam `log(p + …)` menggeser nilai yang sah, dan untuk logit besar menghapus gradiennya. Hitung log-softmax dari "
    "logit: kurangi maksimum barisnya, atau pakai `cross_entropy`."
)

# From p = lin1 x and a = gate x to the u that a slip gives.
U_SLIPS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "u belum dikalikan gerbangnya: u = h · g.": lambda p, a: p.relu(),
    "relu belum ada: h = relu(lin1 x).": lambda p, a: p * _root(a),
    "u adalah hasil kali h · g, bukan jumlahnya.": lambda p, a: p.relu() + _root(a),
    "Akar pada gerbang belum ada: g = √(gate x).": lambda p, a: p.relu() * a.relu(),
    "`lin1` dan `gate` tertukar: relu untuk lin1 x, akar untuk gate x.": lambda p, a: a.relu() * _root(p),
    "Gerbang yang tertutup keluar sebagai 1, yaitu pengganti yang membuat akarnya aman. Pilih 0 di tempat itu dengan `where` kedua, sesudah akar.": lambda p, a: p.relu() * torch.where(a > 0, a, 1.0).sqrt(),
    "Gerbang yang tertutup terbuka lagi: nilai mutlak di dalam akar mengubah maknanya. Bila gate x tidak positif, g = 0.": lambda p, a: p.relu() * a.abs().sqrt(),
    "Gerbangnya memakai sigmoid; yang diminta √(gate x), dan 0 bila gate x tidak positif.": lambda p, a: p.relu() * torch.sigmoid(a),
    "relu diganti softplus. Itu jaringan lain: tetaplah dengan relu.": lambda p, a: F.softplus(p) * _root(a),
    "relu diganti leaky relu. Itu jaringan lain: tetaplah dengan relu.": lambda p, a: F.leaky_relu(p) * _root(a),
}
Z_SLIPS: Mapping[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "Faktor 5 pada logit belum ada: z = 5 · lin2(u).": lambda lin2, u: lin2(u),
    "Faktor 5 hanya mengenai u; bias lin2 juga dikalikan 5: z = 5 · lin2(u).": lambda lin2, u: lin2(5 * u),
    "z adalah logit; softmax belum waktunya, ia bagian dari loss.": lambda lin2, u: (5 * lin2(u)).softmax(1),
    "z adalah logit; log-softmax belum waktunya, ia bagian dari loss.": lambda lin2, u: (5 * lin2(u)).log_softmax(1),
    "z digeser dengan maksimum barisnya. Geser di dalam loss saja; z tetap 5 · lin2(u).": lambda lin2, u: _shifted(5 * lin2(u)),
}
# Instead of the cross-entropy, with the norms as they should be.
ENTROPY_SLIPS: Mapping[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "Entropi silang dijumlahkan; yang diminta rata-rata atas baris.": lambda z, u, y: F.cross_entropy(z, y, reduction="sum"),
    "`cross_entropy` sudah memuat softmax; Anda memberinya hasil softmax, jadi softmax dipakai dua kali.": lambda z, u, y: F.cross_entropy(z.softmax(1), y),
    "Softmax diambil atas baris-baris batch (`dim=0`); yang diminta atas ketiga kelas (`dim=1`).": lambda z, u, y: F.nll_loss(z.log_softmax(0), y),
    "`[:, y]` mengambil semua pasangan baris dan label; yang diminta satu angka per baris, `[arange(n), y]`.": lambda z, u, y: -z.log_softmax(1)[:, y].mean(),
    "Log belum ada: entropi silang adalah −log p di kelas yang benar.": lambda z, u, y: F.nll_loss(z.softmax(1), y),
    "Tanda entropi silang terbalik: −log p, bukan log p.": lambda z, u, y: -F.cross_entropy(z, y),
    "Yang masuk loss logit kelas yang benar saja; softmaxnya belum ada.": lambda z, u, y: F.nll_loss(z, y),
    "Entropi silang terbagi banyaknya kelas juga; yang diminta rata-rata atas baris.": lambda z, u, y: F.cross_entropy(z, y) / 3,
    "Faktor 5 dikalikan lagi di loss; ia sudah ada di z.": lambda z, u, y: F.cross_entropy(5 * z, y),
    "Baris yang u-nya nol dibuang dari entropi silang. Setiap baris ikut dihitung; yang perlu aman hanya normanya.": lambda z, u, y: F.cross_entropy(z[_alive(u)], y[_alive(u)]),
}
# Instead of 0.1 times the mean norm, with the cross-entropy as it should be.
NORM_SLIPS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "Suku 0.1 · rata-rata norma u belum ada.": lambda u: torch.zeros(()),
    "Faktor 0.1 di depan norma belum ada.": lambda u: u.norm(dim=1).mean(),
    "Norma dijumlahkan; yang diminta rata-rata atas baris.": lambda u: 0.1 * u.norm(dim=1).sum(),
    "Akar pada norma belum ada: √(Σ u²), bukan Σ u².": lambda u: 0.1 * u.pow(2).sum(1).mean(),
    "Yang dirata-ratakan semua unsur u²; yang diminta satu norma per baris, lalu rata-ratanya.": lambda u: 0.1 * u.pow(2).mean().sqrt(),
    "Kuadratnya dirata-ratakan di setiap baris; yang diminta dijumlahkan: √(Σ u²).": lambda u: 0.1 * u.pow(2).mean(1).sqrt().mean(),
    "Rata-rata diambil sebelum akar; yang diminta akar setiap baris dulu, lalu rata-ratanya.": lambda u: 0.1 * u.pow(2).sum(1).mean().sqrt(),
    "Normanya satu untuk seluruh u; yang diminta satu norma per baris, lalu rata-ratanya.": lambda u: 0.1 * u.norm(),
    "Normanya dihitung per kolom (`dim=0`); yang diminta per baris (`dim=1`).": lambda u: 0.1 * u.norm(dim=0).mean(),
    "Yang dipakai jumlah nilai mutlak; yang diminta √(Σ u²).": lambda u: 0.1 * u.abs().sum(1).mean(),
    "Rata-rata norma dibagi banyaknya baris yang hidup; yang diminta dibagi n. Baris bernorma 0 ikut dihitung.": lambda u: 0.1 * u.norm(dim=1)[_alive(u)].mean(),
}


def _root(a: Tensor) -> Tensor:
    return a.relu().sqrt()


def _alive(u: Tensor) -> Tensor:
    return u.abs().sum(1) > 0


def _shifted(z: Tensor) -> Tensor:
    return z - z.amax(1, keepdim=True)


def _too_large(where: str, guard: float) -> str:
    return f"Angka penjaga di dalam akar {where} terlalu besar, kira-kira {guard:g}: ia menggeser akar yang kecil beserta turunannya. 1e-12 sudah cukup."


def forward_advice(made: Case, got: Tensor, name: str) -> str:
    right = reference(made)
    p, a = right.lin1(made.x), right.gate(made.x)
    z, u = right(made.x)
    if name == "u":
        slips = [(advice, slip(p, a)) for advice, slip in U_SLIPS.items()]
        slips += [(_too_large("gerbang", guard), p.relu() * (a.relu() + guard).sqrt() * open) for guard in GUARDS for open in (a > 0, 1)]
    else:
        top = float(got.detach().abs().max())
        slips = [(advice, slip(right.lin2, u)) for advice, slip in Z_SLIPS.items()]
        slips += [(CUT, z.clamp(-top, top))]
    for advice, value in slips:
        if not differ("", got, value.to(got.dtype), FORWARD):
            return advice
    if not got.isfinite().all():
        return "Angka yang tidak terhingga sudah lahir saat maju: akar dari angka negatif adalah NaN. Amankan masukan akar."
    return MEANING


def _guarded_entropy(z: Tensor, guard: float, y: Tensor) -> Tensor:
    return -(z.softmax(1) + guard).log()[torch.arange(len(y)), y].mean()


def loss_advice(made: Case, got: Tensor) -> str:
    y = made.y
    z, u = reference(made)(made.x)
    entropy, norm = F.cross_entropy(z, y), 0.1 * u.norm(dim=1).mean()
    slips = [(advice, entropy + slip(u)) for advice, slip in NORM_SLIPS.items()]
    slips += [(advice, slip(z, u, y) + norm) for advice, slip in ENTROPY_SLIPS.items()]
    slips += [(_too_large("norma", guard), entropy + 0.1 * (u.pow(2).sum(1) + guard).sqrt().mean()) for guard in GUARDS]
    slips += [(LOG_GUARD, _guarded_entropy(z, guard, y) + norm) for guard in LOG_GUARDS]
    for advice, value in slips:
        if abs(got.item() - value.item()) <= LOSS / 10 * max(1.0, abs(value.item())):
            return advice
    if healthy_loss(reference(made), made.x, y) > HUGE:
        return (
            "Untuk logit besar log-softmax tidak boleh dipotong: `log(p + …)`, `clamp`, dan `nan_to_num` menghapus selisih yang sah. "
            "Kurangi logit dengan maksimum barisnya, atau pakai `cross_entropy`."
        )
    return "Maknanya harus tetap: rata-rata entropi silang, ditambah 0.1 · rata-rata √(Σ u²) per baris, semuanya dalam dtype x. Angka penjaga di dalam akar cukup sekecil 1e-12."


def gradients_of(loss: Tensor, model: nn.Module, x: Tensor) -> dict[str, Tensor]:
    leaves = {**dict(model.named_parameters()), "x": x}
    found = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    return {name: torch.zeros_like(leaf) if g is None else g for (name, leaf), g in zip(leaves.items(), found, strict=True)}


# Losses of the right value whose gradient misses a part.
GRADIENT_SLIPS: Mapping[str, Callable[[Healthy, Tensor, Tensor], Tensor]] = {
    "Gradien suku norma hilang: `detach` atau `no_grad` di sana menghapus jalannya, bukan hanya NaN-nya.": lambda m, x, y: F.cross_entropy(m(x)[0], y) + 0 * m(x)[1].sum(),
    "Gradien entropi silang hilang: jalan dari loss ke z terputus. Cari `detach`, `.data`, atau `no_grad` di sana.": lambda m, x, y: 0 * m(x)[0].sum() + 0.1 * m(x)[1].norm(dim=1).mean(),
}


def gradient_advice(made: Case, got: Tensor, want: Tensor, name: str) -> str:
    right, x = reference(made), made.x.clone().requires_grad_()

    def same(loss: Tensor) -> bool:
        return not differ("", got, gradients_of(loss, right, x)[name].to(got.dtype), GRADIENT)

    for advice, slip in GRADIENT_SLIPS.items():
        if same(slip(right, x, made.y)):
            return advice
    for guard in GUARDS:
        z, u = right(x)
        if same(F.cross_entropy(z, made.y) + 0.1 * (u.pow(2).sum(1) + guard).sqrt().mean()):
            return _too_large("norma", guard)
    if not got.any():
        return f"Jalan dari loss ke `{name}` terputus. Cari `detach`, `.data`, `no_grad`, kait yang mengganti gradien, atau tensor baru yang dibuat dari angka."
    if name.startswith("gate") and bool(got[want == 0].any()):
        return "Gerbang yang tertutup (gate x tidak positif) seharusnya tidak mengirim gradien: di sana gradiennya 0."
    return (
        "Ada faktor yang dianggap konstanta (`detach`), gradien yang diganti di ujung (`nan_to_num`, `clamp`, kait), atau angka penjaga yang besar. "
        "Perbaiki operasi yang melahirkan NaN itu sendiri; hanya gerbang tertutup dan norma nol yang bergradien 0."
    )


# The first that a name of an operation starts with.
CURES = {
    "sqrt": "Turunan akar di 0 tak terhingga, dan 0 · Inf adalah NaN: amankan masukan akar sebelum masuk, bukan hasilnya sesudah keluar.",
    "exp": "exp meluap di atas 88 (float32) atau 709 (float64): kurangi logit dengan maksimum barisnya dulu, atau pakai `cross_entropy`.",
    "log nan": "log dari angka negatif adalah NaN: amankan masukan log sebelum masuk, bukan hasilnya sesudah keluar.",
    "log": "log dari 0 adalah −Inf: hitung log-softmax dari logit, bukan dari peluangnya. Kurangi maksimum setiap baris, bukan maksimum seluruh batch.",
    "div": "Inf/Inf dan 0/0 adalah NaN: amankan penyebutnya sebelum membagi.",
    "rsqrt": "1/√a di a = 0 tak terhingga, dan di bawah 0 NaN: amankan masukannya sebelum masuk.",
    "pow": "Pangkat setengah sama dengan akar: turunannya di 0 tak terhingga. Amankan masukannya.",
    "hypot": "Turunan hypot di (0, 0) adalah 0/0: amankan masukannya, atau pakai `norm`.",
}


def name_of(op: str) -> str:
    return op.removesuffix("0").removesuffix("Backward").lower()


def cure(op: str, kind: str) -> str:
    told = f"{name_of(op)} {kind}".lower()
    return next((cure for start, cure in CURES.items() if told.startswith(start)), "Rekam dengan `record()` untuk melihat masukannya.")
