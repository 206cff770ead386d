"""Latihan 05: sebuah mesin tensor dalam lima tahap; di sini tahap 4 dan 5, entropi silang dan pengklasifikasi digit."""

from functools import cache
from typing import Any

import torch
import torch.nn.functional as F

from jejak.data import normal
from jejak.difference import differ
from jejak.digits import load_digits
from jejak.show import show
from jejak.tasks import mesin_dasar as dasar
from jejak.tasks.program_tensor import ROOM, contents
from jejak.trial import Trial, needs
from jejak.verdict import Wrong
from jejak.watch.engine import without_autograd

Tensor = torch.Tensor
TRAIN, TEST = 600, 300  # digits
ENOUGH = 0.85
STABLE = "Kurangi setiap baris skor dengan maksimumnya sebelum exp; log softmax tidak berubah karenanya."
MEAN = "Loss-nya rata-rata atas baris: gradiennya softmax dikurangi satu di kelas yang benar, dibagi banyaknya baris."


def _loss(trial: Trial, scores: Tensor, target: Tensor, told: str) -> tuple[Any, Tensor]:
    """The learner's loss of these scores, and its gradient in torch; the value is compared.

    Raises Wrong where the value differs.
    """
    theirs = scores.clone().requires_grad_()
    want = F.cross_entropy(theirs, target)
    want.backward()
    with without_autograd():
        mine = trial.call("Tensor", scores.clone(), requires_grad=True)
        loss = trial.call("entropi_silang", mine, target)
    if not hasattr(loss, "data") or not hasattr(loss, "backward"):
        raise Wrong(f"`entropi_silang` seharusnya mengembalikan `Tensor` satu angka; milik Anda {show(loss)}.", check="loss",
                    mend="Angkanya saja tidak bisa mundur: susun dari operasi mesin Anda, atau catat sebagai satu operasi.")  # fmt: skip
    if problem := differ("loss.data", contents(loss.data, "loss.data"), want.detach(), ROOM):
        raise Wrong(f"{told}: {problem} {_slip(contents(loss.data, ''), scores, target)}".rstrip(), mend=STABLE)
    trial.note("entropi_silang(skor, target).backward()")
    with without_autograd():
        loss.backward()
    assert theirs.grad is not None  # torch has just filled it
    return mine, theirs.grad


def _slip(got: Tensor, scores: Tensor, target: Tensor) -> str:
    if not got.isfinite().all():
        return "exp dari skor besar meluap."
    each = F.cross_entropy(scores, target, reduction="none")
    known = {
        "Itu jumlah atas baris, seharusnya rata-rata.": each.sum(),
        "Tandanya terbalik: loss adalah −log peluang.": -each.mean(),
        "Itu rata-rata peluang, bukan −log-nya.": torch.exp(-each).mean(),
        "Skornya dipakai tanpa softmax.": -scores[range(len(target)), target].mean(),
    }
    return next((told for told, value in known.items() if got.shape == value.shape and differ("", got, value, 1e-9) is None), "")


@needs("Tensor", "entropi_silang")
def loss(trial: Trial) -> None:
    for seed, (rows, columns) in enumerate(((3, 4), (1, 2), (5, 10))):
        target = torch.tensor([(3 * row + seed) % columns for row in range(rows)])
        mine, want = _loss(trial, normal(50 + seed, rows, columns), target, f"Untuk skor {rows} × {columns}")
        if mine.grad is None:
            raise Wrong("Sesudah `entropi_silang(skor, target).backward()`, `skor.grad` masih `None`.", mend=MEAN)
        if told := differ("skor.grad", contents(mine.grad, "skor.grad"), want, ROOM):
            raise Wrong(f"Untuk skor {rows} × {columns} nilainya tepat, tetapi mundurnya: {told}", mend=MEAN)
    _incoming(trial)


