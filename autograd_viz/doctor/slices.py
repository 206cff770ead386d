"""Irisan mundur: pernyataan yang membuat sebuah tensor, dari yang terakhir, juga di dalam fungsi pengguna."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.cuts import find_cuts
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import definitions, first_name, read_paths, stores, value_paths
from autograd_viz.doctor.methods import called_object, code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import reachable

MOST, DEEPEST = 200, 4  # statements that are looked at, and calls inside calls


class Context(NamedTuple):
    """Tempat sebuah ungkapan dibaca: pernyataan di sekitarnya, variabelnya, dan dari mana parameternya datang."""

    scope: Scope
    variables: Mapping[str, Any]
    frame: int | None  # the number of its frame, None where it no longer runs
    given: Mapping[str, tuple[Context, ast.expr, Statement | None]]
    depth: int = 0

    def value(self, path: str) -> Any:
        """Isi nama ini di sini, atau pemiliknya bila hanya itu yang terbaca; None bila tidak diketahui."""
        return self.look(path)[0]

    def rebinds(self, name: str) -> bool:
        """Apakah nama parameter ini diberi isi lain di fungsinya; isi yang diterimanya bukan lagi isinya."""
        return any(store.path == name for one in self.scope.statements for store in stores(one.node))

    def look(self, path: str) -> tuple[Any, str]:
        """Isi nama ini dan sisa nama yang tidak terbaca: `w` dan `.mean` dari `w.mean`."""
        try:
            base = first_name(path)
            if base not in self.given or self.rebinds(base):
                return resolve(path, self.variables)
            context, expression, _ = self.given[base]
            known = read_paths(expression)
            inner = context.value(known[0]) if len(known) == 1 and known[0] == ast.unparse(expression) else None
            if inner is None and self.frame is not None:  # given as an expression: what it holds now is that
                return resolve(path, self.variables)
            return resolve("x" + path[len(base):], {"x": inner}) if inner is not None else (None, path)
        except SyntaxError:  # an expression, no name
            return None, path


class Step(NamedTuple):
    """Satu ungkapan yang ikut membuat tensor itu, pernyataannya, dan tempatnya dibaca; `behind` pemutus di hilirnya."""

    expression: ast.expr
    statement: Statement | None
    context: Context
    behind: int = 0


def slice_from(
    evidence: Evidence,
    expression: ast.expr,
    statement: Statement | None,
    number: int,
    stop: Callable[[Step], bool] = lambda step: False,
) -> list[Step]:
    """Ungkapan-ungkapan di hulu `expression`, yang ada di pernyataan ini di bingkai ke-`number`, ke hulu.

    Di hulu ungkapan yang dijawab benar oleh `stop` tidak ada yang dicari lagi.
    """
    return list(_upstream(evidence, Step(expression, statement, frame_context(evidence, number)), stop))


def _upstream(evidence: Evidence, first: Step, stop: Callable[[Step], bool]) -> Iterator[Step]:
    waiting = deque([first])
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting and count < MOST:
        step = waiting.popleft()
        key = (id(step.expression), step.context.depth)
        if key in seen:
            continue
        seen.add(key)
        count += 1
        yield step
        if stop(step):
            continue
        above = [one for path in value_paths(step.expression) for one in _defining(evidence, step, path)]
        behind = step.behind + bool(find_cuts(step.expression))
        waiting += [one._replace(behind=behind) for one in (*above, *inside_calls(step))]


def frame_context(evidence: Evidence, number: int) -> Context:
    """Tempat sebuah bingkai; parameternya datang dari panggilan di bingkai luarnya."""
    frame = evidence.frames[number]
    given: Mapping[str, tuple[Context, ast.expr, Statement | None]] = {}
    if number + 1 < len(evidence.frames) and frame.scope.parameters:
        outer = evidence.frames[number + 1]
        if isinstance(outer.call, ast.Call):
            given = _bound(frame.scope, outer.call, frame_context(evidence, number + 1), outer.current)
    return Context(frame.scope, frame.variables, number, given)


def _bound(
    scope: Scope, call: ast.Call, context: Context, statement: Statement | None
) -> dict[str, tuple[Context, ast.expr, Statement | None]]:
    names = list(scope.parameters)
    if names[:1] == ["self"]:
        names = names[1:]
    pairs = dict(zip(names, [one for one in call.args if not isinstance(one, ast.Starred)], strict=False))
    pairs |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in names}
    return {name: (context, value, statement) for name, value in pairs.items()}


def _defining(evidence: Evidence, step: Step, path: str) -> list[Step]:
    """What gave this name its value: statements of the same place, or the argument of a call."""
    context = step.context
    found = definitions(context.scope, path, step.statement)
    steps = [Step(store.value, statement, context) for statement, store in found if store.value is not None]
    base = first_name(path)
    if not found and base in context.given:
        outer, value, statement = context.given[base]
        steps.append(Step(value, statement, outer))
    elif not found and context.frame is not None and base not in context.scope.parameters:
        for number in range(context.frame + 1, len(evidence.frames)):
            outer_context = frame_context(evidence, number)
            found = definitions(outer_context.scope, path, evidence.frames[number].current)
            if found:
                steps += [Step(s.value, statement, outer_context) for statement, s in found if s.value is not None]
                break
    return steps


def inside_calls(step: Step) -> list[Step]:
    """Yang dikembalikan fungsi-fungsi pengguna yang dipanggil ungkapan ini."""
    if step.context.depth >= DEEPEST:
        return []
    steps = []
    for node in ast.walk(step.expression):
        if not isinstance(node, ast.Call):
            continue
        thing = callee(node, step.context)
        function = code_of(thing)
        if function is None:
            continue
        scope = scope_of_function(function)
        given = _bound(scope, node, step.context, step.statement)
        own = {store.path for statement in scope.statements for store in stores(statement.node)}
        held: dict[str, Any] = {name: value for name, value in function.__globals__.items() if name not in own}
        owner = thing.__self__ if isinstance(thing, MethodType) else thing
        if isinstance(owner, torch.nn.Module) or isinstance(thing, MethodType):
            held["self"] = owner
        context = Context(scope, held, None, given, step.context.depth + 1)
        for statement in scope.statements:
            if isinstance(statement.node, ast.Return) and statement.node.value is not None:
                steps.append(Step(statement.node.value, statement, context))
    return steps


def callee(call: ast.Call, context: Context) -> Any:
    """Yang dipanggil: fungsi, modul, atau metode terikat; None bila tidak terbaca."""
    paths = read_paths(call.func)
    if len(paths) != 1 or paths[0] != ast.unparse(call.func):
        return None
    owner, _, name = paths[0].rpartition(".")
    whole = context.value(paths[0])
    if not owner:
        return called_object(whole) or whole
    base = context.value(owner)
    if base is None or isinstance(base, torch.Tensor):
        return whole if callable(whole) else None
    if isinstance(base, torch.nn.Module) and callable(whole) and whole is not base:
        return whole
    member = getattr(type(base), name, None)
    return MethodType(member, base) if callable(member) and not is_library_class(type(base)) else whole


def tracked(step: Step, expression: ast.expr) -> bool | None:
    """Apakah yang dibaca ungkapan ini membawa graf; None bila tidak ada yang diketahui isinya."""
    known = False
    for path in value_paths(expression):
        value = step.context.value(path)
        found = requires_grad(value)
        if found:
            return True
        known = known or found is False
    return False if known else None


def requires_grad(value: Any) -> bool | None:
    """Apakah tensor, modul, atau wadah ini membawa gradien; None bila ia bukan salah satunya.

    >>> requires_grad(torch.nn.Linear(2, 1)), requires_grad([torch.ones(2)]), requires_grad("w")
    (True, False, None)
    """
    if isinstance(value, torch.Tensor):
        return value.requires_grad
    if isinstance(value, torch.nn.Module):
        held = list(value.parameters())
        return any(one.requires_grad for one in held) if held else None
    if isinstance(value, (list, tuple, dict)):
        inner = [item for _, item in reachable({"x": value}, lambda kind: False, 200, 2)]
        found = [requires_grad(item) for item in inner]
        return None if not inner else any(found)
    return False if isinstance(value, (int, float)) else None
