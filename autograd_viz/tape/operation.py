"""Satu operasi sebuah mesin buatan sendiri, dan satu langkah mundurnya."""

from __future__ import annotations

from typing import Any, NamedTuple


class Operation(NamedTuple):
    """Satu operasi yang dikerjakan sebuah mesin buatan sendiri, atau satu masukannya (`op` kosong).

    `result` hasilnya: sebuah nama, atau objek mesin itu sendiri. `op` kata mesin itu untuk operasinya; kata seperti
    `add`, `*`, atau `relu` digambar dengan lambang dan rumusnya. `inputs` hasil-hasil terdahulu, menurut urutannya,
    atau bilangan. `value` dan `grad` isinya: bilangan, daftar bersarang, larik, atau tensor. `local` turunan lokal
    terhadap setiap masukan, bila operasinya bekerja unsur demi unsur. `name` tulisannya di kartu. `constant` bernilai
    `True` bila masukan itu tidak memerlukan gradien.
    """

    result: Any
    op: str = ""
    inputs: tuple[Any, ...] = ()
    value: Any = None
    local: tuple[Any, ...] = ()
    grad: Any = None
    name: str | None = None
    constant: bool = False


class Visit(NamedTuple):
    """Satu langkah mundur: `result` bekerja dengan gradien `received` dan mengirim `sent` kepada setiap masukannya.

    `None` di dalam `sent` berarti masukan itu tidak menerima apa-apa. Pada sebuah daun `received` gradien yang tiba
    (None: jumlah kirimannya), dan `grad` isi .grad sesudahnya (None: sama dengan yang tiba).
    """

    result: Any
    received: Any
    sent: tuple[Any, ...] = ()
    grad: Any = None
