"""Jawaban pelajar yang sedang diperiksa: setiap panggilannya diawasi, dan masukannya harus tetap utuh."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from jejak.verdict import Blank, Wrong
from jejak.watch import state
from jejak.watch.snapshot import Snapshot
from jejak.watch.stubs import is_stub


class Trial:
    """The parts of one answer by name, and the last call made to them, for the message of an error."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.parts = parts
        self.last = ""

    def __getitem__(self, name: str) -> Any:
        return self.parts[name]

    def call(self, name: str, *args: Any, changes: tuple[int, ...] = (), **kwargs: Any) -> Any:
        """Memanggil satu bagian jawaban, dan mengembalikan hasilnya.

        `changes` adalah nomor masukan yang memang harus diubah bagian itu.
        Galat: `Blank` bila belum ditulis; `Wrong` bila masukan lain atau keadaan torch berubah.
        """
        function = self.parts[name]
        if not callable(function):
            raise Wrong(f"`{name}` seharusnya fungsi, bukan {_kind(function)}.", check="callable")
        self.last = describe(name, args, kwargs)
        named = _named(function, args, kwargs)
        given = Snapshot({key: value for at, (key, value) in enumerate(named.items()) if at not in changes})
        before = state.read()
        result = function(*args, **kwargs)
        if left := state.changed(before):
            raise Wrong(
                f"`{name}` meninggalkan {left[0]} dalam keadaan lain. Itu sakelar untuk seluruh program: semua sel "
                "sesudahnya ikut berubah. Pakai blok `with`, atau hapus baris itu.",
                check="side_effects",
            )
        given.check()
        if _has_gap(result) or (result is None and is_stub(function)):
            raise Blank(name)
        if result is None and not changes:
            raise Wrong(f"`{name}` mengembalikan `None`. Apakah `return` terlupa?", check="returns")
        return result


def describe(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Sebuah panggilan seperti disebut kepada pelajar: `f(tensor (4, 3) float32, 2.0)`."""
    parts = [_brief(arg) for arg in args] + [f"{key}={_brief(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _brief(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return f"tensor {tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    if isinstance(value, (bool, int, float)):
        return repr(value)
    return _kind(value)


def _kind(value: object) -> str:
    if isinstance(value, nn.Module):
        return "model"
    return "fungsi" if callable(value) else type(value).__name__


def _named(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, object]:
    """The arguments by the names that the learner gave them; by number where a function hides its names."""
    try:
        signature = inspect.signature(function)
        if any(part.kind is part.VAR_POSITIONAL for part in signature.parameters.values()):
            raise ValueError
        return dict(signature.bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        return {f"masukan {number}": arg for number, arg in enumerate(args, 1)} | dict(kwargs)


def _has_gap(result: object) -> bool:
    if isinstance(result, (list, tuple)):
        return any(_has_gap(part) for part in result)
    return result is ...


Check = Callable[[Trial], None]


def needs(*names: str) -> Callable[[Check], Check]:
    """Menandai pemeriksaan yang hanya melihat bagian-bagian ini, jadi berjalan walaupun yang lain belum ditulis."""

    def mark(check: Check) -> Check:
        check.needs = names  # type: ignore[attr-defined]
        return check

    return mark
