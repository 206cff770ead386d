"""Apa yang ditulis dan dibaca sebuah pernyataan, sebagai nama bertitik: `w`, `self.h`, `bobot[0]`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from autograd_viz.doctor.source import LOOPS, Scope, Statement

StoreKind = Literal["assign", "augment", "element", "append", "loop"]
_GROWING = ("append", "extend", "insert", "appendleft")


class Store(NamedTuple):
    """Satu penulisan: namanya, ungkapan yang ditulis, dan caranya."""

    path: str
    value: ast.expr | None
    kind: StoreKind


def dotted(node: ast.AST | None) -> str | None:
    """Nama bertitik sebuah ungkapan; None bila ia bukan nama.

    >>> dotted(ast.parse("self.h[0].w", mode="eval").body), dotted(ast.parse("f(x)", mode="eval").body)
    ('self.h[0].w', None)
    """
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Name):
            return "".join([node.id, *reversed(parts)])
        if isinstance(node, ast.Attribute):
            parts.append(f".{node.attr}")
            node = node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            parts.append(f"[{node.slice.value!r}]")
            node = node.value
        else:
            return None


def first_name(path: str) -> str:
    """Nama paling depan sebuah nama bertitik.

    >>> first_name("self.h[0].w"), first_name("bobot[0]")
    ('self', 'bobot')
    """
    return path.split(".")[0].split("[")[0]


def heads(statement: ast.stmt) -> list[ast.expr]:
    """Ungkapan milik pernyataan ini sendiri; dari yang majemuk hanya kepalanya."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    found: list[ast.expr] = []
    for name, field in ast.iter_fields(statement):
        if name == "items":
            found += [item.context_expr for item in field]
        elif isinstance(field, ast.expr):
            found.append(field)
        elif isinstance(field, list):
            found += [one for one in field if isinstance(one, ast.expr)]
    return found


def within(expression: ast.AST) -> Iterator[ast.expr]:
    """Semua ungkapan di dalam sebuah ungkapan, yang luar lebih dulu."""
    return (node for node in ast.walk(expression) if isinstance(node, ast.expr))


def read_paths(*expressions: ast.AST | None) -> list[str]:
    """Nama-nama yang dibaca, yang terpanjang: `model.fc.weight`, bukan juga `model`.

    >>> read_paths(ast.parse("a.b * f(c, [d])", mode="eval").body)
    ['a.b', 'f', 'c', 'd']
    """
    found: list[str] = []
    waiting: list[ast.AST] = [one for one in reversed(expressions) if one is not None]
    while waiting:
        node = waiting.pop()
        path = dotted(node)
        if path is not None:
            found.append(path)
            inner: ast.AST | None = node
            while isinstance(inner, (ast.Attribute, ast.Subscript)):
                inner = inner.value
            continue
        waiting += reversed(list(ast.iter_child_nodes(node)))
    return list(dict.fromkeys(found))


def value_paths(*expressions: ast.AST | None) -> list[str]:
    """Nama-nama yang isinya mengalir ke hasil: seperti `read_paths`, tanpa nomor urut dan tanpa yang hanya dihitung
    banyaknya.

    >>> value_paths(ast.parse("skor[0, kelas] * w.view(len(x), -1)", mode="eval").body)
    ['skor', 'w.view']
    """
    parts = [node for one in expressions if one is not None for node in ast.walk(one)]
    indices = {
        id(node) for outer in parts if isinstance(outer, ast.Subscript) for node in ast.walk(outer.slice)
    } | {id(outer) for outer in parts if isinstance(outer, ast.Call) and ast.unparse(outer.func) in ("len", "range")}
    found: list[str] = []
    for one in expressions:
        waiting: list[ast.AST] = [one] if one is not None else []
        while waiting:
            node = waiting.pop(0)
            if id(node) in indices:
                continue
            path = dotted(node)
            if path is not None:
                found.append(path)
            else:
                waiting = [*ast.iter_child_nodes(node), *waiting]
    return list(dict.fromkeys(found))


def begins(path: str, with_: str) -> bool:
    """Apakah `path` sama dengan `with_` atau bagian darinya.

    >>> begins("h.t", "h"), begins("hasil", "h")
    (True, False)
    """
    return path == with_ or path.startswith((f"{with_}.", f"{with_}["))


