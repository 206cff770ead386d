"""Latihan 16: unit tersembunyi yang keluaran ReLU-nya 0 untuk setiap baris data."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import nn

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((7, 3, 5), (1, 4, 3), (9, 2, 1), (4, 4, 4))  # rows, inputs, units
FAINT = {torch.float64: 2.0**-40, torch.float32: 2.0**-18}  # exact beside the whole numbers of `_whole_numbers`


class Case(NamedTuple):
    layer: nn.Linear
    x: torch.Tensor
    dead: list[bool]


def _layer(weight: torch.Tensor, bias: torch.Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    layer.weight.grad = torch.ones_like(weight)
    return layer


def _random(seed: int, rows: int, inputs: int, units: int, dtype: torch.dtype) -> Case:
    """Unit by unit: dead, awake for one row only, asleep for one row only (with one row there is only dead and alive)."""
    x, weight = normal(seed, rows, inputs), normal(seed + 1, units, inputs)
    levels, bias = (x @ weight.T).sort(dim=0).values, torch.empty(units, dtype=torch.float64)
    for unit in range(units):
        column, kind = levels[:, unit], (unit + seed) % 3
        if kind == 0:
            bias[unit] = -column[-1] - 0.5
        elif rows == 1:
            bias[unit] = -column[0] + 0.5
        else:
            bias[unit] = -(column[-2:] if kind == 1 else column[:2]).mean()
    return Case(_layer(weight.to(dtype), bias.to(dtype)), x.to(dtype), [(unit + seed) % 3 == 0 for unit in range(units)])


def _whole_numbers(dtype: torch.dtype, highest: list[float]) -> Case:
    """Whole numbers in the layer and the data, and units whose largest value is exactly the one asked for."""
    x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 2.0]], dtype=dtype)
    weight = torch.tensor([[1.0, 1.0], [-1.0, 2.0], [0.0, -1.0], [2.0, -1.0]], dtype=dtype)
    bias = torch.tensor(highest, dtype=dtype) - (x @ weight.T).max(dim=0).values
    return Case(_layer(weight, bias), x, [value <= 0 for value in highest])


def _random_cases() -> Iterator[Case]:
    for dtype in TYPES:
        for seed in SEEDS:
            for rows, inputs, units in SIZES:
                case = _random(seed, rows, inputs, units, dtype)
                yield case
                yield case._replace(x=strided(case.x).requires_grad_())


def mask(trial: Trial) -> None:
    for case in _random_cases():
        units = case.layer.out_features
        got = trial.call("dead_units", case.layer, case.x)
        if not isinstance(got, torch.Tensor):
            raise Wrong(f"Hasilnya seharusnya tensor `bool` berbentuk ({units},), satu jawaban per unit; jawaban Anda {show(got)}."
                        + (" Dari sebuah daftar, tensornya dibuat dengan `torch.tensor(...)`." if isinstance(got, list) else ""))
        if got.shape != (units,):
            raise Wrong(f"Bentuk hasilnya {tuple(got.shape)}, seharusnya ({units},): datanya {tuple(case.x.shape)}, lapisannya "
                        f"{units} unit. {_shape_advice(got, case)}")
        if got.dtype != torch.bool:
            raise Wrong(f"dtype hasilnya {got.dtype}, seharusnya torch.bool: untuk setiap unit `True` bila mati, `False` bila tidak. "
                        "Sebuah perbandingan, misalnya dengan `==`, memberi `bool`.")


def _shape_advice(got: torch.Tensor, case: Case) -> str:
    rows, units = len(case.x), case.layer.out_features
    if got.shape == (rows, units):
        return "Itu masih satu jawaban untuk setiap baris dan unit. Satukan baris-barisnya dengan `.all(dim=0)`."
    if got.shape == (rows,):
        return "Yang Anda satukan unit-unitnya, sehingga jawabannya per baris. Satukan barisnya, yaitu `dim=0`."
    if got.shape == case.layer.weight.shape:
        return "Itu satu jawaban per bobot. Yang ditanyakan satu jawaban per unit."
    if got.ndim == 0:
        return "Itu satu jawaban untuk seluruh lapisan. Satukan hanya barisnya: `dim=0`, tanpa `squeeze`."
    if got.dtype == torch.bool:
        return "Satukan barisnya saja, dengan `dim=0`."
    return "Yang diminta bukan nomor unitnya, melainkan satu `True` atau `False` untuk setiap unit."


def _answer(trial: Trial, case: Case) -> list[bool]:
    answer: list[bool] = trial.call("dead_units", case.layer, case.x).tolist()
    return answer


def _mistaken(got: list[bool], case: Case) -> int | None:
    """The first unit that an answer is mistaken about."""
    return next((unit for unit, dead in enumerate(case.dead) if got[unit] != dead), None)


def _told(unit: int, case: Case) -> str:
    values = case.layer(case.x).detach()[:, unit]
    awake, rows = int((values > 0).sum()), len(values)
    return (f"Unit {unit} menyala di {awake} dari {rows} baris, jadi jawabannya seharusnya {case.dead[unit]}; "
            f"jawaban Anda {not case.dead[unit]}.")


def units(trial: Trial) -> None:
    answers = [(case, _answer(trial, case)) for case in _random_cases()]
    for case, got in answers:
        if (unit := _mistaken(got, case)) is not None:
            raise Wrong(f"{_told(unit, case)} {_advice(answers)}")


SLIPS: dict[str, Callable[[torch.Tensor, nn.Linear, torch.Tensor], torch.Tensor]] = {
    "Jawaban Anda terbalik: `True` untuk unit yang mati, bukan untuk yang hidup.": lambda z, layer, x: (z > 0).any(dim=0),
    "Tidur pada sebagian baris belum mati. Unit mati bernilai 0 di semua baris: `all`, bukan `any`.": lambda z, layer, x: (z <= 0).any(dim=0),
    "Yang Anda tandai unit yang menyala di semua baris.": lambda z, layer, x: (z > 0).all(dim=0),
    "Anda memeriksa baris pertama saja. Unit bisa tidur di sana dan menyala di baris lain.": lambda z, layer, x: z[0] <= 0,
    "Anda memeriksa baris terakhir saja. Unit bisa tidur di sana dan menyala di baris lain.": lambda z, layer, x: z[-1] <= 0,
    "Anda menilai rata-rata angka sebelum ReLU: satu baris yang menyala tenggelam di antara yang negatif. Pakai keluaran ReLU.": lambda z, layer, x: z.mean(dim=0) <= 0,
    "Bias lapisan itu belum dihitung. Panggil `layer(x)`.": lambda z, layer, x: (x @ layer.weight.T <= 0).all(dim=0),
    "Yang Anda bandingkan dengan 0 angka sebelum ReLU; unit yang mati di sana negatif.": lambda z, layer, x: (z == 0).all(dim=0),
    "Bobot dan bias tidak menentukan sendirian; datanya ikut. Panggil `layer(x)`.": lambda z, layer, x: (layer.weight <= 0).all(dim=1),
}


def _advice(answers: list[tuple[Case, list[bool]]]) -> str:
    with torch.no_grad():
        for advice, slip in SLIPS.items():
            if all([slip(case.layer(case.x), case.layer, case.x).tolist() == got for case, got in answers]):
                return advice
    return "Unit mati kalau keluaran ReLU-nya 0 di setiap baris."


def boundary(trial: Trial) -> None:
    for dtype in TYPES:
        case = _whole_numbers(dtype, [0.0, 1.0, 0.0, -1.0])
        if (unit := _mistaken(_answer(trial, case), case)) is not None:
            raise Wrong(f"Angka terbesar yang masuk ke ReLU di unit {unit} {_largest(unit, case)}. {_told(unit, case)} ReLU "
                        "memberi 0 untuk masukan tepat 0, dan turunannya di sana juga 0: unit itu tidak mendapat gradien.")


def faint(trial: Trial) -> None:
    for dtype, small in FAINT.items():
        case = _whole_numbers(dtype, [small, -small, 2.0, small])
        if (unit := _mistaken(_answer(trial, case), case)) is not None:
            raise Wrong(f"Angka terbesar yang masuk ke ReLU di unit {unit} {_largest(unit, case)}. {_told(unit, case)} Sekecil apa "
                        "pun, angka positif lewat ReLU dengan turunan 1. Bandingkan dengan 0, tanpa toleransi dan tanpa pembulatan.")


def _largest(unit: int, case: Case) -> str:
    return f"adalah {case.layer(case.x)[:, unit].max().item():.3g}"


def tiny(trial: Trial) -> None:
    """Angka yang kuadratnya sudah 0 bagi komputer: norma dan jumlah kuadrat tidak melihatnya."""
    for dtype, scale in ((torch.float64, 1e-200), (torch.float32, 1e-25)):
        whole = _whole_numbers(dtype, [1.0, 0.0, 2.0, -1.0])
        case = whole._replace(layer=_layer(whole.layer.weight.detach() * scale, whole.layer.bias.detach() * scale))
        if (unit := _mistaken(_answer(trial, case), case)) is not None:
            raise Wrong(f"Angka terbesar yang masuk ke ReLU di unit {unit} {_largest(unit, case)} ({dtype}). {_told(unit, case)} Kuadrat dan "
                        "hasil kali angka sekecil itu menjadi 0, begitu juga sesudah dibulatkan. Bandingkan keluaran ReLU sendiri dengan 0.")


def cancelling(trial: Trial) -> None:
    # Units 0 and 1 are alive though the rows' shares in the gradient of their weights add up to nothing.
    for dtype in TYPES:
        x = torch.tensor([[1.0, 2.0], [-1.0, -2.0], [0.0, 0.0]], dtype=dtype)
        weight = torch.tensor([[0.5, 0.25], [2.0, -1.0], [1.0, 0.0]], dtype=dtype)
        case = Case(_layer(weight, torch.tensor([3.0, 0.5, -1.0], dtype=dtype)), x, [False, False, True])
        if (unit := _mistaken(_answer(trial, case), case)) is not None:
            raise Wrong(f"Untuk data {show(x)}: {_told(unit, case)} Gradien bobot adalah jumlah atas baris, dan sumbangan baris "
                        "yang menyala bisa saling meniadakan tanpa unitnya mati. Lihat keluaran ReLU setiap baris.")


CHECKS = (mask, units, boundary, faint, tiny, cancelling)
