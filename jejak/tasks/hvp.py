"""Latihan 18: Hessian sebuah fungsi skalar dikalikan vektor, tanpa membuat Hessian."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import TOLERANCE, differ
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.work import Work

SHAPES = ((), (1,), (2, 3), (3, 1, 2), (2, 2))
MANY, MOST = 400, 20_000  # elements: where operations are counted, and where the answer must still be quick
OPERATIONS = 15  # times as many as a double backward; a backward for each element takes far more
UNRECORDED = "does not require grad"
Function = Callable[[torch.Tensor], torch.Tensor]


def _wavy(t: torch.Tensor) -> torch.Tensor:
    flat = t.reshape(-1)
    return (flat.sin() * flat.roll(1) ** 2).sum() + (flat.cumsum(0) / 3).tanh().sum()


def _chain(t: torch.Tensor) -> torch.Tensor:
    return ((t[1:] - t[:-1] ** 2) ** 2).sum() + t.sin().sum()


class Case(NamedTuple):
    what: str
    f: Function
    x: torch.Tensor
    v: torch.Tensor


def _hessian(f: Function, x: torch.Tensor) -> torch.Tensor:
    full: torch.Tensor = torch.func.hessian(f)(x.detach())
    return full.reshape(x.numel(), x.numel())


def _want(case: Case) -> torch.Tensor:
    return (_hessian(case.f, case.x) @ case.v.reshape(-1)).reshape(case.x.shape)


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for seed in SEEDS:
            for count in (4, 1, 7):
                x, v = normal(seed, count, dtype=dtype), normal(seed + 1, count, dtype=dtype)
                table = normal(seed + 2, count, count, dtype=dtype)
                yield Case("fungsi kuadrat x · A · x", lambda t, table=table: t @ (table @ t), x, v)  # type: ignore[misc]
                yield Case("fungsi tak linear", _wavy, x.clone().requires_grad_(), v)
                yield Case("v yang semuanya nol", _wavy, x, torch.zeros_like(v))
                yield Case("x yang semuanya nol", _wavy, torch.zeros_like(x), v)
                yield Case("v yang amat kecil (1e-25)", _wavy, x, v * 1e-25)


def _run(trial: Trial, case: Case) -> object:
    try:
        got = trial.call("hvp", case.f, case.x, case.v)
    except RuntimeError as error:
        if UNRECORDED not in str(error):
            raise
        raise Wrong(f"PyTorch berhenti dengan pesan \"{UNRECORDED}\". {_cause(trial, case)}") from None
    if isinstance(got, (tuple, list)):
        raise Wrong(f"Hasilnya seharusnya satu tensor, bukan {type(got).__name__} berisi {len(got)}. `torch.autograd.grad` mengembalikan "
                    "`tuple` berisi gradien, dan `torch.autograd.functional.hvp` pasangan (nilai f, hasil kali). Ambil yang Anda perlukan.")
    return got


def _cause(trial: Trial, case: Case) -> str:
    try:
        trial.call("hvp", case.f, case.x.detach().clone().requires_grad_(), case.v)
    except RuntimeError:
        return "Gradien pertama tidak tercatat, jadi tidak bisa diturunkan lagi. Hitung dengan `create_graph=True`."
    return "`x` dari pemanggil tidak selalu meminta gradien. Buat daun sendiri: `x.detach().requires_grad_()`."


def values(trial: Trial) -> None:
    for case in _cases():
        want = _want(case)
        got = _run(trial, case)
        if told := differ("hvp", got, want):
            raise Wrong(f"Untuk {case.what} dengan {case.x.numel()} unsur hasilnya keliru. {told} {_advice(got, case, want)}")


def _advice(got: object, case: Case, want: torch.Tensor) -> str:
    if not isinstance(got, torch.Tensor):
        return "Yang diminta H · v, sebentuk dengan x."
    if got.dtype != want.dtype:
        return "Hitung dalam dtype milik x: tanpa `.double()`, `.float()`, dan tensor baru tanpa `dtype=x.dtype`."
    if want.any() and not got.any():
        return "Semua unsurnya nol. Adakah batas kecil yang menganggap v sebagai nol?"
    table, x = _hessian(case.f, case.x), case.x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(case.f(x), x)
    slips = {
        "Itu gradien f. Turunkan sekali lagi, dengan bobot v.": slope,
        "Itu gradien kali v, unsur demi unsur. Gradien itu masih harus diturunkan.": slope * case.v,
        "Itu turunan f ke arah v, yaitu gradien · v. Turunkan angka itu sekali lagi terhadap x.": slope @ case.v,
        "Itu H · [1, 1, …]: gradiennya dijumlahkan tanpa bobot. Beri bobot v sebelum dijumlahkan.": table.sum(dim=0),
        "Itu (H · [1, 1, …]) kali v. Beri bobot v pada gradien *sebelum* diturunkan, bukan sesudahnya.": table.sum(dim=0) * case.v,
        "Anda hanya memakai diagonal Hessian. Unsur campurannya ikut menentukan.": table.diagonal() * case.v,
        "Itu v · H · v, satu angka. Yang diminta H · v, sebentuk dengan x.": case.v @ want,
        "Itu Hessian. Yang diminta hasil kalinya dengan v, tanpa Hessian itu dibuat.": table,
        "Hessian terkalikan dua kali.": table @ want,
        "Gradien f ikut dijumlahkan ke hasilnya. `backward()` menambahkan ke `.grad` yang lama; pakai `torch.autograd.grad`.": slope + want,
    }
    for advice, slip in slips.items():
        if differ("", got, slip) is None:
            return advice
    if got.shape == want.shape and bool(((got - want).abs() <= 1e-2 * want.abs().max()).all()):
        return "Hasilnya dekat, tetapi tidak tepat. Selisih hingga hanya mendekati; turunkan gradiennya dengan autograd."
    return "Urutannya: gradien dengan `create_graph=True`, beri bobot v, lalu turunkan lagi."


def _too_many(most: int) -> Wrong:
    return Wrong(
        f"Untuk {MANY} unsur Anda menjalankan lebih dari {most} operasi; {most // OPERATIONS} sudah cukup. Itu satu "
        "perjalanan mundur per unsur. Beri bobot v pada gradien, lalu mundur satu kali untuk semua unsur.",
        check="lean",
    )


def _double_backward(f: Function, x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad(slope, x, v)[0]


def lean(trial: Trial) -> None:
    case = Case("", _chain, normal(SEEDS[0], MANY), normal(SEEDS[1], MANY))
    with Work() as right:
        _double_backward(case.f, case.x, case.v)
    most = OPERATIONS * right.operations
    with Work(most, _too_many(most)) as mine:
        _run(trial, case)
    if mine.largest >= MANY**2 // 4:
        raise Wrong(
            f"Angkanya tepat, tetapi untuk {MANY} unsur Anda membuat tensor berisi {mine.largest} angka: Hessian-nya sendiri. Untuk {MOST} unsur "
            f"itu {MOST**2 * 8 / 1e9:.1f} GB. Beri bobot v pada gradien, lalu turunkan sekali; Hessian tidak perlu ada."
        )
    case = Case("", _chain, normal(SEEDS[0], MOST), normal(SEEDS[1], MOST))
    if told := differ("hvp", _run(trial, case), _double_backward(case.f, case.x, case.v)):
        raise Wrong(f"Untuk {MOST} unsur hasilnya keliru. {told}")


def linear(trial: Trial) -> None:
    for dtype in TYPES:
        x, v, c = (normal(seed, 3, dtype=dtype) for seed in (1, 2, 3))
        w = c.clone().requires_grad_()
        _linear(trial, Case("(c * x).sum()", lambda t, c=c: (c * t).sum(), x, v))  # type: ignore[misc]
        _linear(trial, Case("(w * x).sum() dengan w yang meminta gradien", lambda t, w=w: (w * t).sum(), x, v))  # type: ignore[misc]


def _linear(trial: Trial, case: Case) -> None:
    why = ("Gradien fungsi linear tidak bergantung pada x, jadi Hessian-nya nol, tetapi dari gradien itu tidak ada jalan ke x. Kembalikan "
           "nol kalau `requires_grad`-nya `False`, dan pakai `materialize_grads=True` kalau ada graf lain di sana.")  # fmt: skip
    try:
        got = trial.call("hvp", case.f, case.x, case.v)
    except RuntimeError as error:
        raise Wrong(f"Untuk fungsi linear f = {case.what} kode Anda berhenti: `{str(error).splitlines()[0].rstrip('.')}`. {why}") from None
    except Wrong as fault:
        if fault.check != "returns":
            raise
        raise Wrong(f"Untuk fungsi linear f = {case.what} hasilnya `None`, seharusnya tensor nol sebentuk dengan x. {why}") from None
    if told := differ("hvp", got, torch.zeros_like(case.x)):
        raise Wrong(f"Untuk fungsi linear f = {case.what} hasilnya keliru. {told} {why}")


def shapes(trial: Trial) -> None:
    for shape in SHAPES:
        for seed in SEEDS:
            x, v = normal(seed, *shape), normal(seed + 1, *shape)
            for kind, case in (("", Case("", _wavy, x, v)), (" yang tidak bersambung di memori", Case("", _wavy, strided(x), strided(v)))):
                try:
                    told = differ("hvp", _run(trial, case), _want(case), TOLERANCE[x.dtype])
                except RuntimeError as error:
                    told = f"Kode Anda berhenti: `{str(error).splitlines()[0]}`."
                if told:
                    raise Wrong(f"Untuk x berbentuk {shape}{kind} hasilnya keliru. {told} Beri bobot unsur demi unsur, `(g * v).sum()`, atau pakai "
                                "`grad_outputs=v`: keduanya berlaku untuk semua bentuk. `@` mengalikan vektor dan matriks.")


def surroundings(trial: Trial) -> None:
    w = normal(SEEDS[1], 3).requires_grad_()
    case = Case("", lambda t: (w * t**3).sum(), normal(SEEDS[0], 3), normal(5, 3))
    _run(trial, case)
    if w.grad is not None:
        raise Wrong("Fungsi f memakai tensor lain yang meminta gradien, dan sesudah `hvp` dipanggil `.grad` tensor itu terisi: `backward()` menambahkan "
                    "gradien ke setiap daun yang dicapainya. Pakai `torch.autograd.grad`, yang hanya memberi gradien untuk yang Anda sebut.")


CHECKS = (values, lean, linear, shapes, surroundings)
