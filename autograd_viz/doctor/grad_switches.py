"""Pernyataan yang mematikan pencatatan autograd dan tidak menyalakannya lagi: `torch.set_grad_enabled(False)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, called, instead, method_call, removed
from autograd_viz.doctor.left_open import closes, kept_contexts, opened
from autograd_viz.doctor.methods import code_of
from autograd_viz.doctor.quiet_callers import quiet_callers
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.source import Function, Scope, Statement, function_scope, functions_of, read_text
from autograd_viz.library_code import is_library

PROVEN = 4  # the weight of a cut that the program proves


class Switch(NamedTuple):
    """Satu pemadaman: pernyataannya, pernyataan-pernyataan di sekitarnya, dan fungsi yang memuatnya bila ada.

    `current` pernyataan yang sedang dijalankan di sana, `owner` konteks yang dibukanya tanpa `with`, dan `closings`
    pernyataan yang menutupnya tetapi tidak selalu dijalankan.
    """

    statement: Statement
    scope: Scope
    function: Function | None = None
    current: Statement | None = None
    owner: str = ""
    closings: tuple[Statement, ...] = ()


def recording_off(evidence: Evidence, steps: list[Step], cuts: Sequence[Finding]) -> Iterator[Finding]:
    """Pencatatan yang masih mati, atau mati sewaktu loss dihitung; `cuts` pemutus lain yang sudah ditemukan."""
    off = not torch.is_grad_enabled()
    if not off and any(one.weight >= PROVEN for one in cuts):
        return
    caller = next(quiet_callers(evidence, steps), None)
    if caller is not None:
        yield caller
        return
    if not off and (cuts or not _should_have_graph(steps)):
        return
    found = _switches(evidence, off)
    if not found and off:
        yield _unseen(evidence, steps)
    if not found:
        return
    one = found[0]
    where = f"`{one.statement.text}` di {at(one.statement)}"
    where += f", di dalam `{one.function.name}()`," if one.function is not None else ""
    asked = "yang di-backward"
    told = f"{where} mematikan pencatatan untuk seluruh program, bukan untuk satu blok"
    trained = f", dan {asked} dihitung dari model yang parameternya requires_grad."
    told += ", dan sekarang pun masih mati." if off else trained
    told += f" Penutupnya di {', '.join(map(at, one.closings))} tidak selalu dijalankan." if one.closings else ""
    others = ", ".join(at(other.statement) for other in found[1:3])
    told += f" Begitu juga {others}." if others else ""
    yield Finding(
        "tanpa-grad-mode", told, {"line": one.statement.text}, _mend(one, steps), writer=one.statement,
        weight=5 if off and len(found) == 1 else 3,
    )  # fmt: skip


def _should_have_graph(steps: list[Step]) -> bool:
    """Whether a module with trainable parameters, or a tensor with a gradient, lies behind what was asked for."""
    values = [step.context.value(ast.unparse(node)) for step in steps for node in ast.walk(step.expression)
              if isinstance(node, (ast.Name, ast.Attribute))]  # fmt: skip
    return any(isinstance(one, torch.nn.Module) and any(p.requires_grad for p in one.parameters()) for one in values)


def _unseen(evidence: Evidence, steps: list[Step]) -> Finding:
    """Off, and no statement that is always off: one that is asked at run time, or none that can be seen."""
    asked = list({_line(one.statement): one for one in _candidates(evidence, _asks)}.values())
    told = "torch.is_grad_enabled() sekarang False: pencatatan dimatikan dan belum dinyalakan. "
    writer = asked[0].statement if len(asked) == 1 else None
    told += f"Yang terlihat dapat mematikannya hanya `{writer.text}` di {at(writer)}." if writer is not None \
        else "Yang mematikannya tidak terlihat dari sini."
    first, current = _first_made(evidence, steps), evidence.here.current if evidence.here is not None else None
    where = f"# tepat di atas {at(first)}, {first.text}:\n" if first is not None else "# sebelum loss dihitung:\n"
    mend = f"{where}torch.set_grad_enabled(True)"
    if torch.is_inference_mode_enabled() and first is not None and current is not None:
        mend = _wrapped(evidence, first, current, "torch.inference_mode(False)")
    return Finding("tanpa-grad-mode", told, mend=mend, writer=writer, weight=5)


def _wrapped(evidence: Evidence, first: Statement, last: Statement, context: str) -> str:
    here = evidence.here
    inside = [one for one in (here.scope.statements if here is not None else ())
              if first.place <= one.place <= last.place and one.blocks == first.blocks]  # fmt: skip
    body = "\n".join(ast.unparse(one.node) for one in inside)
    end = last.node.end_lineno or last.line
    return f"# menggantikan {at(first, end)}:\nwith {context}:\n" + "\n".join(
        f"    {line}" for line in body.splitlines()
    )


def _first_made(evidence: Evidence, steps: list[Step]) -> Statement | None:
    """The first statement in this turn of the running function that computes with something trained."""
    here = evidence.here
    if here is None or here.current is None:
        return None
    own, loops = {_line(one) for one in here.scope.statements}, here.current.loops
    made = [
        one.statement for one in steps
        if one.statement is not None and _line(one.statement) in own and one.statement is not here.current
        and one.statement.loops == loops and one.statement.place < here.current.place
    ]  # fmt: skip
    graphed = [one.statement for one in steps if one.statement in made and _should_have_graph([one])]
    return min(graphed or made, key=lambda one: one.place, default=None)


def _switches(evidence: Evidence, off: bool) -> list[Switch]:
    """All places that switch off and do not switch on again, each once; if there are none, those that may not."""
    texts = [text for name in files(evidence) if (text := read_text(name, {})) is not None]
    kept = kept_contexts(texts)
    certain: dict[tuple[str, int], Switch] = {}
    maybe: dict[tuple[str, int], Switch] = {}
    judged: set[tuple[str, int]] = set()
    for one in _candidates(evidence, lambda statement: _is_switch(statement, False) or bool(opened(statement, kept))):
        line = _line(one.statement)
        one = one._replace(owner=opened(one.statement, kept))
        if line in judged and line not in certain and line not in maybe:
            continue
        again = _again(one)
        always = any(_always(one, other) for other in again)
        if one.function is not None and line in judged:  # the running function, seen once more with its head
            certain |= {line: one} if line in certain else {}
            maybe |= {line: one._replace(closings=tuple(again))} if line in maybe else {}
        elif not again:
            certain[line] = one
        elif not always and off:
            maybe[line] = one._replace(closings=tuple(again))
        judged.add(line)
    return list((certain or maybe).values())


def _again(one: Switch) -> list[Statement]:
    """What may have switched on again since this statement ran."""
    place, current = one.statement.place, one.current
    found = [
        other for other in one.scope.statements
        if _is_switch(other, True) or (one.owner and closes(other, one.owner))
    ]  # fmt: skip
    if current is None or place > current.place:
        turned = [other for other in found if current is not None and other.place < current.place and other.loops]
        return [*(other for other in found if other.place > place), *turned]
    return [other for other in found if place < other.place < current.place]


def _always(one: Switch, other: Statement) -> bool:
    between = [each for each in one.scope.statements if one.statement.place < each.place < other.place]
    leaves = any(isinstance(each.node, (ast.Return, ast.Raise, ast.Continue, ast.Break)) for each in between)
    return not leaves and other.blocks == one.statement.blocks[: len(other.blocks)]


def _candidates(evidence: Evidence, wanted: Callable[[Statement], bool]) -> Iterator[Switch]:
    for frame in evidence.frames:
        yield from (Switch(one, frame.scope, None, frame.current) for one in frame.scope.statements if wanted(one))
    for filename in files(evidence):
        text = read_text(filename, {})
        for function in functions_of(text) if text is not None else ():
            scope = function_scope(function, text) if text is not None else Scope()
            yield from (Switch(one, scope, function) for one in scope.statements if wanted(one))


def files(evidence: Evidence) -> list[str]:
    """Berkas fungsi-fungsi yang sedang berjalan, dan berkas yang dapat dipanggilnya."""
    found = dict.fromkeys(frame.filename for frame in evidence.frames)
    for frame in evidence.frames:
        for value in list(frame.variables.values()):
            if isinstance(value, ModuleType):
                name = getattr(value, "__file__", None) or ""
                if name and not is_library(name, value.__name__):
                    found.setdefault(name)
                continue
            functions = [value] if not isinstance(value, torch.nn.Module) else []
            functions += list(vars(type(value)).values())
            functions += list(vars(value).values()) if isinstance(value, type) else []
            for function in filter(None, map(code_of, functions)):
                found.setdefault(function.__code__.co_filename)
    return list(found)


def _is_switch(statement: Statement, to: bool) -> bool:
    """Whether this statement, and no block, turns recording off or on."""
    given = _given(statement)
    if given is None:
        return False
    value = given.value if isinstance(given, ast.Constant) else None
    return value is to or (to and value is None)  # what is asked at run time may turn it on


def _asks(statement: Statement) -> bool:
    given = _given(statement)
    return given is not None and not isinstance(given, ast.Constant)


def _given(statement: Statement) -> ast.expr | None:
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or called(call) != "set_grad_enabled":
        return None
    return next(iter([*call.args, *(one.value for one in call.keywords)]), None)


def _line(statement: Statement) -> tuple[str, int]:
    return statement.title, statement.line


def _mend(one: Switch, steps: Sequence[Step]) -> str:
    """A decorator where the whole function is meant, a block around what follows, or the line taken away."""
    function = one.function
    gone = "\n".join(removed(each) for each in (one.statement, *one.closings))
    waits = [each for each in one.scope.statements if isinstance(getattr(each.node, "value", None), ast.Yield)]
    if function is not None and waits and any("contextmanager" in ast.unparse(d) for d in function.decorator_list):
        return "\n".join([gone, *(instead(each, f"with torch.no_grad():\n    {each.text}") for each in waits)])
    around = {_line(step.statement) for step in steps if step.statement is not None}
    wrapped: list[Statement] = []
    last = one.statement.node.end_lineno or one.statement.line
    for other in one.scope.statements[one.statement.place + 1 :]:
        if other.blocks != one.statement.blocks or other.line <= last:
            continue
        end = other.node.end_lineno or other.line
        if any(title == other.title and other.line <= line <= end for title, line in around) or _goes_back(other):
            break
        wrapped.append(other)
        last = end
    if not wrapped:
        return gone
    closed = {each.line for each in one.closings}
    body = [text for other in wrapped if (text := _open(other, closed))]
    told = f"# menggantikan {at(one.statement, last)}:\nwith torch.no_grad():\n"
    return told + "\n".join(f"    {line}" for text in body for line in text.splitlines())


def _open(statement: Statement, closed: Container[int]) -> str:
    """The statement without what closes the context; empty where nothing is left."""
    if statement.line in closed:
        return ""
    node = statement.node
    if isinstance(node, ast.If) and all(inner.lineno in closed for inner in node.body) and not node.orelse:
        return ""
    return ast.unparse(node)


def _goes_back(statement: Statement) -> bool:
    return method_call(statement.node, "backward", "grad") is not None