def _incoming(trial: Trial) -> None:
    """Loss yang dipakai dua kali: gradien yang datang kepadanya 2."""
    scores, target = normal(57, 2, 3), torch.tensor([2, 0])
    theirs = scores.clone().requires_grad_()
    (2 * F.cross_entropy(theirs, target)).backward()
    assert theirs.grad is not None  # torch has just filled it
    with without_autograd():
        mine = trial.call("Tensor", scores.clone(), requires_grad=True)
        found = trial.call("entropi_silang", mine, target)
        trial.note("(loss + loss).backward()")
        (found + found).backward()
    if mine.grad is None or (told := differ("skor.grad", contents(mine.grad, "skor.grad"), theirs.grad, ROOM)):
        raise Wrong(f"Sesudah `(loss + loss).backward()`: {told if mine.grad is not None else '`skor.grad` masih `None`.'}", check="loss",
                    mend="Gradien yang datang kepada loss belum tentu 1: kalikan.")  # fmt: skip


@needs("Tensor", "entropi_silang")
def stable(trial: Trial) -> None:
    """Skor sampai seribu, dan satu baris yang semua skornya sama."""
    scores = torch.tensor([[1000.0, 0.0, -1000.0], [-1000.0, -1000.0, -1000.0], [0.0, 900.0, 899.0]], dtype=torch.float64)
    mine, want = _loss(trial, scores, torch.tensor([0, 2, 1]), "Untuk skor sampai ±1000")
    if mine.grad is None or (told := differ("skor.grad", contents(mine.grad, "skor.grad"), want, ROOM)):
        raise Wrong(f"Untuk skor sampai ±1000 nilainya tepat, tetapi mundurnya: {told if mine.grad is not None else '`skor.grad` masih `None`.'}", mend=STABLE)


@cache
def digits() -> tuple[Tensor, Tensor]:
    """Gambar angka tulisan tangan, pikselnya dari 0 sampai 1, dan angkanya."""
    data = load_digits()
    return torch.tensor(data.data / 16, dtype=torch.float64), torch.tensor(data.target)


digits()  # read once here, not in the child process of every verdict


@needs("Tensor", "entropi_silang", "latih")
def classifier(trial: Trial) -> None:
    """Dilatih pada sebagian gambar, ditanyai tentang yang lain; lalu dengan label lain, supaya tidak ada yang sudah tahu."""
    x, y = digits()
    for shift in (0, 3):
        labels = (y + shift) % 10
        with without_autograd():
            guess = trial.call("latih", x[:TRAIN].clone(), labels[:TRAIN].clone(), may_seed=True)
            if not callable(guess):
                raise Wrong(f"`latih` seharusnya mengembalikan fungsi penebak, `tebak(x)`; milik Anda {show(guess)}.",
                            mend="Tulis `tebak` di dalam `latih`, sesudah putarannya, dan kembalikan tanpa tanda kurung.")  # fmt: skip
            trial.note("tebak(x)")
            answer = contents(guess(x[TRAIN : TRAIN + TEST].clone()), "tebak(x)")
        if answer.shape != (TEST,):
            raise Wrong(f"`tebak(x)` untuk {TEST} gambar seharusnya memberi {TEST} angka; milik Anda berbentuk {tuple(answer.shape)}.",
                        mend="Ambil `argmax` skor pada sumbu terakhir.")  # fmt: skip
        share = float((answer == labels[TRAIN : TRAIN + TEST]).double().mean())
        if share < ENOUGH:
            known = "" if share > 0.2 else " Itu setara menebak: apakah parameternya sungguh bergeser?"
            other = " dengan label yang lain" if shift else ""
            raise Wrong(f"Dilatih dengan {TRAIN} gambar{other}, penebak Anda benar pada {share:.0%} dari {TEST} gambar lain; yang diminta {ENOUGH:.0%}.{known}",
                        mend="Cetak loss setiap beberapa langkah. Kosongkan `.grad` sesudah setiap langkah, geser ke arah yang berlawanan dengan gradien, dan beri cukup banyak langkah.")  # fmt: skip


CHECKS = (
    dasar.single_operations, dasar.reuse, dasar.constants, dasar.again, dasar.programs,
    dasar.unbroadcast, dasar.broadcasting, dasar.numbers,
    dasar.views, dasar.view_programs,
    loss, stable, classifier,
)  # fmt: skip
