"""Kode pengguna sebagai pernyataan berurutan: dari berkas, sel notebook, atau fungsi, dengan perulangannya."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, MappingProxyType
from typing import Any, NamedTuple

Block = ast.stmt | ast.match_case | ast.ExceptHandler
Function = ast.FunctionDef | ast.AsyncFunctionDef
LOOPS = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "handlers", "orelse", "finalbody", "cases")
_SWITCHES = ("no_grad", "inference_mode")
_NAMES = (*_SWITCHES, "set_grad_enabled")


class Statement(NamedTuple):
    """Satu pernyataan: urutannya di tempatnya, kodenya, dan apa yang mengelilinginya.

    Dari pernyataan majemuk hanya kepalanya yang dihitung. `silenced` yang membuatnya tidak dicatat autograd, misalnya
    `with torch.no_grad():` atau `@torch.no_grad()`; kosong bila dicatat. `switch` pernyataan `with` atau dekorator itu.
    """

    node: ast.stmt
    place: int
    text: str
    title: str = ""
    blocks: tuple[Block, ...] = ()
    silenced: str = ""
    switch: ast.stmt | ast.expr | None = None

    @property
    def line(self) -> int:
        """Baris pertamanya di berkas atau selnya."""
        return self.node.lineno

    @property
    def loops(self) -> tuple[ast.stmt, ...]:
        """Perulangan yang memuatnya, dari luar ke dalam."""
        return tuple(block for block in self.blocks if isinstance(block, LOOPS))


class Scope(NamedTuple):
    """Pernyataan-pernyataan satu fungsi, satu berkas, atau semua sel notebook, menurut urutannya."""

    statements: tuple[Statement, ...] = ()
    parameters: tuple[str, ...] = ()
    aliases: Mapping[str, str] = MappingProxyType({})

    def inside(self, loop: ast.stmt) -> list[Statement]:
        """Pernyataan di dalam sebuah perulangan, tanpa kepalanya."""
        return [one for one in self.statements if loop in one.blocks]


class Text(NamedTuple):
    """Satu berkas atau sel: baris-barisnya, pohonnya, dan nama lain bagi `no_grad` dan sejenisnya di sana."""

    title: str
    lines: tuple[str, ...]
    tree: ast.Module
    aliases: Mapping[str, str] = MappingProxyType({})


def read_text(filename: str, namespace: Mapping[str, Any]) -> Text | None:
    """Teks sebuah berkas atau sel; None bila tidak ada atau tidak dapat diuraikan."""
    lines = tuple(linecache.getlines(filename, dict(namespace)))
    title = "" if is_cell(filename) else Path(filename).name
    return _parsed(title, lines)


def _parsed(title: str, lines: Sequence[str]) -> Text | None:
    try:
        tree = ast.parse("".join(lines)) if lines else None
        return Text(title, tuple(lines), tree, aliases_in(tree)) if tree is not None else None
    except (SyntaxError, ValueError):
        return None


def is_cell(filename: str) -> bool:
    """Apakah kode ini sel notebook atau ketikan, bukan berkas.

    >>> is_cell("<ipython-input-3-1a2b>"), is_cell("latih.py")
    (True, False)
    """
    return filename.startswith("<") or "ipykernel_" in filename


def scope_of(code: CodeType, namespace: Mapping[str, Any]) -> Scope:
    """Pernyataan-pernyataan fungsi (atau berkas, atau semua sel sampai yang ini) milik `code`."""
    text = read_text(code.co_filename, namespace)
    if text is None:
        return Scope()
    owner = _owner(text.tree, code)
    if owner is not None:
        return function_scope(owner, text)
    statements = _cells(text, namespace) if is_cell(code.co_filename) else _flat(text)
    return Scope(tuple(statements), aliases=text.aliases)


def function_scope(function: Function, text: Text) -> Scope:
    """Pernyataan-pernyataan sebuah fungsi."""
    switch = next((one for one in function.decorator_list if switches_off(one, text.aliases)), None)
    found = _flatten(function.body, text, (), f"@{ast.unparse(switch)}" if switch is not None else "", switch)
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return Scope(tuple(one._replace(place=place) for place, one in enumerate(found)), tuple(names), text.aliases)


def statement_in(filename: str, line: int) -> Statement | None:
    """Pernyataan di baris ini, di dalam fungsi yang memuatnya; None bila teksnya tidak ada."""
    text = read_text(filename, {})
    if text is None:
        return None
    around = [one for one in functions_of(text) if one.lineno <= line <= (one.end_lineno or one.lineno)]
    statements = function_scope(around[-1], text).statements if around else _flat(text)
    found = [one for one in statements if one.line <= line <= (one.node.end_lineno or one.line)]
    return found[-1] if found else None


def functions_of(text: Text) -> Iterator[Function]:
    """Semua fungsi dan metode di sebuah teks."""
    return (node for node in ast.walk(text.tree) if isinstance(node, _FUNCTIONS))


def scopes_of(text: Text) -> Iterator[tuple[Function | None, Scope]]:
    """Pernyataan-pernyataan sebuah teks di luar fungsi, lalu milik setiap fungsinya."""
    yield None, Scope(tuple(_flat(text)), aliases=text.aliases)
    for one in functions_of(text):
        yield one, function_scope(one, text)


def _owner(tree: ast.Module, code: CodeType) -> Function | None:
    """The function whose code this is; of a comprehension or lambda the function around it."""
    found: Function | None = None
    for node in ast.walk(tree):  # outer before inner
        if isinstance(node, _FUNCTIONS):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if node.name == code.co_name and first == code.co_firstlineno:
                return node
            if code.co_name.startswith("<") and code.co_name != "<module>":
                found = node if first <= code.co_firstlineno <= (node.end_lineno or first) else found
    return found


def _flat(text: Text) -> list[Statement]:
    return [one._replace(place=place) for place, one in enumerate(_flatten(text.tree.body, text, (), ""))]


def _cells(text: Text, namespace: Mapping[str, Any]) -> list[Statement]:
    """The statements of all cells in the order in which they ran; the last is the one that is running."""
    history = namespace.get("In")
    earlier: list[Text] = []
    if isinstance(history, list) and all(isinstance(cell, str) for cell in history):
        kept = len(history) > 1 and history[-1].strip() == "".join(text.lines).strip()  # it is no longer, in a test
        for number, cell in enumerate(history[1 : len(history) - kept], 1):
            parsed = _parsed(f"sel [{number}]", plain_python(cell).splitlines(keepends=True))
            earlier += [parsed] if parsed else []
        text = text._replace(title=f"sel [{len(history) - kept}]")
    known = {name: word for cell in (*earlier, text) for name, word in cell.aliases.items()}
    cells = [cell._replace(aliases=known) for cell in (*earlier, text)]
    found = [one for cell in cells for one in _flatten(cell.tree.body, cell, (), "")]
    return [one._replace(place=place) for place, one in enumerate(found)]


def plain_python(cell: str) -> str:
    """Sebuah sel tanpa perintah IPython; banyaknya baris tetap.

    >>> plain_python("%load_ext x\\ny = 1")
    'pass\\ny = 1'
    """
    return re.sub(r"^(\s*)[%!?].*$", r"\1pass", cell, flags=re.M)


def _flatten(
    body: Sequence[Any], text: Text, blocks: tuple[Block, ...], silenced: str, switch: ast.stmt | ast.expr | None = None
) -> Iterator[Statement]:
    for node in body:
        if isinstance(node, ast.stmt):
            yield Statement(node, 0, _written(node, text), text.title, blocks, silenced, switch)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            continue
        items = node.items if isinstance(node, (ast.With, ast.AsyncWith)) else []
        off = next((one for one in items if switches_off(one.context_expr, text.aliases)), None)
        inside, by = (silenced, switch) if off is None else (f"with {ast.unparse(off)}:", node)
        if any("enable_grad" in ast.unparse(one.context_expr) for one in items):
            inside, by = "", None
        around = blocks if isinstance(node, (ast.With, ast.AsyncWith)) else (*blocks, node)
        for name in _BODIES:
            yield from _flatten(getattr(node, name, ()), text, around, inside, by)


def _written(node: ast.stmt, text: Text) -> str:
    """The statement as it stands in the source, in one line; of a compound one its head."""
    first, last = node.lineno, node.end_lineno or node.lineno
    body = getattr(node, "body", None)
    if body and isinstance(body, list):
        marks = [mark.lineno for mark in getattr(body[0], "decorator_list", [])]
        last = max(first, min([body[0].lineno, *marks]) - 1)
        lines = [line.partition("  #")[0] for line in text.lines[first - 1 : last]]
        return " ".join(" ".join(lines).split())
    segment = ast.get_source_segment("".join(text.lines), node) or ""
    try:
        return segment if "\n" not in segment else ast.unparse(node)
    except (ValueError, RecursionError):
        return " ".join(segment.split())


def aliases_in(tree: ast.Module) -> Mapping[str, str]:
    """Nama lain bagi `no_grad`, `inference_mode`, dan `set_grad_enabled` di sebuah teks.

    >>> dict(aliases_in(ast.parse("from torch import no_grad as beku; mati = torch.inference_mode")))
    {'beku': 'no_grad', 'mati': 'inference_mode'}
    """
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "torch":
            found |= {one.asname: one.name for one in node.names if one.asname and one.name in _NAMES}
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if isinstance(node.value, (ast.Attribute, ast.Name, ast.Call)) and (word := switch_word(node.value, {})):
                found[node.targets[0].id] = word
    return MappingProxyType(found)


def switch_word(expression: ast.expr, aliases: Mapping[str, str]) -> str:
    """`no_grad`, `inference_mode`, atau `set_grad_enabled` yang dimaksud ungkapan ini; kosong bila bukan."""
    name = expression.func if isinstance(expression, ast.Call) else expression
    word = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
    word = aliases.get(word, word) if isinstance(name, ast.Name) else word
    return word if word in _NAMES else ""


def switches_off(expression: ast.expr, aliases: Mapping[str, str]) -> bool:
    """Apakah konteks atau dekorator ini mematikan pencatatan autograd.

    >>> switches_off(ast.parse("torch.no_grad()", mode="eval").body, {})
    True
    """
    word = switch_word(expression, aliases)
    arguments = expression.args if isinstance(expression, ast.Call) else []
    first = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
    return (word in _SWITCHES and first is not False) or (word == "set_grad_enabled" and first is False)
