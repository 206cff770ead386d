"""Mencari nama pribadi torch satu per satu, dan mengganti yang tidak ada dengan sesuatu yang memperingatkan."""

from __future__ import annotations

import pkgutil
import re
import warnings
from collections.abc import Callable
from operator import attrgetter, methodcaller
from typing import Any, NamedTuple

import torch

OLDEST = (2, 10)  # before it, nothing tells whether a saved tensor is behind a hook


class Internal(NamedTuple):
    """Satu nama pribadi torch: tempatnya, apa yang hilang tanpanya, dan apakah versi torch ini memilikinya.

    `lost` kosong berarti tidak ada yang hilang: tanpa nama itu, jalan lain memberi hasil yang sama.
    """

    path: str
    lost: str
    found: bool


class Unavailable(RuntimeError):
    """Kemampuan yang mati karena versi torch ini tidak memiliki nama yang diperlukan."""


def internals() -> tuple[Internal, ...]:
    """Semua nama pribadi torch yang dipakai, menurut urutannya di `torch_internals`."""
    return tuple(_rows.values())


def missing() -> tuple[Internal, ...]:
    """Nama yang tidak dimiliki versi torch ini; kosong bila semua kemampuan ada.

    >>> missing()
    ()
    """
    return tuple(row for row in _rows.values() if row.lost and not row.found)


def has(*paths: str) -> bool:
    """Apakah semua nama ini ada; tentang yang tidak ada, ia memperingatkan sekali saja."""
    absent = [_rows[path] for path in paths if not _rows[path].found and _rows[path].lost]
    for row in absent:
        if row.path not in _told:
            _told.add(row.path)
            warnings.warn(
                f"torch {torch.__version__} tidak memiliki `{row.path}`. {row.lost} "
                "Semua kemampuan ada di versi torch yang sudah dicoba, misalnya 2.13.0.",
                RuntimeWarning,
                stacklevel=3,
            )
    return not absent


def found(path: str) -> bool:
    """Apakah nama ini ada, tanpa memperingatkan."""
    return _rows[path].found


_rows: dict[str, Internal] = {}
_told: set[str] = set()
_ABSENT: Any = object()


def look(path: str, lost: str, instead: Any = None) -> Any:
    """Yang ada di `path`, atau `instead`; `()` setelah nama sebuah kelas berarti objeknya."""
    holder, _, name = path.rpartition(".")
    try:
        owner = pkgutil.resolve_name(holder.removesuffix("()"))
        thing = getattr(owner() if holder.endswith("()") else owner, name, _ABSENT)
    except (ImportError, AttributeError):
        thing = _ABSENT
    _rows[path] = Internal(path, lost, thing is not _ABSENT)
    return instead if thing is _ABSENT else thing


def function(path: str, lost: str, instead: Callable[..., Any]) -> Any:
    """Fungsi di `path`; bila tidak ada, `instead` yang memperingatkan lebih dulu."""
    return look(path, lost, warned(path, instead))


def attribute(path: str, lost: str, instead: Callable[..., Any]) -> Any:
    """Fungsi yang membaca atribut ini dari sebuah objek."""
    look(path, lost)
    return attrgetter(path.rpartition(".")[2]) if found(path) else warned(path, instead)


def method(path: str, lost: str, instead: Callable[..., Any]) -> Any:
    """Fungsi yang memanggil metode ini pada sebuah objek, tanpa argumen."""
    look(path, lost)
    return methodcaller(path.rpartition(".")[2]) if found(path) else warned(path, instead)


def warned(path: str, instead: Callable[..., Any]) -> Callable[..., Any]:
    """`instead`, yang memperingatkan lebih dulu bila nama di `path` tidak ada."""

    def replacement(*args: Any, **kwargs: Any) -> Any:
        has(path)
        return instead(*args, **kwargs)

    return replacement


def unavailable(*_: Any) -> Any:
    """Pengganti bagi yang tidak dapat diganti; pemanggilnya meneruskan pekerjaan tanpa hasilnya.

    Galat: selalu `Unavailable`.
    """
    raise Unavailable("Versi torch ini tidak memiliki nama yang diperlukan: lihat torch_internals.missing().")


def check_version(version: str) -> None:
    """Menolak torch yang lebih lama daripada `OLDEST`.

    Galat: ImportError yang menyebut versi yang terpasang, sebabnya, dan cara memperbaruinya.

    >>> check_version("2.13.0+cpu")
    """
    found = re.match(r"(\d+)\.(\d+)", version)
    if found and tuple(map(int, found.groups())) < OLDEST:
        raise ImportError(
            f"Paket ini membutuhkan torch {'.'.join(map(str, OLDEST))} atau yang lebih baru, sedangkan yang terpasang "
            f"adalah torch {version}. Torch selama itu tidak memberi tahu apakah tensor simpanan sebuah simpul ada di "
            "balik hook, sehingga membacanya dapat menjalankan ulang kode Anda. "
            "Perbarui dengan `python -m pip install --upgrade torch`."
        )
