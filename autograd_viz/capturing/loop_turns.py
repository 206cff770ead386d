"""Putaran ke berapa: `for` dan `while` di kode pengguna yang sedang dijalani sebuah operasi."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing.loop_code import Loop, follows, loops_of
from autograd_viz.capturing.snapshot import Snapshot, take_snapshot
from autograd_viz.capturing.stored_names import variables_of

_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_GENERATOR = 0x20 | 0x200  # flags of code that is left and entered again
Token = Any  # tells one value of a variable from another, without keeping it alive


class RawTurn:
    """Satu putaran yang terlihat: perulangannya, eksekusi yang ke berapa, nomornya dari 0, dan isi variabelnya."""

    __slots__ = ("code", "loop", "number", "outer", "run", "value")

    def __init__(self, code: CodeType, loop: Loop, run: int, number: int, outer: int | None) -> None:
        self.code = code
        self.loop = loop
        self.run = run
        self.number = number
        self.outer = outer
        self.value: Snapshot | str | int | float | None = None


class _Open(NamedTuple):
    """A loop that is being run, its turn, and what its variables held then; None: the turn has only begun."""

    loop: Loop
    turn: int
    tokens: tuple[Token, ...] | None
    stored: tuple[int, ...]


class _Level(NamedTuple):
    """One frame of the user, where it stands, and its open loops, outer first."""

    frame: int
    code: CodeType
    at: int
    open: tuple[_Open, ...]


class LoopTurns:
    """Menghitung putaran setiap perulangan di antara blok rekaman dan operasi yang sedang berjalan di satu utas.

    Putaran yang tidak menjalankan satu pun operasi yang terlihat tidak dihitung.
    """

    def __init__(self, home: FrameType, owns: Callable[[FrameType], bool], turns: list[RawTurn]) -> None:
        self.home: FrameType | None = home
        self.owns = owns
        self.turns = turns
        self.runs = 0
        self.known: dict[int, tuple[CodeType, tuple[Loop, ...]]] = {}  # by id: hashing code is slow
        self.reach: dict[tuple[int, int, int], frozenset[int]] = {}
        self.levels: list[_Level] = []
        self.paused: dict[int, tuple[_Level, int | None]] = {}  # generators, and the turn around them

    def close(self) -> None:
        """Melepas semua yang masih dipegang."""
        self.levels.clear()
        self.known.clear()
        self.paused.clear()
        self.home = None

    def at(self, frame: FrameType | None) -> int | None:
        """Nomor putaran terdalam yang sedang berjalan di `frame` dan pemanggilnya; None di luar perulangan."""
        chain: list[FrameType] = []
        looping = False
        while frame is not None:
            if self.owns(frame):
                chain.append(frame)
                looping = looping or bool(self._loops(frame.f_code))
            if frame is self.home:
                break
            frame = frame.f_back
        if frame is None:  # another thread
            return None
        if not looping:
            self.levels.clear()
            return None
        levels: list[_Level] = []
        outer: int | None = None
        same = True  # all that lies around has not moved on since the last operation
        for depth, one in enumerate(reversed(chain)):
            before = self.levels[depth] if same and depth < len(self.levels) else None
            if before is not None and (before.frame != id(one) or before.code is not one.f_code):
                before = None
            generates = one.f_code.co_flags & _GENERATOR
            if before is None and generates:
                level_then, around = self.paused.get(id(one), (None, None))
                if level_then is not None and level_then.code is one.f_code and around == outer:
                    before = level_then
            level, moved = self._level(one, before, outer)
            if generates:
                self.paused[id(one)] = level, outer
            same = before is not None and not moved and level.at == before.at
            levels.append(level)
            if level.open:
                outer = level.open[-1].turn
        self.levels = levels
        return outer

    def _loops(self, code: CodeType) -> tuple[Loop, ...]:
        known = self.known.get(id(code))
        if known is None:
            known = self.known[id(code)] = (code, loops_of(code))
        return known[1]

    def _level(self, frame: FrameType, before: _Level | None, outer: int | None) -> tuple[_Level, bool]:
        """The open loops of a frame now, and whether any of them has begun another turn."""
        at, code = frame.f_lasti, frame.f_code
        running = [loop for loop in self._loops(code) if loop.first <= at <= loop.last]
        if not running:
            return _Level(id(frame), code, at, ()), False
        variables = variables_of(frame)
        tokens = [_tokens(variables, frame, loop) if at >= loop.body else None for loop in running]
        stored = [tuple([id(variables.get(name)) for name in loop.stored]) for loop in running]
        known = before.open if before is not None else ()
        common = 0
        while common < min(len(running), len(known)) and known[common].loop is running[common]:
            common += 1
        turned = next((k for k in range(common) if _differ(tokens[k], known[k].tokens)), None)
        if turned is None and common and before is not None:
            turned = common - 1 if self._again(code, at, before, known[common - 1], stored) else None
        found: list[_Open] = []
        for place, loop in enumerate(running):
            if place >= common or (turned is not None and place >= turned):
                old = self.turns[known[place].turn] if place == turned else None
                outer = self._begin(code, loop, outer, old)
                found.append(_Open(loop, outer, tokens[place], stored[place]))
            else:
                outer = known[place].turn
                found.append(_Open(loop, outer, tokens[place] or known[place].tokens, stored[place]))
            if tokens[place] is not None and self.turns[outer].value is None and loop.targets:
                self.turns[outer].value = _shown(variables.get(loop.targets[0], frame.f_globals.get(loop.targets[0])))
        return _Level(id(frame), code, at, tuple(found)), turned is not None or common < len(running)

    def _again(self, code: CodeType, at: int, before: _Level, open_: _Open, stored: list[tuple[int, ...]]) -> bool:
        """Whether the innermost loop that goes on has begun another turn, seen by where it stands."""
        if at == before.at:  # one instruction may run several operations: its variables tell
            return stored[-1] != before.open[-1].stored
        key = (id(code), open_.loop.first, before.at)
        if key not in self.reach:
            self.reach[key] = follows(code, open_.loop, before.at)
        return at not in self.reach[key]

    def _begin(self, code: CodeType, loop: Loop, outer: int | None, old: RawTurn | None) -> int:
        if old is None:
            self.runs += 1
        run, number = (self.runs - 1, 0) if old is None else (old.run, old.number + 1)
        self.turns.append(RawTurn(code, loop, run, number, outer))
        return len(self.turns) - 1


def _shown(value: Any) -> Snapshot | str | int | float | None:
    """What can be told of a loop's variable: a number, a short text, a tensor of one number."""
    if isinstance(value, (int, float, str)):
        return value
    return take_snapshot(value) if isinstance(value, torch.Tensor) and value.ndim == 0 else None


def _tokens(variables: Mapping[str, Any], frame: FrameType, loop: Loop) -> tuple[Token, ...]:
    return tuple([_token(variables.get(name, frame.f_globals.get(name))) for name in loop.targets])


def _token(value: Any) -> Token:
    if isinstance(value, _PLAIN):
        return value
    try:
        return weakref.ref(value)
    except TypeError:
        return id(value)


def _differ(ones: tuple[Token, ...] | None, others: tuple[Token, ...] | None) -> bool:
    """Whether the variables hold other elements; unknown where the turn has only begun."""
    if ones is None or others is None:
        return False
    return not all([_same(one, other) for one, other in zip(ones, others, strict=True)])


def _same(one: Token, other: Token) -> bool:
    if isinstance(one, weakref.ref):
        return isinstance(other, weakref.ref) and one() is other() is not None
    return type(one) is type(other) and (one == other or one != one)
