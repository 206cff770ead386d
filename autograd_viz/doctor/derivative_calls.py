"""Panggilan `autograd.grad` yang hasilnya masih diturunkan lagi: semuanya memerlukan create_graph=True."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autograd_viz.doctor.expressions import begins, dotted, heads, read_paths, stores, within
from autograd_viz.doctor.findings import asked_expression, called, method_call, span
from autograd_viz.doctor.source import Scope, Statement

_CALLS = ("torch.autograd.grad", "autograd.grad", "grad")


def is_derivative(node: ast.AST) -> bool:
    """Apakah ini panggilan `autograd.grad`.

    >>> is_derivative(ast.parse("torch.autograd.grad(y, x)", mode="eval").body)
    True
    """
    return isinstance(node, ast.Call) and called(node) == "grad" and dotted(node.func) in _CALLS


def keeps(call: ast.Call) -> bool:
    """Apakah panggilan ini meminta hasil yang punya graf.

    >>> keeps(ast.parse("grad(y, x, create_graph=False)", mode="eval").body)
    False
    """
    asked = [one.value for one in call.keywords if one.arg == "create_graph"]
    return bool(asked) and not (isinstance(asked[0], ast.Constant) and asked[0].value is False)


def derivatives(scope: Scope) -> list[Statement]:
    """Pernyataan yang memanggil `autograd.grad` tanpa create_graph=True."""
    return [
        one for one in scope.statements if not hasattr(one.node, "body")
        and any(is_derivative(node) and not keeps(node) for head in heads(one.node) for node in within(head)
                if isinstance(node, ast.Call))
    ]  # fmt: skip


def goes_on(scope: Scope, statement: Statement) -> bool:
    """Apakah hasilnya masih sampai ke backward(), ke turunan lain, atau ke luar fungsi itu."""
    if isinstance(statement.node, ast.Return):
        return True
    reached = {store.path for store in stores(statement.node)}
    for one in scope.statements:
        if one.place <= statement.place and not (set(one.loops) & set(statement.loops)):
            continue
        if hasattr(one.node, "body"):
            continue
        asked = asked_expression(one) if method_call(one.node, "backward", "grad") is not None else None
        value = asked if asked is not None else getattr(one.node, "value", None)
        if value is None or not any(begins(path, name) for path in read_paths(value) for name in reached):
            continue
        if asked is not None or isinstance(one.node, ast.Return):
            return True
        reached |= {store.path for store in stores(one.node)}
    return False


def with_graphs(statements: Sequence[Statement]) -> str:
    """Pernyataan-pernyataan itu dengan create_graph=True, dan baris yang digantikan masing-masing."""
    return "\n".join(f"# menggantikan {span(one)}:\n{asking(one.node, 'create_graph')}" for one in statements)


def asking(statement: ast.stmt, name: str) -> str:
    """Pernyataan ini dengan `name=True` di setiap `autograd.grad`-nya.

    >>> asking(ast.parse("g = torch.autograd.grad(y, x)[0]").body[0], "create_graph")
    'g = torch.autograd.grad(y, x, create_graph=True)[0]'
    """
    node = ast.parse(ast.unparse(statement)).body[0]
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and is_derivative(call) and not keeps(call):
            call.keywords = [one for one in call.keywords if one.arg != name]
            call.keywords.append(ast.keyword(name, ast.Constant(True)))
    return ast.unparse(node)


def needing_graphs(scope: Scope, cut: Statement) -> list[Statement]:
    """Turunan yang memutus, dan turunan lain di fungsi itu yang hasilnya masih diperlukan."""
    return [one for one in derivatives(scope) if one.line == cut.line or goes_on(scope, one)]


def asked_again(scope: Scope, earlier: Statement, current: Statement) -> str:
    """Obat bila dua `autograd.grad` melewati graf yang sama; kosong bila salah satunya bukan `autograd.grad`."""
    found = derivatives(scope)
    if earlier not in found or current not in found:
        return ""
    wanted = [one for one in found if goes_on(scope, one)]
    if wanted:
        return with_graphs(wanted if earlier in wanted else [earlier, *wanted])
    kept = [one for one in found if earlier.place <= one.place < current.place]
    return "\n".join(f"# menggantikan {span(one)}:\n{asking(one.node, 'retain_graph')}" for one in kept)
