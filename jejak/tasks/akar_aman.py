"""Latihan 21: akar yang nilai dan gradiennya terhingga untuk semua bilangan."""

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Wrong

ROOM = {torch.float64: 1e-11, torch.float32: 1e-5}
SHAPES = ((), (1,), (6,), (3, 4), (2, 1, 5), (2, 3, 2, 2))
EDGES = ([0.0], [-4.0], [0.0, 0.0, 0.0], [-1.0, -9.0], [4.0, 0.0, -1.0, 9.0], [-0.0, 0.25, -1e30])
FAR = {
    torch.float64: (1e-20, 1e-12, 1e-8, 1e-4, 1e8, 1e-100, 1e-300, 1e300),
    torch.float32: (1e-20, 1e-12, 1e-8, 1e-4, 1e8, 1e-30, 1e-36, 1e36),
}


def value(x: torch.Tensor) -> torch.Tensor:
    return x.detach().clamp(min=0).sqrt()


def slope(x: torch.Tensor) -> torch.Tensor:
    x = x.detach()
    return torch.where(x > 0, 0.5 / x.abs().sqrt(), torch.zeros_like(x))


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = torch.cat([normal(seed, 7, dtype=dtype, scale=3), torch.zeros(1, dtype=dtype)])
            got = _call(trial, x)
            if told := _differ("y", got, value(x), x):
                raise Wrong(f"Untuk x = {_list(x)} nilainya belum tepat. {told} {_value_advice(got, x)}")


def _value_advice(got: torch.Tensor, x: torch.Tensor) -> str:
    if got.shape != x.shape:
        return "Setiap unsur x punya satu hasil, juga yang tidak positif."
    if got.isnan().any():
        return "Akar dari angka negatif adalah NaN. Hasilnya seharusnya 0 di semua unsur yang tidak positif."
    off, good = x <= 0, x.clamp(min=0).sqrt()
    slips = {
        "Itu √|x|: unsur negatif seharusnya memberi 0.": x.abs().sqrt(),
        "Di unsur yang tidak positif keluar 1: angka pengganti yang aman ikut terbawa. Pilih hasilnya sekali lagi, sesudah akar.": torch.where(off, torch.ones_like(x), good),
        "Di unsur yang tidak positif keluar x sendiri, padahal seharusnya 0.": torch.where(off, x, good),
        "Itu x yang dipotong di 0; akarnya belum diambil.": x.clamp(min=0),
    }
    for advice, slip in slips.items():
        if differ("", got, slip, 1e-5) is None:
            return advice
    if not (got[off] == 0).all() and differ("", got, good, 1e-2) is None:
        return "Di unsur yang tidak positif hasilnya seharusnya tepat 0, bukan kira-kira 0. Angka kecil (`eps`) di dalam akar menggesernya."
    return "Yang benar √x untuk x > 0, dan 0 untuk yang lain."


