"""Perulangan dalam bytecode: di mana `for` dan `while` sebuah kode, dan variabel putarannya."""

from __future__ import annotations

import dis
import weakref
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from types import CodeType
from typing import Any, NamedTuple

Names = tuple[str, ...]
_STORES = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")
_UNPACKS = {"UNPACK_SEQUENCE": lambda argument: argument, "UNPACK_EX": lambda argument: (argument & 255) + 1}
_ENDS = ("RETURN_", "RAISE_", "RERAISE", "JUMP_FORWARD", "JUMP_BACKWARD")


class Loop(NamedTuple):
    """Sebuah perulangan dalam bytecode: instruksi pertama dan terakhirnya, satu baris di dalamnya, dan variabelnya.

    Mulai instruksi `body`, `targets` berisi elemen putaran ini; yang dipakai juga oleh perulangan di dalamnya tidak
    disebut. `stored` semua variabel yang ditulis di dalamnya.
    """

    first: int
    last: int
    body: int
    line: int
    targets: Names = ()
    stored: Names = ()
    counted: bool = False  # a `for`, or a comprehension
    heads: tuple[int, ...] = ()  # where its turns begin


_known: dict[int, tuple[weakref.ref[CodeType], tuple[Loop, ...]]] = {}  # by id: hashing code is slow


def loops_of(code: CodeType) -> tuple[Loop, ...]:
    """`find_loops`, dicari sekali selama kode itu ada: program yang merekam setiap langkahnya sering bertanya."""
    key = id(code)
    known = _known.get(key)
    if known is None or known[0]() is not code:
        known = _known[key] = (weakref.ref(code, partial(_forget, _known, key)), find_loops(code))
    return known[1]


def _forget(known: dict[int, tuple[weakref.ref[CodeType], Any]], key: int, gone: weakref.ref[CodeType]) -> None:
    """Uses no global: at the end of Python they are gone before the last code is."""
    if key in known and known[key][0] is gone:  # else another code has its place by now
        del known[key]


def find_loops(code: CodeType) -> tuple[Loop, ...]:
    """Semua perulangan sebuah kode, yang luar lebih dulu.

    >>> [(loop.line, loop.targets) for loop in find_loops(compile("for k in x:\\n  f(k)", "sel", "exec"))]
    [(1, ('k',))]
    """
    listing = list(dis.get_instructions(code))
    places = {one.offset: place for place, one in enumerate(listing)}
    ends: dict[int, int] = {}
    for one in listing:
        if one.opcode in dis.hasjrel and isinstance(one.argval, int) and one.argval <= one.offset:
            ends[one.argval] = max(ends.get(one.argval, 0), one.offset)
    loops: list[Loop] = []
    for first, last in sorted(ends.items(), key=lambda item: (item[0], -item[1])):
        head = listing[places[first]]
        counted = head.opname == "FOR_ITER"
        targets, body = _targets(listing, places[first] + 1) if counted else ((), first)
        line = _line(listing[places[last]] if not counted else head) or _line(head)
        if line is None:
            continue
        same = next((k for k, known in enumerate(loops) if not counted and _is_same(known, first, last, line)), None)
        if same is not None:  # `continue` jumps to the test at the top, the end of the body behind it
            known = loops[same]
            loops[same] = known._replace(last=max(known.last, last), heads=(*known.heads, first))
        else:
            loops.append(Loop(first, last, body, line, targets, counted=counted, heads=(first,)))
    loops = [loop._replace(stored=_stored(listing[places[loop.first] : places[loop.last] + 1])) for loop in loops]
    return tuple(loop._replace(targets=_own(loop, loops)) for loop in loops)


def follows(code: CodeType, loop: Loop, before: int) -> frozenset[int]:
    """Instruksi yang dapat dicapai dari `before` tanpa memulai putaran baru."""
    listing = {one.offset: one for one in dis.get_instructions(code)}
    offsets = sorted(listing)
    after = dict(zip(offsets, offsets[1:], strict=False))
    reached: set[int] = set()
    stack = [offsets[bisect_right(offsets, before) - 1]]  # a call stands in the caches behind its instruction
    while stack:
        one = listing[stack.pop()]
        onward = [] if one.opname.startswith(_ENDS) else [after.get(one.offset)]
        if one.opcode in dis.hasjrel and isinstance(one.argval, int) and one.argval not in loop.heads:
            onward.append(one.argval)
        for at in onward:
            if at is not None and loop.first < at <= loop.last and at not in reached:
                reached.add(at)
                stack.append(at)
    return frozenset([at for one in reached for at in range(one, after.get(one, one + 2), 2)])


def _is_same(known: Loop, first: int, last: int, line: int) -> bool:
    if known.counted or not known.first <= first <= known.last:
        return False
    return known.last < last or known.line == line


def _line(one: dis.Instruction) -> int | None:
    return one.positions.lineno if one.positions else None


def _own(loop: Loop, loops: Sequence[Loop]) -> Names:
    """The variables of a loop that no loop inside it writes too."""
    inner = {name for other in loops if loop.first < other.first and other.last < loop.last for name in other.targets}
    return tuple(name for name in loop.targets if name not in inner)


def _names(one: dis.Instruction) -> Names:
    """The variables that an instruction writes."""
    if one.opname in _STORES:
        return (one.argval,)
    if one.opname.startswith("STORE_FAST_") and isinstance(one.argval, tuple):  # two in one, since Python 3.13
        pair = tuple(name for name in one.argval if isinstance(name, str))
        return pair if one.opname == "STORE_FAST_STORE_FAST" else pair[:1]
    return ()


def _stored(listing: Sequence[dis.Instruction]) -> Names:
    return tuple(dict.fromkeys(name for one in listing for name in _names(one)))


def _targets(listing: Sequence[dis.Instruction], place: int) -> tuple[Names, int]:
    """The variables that the instructions from `place` on store one element in, and where that is done."""
    names: list[str] = []
    wanted = 1
    for one in listing[place:]:
        if one.opname in _UNPACKS:
            wanted += _UNPACKS[one.opname](one.arg or 0) - 1
        else:
            found = _names(one)[:wanted]
            names += found
            wanted -= len(found)
        if wanted <= 0 or one.opname.startswith(("LOAD_", "CALL", "JUMP_")):
            return tuple(names), one.offset
    return tuple(names), listing[place].offset
