"""Latihan 61: dua puluh VJP, masing-masing satu baris, tepat untuk setiap bentuk."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from jejak.data import SEEDS, TYPES
from jejak.difference import differ
from jejak.puzzles import PUZZLES, Question, ask, parts
from jejak.trial import Check, Trial, needs
from jejak.verdict import Wrong
from jejak.watch.engine import without_autograd

# What a known mistake gives, with what to look at.
SLIPS: Mapping[str, tuple[tuple[Callable[..., Any], str], ...]] = {
    "kali_tiga": ((lambda v, x: torch.full_like(x, 3), "`v` belum ikut: gradien yang datang dikalikan turunan lokalnya."),
                  (lambda v, x: 3 * x, "Itu nilai fungsinya, bukan gradiennya.")),
    "kuadrat": ((lambda v, x: 2 * x, "`v` belum ikut: gradien yang datang dikalikan turunan lokalnya."),
                (lambda v, x: v * x, "Turunan x² adalah 2x.")),
    "jumlah": ((lambda v, x: v, "Setiap unsur `x` menerima gradien yang sama, jadi bentuknya bentuk `x`."),
               (lambda v, x: torch.ones_like(x), "`v` belum ikut: gradien yang datang belum tentu 1.")),
    "rata": ((lambda v, x: v.expand_as(x), "Itu gradien jumlah; rata-rata masih membagi dengan banyaknya unsur."),
             (lambda v, x: v.expand_as(x) / len(x) if x.ndim else v, "Pembaginya banyaknya semua unsur, bukan banyaknya baris.")),
    "tambah_bias": ((lambda v, x, b: v, "`b` dipakai di setiap baris, jadi gradiennya jumlah atas baris."),
                    (lambda v, x, b: v.mean(0), "`b` dipakai di setiap baris: gradien-gradiennya dijumlahkan, bukan dirata-rata.")),
    "kali_matriks": ((lambda v, a, b: (v @ b.T, v.T @ a), "Untuk `b`: bentuknya harus (k, m), jadi `a` yang ditranspos."),),
    "potong": ((lambda v, x: v, "Unsur di luar potongan menerima 0; bentuknya bentuk `x`."),),
    "balik": ((lambda v, x: v, "Urutannya belum dibalik: gradien unsur pertama datang dari hasil terakhir."),),
    "kumulatif": ((lambda v, x: v.cumsum(0), "Unsur ke-i masuk ke hasil ke-i dan semua *sesudahnya*; jumlahkan dari belakang."),),
    "maksimum": ((lambda v, x: v.expand_as(x), "Hanya unsur terbesar yang menentukan hasilnya; yang lain menerima 0."),),
    "softmax": ((lambda v, x: v * x.softmax(-1) * (1 - x.softmax(-1)), "Itu diagonal Jacobian saja: setiap masukan juga menggeser hasil yang lain."),
                (lambda v, x: v * x.softmax(-1), "Yang masih kurang: rata-rata berbobot dari `v`, yang dikurangkan.")),
    "norma": ((lambda v, x: v * x, "Turunan norma adalah x dibagi normanya."),
              (lambda v, x: x / x.norm(), "`v` belum ikut.")),
    "konvolusi": ((lambda v, x, w: torch.nn.functional.conv1d(v, w, padding=w.shape[-1] - 1), "Bentuknya tepat, tetapi filternya belum dibalik."),),
    "ambil": ((lambda v, x, i: torch.zeros_like(x).index_copy(0, i, v), "Baris yang terambil dua kali menerima dua gradien; tambahkan, jangan timpa."),),
    "ulang": ((lambda v, x: v[: len(x)], "Setiap unsur dipakai tiga kali: jumlahkan ketiganya."),
              (lambda v, x: v.reshape(-1, 3).sum(1), "`repeat` menulis seluruh `x` tiga kali berturut-turut, bukan setiap unsurnya tiga kali.")),
    "pilih": ((lambda v, m, a, b: (v, v), "Cabang yang tidak dipilih menerima 0."),
              (lambda v, m, a, b: (v * ~m, v * m), "Kedua cabangnya tertukar.")),
    "logsumexp": ((lambda v, x: x.softmax(-1), "`v` belum ikut."),),
    "norma_lapis": ((lambda v, x: v / x.std(-1, unbiased=False, keepdim=True), "Rata-rata dan simpangan bakunya juga bergantung pada `x`."),),
}  # fmt: skip


def _check(name: str) -> Check:
    @needs(name)
    def check(trial: Trial) -> None:
        for dtype in TYPES:
            for seed in SEEDS:
                for shape in PUZZLES[name].shapes:
                    _compare(trial, name, ask(name, shape, seed, dtype))

    check.__name__ = name
    return check


def _compare(trial: Trial, name: str, question: Question) -> None:
    with without_autograd():
        got = parts(trial.call(name, question.v, *question.inputs))
    if len(got) != len(question.want):
        raise Wrong(f"`{name}` seharusnya mengembalikan {len(question.want)} gradien; milik Anda {len(got)}.")
    for number, (mine, want) in enumerate(zip(got, question.want)):
        label = f"{name}(...)" if len(got) == 1 else f"{name}(...)[{number}]"
        if told := differ(label, mine, want, 1e-4 if want.dtype == torch.float32 else 1e-8):
            shapes = ", ".join(str(tuple(x.shape)) for x in question.inputs)
            raise Wrong(f"Untuk masukan berbentuk {shapes} dan v berbentuk {tuple(question.v.shape)}: {told} {_advice(name, question, got)}".rstrip())


def _advice(name: str, question: Question, got: tuple[object, ...]) -> str:
    for slip, advice in SLIPS.get(name, ()):
        try:
            wrong = parts(slip(question.v, *question.inputs))
        except (RuntimeError, IndexError, TypeError):
            continue
        if len(wrong) == len(got) and all(differ("", mine, part, 1e-4) is None for mine, part in zip(got, wrong) if isinstance(part, torch.Tensor)):
            return advice
    return "Tanyakan: unsur `x` yang ini masuk ke hasil yang mana saja, dan dengan pengali berapa?"


CHECKS = tuple(_check(name) for name in PUZZLES)
