"""Tempat dalam kode pengguna: dicatat sebagai (kode, instruksi) selagi berjalan, dicari barisnya setelahnya."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

from autograd_viz.library_code import is_library
from autograd_viz.recording.source import Place, Source


class CodePosition(NamedTuple):
    """Instruksi di `offset` sebuah kode, dan nomor putaran perulangan yang sedang berjalan di sana."""

    code: CodeType
    offset: int
    turn: int | None = None


_SHARED = "<string>"  # the name of all that is exec'd, a learner's line as well as what a library writes itself
_KEEP_WHOLE = 400  # lines of a file; of a longer one the functions and classes that were used
_MARGIN = 3


class UserCode:
    """Membedakan kode pengguna dari kode pustaka; ingatannya hanya selama satu rekaman."""

    def __init__(self, home: FrameType) -> None:
        self.home = home.f_code
        self.user: dict[str, bool] = {home.f_code.co_filename: True}  # by file: hashing code is slow

    def judge(self, frame: FrameType) -> bool:
        """Apakah bingkai ini milik pengguna; jawabannya diingat menurut berkasnya."""
        name = frame.f_code.co_filename
        known = not is_library(name, frame.f_globals.get("__name__") or "")
        if name != _SHARED:
            self.user[name] = known
        return known

    def owns(self, frame: FrameType) -> bool:
        """Apakah bingkai ini milik pengguna."""
        name = frame.f_code.co_filename
        known = self.user.get(name)
        return self.judge(frame) if known is None else known


def line_of(position: CodePosition) -> int | None:
    """Baris sebuah tempat dalam kode."""
    code, offset, _ = position
    return next(islice(code.co_positions(), offset // 2, None), (None,))[0]


class SourceMap:
    """Teks semua berkas dan sel yang muncul dalam rekaman, dibaca saat blok selesai."""

    def __init__(self, files: Sequence[str], home: CodeType) -> None:
        self.home = home
        self.texts = {name: linecache.getlines(name) for name in files}
        self.lines: dict[int, tuple[CodeType, list[int | None]]] = {}  # by id: hashing code is slow

    def _line(self, position: CodePosition) -> int | None:
        """As line_of, for many places in one code."""
        code, offset, _ = position
        if id(code) not in self.lines:
            self.lines[id(code)] = code, [line for line, *_ in code.co_positions()]
        known = self.lines[id(code)][1]
        return known[offset // 2] if offset // 2 < len(known) else None

    def open(self, positions: Sequence[CodePosition]) -> None:
        """Menyiapkan pencarian tempat-tempat ini; dipanggil sekali, setelah blok selesai."""
        self.texts = {name: [line.rstrip("\r\n") for line in lines] for name, lines in self.texts.items()}
        used: dict[str, set[int]] = {}
        for position in {(id(one.code), one.offset): one for one in positions}.values():
            line = self._line(position)
            if line is not None:
                used.setdefault(position[0].co_filename, set()).add(line)
        if self.home.co_filename in used and self.home.co_name != "<module>":  # who asked for the recording
            used[self.home.co_filename].add(self.home.co_firstlineno)
        self.names = [name for name in used if self.texts.get(name)]
        trees = {name: _parsed(self.texts[name]) for name in self.names}
        self.statements = {name: _statements(tree) for name, tree in trees.items()}
        self.loops = {name: _loops(tree) for name, tree in trees.items()}
        self.ranges = {name: self._range(name, trees[name], used[name]) for name in self.names}

    def _range(self, name: str, tree: ast.Module, used: set[int]) -> tuple[int, int]:
        """The lines to keep: whole statements of the file, so that what is kept can be parsed."""
        length = len(self.texts[name])
        if length <= _KEEP_WHOLE:
            return (1, length)
        first, last = min(used), max(self.statements[name].get(line, (line, line))[1] for line in used)
        for one in tree.body:
            start, end = _whole(one)
            if start <= first <= end or start <= last <= end:
                first, last = min(first, start), max(last, end)
        return (max(1, first - _MARGIN), min(length, last + _MARGIN)) if not tree.body else (first, last)

    def place(self, position: CodePosition | None) -> Place | None:
        """Pernyataan (baris pertama sampai terakhir) yang memuat sebuah tempat."""
        if position is None or position[0].co_filename not in self.statements:
            return None
        line = self._line(position)
        if line is None:
            return None
        first, last = self.statements[position[0].co_filename].get(line, (line, line))
        return Place(self.names.index(position[0].co_filename), first, last)

    def loop(self, name: str, line: int) -> Place | None:
        """Perulangan terdalam yang memuat sebuah baris: kepalanya sampai akhir badannya."""
        if name not in self.statements:
            return None
        found = [span for span in self.loops[name] if span[0] <= line <= span[1]]
        return Place(self.names.index(name), *max(found)) if found else None

    def sources(self) -> tuple[Source, ...]:
        """Teks sumber; judulnya nama berkas, atau "sel" untuk sel notebook."""
        cells = [name for name in self.names if _is_cell(name)]
        found = []
        for name in self.names:
            first, last = self.ranges[name]
            number = f" {cells.index(name) + 1}" if name in cells and len(cells) > 1 else ""
            title = f"sel{number}" if name in cells else Path(name).name
            found.append(Source(title, "\n".join(self.texts[name][first - 1 : last]) + "\n", first))
        return tuple(found)


def _is_cell(name: str) -> bool:
    return name.startswith("<") or "ipykernel_" in name


def _whole(one: ast.stmt) -> tuple[int, int]:
    """The first and last line of a statement with its decorators."""
    decorators = [line.lineno for line in getattr(one, "decorator_list", ())]
    return min([one.lineno, *decorators]), one.end_lineno or one.lineno


def _parsed(lines: list[str]) -> ast.Module:
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _loops(tree: ast.AST) -> list[tuple[int, int]]:
    """The first and last line of every loop; of a comprehension the lines of its own `for`."""
    spans = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            spans.append((node.lineno, node.end_lineno or node.lineno))
        elif isinstance(node, ast.comprehension):
            spans.append((node.target.lineno, node.iter.end_lineno or node.target.lineno))
    return spans


def _statements(tree: ast.AST) -> dict[int, tuple[int, int]]:
    """Per line: the first and last line of the innermost simple statement, or of the head of a block."""
    spans: dict[int, tuple[int, int]] = {}
    for node in ast.walk(tree):  # outer before inner: the innermost one wins
        if isinstance(node, ast.stmt):
            first, last = node.lineno, node.end_lineno or node.lineno
            body = getattr(node, "body", None)
            if isinstance(body, list) and body:
                last = max(first, body[0].lineno - 1)
            for line in range(first, last + 1):
                spans[line] = (first, last)
    return spans
