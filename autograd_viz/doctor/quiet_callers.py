"""Pemanggil yang mematikan pencatatan bagi semua yang dijalankannya: blok, dekorator, pembungkus, dan generator."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType, GeneratorType
from typing import Any

from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import heads, within
from autograd_viz.doctor.findings import Finding, at, called, rows
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.slices import Step, callee
from autograd_viz.doctor.source import Function, Statement, Text, functions_of, read_text


def quiet_callers(evidence: Evidence, steps: Sequence[Step]) -> Iterator[Finding]:
    """Pemanggil yang terbukti membuat loss-nya tidak dicatat, dari yang terdekat."""
    for search in (_around, _generators, _wrappers):
        found = next(search(evidence, steps), None)
        if found is not None:
            yield found
            return


def _around(evidence: Evidence, _: Sequence[Step]) -> Iterator[Finding]:
    """A function around the failing one that stands at a call inside no_grad."""
    for number, frame in enumerate(evidence.frames[1:], 1):
        current = frame.current
        inside = [one for inner in evidence.frames[:number] for one in inner.scope.statements]
        on_again = any("enable_grad" in one.text for one in inside)
        if current is None or not current.silenced or on_again:
            continue
        decorated = _decorator_of(evidence.frames[number - 1].filename, frame.filename, evidence, number)
        told = f"`{current.text}` di {at(current)} dijalankan di bawah `{current.silenced}`, jadi semua yang " \
               "dihitung di dalamnya tidak dicatat."
        yield _finding(told, decorated or _undone(current), current)


def _decorator_of(inner: str, outer: str, evidence: Evidence, number: int) -> str:
    """Where the block stands in a wrapper: the line of the decorator that wrapped the function."""
    text, around = read_text(inner, {}), read_text(outer, {})
    frame, current = evidence.frames[number - 1], evidence.frames[number].current
    first = next(iter(frame.scope.statements), None)
    if text is None or around is None or first is None or current is None:
        return ""
    return _without_decorator(_defined_around(text, first.line), _makers(around, current.line))


def _makers(text: Text, line: int) -> list[str]:
    """The functions that define the one at this line."""
    return [
        one.name for one in functions_of(text)
        if any(isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
               for part in one.body for node in ast.walk(part))
    ]  # fmt: skip


def _defined_around(text: Text, line: int) -> Function | None:
    found = [one for one in functions_of(text) if one.lineno <= line <= (one.end_lineno or one.lineno)]
    return found[-1] if found else None


def _without_decorator(function: Function | None, makers: Sequence[str]) -> str:
    for one in function.decorator_list if function is not None else ():
        name = one.func if isinstance(one, ast.Call) else one
        if ast.unparse(name).rpartition(".")[2] in makers:
            return f"# hapus baris {one.lineno}, @{ast.unparse(one)}"
    return ""


def _undone(statement: Statement) -> str:
    """The block without its `with`, or the decorator taken away."""
    switch = statement.switch
    if isinstance(switch, (ast.With, ast.AsyncWith)):
        others = [ast.unparse(one) for one in switch.items if f"with {ast.unparse(one)}:" != statement.silenced]
        body = "\n".join(ast.unparse(one) for one in switch.body)
        if others:
            body = f"with {', '.join(others)}:\n" + "\n".join(f"    {line}" for line in body.splitlines())
        where = at(statement).replace(f"baris {statement.line}", rows(switch.lineno, switch.end_lineno))
        return f"# menggantikan {where}; tanpa `{statement.silenced}`:\n{body}"
    if switch is None:
        return ""
    where = at(statement).replace(f"baris {statement.line}", f"baris {switch.lineno}")
    return f"# hapus {where}, {statement.silenced}"


def _generators(evidence: Evidence, _: Sequence[Step]) -> Iterator[Finding]:
    """A generator that waits inside its no_grad block: until it goes on, its caller runs without recording too."""
    for frame in evidence.frames:
        waiting = {value.gi_code.co_name for value in frame.variables.values()
                   if isinstance(value, GeneratorType) and value.gi_frame is not None}  # fmt: skip
        for loop in frame.current.loops if frame.current is not None else ():
            waiting |= {called(node) for node in ast.walk(loop.iter) if isinstance(node, ast.Call)} \
                if isinstance(loop, ast.For) else set()
        iterated = list(_iterated(frame))
        for value in (*frame.variables.values(), *_methods(frame.variables.values()), *iterated):
            function = code_of(value) if isinstance(value, FunctionType) else None
            if function is None or (function.__name__ not in waiting and value not in iterated):
                continue
            scope = scope_of_function(function)
            one = next((one for one in scope.statements if one.silenced and _yields(one)), None)
            if one is None or not isinstance(one.switch, (ast.With, ast.AsyncWith)):
                continue
            told = f"`{function.__name__}()` berhenti di `{one.text}` ({at(one)}), di dalam `{one.silenced}`. Selama " \
                   "generator itu menunggu di sana, pencatatan mati juga bagi yang memakainya."
            text = read_text(function.__code__.co_filename, function.__globals__)
            own = _defined_around(text, one.line) if text is not None else None
            yield _finding(told, _recording_outside(own, one.switch) if own is not None else "", one)


def _recording_outside(function: Function, block: ast.With | ast.AsyncWith) -> str:
    """The generator with a decorator, which is off only while the generator itself runs."""
    new = copy.deepcopy(function)
    taken = [_Without(block.lineno).visit(one) for one in new.body]
    new.body = [inner for one in taken for inner in (one if isinstance(one, list) else [one])]
    new.decorator_list = [*new.decorator_list, ast.parse("torch.no_grad()", mode="eval").body]
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return f"# menggantikan {rows(first, function.end_lineno)}:\n{ast.unparse(ast.fix_missing_locations(new))}"


class _Without(ast.NodeTransformer):
    """What stands in the block at this line, without the block."""

    def __init__(self, line: int) -> None:
        self.line = line

    def visit_With(self, node: ast.With) -> Any:
        inner = self.generic_visit(node)
        if node.lineno != self.line or len(node.items) != 1 or not isinstance(inner, ast.With):
            return inner
        return inner.body


def _iterated(frame: UserFrame) -> Iterator[FunctionType]:
    """The `__iter__` of the objects that the running loops go over."""
    for loop in frame.current.loops if frame.current is not None else ():
        if isinstance(loop, ast.For):
            made = isinstance(loop.iter, ast.Call)
            value = value_of(loop.iter.func if isinstance(loop.iter, ast.Call) else loop.iter, frame.variables)
            kind = value if made else type(value)
            found = vars(kind).get("__iter__") if isinstance(kind, type) else None
            if isinstance(found, FunctionType):
                yield found


def _methods(values: Any) -> Iterator[Any]:
    for value in values:
        yield from (one for one in vars(type(value)).values() if isinstance(one, FunctionType))


def _yields(statement: Statement) -> bool:
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for head in heads(statement.node) for node in within(head))


def _wrappers(evidence: Evidence, steps: Sequence[Step]) -> Iterator[Finding]:
    """A decorator of the user's whose wrapper runs the function inside no_grad."""
    for step in steps:
        for node in within(step.expression):
            thing = callee(node, step.context) if isinstance(node, ast.Call) else None
            for wrapper in _wrapped(thing):
                one = next((one for one in scope_of_function(wrapper).statements if one.silenced and _calls_free(
                    one, wrapper)), None)  # fmt: skip
                inner = code_of(wrapper)
                if one is None or inner is None:
                    continue
                told = f"`{inner.__name__}()` dibungkus dekorator, dan pembungkusnya menjalankannya di bawah " \
                       f"`{one.silenced}`: `{one.text}` di {at(one)}."
                text = read_text(inner.__code__.co_filename, inner.__globals__)
                line = next(iter(scope_of_function(inner).statements), one).line
                own = _defined_around(text, line) if text is not None else None
                around = read_text(wrapper.__code__.co_filename, wrapper.__globals__)
                makers = _makers(around, one.line) if around is not None else []
                yield _finding(told, _without_decorator(own, makers), one)


def _wrapped(thing: Any) -> Iterator[FunctionType]:
    """The wrappers around a function, from the outermost one in."""
    thing = getattr(type(thing), "forward", thing) if not isinstance(thing, FunctionType) else thing
    thing = getattr(thing, "__func__", thing)
    while isinstance(thing, FunctionType) and (inner := vars(thing).get("__wrapped__")) is not None:
        if _own(thing):
            yield thing
        thing = inner


def _own(function: FunctionType) -> bool:
    alone: Callable[..., Any] = FunctionType(function.__code__, function.__globals__, function.__name__, None,
                                             function.__closure__)  # fmt: skip
    return code_of(alone) is not None


def _calls_free(statement: Statement, wrapper: FunctionType) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in wrapper.__code__.co_freevars
        for head in heads(statement.node) for node in within(head)
    )  # fmt: skip


def _finding(told: str, mend: str, writer: Statement) -> Finding:
    return Finding(
        "tanpa-grad-mode", told, {"line": writer.text}, mend or None, writer=writer, weight=5, example=not mend
    )
