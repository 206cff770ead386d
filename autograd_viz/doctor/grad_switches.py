"""Pernyataan yang mematikan pencatatan autograd dan tidak menyalakannya lagi: `torch.set_grad_enabled(False)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, called, method_call
from autograd_viz.doctor.methods import code_of
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.source import Function, Scope, Statement, function_scope, functions_of, read_text
from autograd_viz.library_code import is_library


class Switch(NamedTuple):
    """Satu pemadaman: pernyataannya, pernyataan-pernyataan di sekitarnya, dan fungsi yang memuatnya bila ada."""

    statement: Statement
    scope: Scope
    function: Function | None = None


def recording_off(evidence: Evidence, steps: list[Step], cut: bool) -> Iterator[Finding]:
    """Pencatatan yang masih mati, atau mati sewaktu loss dihitung; `cut` berarti pemutus yang lain sudah ditemukan."""
    off = not torch.is_grad_enabled()
    if not off and (cut or not _should_have_graph(steps)):
        return
    found = _switches(evidence)
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
    first = _first_made(evidence, steps)
    where = f"# di atas {at(first)}, {first.text}:\n" if first is not None else "# sebelum loss dihitung:\n"
    return Finding(
        "tanpa-grad-mode",
        "torch.is_grad_enabled() sekarang False: pencatatan dimatikan dan belum dinyalakan. Yang mematikannya tidak "
        "terlihat dari sini.",
        mend=f"{where}torch.set_grad_enabled(True)",
        weight=5,
    )  # fmt: skip


def _first_made(evidence: Evidence, steps: list[Step]) -> Statement | None:
    """The first statement of the running function that leads to what was asked for."""
    here = evidence.here
    own = {_line(one) for one in here.scope.statements} if here is not None else set()
    made = [one.statement for one in steps if one.statement is not None and _line(one.statement) in own
            and here is not None and one.statement is not here.current]  # fmt: skip
    return min(made, key=lambda one: one.place, default=None)


def _switches(evidence: Evidence) -> list[Switch]:
    """All places that switch off and do not switch on again in the same function, each once."""
    found: dict[tuple[str, int], Switch] = {}
    for one in _candidates(evidence):
        later = [other for other in one.scope.statements if other.place > one.statement.place]
        if not any(_is_switch(other, True) for other in later):
            found[_line(one.statement)] = one  # with its function, where it has one
    return list(found.values())


def _candidates(evidence: Evidence) -> Iterator[Switch]:
    for frame in evidence.frames:
        yield from (Switch(one, frame.scope) for one in frame.scope.statements if _is_switch(one, False))
    for filename in files(evidence):
        text = read_text(filename, {})
        for function in functions_of(text) if text is not None else ():
            scope = function_scope(function, text) if text is not None else Scope()
            yield from (Switch(one, scope, function) for one in scope.statements if _is_switch(one, False))


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
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or called(call) != "set_grad_enabled":
        return False
    given = [*call.args, *(one.value for one in call.keywords)]
    value = given[0].value if given and isinstance(given[0], ast.Constant) else None
    return value is to or (to and value is None)  # what is asked at run time may turn it on


def _line(statement: Statement) -> tuple[str, int]:
    return statement.title, statement.line


def _mend(one: Switch, steps: Sequence[Step]) -> str:
    """A decorator where the whole function is meant, a block around what follows, or the line taken away."""
    function = one.function
    gone = f"# hapus {at(one.statement)}: {one.statement.text}"
    if function is not None and not any(_goes_back(other) for other in one.scope.statements):
        head = ast.unparse(_bodiless(function)).splitlines()[-2]
        above = f"# dan tulislah satu baris di atas baris {function.lineno}, `{head}`:"
        return f"{gone}\n{above}\n@torch.no_grad()\n{head}\n    ..."
    around = {_line(step.statement) for step in steps if step.statement is not None}
    wrapped: list[Statement] = []
    for other in one.scope.statements[one.statement.place + 1 :]:
        if other.blocks != one.statement.blocks:
            continue
        last = other.node.end_lineno or other.line
        if any(title == other.title and other.line <= line <= last for title, line in around) or _goes_back(other):
            break
        wrapped.append(other)
    if not wrapped:
        return gone
    body = "\n".join(ast.unparse(other.node) for other in wrapped)
    last = wrapped[-1].node.end_lineno or wrapped[-1].line
    told = f"# menggantikan {at(one.statement)} sampai {last}:\nwith torch.no_grad():\n"
    return told + "\n".join(f"    {line}" for line in body.splitlines())


def _goes_back(statement: Statement) -> bool:
    return method_call(statement.node, "backward", "grad") is not None


def _bodiless(function: Function) -> Function:
    kept = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(kept, ast.FunctionDef | ast.AsyncFunctionDef)
    kept.decorator_list, kept.body = [], [ast.Pass()]
    return kept