def stores(statement: ast.stmt) -> list[Store]:
    """Apa yang ditulis sebuah pernyataan.

    >>> stores(ast.parse("a, self.h = f(x)").body[0])[1].path
    'self.h'
    """
    found: list[Store] = []
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            found += _targets(target, statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        found += _targets(statement.target, statement.value)
    elif isinstance(statement, ast.AugAssign):
        kind: StoreKind = "element" if isinstance(statement.target, ast.Subscript) else "augment"
        base = statement.target.value if isinstance(statement.target, ast.Subscript) else statement.target
        path = dotted(base)
        found += [Store(path, statement.value, kind)] if path else []
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        found += [one._replace(kind="loop") for one in _targets(statement.target, statement.iter)]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            found += _targets(item.optional_vars, item.context_expr) if item.optional_vars else []
    for expression in heads(statement):
        for node in within(expression):
            if isinstance(node, ast.NamedExpr):
                found.append(Store(node.target.id, node.value, "assign"))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
                path = dotted(node.func.value)
                found += [Store(path, node.args[-1], "append")] if path and node.args else []
    return found


def _targets(target: ast.expr, value: ast.expr) -> list[Store]:
    if isinstance(target, (ast.Tuple, ast.List)):
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        pairs = zip(target.elts, parts if len(parts) == len(target.elts) else [value] * len(target.elts))
        return [store for one, part in pairs for store in _targets(one, part)]
    if isinstance(target, ast.Starred):
        return _targets(target.value, value)
    if isinstance(target, ast.Subscript):
        path = dotted(target.value)
        return [Store(path, value, "element")] if path else []
    path = dotted(target)
    return [Store(path, value, "assign")] if path else []


def definitions(scope: Scope, path: str, before: Statement | None, most: int = 4) -> list[tuple[Statement, Store]]:
    """Pernyataan yang memberi `path` isinya sebelum `before`, dari yang terakhir; yang pasti menghentikan pencarian.

    Di dalam perulangan, penulisan di bawah `before` ikut, bila di atasnya tidak ada.
    """
    place = len(scope.statements) if before is None else before.place
    found = _written(scope, path, [one for one in reversed(scope.statements) if one.place < place], before, most)
    if not found and before is not None and before.loops:
        later = [one for one in reversed(scope.inside(before.loops[0])) if one.place >= place]
        found = _written(scope, path, later, before, most)
    return found


def _written(
    scope: Scope, path: str, statements: list[Statement], before: Statement | None, most: int
) -> list[tuple[Statement, Store]]:
    found: list[tuple[Statement, Store]] = []
    around = before.blocks if before is not None else ()
    for one in statements:
        for store in stores(one.node):
            if begins(path, store.path) or begins(store.path, path):
                found.append((one, store))
                certain = one.blocks == around[: len(one.blocks)]
                if (certain and store.kind in ("assign", "loop")) or len(found) >= most:
                    return found
    return found


def carried(scope: Scope, path: str, loop: ast.stmt) -> tuple[Statement, Store] | None:
    """Penulisan `path` di dalam perulangan, bila isinya dibaca putaran berikutnya sebelum ditulis lagi."""
    first: tuple[Statement, Store] | None = None
    read_before = False
    for one in scope.inside(loop):
        reads = any(begins(read, path) for read in read_paths(*_read_in(one.node)))
        wrote = next((store for store in stores(one.node) if store.path == path), None)
        if first is None and (reads or (wrote is not None and wrote.kind in ("augment", "append"))):
            read_before = True
        if wrote is not None and first is None:
            first = (one, wrote)
    return first if read_before else None


def _read_in(statement: ast.stmt) -> list[ast.AST]:
    """What a statement reads: not the targets that it writes."""
    if isinstance(statement, ast.Assign):
        return [statement.value]
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        return [statement.value] if statement.value is not None else []
    if isinstance(statement, LOOPS):
        return [statement.iter] if isinstance(statement, (ast.For, ast.AsyncFor)) else [statement.test]
    return list(heads(statement))
