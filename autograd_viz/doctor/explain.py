"""`explain()`: penjelasan sebuah galat autograd bila diminta."""

from __future__ import annotations

import sys

from autograd_viz.doctor.card import Card
from autograd_viz.doctor.diagnose import diagnose


def explain(error: BaseException | None = None) -> Card:
    """Menjelaskan sebuah galat autograd: apa yang terjadi, di mana, mengapa, dan obatnya dengan nama variabel Anda.

    Tanpa `error`, yang dijelaskan adalah galat yang sedang ditangani, atau yang terakhir ditampilkan. Di notebook
    hasilnya tampil sendiri; di tempat lain cetaklah: `print(explain(galat))`. Galatnya tidak diubah, dan kartunya tidak
    menahan tensor apa pun.

    Galat: TypeError bila `error` bukan galat.

    >>> import torch
    >>> def latih():
    ...     w = torch.tensor([1.0, 2.0])
    ...     loss = (w ** 2).sum()
    ...     loss.backward()
    >>> try:
    ...     latih()
    ... except RuntimeError as galat:
    ...     print(explain(galat).diagnosis.causes[0].mend)
    # menggantikan baris 2:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    """
    if error is not None and not isinstance(error, BaseException):
        raise TypeError(
            f"explain() menerima sebuah galat, bukan {type(error).__name__}. "
            "Tulis `except RuntimeError as galat:`, lalu `explain(galat)`."
        )
    if error is None:
        error = sys.exception() or getattr(sys, "last_value", None)
    if error is None:
        return Card(None, "Belum ada galat yang dapat dijelaskan.")
    found = diagnose(error)
    if found is None:
        return Card(
            None,
            f"{type(error).__name__} ini tidak ada di katalog galat autograd, jadi dokter tidak menebak. "
            "Bacalah pesannya dari baris paling bawah.",
        )
    return Card(found)
