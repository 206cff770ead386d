"""Latihan 04: penalti gradien yang bisa dilatih dan tidak meninggalkan jejak."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.tasks.penilai import Critic, Kinked, Spatial, Watched
from jejak.trial import Trial
from jejak.verdict import Wrong

NAME = "gradient_penalty"
ROOM = {torch.float64: 1e-5, torch.float32: 5e-5}  # a guard of 1e-12 or so inside the root is welcome
AT_ZERO = 1e-3  # where a norm is 0 the guard shows: √1e-8 is 0.0001
CLOSE = 0.02  # so near is an approximation, not another formula
TARGETS = (0.0, 2.5, 0.3)
SHAPES = ((1, 3), (2, 7), (4, 4), (4, 2, 3, 2), (3, 1, 4, 5), (3, 5, 2), (1, 2, 3), (2, 3, 1, 2, 2))
GUARDS = tuple(10.0**-power for power in range(1, 7))
NEAR = "Bedanya kecil: selisih hingga dan angka penjaga yang besar hanya mendekati. Pakai `torch.autograd.grad`, dan penjaga sekecil 1e-12."
ORDER = "Urutannya: gradien jumlah skor terhadap x, satu norma per contoh, dikurangi target, dikuadratkan, lalu rata-rata."


def _critic(x: Tensor, seed: int = SEEDS[0]) -> Critic:
    return Critic(seed, x[0].numel(), x.dtype)


def _slopes(model: nn.Module, x: Tensor) -> Tensor:
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(model(x).sum(), x, create_graph=True)[0]


def _away(norms: Tensor, target: float) -> Tensor:
    return ((norms - target) ** 2).mean()


def right_penalty(model: nn.Module, x: Tensor, target: float = 1.0) -> Tensor:
    return _away(_slopes(model, x).flatten(1).norm(dim=1), target)


# From the slopes s, one row per example, their norms v, the target and x to the penalty that a slip gives.
Slip = Callable[[Tensor, Tensor, float, Tensor], Tensor]
SLIPS: Mapping[str, Slip] = {
    "Yang diturunkan rata-rata skor, jadi gradien setiap contoh terbagi n. Turunkan jumlahnya: `model(x).sum()`.": lambda s, v, t, x: _away(v / len(v), t),
    "Normanya dirata-ratakan dulu, baru dikuadratkan: contoh bernorma 0 dan 2 tampak sempurna. Kuadratkan selisih setiap contoh, lalu rata-ratakan.": lambda s, v, t, x: (v.mean() - t) ** 2,
    "Hanya contoh pertama yang diturunkan; gradien contoh lainnya nol. Turunkan jumlah semua skor.": lambda s, v, t, x: _away(v * (torch.arange(len(v)) == 0), t),
    "Hanya contoh pertama yang dihitung. Hitung penalti semua contoh, lalu rata-ratakan.": lambda s, v, t, x: (v[0] - t) ** 2,
    "Hanya contoh terakhir yang dihitung. Hitung penalti semua contoh, lalu rata-ratakan.": lambda s, v, t, x: (v[-1] - t) ** 2,
    "Yang dirata-ratakan gradiennya, lalu diambil satu norma; gradien yang berlawanan saling hapus. Ambil norma setiap contoh dulu.": lambda s, v, t, x: (s.mean(0).norm() - t) ** 2,
    "Normanya satu untuk seluruh batch; yang diminta satu norma per contoh: `flatten(1)` lalu `norm(dim=1)`.": lambda s, v, t, x: (s.norm() - t) ** 2,
    "Normanya dihitung pada sumbu 1 saja. Untuk masukan berdimensi lebih dari dua itu norma per piksel; ratakan dulu dengan `flatten(1)`.": lambda s, v, t, x: _away(s.norm(dim=1), t),
    "Normanya dihitung pada sumbu terakhir saja; ratakan dulu setiap contoh dengan `flatten(1)`.": lambda s, v, t, x: _away(s.norm(dim=-1), t),
    "Normanya dihitung per kanal: sumbu 1 tertinggal. Ratakan dulu setiap contoh dengan `flatten(1)`.": lambda s, v, t, x: _away(s.flatten(2).norm(dim=2), t) if s.ndim > 2 else v.sum(),
    "Normanya dihitung atas sumbu contoh: `dim=0` adalah batch. Pakai `flatten(1)` lalu `norm(dim=1)`.": lambda s, v, t, x: _away(s.norm(dim=0), t),
    "Akarnya belum ada: norma adalah akar dari jumlah kuadrat.": lambda s, v, t, x: _away(v**2, t),
    "Yang dipakai norma L1, jumlah nilai mutlak; yang diminta akar jumlah kuadrat.": lambda s, v, t, x: _away(s.flatten(1).abs().sum(1), t),
    "Yang dipakai nilai mutlak terbesar; yang diminta akar jumlah kuadrat.": lambda s, v, t, x: _away(s.flatten(1).abs().amax(1), t),
    "Yang dibandingkan dengan target setiap unsur gradien; yang diminta normanya, satu angka per contoh.": lambda s, v, t, x: _away(s, t),
    "Yang dibandingkan dengan target jumlah unsur gradien; yang diminta akar jumlah kuadratnya.": lambda s, v, t, x: _away(s.flatten(1).sum(1), t),
    "Norma dibagi banyaknya unsur (akar rata-rata kuadrat); yang diminta akar jumlah kuadrat.": lambda s, v, t, x: _away(s.flatten(1).pow(2).mean(1).sqrt(), t),
    "Selisihnya belum dikuadratkan.": lambda s, v, t, x: (v - t).mean(),
    "Selisihnya diambil nilai mutlaknya; yang diminta kuadratnya.": lambda s, v, t, x: (v - t).abs().mean(),
    "Hanya norma di atas target yang dihukum. Itu penalti satu sisi; yang diminta menghukum norma di bawah target juga.": lambda s, v, t, x: _away(v.clamp(min=t), t),
    "Target dikurangkan dari kuadrat norma, di luar kuadratnya: (norma − target)², bukan norma² − target².": lambda s, v, t, x: (v**2 - t**2).mean(),
    "Penaltinya dijumlahkan; yang diminta rata-rata atas contoh.": lambda s, v, t, x: _away(v, t) * len(v),
    "Penalti yang sudah rata-rata terbagi n sekali lagi.": lambda s, v, t, x: _away(v, t) / len(v),
    "Penalti dikalikan 10. Bobot itu dipasang pemanggil; fungsi ini mengembalikan penaltinya saja.": lambda s, v, t, x: _away(v, t) * 10,
    "Penalti dikalikan 1/2. Yang diminta rata-rata kuadratnya saja.": lambda s, v, t, x: _away(v, t) / 2,
    "`target` tidak dipakai: Anda selalu mengurangi 1.": lambda s, v, t, x: _away(v, 1.0),
    "`target` tidak dikurangkan: norma harus dibandingkan dengan target dulu.": lambda s, v, t, x: _away(v, 0.0),
    "Contoh berlereng nol dibuang. Normanya 0, dan penaltinya (0 − target)² ikut dihitung.": lambda s, v, t, x: _away(v[v > 0], t),
    "Yang diambil norma x, bukan norma gradien skor terhadap x.": lambda s, v, t, x: _away(x.flatten(1).norm(dim=1), t),
}


def _penalty(trial: Trial, model: nn.Module, x: Tensor, target: float | None = None) -> Tensor:
    named: dict[str, Any] = {} if target is None else {"target": target}
    got: Any = trial.call(NAME, model, x, **named)
    if not isinstance(got, Tensor):
        lost = " `.item()`, `float()`, dan NumPy memutus graf." if isinstance(got, (int, float)) or hasattr(got, "item") else ""
        raise Wrong(f"`{NAME}` seharusnya mengembalikan satu tensor, bukan {_kind(got)}.{lost}", check="scalar")
    if got.ndim:
        raise Wrong(f"Penalti seharusnya satu angka, bentuk (); yang datang berbentuk {tuple(got.shape)}. Rata-ratakan atas contoh.", check="scalar")
    return got


def _kind(thing: object) -> str:
    kind = type(thing)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def scalar(trial: Trial) -> None:
    for dtype, n in zip(TYPES, (5, 6), strict=True):
        x = normal(1, n, 3, dtype=dtype)
        got = _penalty(trial, _critic(x), x)
        if got.dtype != dtype:
            raise Wrong(f"Model dan masukannya {dtype}, tetapi penaltinya {got.dtype}. Jangan ubah dtype di tengah jalan.")


def repeated(trial: Trial) -> None:
    """Dua kali sama, dan mode serta `.grad` setiap bagian model tetap."""
    x = normal(SEEDS[1], 4, 3)
    model = _critic(x)
    for training in (True, False):
        model.train(training)
        model.outer.train(not training)
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        first, second = (_penalty(trial, model, x).detach() for _ in range(2))
        if told := differ("penalti", second, first, ROOM[x.dtype]):
            raise Wrong(f"Panggilan kedua dengan model dan x yang sama memberi hasil lain. {told} Adakah yang menumpuk, atau bilangan acak?")
    model.outer.weight.data *= 1.5
    if not differ("", _penalty(trial, model, x), first, ROOM[x.dtype]):
        raise Wrong("Sesudah bobot model berubah, penaltinya tetap yang lama. Adakah hasil yang disimpan dari panggilan sebelumnya?")


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 5, 3, dtype=dtype)
            single = " dalam float32," if dtype == torch.float32 else ""
            _same_value(trial, _critic(x, seed), x, 1.0, f"Untuk x berbentuk (5, 3) dan target 1,{single}")


def targets(trial: Trial) -> None:
    x = normal(SEEDS[0], 6, 4)
    model = _critic(x)
    for target in TARGETS:
        _same_value(trial, model, x, target, f"Untuk x berbentuk (6, 4) dan target {target:g},")
    got, want = _penalty(trial, model, x), right_penalty(model, x)
    if told := differ("penalti", got, want, ROOM[x.dtype]):
        raise Wrong(f"Dengan target 1 penaltinya tepat, tetapi tanpa `target` belum. {told} Nilai bawaannya 1: `target=1.0`.")


def shapes(trial: Trial) -> None:
    for shape in SHAPES:
        x = normal(SEEDS[1], *shape)
        _same_value(trial, _critic(x), x, 1.0, f"Untuk x berbentuk {shape},")
    x = normal(SEEDS[0], 5, 2, 3)
    graded = x.clone().requires_grad_()
    graded.grad = torch.ones_like(x)
    for kind, given in {
        "yang tidak bersambung di memori": strided(x),
        "yang meminta gradien dan sudah punya `.grad`": graded,
        "yang bukan daun": x.clone().requires_grad_() * 2,
    }.items():
        _same_value(trial, _critic(x), given, 1.0, f"Untuk x {kind},")


def _same_value(trial: Trial, model: nn.Module, x: Tensor, target: float, what: str) -> None:
    got, want = _penalty(trial, model, x, target), right_penalty(model, x, target)
    if told := differ("penalti", got, want, ROOM[x.dtype]):
        raise Wrong(f"{what} penaltinya belum tepat. {told} {_advice(model, x.detach(), target, got)}")


def _advice(model: nn.Module, x: Tensor, target: float, got: Tensor) -> str:
    weights = torch.autograd.grad(model(x).sum(), list(model.parameters()))
    s = _slopes(model, x).detach()
    v = s.flatten(1).norm(dim=1)
    slips = [(advice, slip(s, v, target, x)) for advice, slip in SLIPS.items()]
    slips += [(f"Angka penjaga di dalam akar terlalu besar, kira-kira {guard:g}. 1e-12 sudah cukup.", _away((v**2 + guard).sqrt(), target)) for guard in GUARDS]
    slips += [("Yang diambil gradien terhadap parameter; yang diminta gradien terhadap x, satu norma per contoh.", _away(torch.cat([w.flatten() for w in weights]).norm(), target))]
    for advice, value in slips:
        if not differ("", got, value.to(got.dtype), ROOM[x.dtype]):
            return advice
    return NEAR if not differ("", got, _away(v, target).to(got.dtype), CLOSE) else ORDER


def model_as_given(trial: Trial) -> None:
    """Model menerima contoh dalam bentuknya sendiri, dan berjalan dalam mode yang dipilih pemanggil."""
    x = normal(SEEDS[0], 3, 2, 4, 3)
    for training in (True, False):
        model = Watched(SEEDS[0], 24, x.dtype).train(training)
        model.inner.train(not training)
        modes = [module.training for module in model.modules()]
        _penalty(trial, model, x)
        for shape in model.shapes:
            if shape != x.shape[1:]:
                raise Wrong(
                    f"x berbentuk {tuple(x.shape)}, tetapi model Anda beri contoh berbentuk {shape}. Model yang berisi konvolusi menolaknya.",
                    mend="Yang diratakan gradiennya, sesudah model selesai; x diberikan kepada model seperti adanya.",
                )
        for during in model.modes:
            if during != modes:
                raise Wrong(
                    "Sesudahnya mode model seperti semula, tetapi selagi skornya dihitung sebagian lapisan berjalan dalam mode lain (`train` atau `eval`). "
                    "Dengan dropout itu penalti model yang lain.",
                    mend="Jangan panggil `train()` atau `eval()` di sini; yang memilih mode pemanggil.",
                )


def images(trial: Trial) -> None:
    """Model dengan konvolusi, juga untuk memori `channels_last`, dan yang sebagian parameternya dibekukan."""
    for dtype in TYPES:
        x = normal(SEEDS[1], 3, 2, 4, 3, dtype=dtype)
        for given, kind in ((x, ""), (x.contiguous(memory_format=torch.channels_last), " dengan memori `channels_last`")):
            _same_gradients(trial, Spatial(SEEDS[0], 2, dtype), given, ROOM[dtype], f"Untuk model dengan konvolusi dan x{kind},")
    for filled in (False, True):
        model = Spatial(SEEDS[0], 2, torch.float64)
        model.conv.requires_grad_(False)
        model.conv.weight.grad = torch.ones_like(model.conv.weight) if filled else None
        _same_gradients(trial, model, normal(SEEDS[1], 3, 2, 4, 3), ROOM[torch.float64], "Bila lapisan pertama dibekukan (`requires_grad=False`),")


def trainable(trial: Trial) -> None:
    """Gradien terhadap setiap parameter, seperti dibutuhkan langkah pelatihan."""
    for dtype in TYPES:
        for seed in SEEDS:
            x = normal(seed, 4, 2, 3, dtype=dtype)
            _same_gradients(trial, _critic(x, seed), x, ROOM[dtype], "Nilainya tepat, tetapi")


def zero_slopes(trial: Trial) -> None:
    """Contoh yang lerengnya nol, sendirian dan di antara yang sehat."""
    for dtype in TYPES:
        x = normal(SEEDS[0], 5, 3, dtype=dtype)
        x[1] = -30.0
        model = Kinked(SEEDS[0], 3, dtype)
        model.inner.weight.data = model.inner.weight.data.abs() + 0.1
        _same_gradients(trial, model, x, AT_ZERO, "Bila lereng satu contoh tepat nol,")
        flat = _critic(x)
        flat.outer.weight.data.zero_()
        _same_gradients(trial, flat, x, AT_ZERO, "Bila lereng semua contoh nol,")


def _same_gradients(trial: Trial, model: nn.Module, x: Tensor, room: float, what: str) -> None:
    got, want = _penalty(trial, model, x), right_penalty(model, x)
    if told := differ("penalti", got, want, room):
        raise Wrong(f"{what} nilai penaltinya belum tepat. {told} {_advice(model, x, 1.0, got)}")
    if not got.requires_grad:
        raise Wrong(
            "Nilainya tepat, tetapi penalti ini tidak punya jalan ke bobot model: ia konstanta dan tidak melatih apa pun. "
            "Pakai `create_graph=True` pada `torch.autograd.grad`, dan jangan `detach` lerengnya."
        )
    parameters = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    found = torch.autograd.grad(got, list(parameters.values()), allow_unused=True)
    right = torch.autograd.grad(want, list(parameters.values()), allow_unused=True)
    for (name, parameter), g, w in zip(parameters.items(), found, right, strict=True):
        g, w = (torch.zeros_like(parameter) if part is None else part for part in (g, w))
        if not g.isfinite().all():
            raise Wrong(
                f"{what} gradien terhadap `{name}` menjadi NaN atau Inf. Turunan √a di a = 0 tak terhingga: pakai `norm(dim=1)`, yang memilih 0 di sana, "
                "atau tambahkan 1e-12 di dalam akar, bukan di luarnya."
            )
        if told := differ(f"{name}.grad", g, w, room):
            raise Wrong(f"{what} gradien terhadap bobot belum tepat. {told} {_lost(g, w)}")


def _lost(got: Tensor, want: Tensor) -> str:
    if not differ("", got, want, CLOSE):
        return NEAR
    if not got.any():
        return "Jalan dari penalti ke bobot ini hilang: adakah `detach`, `.data`, salinan model, atau bagian yang dihitung tanpa `create_graph=True`?"
    return "Sebagian jalan dari penalti ke bobot hilang, atau sebuah faktor dianggap konstanta. Adakah `detach`, `.data`, atau `.item()` di tengah rumus?"


CHECKS = (repeated, scalar, model_as_given, values, targets, shapes, trainable, images, zero_slopes)
