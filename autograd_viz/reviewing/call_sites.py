"""Pernyataan yang memanggil sebuah fungsi, dan pernyataan yang terakhir memberi isi kepada sebuah nama sebelum itu."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.written import function_name

_DEEPEST = 3
_MOST = 20


def outwards(facts: Facts, one: Statement | None) -> Iterator[Statement]:
    """Sebuah pernyataan, lalu satu-satunya yang memanggil fungsinya, dan seterusnya ke luar."""
    for _ in range(_DEEPEST):
        if one is None:
            return
        yield one
        one = _only(facts, _calls(facts, one.around))


def ways(facts: Facts, one: Statement | None) -> list[Statement]:
    """Sebuah pernyataan dan semua yang memanggilnya, langsung atau tidak, menurut urutan barisnya."""
    found = [one] if one is not None else []
    for outer in found:
        found += [call for call in _calls(facts, outer.around) if call not in found] if len(found) < _MOST else []
    return sorted(found, key=lambda call: call.place)


def origin_of(facts: Facts, name: str, place: Place | None) -> Statement | None:
    """Pernyataan yang memberi isi kepada `name` sebelum tempat itu; bila `name` argumen, dicari di pemanggilnya."""
    here = statement_at(facts, place)
    for _ in range(_DEEPEST):
        if here is None or not name.isidentifier():
            return None
        given = [one for one in statements(facts) if _assigns(one, name) and _before(one, here)]
        if given:
            return max(given, key=lambda one: one.place.line)
        function = _function(facts, here.around)
        calls = _calls(facts, here.around)
        call = _only(facts, calls)
        found = next((node for node in _called(call.node, here.around[-1])), None) if call and here.around else None
        if function is None or found is None:
            return None
        name, here = _argument(function, found, name), call
    return None


def _before(one: Statement, here: Statement) -> bool:
    """Whether it ran before the other one, whatever was decided: it stands in the same body or in one around it."""
    same = one.around == here.around and one.place.source == here.place.source
    return same and one.place.line < here.place.line and here.body[: len(one.body)] == one.body


def _assigns(one: Statement, name: str) -> bool:
    if not isinstance(one.node, ast.Assign):
        return False
    parts = [part for target in one.node.targets for part in ast.walk(target)]
    return any(isinstance(part, ast.Name) and part.id == name for part in parts)


def _calls(facts: Facts, around: tuple[str, ...]) -> list[Statement]:
    """The simple statements that call a function, or make an object of the class of this `__init__`."""
    word = around[-2] if len(around) > 1 and around[-1] == "__init__" else around[-1] if around else ""
    return [one for one in statements(facts) if word and not hasattr(one.node, "body") and any(_called(one.node, word))]


def _called(node: ast.AST, word: str) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call) and function_name(one) == word]


def _only(facts: Facts, calls: list[Statement]) -> Statement | None:
    """The only one, or the only one that was recorded."""
    if len(calls) > 1:
        blocks = [one.place for one in statements(facts) if isinstance(one.node, ast.With) and _records(one.node)]
        calls = [one for one in calls if any(_holds(block, one.place) for block in blocks)]
    return calls[0] if len(calls) == 1 else None


def _records(node: ast.With) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and function_name(item.context_expr) == "record" for item in node.items
    )


def _holds(outer: Place, inner: Place) -> bool:
    return outer.source == inner.source and outer.line < inner.line <= outer.end


def _function(facts: Facts, around: tuple[str, ...]) -> ast.FunctionDef | None:
    found = [
        one.node
        for one in statements(facts)
        if isinstance(one.node, ast.FunctionDef) and (*one.around, one.node.name) == around
    ]
    return found[0] if len(found) == 1 else None


def _argument(function: ast.FunctionDef, call: ast.Call, name: str) -> str:
    """What the call gives for the argument of that name; empty where it is not seen."""
    named = {word.arg: word.value for word in call.keywords}
    if name in named:
        return ast.unparse(named[name])
    taken = [one.arg for one in function.args.args]
    at = taken.index(name) - (taken[:1] == ["self"]) if name in taken else -1
    return ast.unparse(call.args[at]) if 0 <= at < len(call.args) else ""
