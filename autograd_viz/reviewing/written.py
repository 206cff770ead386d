"""Kalimat program itu sendiri: nama di depan sebuah panggilan, panggilan yang diubah, dan asal sebuah nama."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.recording.source import Place, Source


class Assigned(NamedTuple):
    """Satu pemberian nama `name = value` dan tempatnya."""

    name: str
    value: ast.expr
    place: Place


def parsed(text: str | None) -> ast.Module | None:
    """Sebuah pernyataan sebagai pohon; None bila bukan Python yang utuh."""
    try:
        return ast.parse(dedent(text or ""))
    except (SyntaxError, ValueError):
        return None


def called(text: str | None, method: str) -> ast.Call | None:
    """Satu-satunya panggilan fungsi atau metode `method` dalam sebuah pernyataan; None bila bukan tepat satu.

    >>> ast.unparse(called("self.opt.step()", "step"))
    'self.opt.step()'
    """
    tree = parsed(text)
    found = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.Call) and function_name(node) == method
    ]
    return found[0] if len(found) == 1 else None


def function_name(call: ast.Call) -> str:
    """Nama fungsi atau metode sebuah panggilan; kosong bila tidak bernama."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def receiver(text: str | None, method: str) -> str:
    """Yang tertulis di depan `.method(...)`; kosong bila tidak ada.

    >>> receiver("    self.opt.step()", "step"), receiver("a = b", "step")
    ('self.opt', '')
    """
    call = called(text, method)
    return ast.unparse(call.func.value) if call and isinstance(call.func, ast.Attribute) else ""


def with_options(text: str | None, method: str, drop: Sequence[str] = (), **options: str) -> str:
    """Pernyataan itu dengan argumen bernama `drop` dibuang dan `options` ditambahkan; kosong bila tidak dapat.

    >>> with_options("loss.backward(retain_graph=True)", "backward", ("retain_graph",))
    'loss.backward()'
    """
    tree = parsed(text)
    found = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.Call) and function_name(node) == method
    ]
    if tree is None or len(found) != 1:
        return ""
    call = found[0]
    call.keywords = [one for one in call.keywords if one.arg not in drop and one.arg not in options]
    call.keywords += [ast.keyword(name, ast.parse(value, mode="eval").body) for name, value in options.items()]
    return ast.unparse(tree)


def assignments(sources: Sequence[Source]) -> Iterator[Assigned]:
    """Semua pemberian nama tunggal di sumber-sumber itu, menurut urutan barisnya."""
    for number, source in enumerate(sources):
        tree = parsed(source.text)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                first, last = (source.first - 1 + line for line in (node.lineno, node.end_lineno or node.lineno))
                yield Assigned(ast.unparse(node.targets[0]), node.value, Place(number, first, last))


def readings(sources: Sequence[Source], name: str) -> int:
    """Berapa kali sebuah nama dibaca di sumber-sumber itu.

    >>> readings([Source("sel", "a = iter(b)\\nc(a)\\nself.a(a)")], "a")
    2
    """
    trees = [parsed(source.text) for source in sources]
    return sum(
        isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and ast.unparse(node) == name
        for tree in trees
        for node in (ast.walk(tree) if tree else ())
    )
