"""Konteks seperti `torch.no_grad()` yang dibuka dengan tangan, dan pernyataan yang menutupnya."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from autograd_viz.doctor.expressions import heads, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.source import Statement, Text, switches_off


def kept_contexts(texts: Iterable[Text]) -> frozenset[str]:
    """Nama dan atribut yang memegang konteks yang mematikan pencatatan: `mati` dari `self.mati = torch.no_grad()`."""
    found = set()
    for text in texts:
        for node in ast.walk(text.tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                if switches_off(node.value, text.aliases):
                    found |= {name for one in node.targets if (name := _last(one))}
    return frozenset(found)


def opened(statement: Statement, kept: Collection[str]) -> str:
    """Pemilik konteks yang dibuka pernyataan ini tanpa `with`; kosong bila tidak ada.

    >>> opened(Statement(ast.parse("torch.no_grad().__enter__()").body[0], 0, ""), ())
    'torch.no_grad()'
    """
    for call in _calls(statement):
        if called(call) == "__enter__" and isinstance(call.func, ast.Attribute) and _off(call.func.value, kept):
            return ast.unparse(call.func.value)
        if called(call) == "enter_context" and isinstance(call.func, ast.Attribute) and call.args:
            if _off(call.args[0], kept):
                return ast.unparse(call.func.value)
    return ""


def closes(statement: Statement, owner: str) -> bool:
    """Apakah pernyataan ini menutup yang dibuka lewat `owner`."""
    return any(
        called(call) in ("__exit__", "close") and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value) == owner
        for call in _calls(statement)
    )  # fmt: skip


def _off(expression: ast.expr, kept: Collection[str]) -> bool:
    return switches_off(expression, {}) if isinstance(expression, ast.Call) else _last(expression) in kept


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _calls(statement: Statement) -> Iterator[ast.Call]:
    for head in heads(statement.node):
        yield from (node for node in within(head) if isinstance(node, ast.Call))
