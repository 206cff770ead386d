"""Tambalan: pola atas kode program dan penggantinya, seperti `diff` yang cocok dengan nama apa pun.

Satu tambalan terdiri dari beberapa potong, dipisahkan baris kosong. Setiap potong punya satu baris jangkar: `- pola`
pernyataan yang diganti (atau dihapus bila tidak ada pengganti), atau `  pola` pernyataan yang tetap. Baris `+ kode` di
atas atau di bawahnya adalah kode baru; yang bertakuk di bawah kepala sebuah blok masuk ke awal blok itu, dan `> kode`
ke akhirnya. Sesudah jangkar `def` atau `class` yang tetap, potong berikutnya dicari di dalamnya.

`$x` cocok dengan ungkapan atau nama apa pun, `*$a` dengan argumen yang tersisa, dan `...` sendirian dengan pernyataan
tempat galatnya muncul, yang sesudah itu bernama `$galat`. `$bilangan` hanya cocok dengan bilangan, `$nama_x` hanya
dengan nama, `$mirip_x` dengan nama yang hampir `x`, dan `$x_` dengan nama yang berakhir dengan garis bawah. Panggilan
`f(...)` cocok juga dengan `torch.f(...)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from textwrap import dedent
from typing import NamedTuple

Value = ast.AST | str | tuple[ast.AST, ...]
Bound = Mapping[str, Value]

HOLE = "hole__"  # what stands for a `$` while Python reads the pattern
_SIGNS = "+-> "


class Hunk(NamedTuple):
    """Satu potong: pola jangkarnya; kode di atas, di bawah, di akhir bloknya; dan apakah jangkarnya diganti."""

    anchor: ast.stmt
    above: str = ""
    below: str = ""
    inside: str = ""
    replaced: bool = False

    @property
    def entering(self) -> bool:
        """Apakah kode di bawah jangkarnya masuk ke dalam blok jangkar itu."""
        return self.below.startswith(" ")

    @property
    def anywhere(self) -> bool:
        """Apakah jangkarnya pernyataan tempat galatnya muncul, apa pun isinya."""
        value = self.anchor.value if isinstance(self.anchor, ast.Expr) else None
        return isinstance(value, ast.Constant) and value.value is ...

    @property
    def part(self) -> ast.expr | None:
        """Ungkapan yang dicari di dalam pernyataan; None bila seluruh pernyataannya yang dicari."""
        if not isinstance(self.anchor, ast.Expr):
            return None
        if not self.replaced:
            return self.anchor.value
        new = tree_of(self.below).body
        return self.anchor.value if len(new) == 1 and isinstance(new[0], ast.Expr) else None


@cache
def read_patch(text: str) -> tuple[Hunk, ...]:
    """Potong-potong sebuah tambalan.

    Galat: ValueError bila sebuah baris bukan Python atau sebuah potong tidak punya tepat satu jangkar.

    >>> [hunk.replaced for hunk in read_patch("- $x.resize_(*$a)\\n+ $x = $x.reshape(*$a)")]
    [True]
    """
    return tuple(_hunk(part) for part in re.split(r"\n\s*\n", text.strip("\n")) if part.strip())


def _hunk(part: str) -> Hunk:
    lines = [(line[:1], line[2:]) for line in part.splitlines()]
    anchors = [place for place, (sign, _) in enumerate(lines) if sign in "- "]
    if len(anchors) != 1 or any(sign not in _SIGNS for sign, _ in lines):
        raise ValueError(f"Setiap potong tambalan punya tepat satu baris `-` atau baris tanpa tanda:\n{part}")
    (place,) = anchors
    sign, pattern = lines[place]
    above = "\n".join(text for _, text in lines[:place])
    below = "\n".join(text for kind, text in lines[place + 1 :] if kind == "+")
    inside = "\n".join(text for kind, text in lines[place + 1 :] if kind == ">")
    try:
        for code in (above, below, inside):
            tree_of(code)
        anchor = tree_of(pattern).body[0]
    except SyntaxError as error:
        raise ValueError(f"Potong tambalan ini bukan Python ({error}):\n{part}") from None
    return Hunk(anchor, above, below, inside, sign == "-")


def tree_of(code: str) -> ast.Module:
    """Pohon kode yang memuat `$`; kepala tanpa badan diberi badan."""
    text = re.sub(r"\$(\w+)", rf"{HOLE}\1", dedent(code))
    return ast.parse(f"{text}\n    ..." if text.endswith(":") else text)


def filled(code: str, bound: Bound) -> str:
    """Kode baru dengan isi setiap `$`; komentar di ujung barisnya tetap.

    >>> filled("$x = $x.reshape(2)  # bentuk lain", {"x": ast.parse("y", mode="eval").body})
    'y = y.reshape(2)  # bentuk lain'
    """
    tree = tree_of(code)
    _Filled(bound).visit(tree)
    text = ast.unparse(ast.fix_missing_locations(tree))
    written = [line for line in text.splitlines() if line.strip()]
    written = written[:-1] if code.endswith(":") else written
    noted = [line for line in code.splitlines() if line.strip()]
    if len(written) == len(noted):
        written = [line + _note(old, bound) for line, old in zip(written, noted, strict=True)]
    return "\n".join(written)


def _note(line: str, bound: Bound) -> str:
    sign, note = line.partition("  #")[1:]
    return sign + re.sub(r"\$(\w+)", lambda found: written(bound.get(found[1], found[0])), note)


def written(value: Value) -> str:
    """Isi sebuah `$` sebagai teks.

    >>> written(ast.parse("a.b", mode="eval").body)
    'a.b'
    """
    if isinstance(value, tuple):
        return ", ".join(map(ast.unparse, value))
    return value if isinstance(value, str) else ast.unparse(value)


class _Filled(ast.NodeTransformer):
    def __init__(self, bound: Bound) -> None:
        self.bound = bound

    def _value(self, name: str) -> Value:
        return self.bound[name.removeprefix(HOLE)]

    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST]:
        name = hole(node)
        if isinstance(node, ast.Starred) and (inner := hole(node.value)):
            return list(_many(self._value(inner)))
        if isinstance(node, ast.arguments) and node.vararg is not None and node.vararg.arg.startswith(HOLE):
            value = self._value(node.vararg.arg)
            return value if isinstance(value, ast.arguments) else node
        if isinstance(node, ast.Expr) and (inner := hole(node.value)) and isinstance(self._value(inner), ast.stmt):
            return self._value(inner)  # type: ignore[return-value]
        if name:
            value = self._value(name)
            return ast.Name(value, ast.Load()) if isinstance(value, str) else value  # type: ignore[return-value]
        for field, text in ast.iter_fields(node):
            if isinstance(text, str) and text.startswith(HOLE):
                setattr(node, field, written(self._value(text)))
        new = self.generic_visit(node)
        if not isinstance(new, ast.Call):
            return new
        if isinstance(new.func, ast.Name) and (owner := self.bound.get(f"{new.func.id}()")) is not None:
            new.func = owner  # type: ignore[assignment]
        given: list[ast.AST] = list(new.args)  # a rest may have brought keywords
        new.args = [one for one in given if isinstance(one, ast.expr)]
        new.keywords = [*(one for one in given if isinstance(one, ast.keyword)), *new.keywords]
        return _reduced(new)


def _many(value: Value) -> tuple[ast.AST, ...]:
    return value if isinstance(value, tuple) else ()


def hole(node: ast.AST) -> str:
    """Nama `$` yang diwakili simpul ini; kosong bila ia bukan `$`.

    >>> hole(tree_of("$x").body[0].value)
    'hole__x'
    """
    return node.id if isinstance(node, ast.Name) and node.id.startswith(HOLE) else ""


def holes(node: ast.AST) -> list[str]:
    """Nama setiap `$` di dalam sebuah pola, tanpa tandanya.

    >>> holes(tree_of("$x = $y + 1"))
    ['x', 'y']
    """
    return [hole(one).removeprefix(HOLE) for one in ast.walk(node) if hole(one)]


@cache
def literals(pattern: ast.AST) -> frozenset[str]:
    """Kata yang pasti ada di teks setiap pernyataan yang cocok.

    >>> sorted(literals(tree_of("$x.mul_(*$a, out=y)")))
    ['mul_', 'out', 'y']
    """
    nodes = [one for one in ast.walk(pattern) if not isinstance(one, ast.arguments)]
    found = [getattr(one, field, None) for one in nodes for field in ("id", "attr", "arg", "name")]
    return frozenset(one for one in found if isinstance(one, str) and not one.startswith((HOLE, "_")))


def _reduced(call: ast.Call) -> ast.expr:
    """A lambda that is called at once with names: its own expression about these names."""
    function = call.func
    if not isinstance(function, ast.Lambda) or call.keywords or not all(isinstance(one, ast.Name) for one in call.args):
        return call
    names = [one.arg for one in function.args.args]
    if len(names) != len(call.args) or function.args.vararg or function.args.kwonlyargs:
        return call
    body = ast.parse(ast.unparse(function.body), mode="eval").body
    return _Renamed(dict(zip(names, call.args, strict=True))).visit(body)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.names.get(node.id, node)