def gradient(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            x = (normal(seed, 5, dtype=dtype, scale=3).abs() + 0.5).requires_grad_()
            weight = normal(seed + 1, 5, dtype=dtype)
            got = _gradient(_call(trial, x), x, weight)
            if told := _differ("x.grad", got, weight * slope(x), x):
                raise Wrong(f"Untuk x yang positif semua, gradiennya belum tepat. {told} {_gradient_advice(got, x.detach(), weight)}")


def _gradient_advice(got: torch.Tensor, x: torch.Tensor, weight: torch.Tensor) -> str:
    root = x.sqrt()
    slips = {
        "`backward` Anda tidak memakai `grad_output`: gradien yang datang dari kanan harus dikalikan dengan turunan lokal.": 0.5 / root,
        "Faktor ½ belum ada: turunan √x adalah 1 / (2√x).": weight / root,
        "Turunannya 1 / (2√x), bukan √x / 2: akarnya di penyebut.": weight * root / 2,
        "Anda membagi dengan 2x, bukan dengan 2√x.": weight / (2 * x),
        "Gradiennya diteruskan begitu saja; kalikan dengan turunan lokal, 1 / (2√x).": weight,
        "Akarnya diambil dua kali: yang disimpan sudah √x.": weight / (2 * root.sqrt()),
    }
    fits = (advice for advice, slip in slips.items() if differ("", got, slip, 1e-5) is None)
    return next(fits, "Turunan √x adalah 1 / (2√x), dikalikan gradien yang datang dari kanan.")


def edges(trial: Trial) -> None:
    for dtype in TYPES:
        for numbers in EDGES:
            x = torch.tensor(numbers, dtype=dtype, requires_grad=True)
            some, none = normal(SEEDS[0], len(numbers), dtype=dtype), torch.zeros(len(numbers), dtype=dtype)
            for kind, weight in (("", some), (" dan gradien dari kanan 0", none)):
                y = _call(trial, x)
                if told := _differ("y", y, value(x), x):
                    raise Wrong(f"Untuk x = {_list(x)} nilainya keliru. {told}")
                got = _gradient(y, x, weight)
                if told := _differ("x.grad", got, weight * slope(x), x):
                    raise Wrong(f"Untuk x = {_list(x)}{kind}, nilainya tepat tetapi gradiennya keliru. {told} {_edge_advice(got)}")


def _edge_advice(got: torch.Tensor) -> str:
    if got.isnan().any():
        return (
            "Saat mundur, 0 dikalikan dengan turunan akar yang Inf atau NaN, dan hasilnya NaN. `where`, topeng, dan `nan_to_num` "
            "sesudah akar menyaring nilai, tidak menyaring turunan. Ganti unsur yang tidak positif dengan angka aman sebelum akar."
        )
    if not got.isfinite().all():
        return "Turunan akar di 0 adalah Inf. Jangan biarkan 0 sampai ke akar: ganti dengan angka aman lebih dulu."
    return "Di unsur yang tidak positif gradiennya seharusnya tepat 0, sebab hasilnya di sana tetap."


def far_values(trial: Trial) -> None:
    for dtype in TYPES:
        x = torch.tensor([0.0, *FAR[dtype]], dtype=dtype, requires_grad=True)
        y = _call(trial, x)
        got = _gradient(y, x, torch.ones_like(x))
        for what, have, want in (("nilainya", y, value(x)), ("gradiennya", got, slope(x))):
            for number in range(len(x)):
                at = f"{x[number].item():g}"
                if told := differ(f"safe_sqrt({at})", have[number], want[number], ROOM[dtype]):
                    raise Wrong(
                        f"Di x = {at} ({str(dtype).removeprefix('torch.')}) {what} keliru. {told} Angka kecil (`eps`) di dalam akar atau "
                        "batas `clamp` menenggelamkan x yang lebih kecil lagi. x sekecil ini pun positif: yang diganti hanya x ≤ 0."
                    )


def layouts(trial: Trial) -> None:
    for shape in SHAPES:
        x = normal(SEEDS[0], *shape, scale=2)
        expanded = [(" hasil `expand`", x[:1].expand(3, *shape[1:]))] if x.ndim else []
        for kind, laid in (("", x), (" yang tidak bersambung di memori", strided(x)), *expanded):
            laid = laid.detach().requires_grad_()
            y = _call(trial, laid)
            name = f"masukan berbentuk {tuple(laid.shape)}{kind}"
            if told := _differ("y", y, value(laid), laid):
                raise Wrong(f"Untuk {name} hasilnya keliru. {told} Akar bekerja unsur demi unsur, jadi bentuk apa pun sama saja.")
            weight = normal(SEEDS[1], *laid.shape)
            if told := _differ("x.grad", _gradient(y, laid, weight), weight * slope(laid), laid):
                raise Wrong(f"Untuk {name} gradiennya keliru. {told}")


def _call(trial: Trial, x: torch.Tensor) -> torch.Tensor:
    try:
        y = trial.call("safe_sqrt", x)
    except RuntimeError as error:
        if "is ambiguous" not in str(error):
            raise
        raise Wrong("`if` (juga `and`, `or`, dan `max` bawaan Python) meminta satu jawaban, padahal x punya banyak unsur. Pilih unsur demi unsur dengan `torch.where`.") from error
    if not isinstance(y, torch.Tensor):
        raise Wrong(f"`safe_sqrt` seharusnya mengembalikan tensor, bukan {type(y).__name__}.")
    return y


def _gradient(y: torch.Tensor, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    got = torch.autograd.grad(y, x, weight, allow_unused=True)[0] if y.requires_grad else None
    if got is None:
        raise Wrong(
            f"Untuk x = {_list(x)} hasilnya tidak tersambung ke x, jadi `backward()` gagal. `detach`, NumPy, `.item()`, dan "
            "tensor nol yang baru memutus graf. Hitung semua unsur dari x, juga yang hasilnya 0."
        )
    return got


def _differ(name: str, got: torch.Tensor, want: torch.Tensor, x: torch.Tensor) -> str | None:
    """Near enough where x is positive, exactly 0 elsewhere."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return differ(name, got, want)
    exact = torch.where((x.detach() > 0) & ((got - want).abs() <= ROOM[want.dtype] * want.abs()), want, got)
    return differ(name, exact, want, 0.0)


def _list(x: torch.Tensor) -> str:
    return str([round(number, 2) for number in x.detach().flatten().tolist()[:8]])


CHECKS = (values, gradient, edges, far_values, layouts)
