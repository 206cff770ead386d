"""Pernyataan yang hasilnya dibuang: `p.grad.clamp(-1, 1)` sebagai pernyataan sendiri."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache
from textwrap import dedent

from autograd_viz.recording.source import Place, Source, statement

CALLED = ("step", "zero_grad", "backward", "train", "eval", "update", "unscale_", "detach_")
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


def in_place(call: str) -> str:
    """Panggilan itu dengan garis bawah, pada gradiennya sendiri.

    >>> in_place("p.grad.clamp(-1, 1)"), in_place("torch.clamp(p.grad, max=1)")
    ('p.grad.clamp_(-1, 1)', 'p.grad.clamp_(max=1)')
    """
    found = ast.parse(call, mode="eval").body
    assert isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute)
    found.func.attr += "_"
    if isinstance(found.func.value, ast.Name) and found.func.value.id == "torch" and found.args:
        found.func.value = found.args.pop(0)
    return ast.unparse(found)


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
                return ast.unparse(value)
    return ""


def uncalled(source: Source) -> list[tuple[str, int, tuple[int, ...]]]:
    """Metode yang disebut tanpa dipanggil di dalam sebuah badan: teksnya, barisnya, dan baris pernyataan di sekitarnya.

    >>> uncalled(Source("sel", "for _ in range(2):\\n    loss.backward()\\n    opt.step"))
    [('opt.step', 3, (2,))]
    """
    try:
        tree = ast.parse(dedent(source.text))
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module) or not isinstance(body, list):
            continue
        for one in body:
            if isinstance(one, ast.Expr) and isinstance(one.value, ast.Attribute) and one.value.attr in CALLED:
                around = tuple(source.first - 1 + other.lineno for other in body if other is not one)
                found.append((ast.unparse(one.value), source.first - 1 + one.lineno, around))
    return found
