"""Pilihan di dalam ungkapan: dari apa dipilih, dan jenis bilangan yang ditulis di belakangnya."""

from __future__ import annotations

import ast

from autograd_viz.doctor.expressions import definitions, dotted
from autograd_viz.doctor.findings import called, method_call
from autograd_viz.doctor.slices import Step

TYPES = ("float", "double", "half", "long", "int", "to", "type")
_LIBRARY = ("torch", "F", "nn.functional", "torch.nn.functional")


def made(node: ast.expr, step: Step) -> ast.expr:
    """Ungkapan yang memberi sebuah nama isinya di fungsi itu; ungkapannya sendiri bila tidak tepat satu."""
    path = dotted(node)
    found = definitions(step.context.scope, path, step.statement, 2) if path is not None else []
    value = found[0][1].value if len(found) == 1 else None
    return value if value is not None else node


def softened(node: ast.expr) -> ast.expr | None:
    """Yang masuk ke softmax; None bila ungkapannya bukan panggilan softmax.

    >>> ast.unparse(softened(ast.parse("F.softmax(x, dim=1)", mode="eval").body))
    'x'
    >>> ast.unparse(softened(ast.parse("net(x).log_softmax(-1)", mode="eval").body))
    'net(x)'
    """
    call = method_call(node, "softmax", "log_softmax")
    if call is None or call is not node:
        return None
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if owner is not None and dotted(owner) not in _LIBRARY:
        return owner
    return call.args[0] if call.args else None


def untyped(node: ast.expr) -> ast.expr:
    """Ungkapan itu tanpa jenis bilangan di belakangnya.

    >>> ast.unparse(untyped(ast.parse("y.double()", mode="eval").body))
    'y'
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in TYPES:
        return node.func.value
    return node
