"""Latihan 05, tahap 1 sampai 3: operasi dasar, penyiaran, dan tampilan, dibandingkan dengan torch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy
import torch

from jejak.data import SEEDS, normal
from jejak.difference import differ
from jejak.tasks.program_tensor import (
    ROOM,
    TORCH,
    VIEWS,
    Mine,
    Program,
    Step,
    chosen,
    contents,
    single,
    told_of,
    written,
)
from jejak.trial import Trial, needs
from jejak.verdict import Wrong
from jejak.watch.engine import without_autograd

Tensor = torch.Tensor
BASIC = ("sum", "*", "+", "relu", "@")  # the weighted programs need the first two
SQUARE = ((2, 2), (2, 2), (3, 2), (2, 3))
WIDE = ((3, 2), (2,), (3, 1), (1, 2), (1,), ())
PROGRAMS = 12

# What a known mistake makes of the gradient of an input, by operation: input number, incoming gradient and inputs.
SLIPS: Mapping[str, Mapping[str, Callable[[int, Tensor, Sequence[Tensor]], Tensor]]] = {
    "*": {
        "Gradien yang datang diteruskan apa adanya; turunan lokal terhadap satu faktor adalah faktor yang lain.": lambda at, g, x: g,
        "Dikalikan faktor itu sendiri, seharusnya faktor yang lain.": lambda at, g, x: g * x[at],
        "Gradien yang datang belum ikut: itu turunan lokalnya saja.": lambda at, g, x: x[1 - at],
    },
    "+": {"Gradien yang datang belum ikut: semua satu.": lambda at, g, x: torch.ones_like(g)},
    "relu": {
        "Tepat di 0 relu tidak meneruskan gradien: yang lewat hanya x > 0.": lambda at, g, x: g * (x[0] >= 0),
        "Gradien lewat tanpa disaring; di tempat yang masukannya negatif seharusnya berhenti.": lambda at, g, x: g,
        "Yang dikirim saringannya saja; gradien yang datang belum ikut.": lambda at, g, x: (x[0] > 0).to(g.dtype),
        "Disaring menurut tanda gradien, bukan tanda masukannya.": lambda at, g, x: g.clamp(min=0),
        "Dikalikan nilai relu-nya; turunan lokalnya 1 atau 0.": lambda at, g, x: g * x[0].clamp(min=0),
    },
    "@": {
        "Untuk yang pertama g · bᵀ, untuk yang kedua aᵀ · g: salah satunya belum ikut g.": lambda at, g, x: torch.ones_like(g) @ x[1].T if at == 0 else x[0].T @ torch.ones_like(g),
    },
    "sum": {"Gradien yang datang belum ikut: semua satu.": lambda at, g, x: torch.ones_like(x[0]), "Setiap unsur seharusnya menerima gradien yang datang, tanpa dibagi.": lambda at, g, x: torch.full_like(x[0], 1 / x[0].numel())},
}  # fmt: skip


def _run(trial: Trial, program: Program, check: str = "") -> Mine:
    """Forward and backward, both compared.

    Raises Wrong, naming the program and the leaf.
    """
    mine = Mine(trial, program)
    mine.forward(check)
    mine.backward()
    if found := mine.first_difference():
        raise Wrong(f"Nilainya tepat, tetapi mundur dari `{written(program)}` (daun: {told_of(program)}): {found[1]}", check=check,
                    mend="Buang operasinya satu per satu di kertas, dan ikuti siapa mengirim apa.")  # fmt: skip
    return mine


@needs("Tensor")
def single_operations(trial: Trial) -> None:
    for op, weighted in (("sum", False), ("*", False), ("sum", True), ("*", True), ("+", True), ("relu", True), ("@", True)):
        for seed in SEEDS:
            program = single(op, seed, weighted)
            mine = Mine(trial, program)
            mine.forward()
            mine.backward()
            if found := mine.first_difference():
                at, told = found
                advice = _slip(op, program, at, mine.gradient(at))
                raise Wrong(f"Satu operasi, `{written(program)}` (daun: {told_of(program)}): {told} {advice}".rstrip(),
                            mend=f"Periksa VJP `{op}`: gradien yang datang dikalikan turunan lokalnya, sebentuk dengan masukannya.")  # fmt: skip


def _slip(op: str, program: Program, at: int, got: Tensor | None) -> str:
    inputs = [program.leaves[one] for one in program.steps[0].inputs]
    if at >= len(inputs):
        return ""
    incoming = program.leaves[-1] if len(program.leaves) > len(inputs) else torch.ones_like(inputs[0])
    for advice, slip in SLIPS[op].items():
        wrong = slip(at, incoming, inputs)
        if isinstance(got, Tensor) and got.shape == wrong.shape and differ("", got, wrong, ROOM) is None:
            return advice
    return ""


# Leaves used several times: x * x, both sides of a sum, and two ways that meet before the leaf.
REUSED = (
    Program((normal(5, 2, 2),), (True,), (Step("*", (0, 0)), Step("sum", (1,)))),
    Program((normal(6, 2, 2),), (True,), (Step("+", (0, 0)), Step("*", (1, 0)), Step("sum", (2,)))),
    Program(
        (normal(7, 2, 2), normal(8, 2, 2), normal(9, 2, 2)), (True, True, True),
        (Step("+", (0, 0)), Step("*", (1, 3)), Step("*", (2, 3)), Step("+", (4, 5)), Step("sum", (6,))),
    ),
    Program(
        (normal(10, 2, 2),), (True,),
        (Step("*", (0, 0)), Step("relu", (1,)), Step("*", (1, 2)), Step("+", (3, 1)), Step("+", (4, 2)), Step("sum", (5,))),
    ),
)  # fmt: skip
MEETING = (
    "Dua jalan bertemu di satu hasil: ia bekerja sekali, sesudah semua kirimannya tiba dan dijumlahkan.",
    "Kerjakan hasil-hasilnya menurut urutan topologis yang dibalik, dan jumlahkan kiriman di sebuah kamus sebelum gilirannya.",
)


@needs("Tensor")
def reuse(trial: Trial) -> None:
    for program in REUSED:
        mine = Mine(trial, program)
        mine.forward()
        mine.backward()
        if found := mine.first_difference():
            at, told = found
            got, want = mine.gradient(at), mine.theirs[at].grad
            why = MEETING[0]
            if got is not None and want is not None and got.shape == want.shape and len(program.steps) == 2 and bool((got * 2 - want).abs().max() < ROOM):
                why = "Kiriman kedua menimpa yang pertama: keduanya harus dijumlahkan."
            raise Wrong(f"`{written(program)}` (daun: {told_of(program)}): {told} {why}", mend=MEETING[1])


@needs("Tensor")
def constants(trial: Trial) -> None:
    """Daun yang tidak meminta gradien tidak mendapatnya."""
    product = (Step("*", (0, 1)), Step("sum", (2,)))
    mine = Mine(trial, Program((normal(3, 2, 2), normal(4, 2, 2)), (False, True), product))
    mine.forward()
    mine.backward()
    if found := mine.first_difference(constants=True):
        raise Wrong(f"`{written(mine.program)}`, dengan a tanpa `requires_grad`: {found[1]}",
                    mend="Sebelum mengisi `.grad`, lihat `requires_grad` daun itu.")  # fmt: skip


@needs("Tensor")
def again(trial: Trial) -> None:
    """Perjalanan kedua menambah: pada graf yang sama, dan pada graf lain dengan daun yang sama."""
    mine = _run(trial, REUSED[1])
    mine.backward()
    if found := mine.first_difference():
        raise Wrong(f"`backward()` dua kali pada graf yang sama, `{written(REUSED[1])}`: {found[1]} Yang benar tepat dua kali lipat.",
                    mend="Gradien antara milik satu perjalanan saja: kumpulkan di kamus yang baru setiap kali, dan tambahkan ke `.grad` hanya di daun.")  # fmt: skip
    shared = (Step("+", (0, 1)), Step("*", (3, 2)), Step("sum", (4,)))
    both = _run(trial, Program(tuple(normal(12 + at, 2, 2) for at in range(3)), (True, True, False), shared))
    both.backward()
    if found := both.first_difference():
        raise Wrong(f"`backward()` dua kali pada `{written(both.program)}`: {found[1]} Apakah a dan b memegang tensor gradien yang sama?",
                    mend="Kiriman penjumlahan satu tensor untuk dua masukan: jangan ditimpa di tempat. Tulis `t.grad = t.grad + g`, bukan `+=`.")  # fmt: skip
    leaf = mine.mine[0]
    trial.note("(a * a).sum().backward()")
    theirs = mine.theirs[0]
    (theirs * theirs).sum().backward()
    with without_autograd():
        (leaf * leaf).sum().backward()
    if found := mine.first_difference():
        raise Wrong(f"Graf lain dengan daun yang sama: {found[1]} Gradiennya seharusnya ditambahkan ke isi yang lama.",
                    mend="`.grad` ditambahi; yang mengosongkannya pemakai mesin, bukan `backward()`.")  # fmt: skip


@needs("Tensor")
def programs(trial: Trial) -> None:
    for seed in range(PROGRAMS):
        _run(trial, chosen(seed, BASIC, SQUARE, 2 + seed // 2))


@needs("kempiskan")
def unbroadcast(trial: Trial) -> None:
    for big, small in (((3, 2), (2,)), ((3, 2), (3, 1)), ((3, 2), (1, 2)), ((3, 2), ()), ((4, 3, 2), (3, 1)), ((3, 2), (3, 2)), ((1, 2), (1, 2)), ((3, 2), (1, 1)), ((2, 3, 2), (2, 1, 1))):
        g = normal(11, *big)
        for kind in (g, g.numpy().copy()):
            try:
                got = contents(trial.call("kempiskan", kind, small), "kempiskan(g, bentuk)")
                break
            except (AttributeError, TypeError):
                if isinstance(kind, numpy.ndarray):
                    raise
        want = g.sum_to_size(small)
        if told := differ("kempiskan(g, bentuk)", got, want, ROOM):
            why = "Ulangannya dijumlahkan, bukan dirata-rata." if got.shape == want.shape and differ("", got * g.numel() / max(want.numel(), 1), want, ROOM) is None else ""
            raise Wrong(f"Untuk g berbentuk {big} dan bentuk {small}: {told} {why}".rstrip(),
                        mend="Sumbu di depan yang tidak ada di `bentuk` dijumlahkan habis; sumbu yang di `bentuk` berukuran 1 dijumlahkan dan tetap ada.")  # fmt: skip


@needs("Tensor", "kempiskan")
def broadcasting(trial: Trial) -> None:
    for at, (one, other) in enumerate((((3, 2), (2,)), ((3, 1), (3, 2)), ((3, 1), (1, 2)), ((), (3, 2)), ((2,), (4, 3, 2)))):
        for op in "+*":
            leaves = (normal(20 + at, *one), normal(40 + at, *other))
            weights = normal(60 + at, *torch.broadcast_shapes(one, other))
            steps = (Step(op, (0, 1)), Step("*", (3, 2)), Step("sum", (4,)))
            _run(trial, Program((*leaves, weights), (True, True, False), steps))
    for seed in range(PROGRAMS):
        _run(trial, chosen(100 + seed, ("+", "*", "relu", "@", "+"), WIDE, 2 + seed // 2, broadcast=True))


@needs("Tensor", "kempiskan")
def numbers(trial: Trial) -> None:
    """Bilangan Python di kedua sisi."""
    leaf = normal(3, 2, 3)
    for text, formula in {"a * 3": lambda a: a * 3, "2 * a": lambda a: 2 * a, "a + 1": lambda a: a + 1, "0.5 + a": lambda a: 0.5 + a}.items():
        theirs = leaf.clone().requires_grad_()
        with without_autograd():
            mine = trial.call("Tensor", leaf.clone(), requires_grad=True)
            trial.note(f"({text}).sum().backward()")
            result = _with_number(formula, mine, text)
            result.backward()
        formula(theirs).sum().backward()
        for name, got, want in ((f"({text}).sum().data", result.data, formula(theirs).sum().detach()), ("a.grad", mine.grad, theirs.grad)):
            if got is None:
                raise Wrong(f"Sesudah `({text}).sum().backward()`, `{name}` masih `None`.")
            if want is not None and (told := differ(name, contents(got, name), want, ROOM)):
                raise Wrong(f"Untuk `{text}` dengan sebuah bilangan Python: {told}", mend="Bungkus bilangan itu sebagai Tensor tanpa gradien.")


def _with_number(formula: Callable[[Any], Any], mine: object, text: str) -> Any:
    try:
        return formula(mine).sum()
    except TypeError as error:
        if "unsupported operand" not in str(error):
            raise
        raise Wrong(f"`{text}` belum bisa dihitung: {error}.",
                    mend="Untuk bilangan di kiri Python memanggil `__radd__` atau `__rmul__` milik Tensor.") from None  # fmt: skip


@needs("Tensor", *VIEWS)
def views(trial: Trial) -> None:
    cases: Iterable[tuple[str, tuple[int, ...], tuple[Any, ...]]] = (
        ("ubah_bentuk", (2, 3), ((3, 2),)), ("ubah_bentuk", (2, 3), ((6,),)), ("ubah_bentuk", (6,), ((2, 3),)),
        ("transpos", (2, 3), ()), ("transpos", (1, 4), ()),
        ("potong", (5, 2), (1, 3)), ("potong", (5,), (0, 2)), ("potong", (4, 3), (2, 4)),
    )  # fmt: skip
    for op, shape, given in cases:
        leaf = normal(30, *shape)
        weights = normal(31, *TORCH[op](leaf, *given).shape)
        _run(trial, Program((leaf, weights), (True, False), (Step(op, (0,), given), Step("*", (2, 1)), Step("sum", (3,)))))


@needs("Tensor", *VIEWS)
def view_programs(trial: Trial) -> None:
    overlapping = (Step("potong", (0,), (0, 3)), Step("potong", (0,), (1, 4)), Step("*", (1, 2)), Step("sum", (3,)))
    _run(trial, Program((normal(33, 4, 2),), (True,), overlapping))
    for seed in range(PROGRAMS):
        _run(trial, chosen(200 + seed, (*BASIC[1:], *VIEWS), SQUARE, 2 + seed // 2))
