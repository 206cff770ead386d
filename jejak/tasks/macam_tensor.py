"""Macam-macam tensor untuk Latihan 11, masing-masing dengan jawaban: akan terisikah `.grad`-nya?"""

from typing import NamedTuple

import torch

from jejak.data import normal


class Case(NamedTuple):
    name: str
    tensor: torch.Tensor
    filled: bool
    why: str


def tensors() -> list[Case]:
    """Setiap tensor membedakan dua cara menjawab: dari satu tanda saja, atau dari isi `.grad` saat ini."""
    start, data = normal(3, 4).requires_grad_(), normal(5, 2, 3)
    used, frozen = normal(6, 3).requires_grad_(), normal(8, 2).requires_grad_()
    ((used**2).sum() + (frozen**2).sum()).backward()
    frozen.requires_grad_(False)
    asked, done = start * 3, used + 1
    asked.retain_grad()
    done.retain_grad()
    done.sum().backward()
    return [
        Case("daun yang meminta gradien dan belum pernah dilalui backward()", normal(4, 3, 2).requires_grad_(), True,
             "`.grad` yang kosong sekarang bukan tanda: yang ditanya apakah ia akan terisi."),
        Case("tensor data biasa", data, False,
             "Ia daun, tetapi tidak meminta gradien: `requires_grad` False."),
        Case("hasil operasi atas sebuah daun", (start**2).sum(), False,
             "Ia meminta gradien, tetapi bukan daun: gradien hanya lewat, lalu masuk ke daun di hulunya."),
        Case("hasil operasi sesudah retain_grad()", asked, True,
             "`retain_grad()` meminta tensor antara menyimpan gradiennya; tandanya `retains_grad`."),
        Case("hasil operasi atas data biasa", data * 2, False,
             "Tanpa satu pun masukan yang dicatat, tidak ada graf: `requires_grad` False."),
        Case("daun yang `.grad`-nya sudah terisi", used, True,
             "Gradien berikutnya ditambahkan ke sana."),
        Case("daun yang dibekukan dengan requires_grad_(False) dan masih membawa `.grad` lama", frozen, False,
             "Isi lama itu sisa dari backward() yang dulu; sekarang ia tidak lagi meminta gradien."),
        Case("hasil operasi dengan retain_grad() yang `.grad`-nya sudah terisi", done, True,
             "Permintaan `retain_grad()` tetap berlaku."),
        Case("hasil detach()", (start * 2).detach(), False,
             "`detach()` melepas grafnya: `requires_grad` False."),
        Case("hasil detach() yang pencatatannya dinyalakan lagi", (start * 2).detach().requires_grad_(), True,
             "Ia daun baru yang meminta gradien."),
        Case("tensor bilangan bulat", torch.tensor([3, 1]), False,
             "Bilangan bulat tidak pernah dicatat."),
    ]  # fmt: skip
