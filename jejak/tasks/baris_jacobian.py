"""Latihan 13: satu baris Jacobian dengan satu perjalanan mundur."""

from collections.abc import Callable
from contextlib import suppress

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.engine import counting_autograd
from jejak.watch.work import Work

ROOM = {torch.float64: 1e-11, torch.float32: 1e-5}
NEAR = 1e-2  # so close comes a difference quotient, not another row
SIZES = ((3, 4), (5, 2), (4, 4), (1, 3), (3, 1), (1, 1))  # inputs n, results m

Function = Callable[[torch.Tensor], torch.Tensor]

NO_GRAPH = "Tidak satu pun hasilnya bergantung pada x, jadi tidak ada graf. Periksa `y.requires_grad`, lalu kembalikan nol sebentuk x."
EMPTY = (
    "Untuk masukan yang tidak ikut menentukan hasil, autograd memberi `None` (dengan `allow_unused=True`) atau galat. "
    "Kembalikan nol sebentuk x."
)
# What torch says, and what it means in this exercise.
REFUSED = {
    "Mismatch in shape": "Bobot v satu angka untuk setiap hasil: sebentuk dengan `f(x)`, bukan dengan x.",
    "scalar outputs": "`f(x)` vektor, jadi autograd perlu tahu hasil yang mana: berikan v, atau ambil satu unsurnya, `f(x)[i]`.",
    "differentiated Tensors does not require": "Yang ditanyakan harus tensor yang Anda berikan kepada f: salinannya, bukan x.",
    "does not require grad": "Masukan f tidak meminta gradien, jadi f(x) tidak tercatat. Hitung f dari tensor yang memintanya, tanpa mengubah x.",
    "not have been used": "Tensor yang Anda tanyakan tidak ada di graf `f(x)`. Tanyakan tensor yang Anda berikan kepada f, utuh.",
}


def mixture(seed: int, n: int, m: int, dtype: torch.dtype = torch.float64) -> tuple[Function, Function]:
    """Fungsi n masukan dengan m hasil yang saling bergantung, beserta Jacobian-nya dari rumus."""
    bend, weight = normal(seed, m, n, dtype=dtype), normal(seed + 1, m, n, dtype=dtype)

    def f(x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(bend @ x) + weight @ (x * x)

    def jacobian(x: torch.Tensor) -> torch.Tensor:
        return (1 - torch.tanh(bend @ x) ** 2)[:, None] * bend + 2 * weight * x

    return f, jacobian


def shop() -> tuple[Function, torch.Tensor, torch.Tensor]:
    """Buku dan harga di layar pelajar, beserta Jacobian-nya."""
    effect = torch.tensor([[-6.0, 2.0, 1.0], [2.0, -5.0, 2.0], [1.0, 2.0, -4.0]], dtype=torch.float64)
    x, rent = torch.tensor([5.0, 8.0, 10.0], dtype=torch.float64), torch.tensor([150.0], dtype=torch.float64)

    def book(x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x * (60 + effect @ x), rent])

    full = torch.diag(60 + effect @ x) + x[:, None] * effect
    return book, x, torch.cat([full, torch.zeros(1, 3, dtype=torch.float64)])


def _row(trial: Trial, f: Function, x: torch.Tensor, i: int, what: str, empty: str = "") -> object:
    try:
        return trial.call("jacobian_row", f, x, i)
    except RuntimeError as error:
        said = str(error).splitlines()[0].split(". ")[0]
        for words, advice in REFUSED.items():
            if words in said:
                if empty == EMPTY and "require" in words:
                    advice = NO_GRAPH
                elif empty == EMPTY and "used" in words:
                    advice = EMPTY
                raise Wrong(f"Untuk {what} PyTorch berhenti: `{said}`. {advice}") from error
        raise
    except Wrong as fault:
        if fault.check == "returns" and empty:
            raise Wrong(f"Untuk {what} `jacobian_row` mengembalikan `None`. {empty}") from fault
        raise


