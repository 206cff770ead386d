"""Memamerkan sebuah program yang galat di halaman museum: pesannya, lalu kartu dokternya."""

import re
import textwrap
import warnings
from collections.abc import Callable

import torch

from autograd_viz import explain
from autograd_viz.doctor.card import Card

WIDTH = 96  # letters in a line of a message
PLACES = re.compile(r" \(with implementation in <module .*?>\)| \(Triggered internally at .*?\)", re.DOTALL)
LINES = 12  # of a message; tables of numbers are longer


def pamerkan(program: Callable[[], object], peringatan: bool = False) -> Card:
    """Menjalankan `program`, mencetak galat yang menghentikannya, lalu memberi kartu dokternya.

    Dengan `peringatan=True` sebuah peringatan PyTorch pun menghentikan program, seperti pada `python -W error`.
    Bilangan acaknya selalu sama. Alamat berkas di komputer ini tidak ikut tercetak.

    Galat: ValueError bila `program` berjalan sampai selesai.

    >>> def program():
    ...     torch.ones(2).backward()
    >>> kartu = pamerkan(program)
    RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn
    >>> kartu.title
    'Loss tidak tersambung ke tensor mana pun yang butuh gradien'
    """
    torch.manual_seed(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if peringatan:
                warnings.simplefilter("error", UserWarning)
            program()
    except Exception as error:
        print("\n".join(_written(error)))
        return explain(error)
    raise ValueError("Program ini berjalan tanpa galat, jadi tidak ada yang dipamerkan.")


def _written(error: Exception) -> list[str]:
    message = PLACES.sub("", f"{type(error).__name__}: {error}").rstrip()
    lines = [part for line in message.split("\n") for part in textwrap.wrap(line, WIDTH) or [""]]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"]
