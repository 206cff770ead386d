"""Bagian mana dari sebuah nilai yang diambil sebuah nama, dan ungkapan mana yang memasang tanda `requires_grad`."""

from __future__ import annotations

import ast
from typing import Any

from autograd_viz.doctor.expressions import Store, dotted
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.source import Statement


def marks(node: ast.expr) -> bool:
    """Apakah ungkapan ini sendiri memasang `requires_grad`.

    >>> marks(ast.parse("torch.ones(2, requires_grad=True)", mode="eval").body)
    True
    """
    if not isinstance(node, ast.Call):
        return False
    switched = [one.value for one in node.keywords if one.arg == "requires_grad"]
    if called(node) == "requires_grad_":
        switched += node.args or [ast.Constant(True)]
    elif called(node) == "Parameter":
        switched = switched or [ast.Constant(True)]
    return any(isinstance(one, ast.Constant) and one.value is True for one in switched)


def taken_by(statement: Statement, store: Store) -> tuple[Any, ...]:
    """Anggota nilai yang diambil penulisan ini: `(1,)` untuk b pada `a, b = buat()`; kosong bila seluruhnya."""
    targets = statement.node.targets if isinstance(statement.node, ast.Assign) else []
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)) and store.value is getattr(statement.node, "value", None):
            names = [dotted(one) for one in target.elts]
            return (names.index(store.path),) if store.path in names else ()
    return ()


def keys_in(suffix: str) -> tuple[Any, ...] | None:
    """Tetapan di dalam kurung siku; None bila ada yang lain di sana.

    >>> keys_in("[0]['w']"), keys_in("[0].T")
    ((0, 'w'), None)
    """
    keys: list[Any] = []
    node: ast.expr = ast.parse(f"x{suffix}", mode="eval").body
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        keys.append(node.slice.value)
        node = node.value
    return tuple(reversed(keys)) if isinstance(node, ast.Name) and node.id == "x" else None


def part_of(value: ast.expr, key: Any) -> ast.expr | None:
    """Ungkapan anggota sebuah daftar atau kamus, juga yang dibuat dengan `for`; None bila tidak tertulis di sana.

    >>> ast.unparse(part_of(ast.parse("[a, b]", mode="eval").body, 1))
    'b'
    """
    if isinstance(value, (ast.ListComp, ast.DictComp)):
        return value.elt if isinstance(value, ast.ListComp) else value.value
    if isinstance(value, (ast.List, ast.Tuple)) and isinstance(key, int):
        plain = not any(isinstance(one, ast.Starred) for one in value.elts)
        return value.elts[key] if plain and key < len(value.elts) else None
    if isinstance(value, ast.Dict):
        return next((one for name, one in zip(value.keys, value.values, strict=True)
                     if isinstance(name, ast.Constant) and name.value == key), None)  # fmt: skip
    return None