def row(trial: Trial) -> None:
    f, x, full = shop()
    for i in (2, 1, 0):  # in row 1 the one before is also the first
        _compare(trial, f, x, i, full, f"`jacobian_row(buku, harga, {i})`")
    for dtype in TYPES:
        for seed in SEEDS:
            for n, m in SIZES:
                f, jacobian = mixture(seed, n, m, dtype)
                x = normal(seed + 2, n, dtype=dtype)
                for i in range(m):
                    _compare(trial, f, x, i, jacobian(x), f"f lain, n = {n}, m = {m}, i = {i}")


def _compare(trial: Trial, f: Function, x: torch.Tensor, i: int, full: torch.Tensor, what: str) -> None:
    got = _row(trial, f, x, i, what)
    if told := differ("baris", got, full[i], ROOM[full.dtype]):
        raise Wrong(f"Untuk {what} barisnya belum tepat. {told} {_advice(got, full, f(x), i)}".strip())


def _advice(got: object, full: torch.Tensor, y: torch.Tensor, i: int) -> str:
    if isinstance(got, list):
        return "Kembalikan tensornya, tanpa `tolist()`."
    if isinstance(got, tuple):
        return "`torch.autograd.grad` mengembalikan tuple, satu gradien untuk setiap masukan yang ditanyakan. Ambil yang pertama."
    if not isinstance(got, torch.Tensor):
        return ""
    slips = {
        "Itu seluruh Jacobian. Yang diminta satu barisnya saja.": full,
        "Itu jumlah semua baris: v Anda berisi 1 di semua tempat. Yang diminta 1 di tempat ke-i, 0 di tempat lain.": full.sum(0),
        "Itu kolom ke-i: turunan semua hasil terhadap x[i]. Yang diminta turunan hasil ke-i terhadap semua masukan.":
            full[:, min(i, full.shape[1] - 1)],
        "Itu jumlah setiap baris, satu angka untuk setiap hasil. Yang diminta satu angka untuk setiap masukan.": full.sum(1),
        "Itu baris pertama, berapa pun i.": full[0],
        "Dari f(x) tidak ada jalan ke tensor yang Anda tanyakan, atau v berisi 0 di mana-mana. Apakah masukan yang Anda berikan kepada f meminta "
        "gradien?": torch.zeros_like(full[i]),
        "Itu baris sesudahnya: i dihitung dari 0.": full[(i + 1) % len(full)],
        "Itu baris sebelumnya: i dihitung dari 0.": full[i - 1],
        "Itu baris yang dikalikan nilai f(x)[i]. Di tempat ke-i v berisi 1.": full[i] * y[i],
        "Itu satu unsur saja. Barisnya memuat satu angka untuk setiap masukan.": full[i, min(i, full.shape[1] - 1)],
    }  # fmt: skip
    for advice, slip in slips.items():
        if differ("", got, slip, ROOM[full.dtype]) is None and differ("", slip, full[i], ROOM[full.dtype]):
            return advice
    if got.shape == full[i].shape and bool(((got - full[i]).abs() < NEAR).all()):
        return "Sedekat ini, tetapi tidak tepat: itu selisih hingga. Mintalah barisnya kepada autograd."
    return "Baris ke-i adalah v @ J, dengan v yang berisi 1 di tempat ke-i dan 0 di tempat lain."


def one_backward(trial: Trial) -> None:
    f, _ = mixture(SEEDS[0], 3, 5)

    def watched(x: torch.Tensor) -> torch.Tensor:
        h = x * 1
        if h.requires_grad:
            h.register_hook(_single)
        return f(h)

    with counting_autograd() as calls:
        trial.call("jacobian_row", watched, normal(7, 3), 3)
    if calls is None:
        return
    if "forward" in calls:
        raise Wrong(
            "Jawaban Anda memakai mode maju: satu perjalanan memberi satu kolom, jadi untuk satu baris diperlukan n perjalanan. "
            "Satu perjalanan mundur sudah cukup."
        )
    if len(calls) != 1:
        raise Wrong(
            f"f punya 5 hasil, dan untuk satu baris Anda berjalan mundur {len(calls)} kali. Cukup satu kali: berikan v yang berisi 1 di "
            "tempat ke-i, atau mundurlah dari `f(x)[i]`."
        )


