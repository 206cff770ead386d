"""Perulangan di kode yang direkam dan putaran-putarannya; `Event.turn` menunjuk ke `RecordingData.turns`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from autograd_viz.operations.notation import number_text
from autograd_viz.recording.source import Place

UNCOUNTED = "Putaran yang tidak merekam apa pun tidak ikut dihitung."
_LONGEST = 12  # letters of a text that a loop's variable holds


class Loop(NamedTuple):
    """Satu `for` atau `while`: variabel putarannya (kosong bila tidak ada) dan tempatnya, kepala sampai akhir badan."""

    name: str = ""
    place: Place | None = None


class Turn(NamedTuple):
    """Satu putaran dari perulangan `loop`, bernomor dari 0 di antara putaran yang menghitung sesuatu.

    Perulangan yang sama dapat dijalankan beberapa kali; `run` membedakannya. `outer` putaran perulangan yang
    melingkupinya, nomornya di daftar yang sama dan lebih kecil. `value` isi variabelnya, bila berupa bilangan atau
    teks pendek.
    """

    loop: int
    run: int
    number: int
    outer: int | None = None
    value: bool | int | float | str | None = None


def is_counted(loop: Loop, turn: Turn) -> bool:
    """Apakah sebutan putaran itu nomor hitungan, bukan isi variabelnya.

    >>> is_counted(Loop("t"), Turn(0, 0, 2, value=2)), is_counted(Loop("batch"), Turn(0, 0, 2))
    (False, True)
    """
    return not loop.name or loop.name.startswith("_") or turn.value is None


def turn_label(loops: Sequence[Loop], turn: Turn) -> str:
    """Sebutan satu putaran.

    >>> turn_label([Loop("t"), Loop("batch"), Loop()], Turn(0, 0, 2, value=2))
    't = 2'
    >>> [turn_label([Loop("t"), Loop("batch"), Loop()], Turn(loop, 0, 2)) for loop in (1, 2)]
    ['batch ke-3', 'putaran 3']
    """
    name, value = loops[turn.loop].name, turn.value
    if not name or name.startswith("_"):
        return f"putaran {turn.number + 1}"
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        return f"{name} = '{short}'"
    if value is None:
        return f"{name} ke-{turn.number + 1}"
    return f"{name} = {value if isinstance(value, bool) else number_text(value)}"


class Nested(Protocol):
    """Putaran yang tahu putaran mana yang melingkupinya."""

    @property
    def outer(self) -> int | None:
        """Nomor putaran yang melingkupi; None bila tidak ada."""
        ...


def path(turns: Sequence[Nested], turn: int | None) -> tuple[int, ...]:
    """Putaran itu dan semua yang melingkupinya, dari luar ke dalam.

    >>> path([Turn(0, 0, 0), Turn(1, 1, 3, outer=0)], 1)
    (0, 1)
    """
    found: list[int] = []
    while turn is not None:
        found.append(turn)
        turn = turns[turn].outer
    return tuple(reversed(found))


def common(turns: Sequence[Turn], several: Sequence[int | None]) -> int | None:
    """Putaran terdalam yang memuat semuanya; None bila tidak ada.

    >>> common([Turn(0, 0, 0), Turn(1, 1, 0, 0), Turn(1, 1, 1, 0)], [1, 2])
    0
    """
    if not several:
        return None
    known = path(turns, several[0])
    for one in dict.fromkeys(several[1:]):
        other = path(turns, one)
        length = 0
        while length < min(len(known), len(other)) and known[length] == other[length]:
            length += 1
        known = known[:length]
    return known[-1] if known else None
