"""Pernyataan yang hasilnya dibuang: `p.grad.clamp(-1, 1)` sebagai pernyataan sendiri."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from textwrap import dedent

from autograd_viz.recording.source import Place, Source, statement

_ALIASES = {
    "clamp": ("clamp", "clip"),
    "clamp_min": ("clamp_min", "clamp", "clip"),
    "clamp_max": ("clamp_max", "clamp", "clip"),
}


def discarded_call(sources: Sequence[Source], place: Place | None, operation: str) -> str:
    """Panggilan metode `operation` yang hasilnya tidak dipakai di pernyataan itu; kosong bila tidak ada.

    >>> discarded_call([Source("sel", "p.grad.clamp(-1, 1)")], Place(0, 1, 1), "clamp")
    'p.grad.clamp(-1, 1)'
    >>> discarded_call([Source("sel", "g = p.grad.clamp(-1, 1)")], Place(0, 1, 1), "clamp")
    ''
    """
    return _found(statement(sources, place) or "", _ALIASES.get(operation, (operation,)))


@cache
def _found(line: str, names: tuple[str, ...]) -> str:
    text = dedent(line)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        try:
            tree = ast.parse(f"{text.rstrip()} pass")  # the head of a block
        except (SyntaxError, ValueError):
            return ""
    except ValueError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            value = node.value.elt if isinstance(node.value, ast.ListComp) else node.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in names:
                if not isinstance(value.func.value, ast.Name) or value.func.value.id != "torch":
                    return ast.unparse(value)
    return ""