def _single(gradient: torch.Tensor) -> None:
    """A batch of gradients looks like one of them from here, but an operation on it works on all."""
    with torch.no_grad(), Work() as work:
        gradient.clone()
    rows = work.largest // max(1, gradient.numel())
    if rows > 1:
        raise Wrong(
            f"Perjalanan mundur Anda membawa {rows} baris sekaligus, lalu hanya satu yang dipakai. Untuk sejuta hasil itu sejuta kali "
            "kerja dan memorinya.",
            check="one_backward",
            mend="Berikan v yang berisi 1 di tempat ke-i saja, atau mundurlah dari satu unsur hasilnya.",
        )


def inputs(trial: Trial) -> None:
    """Semua macam x yang mungkin dipegang pemanggil."""
    f, jacobian = mixture(SEEDS[0], 4, 3)
    x = normal(7, 4)
    leaf, used, source = (x.clone().requires_grad_() for _ in range(3))
    used.grad = normal(8, 4)
    kinds = {
        "x biasa": x,
        "x yang meminta gradien": leaf,
        "x yang `.grad`-nya sudah terisi": used,
        "x hasil operasi": source * 1,
        "x yang tidak bersambung di memori": strided(x),
        "x hasil `expand`": x[:1].expand(4),
        "x = 0": torch.zeros_like(x),
        "x sampai 1000": torch.cat([x[:3], 1000 * torch.ones_like(x[:1])]),
    }
    for what, given in kinds.items():
        for i in (0, 2):
            got = _row(trial, f, given, i, what)
            if told := differ("baris", got, jacobian(given.detach())[i], ROOM[x.dtype]):
                raise Wrong(f"Untuk {what} barisnya keliru. {told}")


def independent(trial: Trial) -> None:
    weight = normal(4, 3).requires_grad_()
    constant = torch.tensor([150.0], dtype=torch.float64)
    cases: dict[str, tuple[Function, int, int]] = {
        "hasil yang tetap, di samping hasil yang bergantung pada x": (lambda x: torch.cat([x**2, constant]), 4, 4),
        "hasil yang tidak memakai x[2]": (lambda x: x[:2] ** 2, 0, 3),
        "f yang semua hasilnya tetap": (lambda x: torch.ones(2, dtype=x.dtype), 1, 3),
        "f yang hanya bergantung pada parameternya sendiri": (lambda x: weight * 2, 2, 2),
    }
    for what, (f, i, n) in cases.items():
        x = normal(5, n)
        want = torch.zeros_like(x)
        if what.endswith("x[2]"):
            want[0] = 2 * x[0]
        got = _row(trial, f, x, i, what, EMPTY)
        if told := differ("baris", got, want, ROOM[x.dtype]):
            same = isinstance(got, torch.Tensor) and got.shape == want.shape and got.dtype != want.dtype
            why = (
                "`torch.zeros_like(x)` mengikuti bentuk dan dtype x."
                if same
                else "Turunan terhadap masukan yang tidak dipakai adalah 0."
            )
            raise Wrong(f"Untuk {what} barisnya keliru. {told} {why}")


def other_gradients(trial: Trial) -> None:
    """Diperiksa paling dulu: yang mengisi `.grad` bukan jalan yang diminta. Kekeliruan lain urusan pemeriksaan lain."""
    weight, source = normal(4, 3).requires_grad_(), normal(6, 3).requires_grad_()
    calls: tuple[tuple[Function, torch.Tensor], ...] = (
        (lambda x: torch.tanh(x) * weight, normal(5, 3)),
        (lambda x: x**2, source * 2),
    )
    for f, x in calls:
        with suppress(RuntimeError, TypeError, ValueError, IndexError, AttributeError, Wrong):
            trial.call("jacobian_row", f, x, 1)
    for name, leaf in (("parameter yang dipakai f", weight), ("daun di hulu x", source)):
        if leaf.grad is not None:
            raise Wrong(
                f"Sesudah dipanggil, `.grad` milik {name} terisi. `backward()` menambahkan gradien ke setiap daun di graf, bukan hanya ke "
                "salinan x. Pakai `torch.autograd.grad`, yang hanya mengembalikan gradien yang ditanyakan."
            )


CHECKS = (other_gradients, row, one_backward, inputs, independent)
