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

LATER: Mapping[Callable[[Any], bool], tuple[str, str]] = {
    inspect.iscoroutine: ("ditulis dengan `async def`, jadi isinya belum berjalan", "Tulis `def` saja, tanpa `async`."),
    inspect.isasyncgen: ("ditulis dengan `async def`, jadi isinya belum berjalan", "Tulis `def` saja, tanpa `async`."),
    inspect.isgenerator: (
        "mengembalikan generator, jadi isinya belum dihitung",
        "Kumpulkan hasilnya dulu, lalu kembalikan dengan `return`, bukan dengan `yield` satu per satu.",
    ),
}


class Trial:
    """The parts of one answer by name, and the last call made to them, for the message of an error."""

    def __init__(
        self,
        parts: Mapping[str, Any],
        report: Callable[[str, bool], None] | None = None,
        signatures: Mapping[str, str] | None = None,
    ) -> None:
        self.parts = parts
        self.signatures = signatures or {}
        self.report = report or (lambda last, fresh: None)
        self.last = ""
        self.called = ""
        self.args: dict[str, object] = {}

    def __getitem__(self, name: str) -> Any:
        return self.parts[name]

    def begin(self) -> None:
        """Memulai pemeriksaan baru: belum ada bagian jawaban yang berjalan di dalamnya."""
        self.last, self.called, self.args = "", "", {}
        self.report("", True)

    def note(self, last: str) -> None:
        """Mencatat yang sedang berjalan, untuk pesannya bila ia tidak pernah selesai."""
        self.last = last
        self.report(last, False)

    def call(
        self, name: str, *args: Any, changes: tuple[int, ...] = (), may_seed: bool = False, **kwargs: Any
    ) -> Any:
        """Memanggil satu bagian jawaban, dan mengembalikan hasilnya.

        `changes` adalah nomor masukan yang memang harus diubah bagian itu; dengan `may_seed` ia boleh memasang benih
        acak, seperti pelatihan yang memilih bobot awalnya sendiri.
        Galat: `Blank` bila belum ditulis; `Wrong` bila masukan lain atau keadaan torch berubah.
        """
        function = self.parts[name]
        if not callable(function):
            raise Wrong(
                f"`{name}` seharusnya fungsi, bukan {_kind(function)}.",
                check="callable",
                mend="Berikan fungsinya sendiri, tanpa tanda kurung di belakang namanya.",
            )
        self.note(describe(name, args, kwargs))
        named = self._bind(name, function, args, kwargs)
        self.called, self.args = name, named
        given = Snapshot({key: value for at, (key, value) in enumerate(named.items()) if at not in changes})
        before = state.read()
        result = function(*args, **kwargs)
        if left := state.changed(before, seeds_count=not may_seed):
            raise Wrong(
                f"`{name}` meninggalkan {left[0]} dalam keadaan lain. Itu sakelar untuk seluruh program: semua sel "
                "sesudahnya ikut berubah.",
                check="side_effects",
                mend="Pakai blok `with`, yang mengembalikannya sendiri, atau hapus baris itu.",
            )
        given.check()
        for is_later, (told, mend) in LATER.items():
            if is_later(result) and not any(result is arg for arg in args):
                result.close() if not inspect.isasyncgen(result) else None
                raise Wrong(f"`{name}` {told}.", check="returns", mend=mend)
        if _has_gap(result) or (result is None and is_stub(function)):
            raise Blank(name)
        if result is None and not changes:
            raise Wrong(f"`{name}` mengembalikan `None`.", check="returns", mend="Apakah `return` terlupa?")
        return result

    def _bind(self, name: str, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, object]:
        """The arguments by the names that the learner gave them; by number where a function hides its names."""
        by_number = {f"masukan {number}": arg for number, arg in enumerate(args, 1)} | dict(kwargs)
        try:
            signature = inspect.signature(function)
            parameters = list(signature.parameters.values())
        except (TypeError, ValueError):
            return by_number
        wanted = self.signatures.get(name, "")
        if wanted and _swapped([part.name for part in parameters], wanted):
            raise Wrong(
                f"Urutan parameter `{name}` tertukar: Anda menulis `{_written(name, parameters)}`, sedangkan "
                f"pemanggilnya "
                f"memakai urutan `{wanted}`.",
                check="signature",
                mend=f"Tulis `def {wanted}:`.",
            )
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            raise Wrong(
                f"`{_written(name, parameters)}` tidak bisa dipanggil seperti di Tugas: `{self.last}`.",
                check="signature",
                mend=_signature_mend(wanted, kwargs),
            ) from None
        if any(part.kind is part.VAR_POSITIONAL for part in parameters):
            return by_number
        return dict(bound.arguments)


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


def _written(name: str, parameters: list[inspect.Parameter]) -> str:
    return f"{name}({', '.join(part.name for part in parameters)})"


def _signature_mend(wanted: str, kwargs: Mapping[str, Any]) -> str:
    named = f" Parameter bernama {', '.join(f'`{key}`' for key in kwargs)} diberikan dengan namanya." if kwargs else ""
    if wanted:
        return f"Tugas memintanya sebagai `{wanted}`.{named}"
    return f"Bandingkan parameternya dengan yang di Tugas.{named}"


def _swapped(names: list[str], wanted: str) -> bool:
    """Whether these are the names of the task in another order."""
    asked = [part.split("=")[0].strip() for part in wanted.partition("(")[2].rstrip(")").split(",")]
    return names != asked and sorted(names) == sorted(asked)


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
