"""Hasil sebuah `Function` atau modul berkait yang ditulisi: oleh sebuah pernyataan, atau modul `inplace=True`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, definitions, heads, read_paths, within
from autograd_viz.doctor.findings import Finding, at, instead
from autograd_viz.doctor.graph_state import node_of
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.slices import Context, callee
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.view_writes import written_now
from autograd_viz.doctor.writers import Write, writes


def hooked_and_written(evidence: Evidence) -> Iterator[Finding]:
    """Modul `inplace=True` di belakang modul yang diberi kait mundur."""
    written = _by_statement(evidence)
    if written is not None:
        yield written
        return
    if _HOOK not in str(evidence.error):
        return
    found: dict[tuple[str, int], Statement] = {}
    for statement in _statements(evidence):
        calls = [node for head in heads(statement.node) for node in within(head) if isinstance(node, ast.Call)]
        if any(_writes(keyword) for call in calls for keyword in call.keywords):
            found[statement.title, statement.line] = statement
    if not found:
        return
    told = "Kait mundur (`register_full_backward_hook`) membungkus hasil modulnya, lalu modul dengan inplace=True " \
           f"sesudahnya menulis ke hasil itu ({', '.join(at(one) for one in found.values())})."
    mend = "\n".join(instead(one, _without(one.node)) for one in found.values())
    yield Finding("kait-modul-dan-inplace", told, {}, mend, forward=next(iter(found.values())), weight=4)


_HOOK = "BackwardHookFunction"  # what a full backward hook wraps around the result of its module


def _by_statement(evidence: Evidence) -> Finding | None:
    """The failing statement writes itself: it makes a new tensor, or writes to a copy."""
    here, write = evidence.here, written_now(evidence)
    if here is None or here.current is None or write is None:
        return None
    value = resolve(write.path, here.variables)[0]
    wrapped = type(node_of(value)).__name__ if isinstance(value, torch.Tensor) else ""
    hooked = _HOOK in f"{evidence.error} {wrapped}"
    named = isinstance(value, torch.Tensor)  # otherwise it has no name of its own: F.relu(self.a(x), inplace=True)
    told = f"`{here.current.text}` di {at(here.current)} menulis ke " + (f"`{write.path}`, " if named else "")
    if hooked:
        line = next((one for one in _statements(evidence) if "register_full_backward_hook(" in one.text), None)
        told += "hasil sebuah modul yang diberi kait mundur"
        told += f" ({at(line)})." if line is not None else "."
    else:
        told += "hasil `Function` itu."
    later = [one for one in here.scope.statements if one.place > here.current.place or one.loops]
    read = any(begins(path, write.path) for one in later for path in read_paths(*heads(one.node)))
    dropped = named and write.path in here.scope.parameters and not read
    if not named and not write.instead:
        return None
    new = write.instead if write.instead and not write.indexed else ""
    mend = instead(here.current, new) if new else \
        f"# tepat di atas {at(here.current)}:\n{write.path} = {write.path}.clone()"
    more = list(_others(evidence, here.current)) if hooked else []
    if more:
        listed = ", ".join(f"`{one.statement.text}` ({at(one.statement)})" for one in more)
        told += f" Hasil sebuah modul ditulisi juga oleh {listed}; bila modul itu diberi kait, ia gagal berikutnya."
        mend = "\n".join([mend, *(instead(one.statement, one.instead) for one in more)])
    if dropped:  # a new tensor, or a copy, would be thrown away with the function
        told += f" Fungsi itu tidak mengembalikan `{write.path}`: buatlah tensor baru, kembalikan dengan return, dan " \
                "pakailah di tempat pemanggilnya."
    return Finding(
        "kait-modul-dan-inplace" if hooked else "kembalikan-salinan", told, {"tensor": write.path},
        "" if dropped else mend, writer=here.current, weight=4, example=dropped,
    )  # fmt: skip


def _others(evidence: Evidence, current: Statement) -> Iterator[Write]:
    """What else writes in place to what a module has just given, in this function and in those that run."""
    seen = {(current.title, current.line)}
    places = [(frame.scope, frame.variables) for frame in evidence.frames[:1]]
    places += [(one.scope, one.held) for one in called_scopes(evidence)]
    for scope, held in places:
        context = Context(scope, held, None, {})
        for write in writes(scope):
            made = definitions(scope, write.path, write.statement, 1)
            value = made[0][1].value if made else None
            given = callee(value, context) if isinstance(value, ast.Call) else None
            line = (write.statement.title, write.statement.line)
            new = write.instead and not write.indexed and line not in seen
            if new and isinstance(given, torch.nn.Module):
                seen.add(line)
                yield write


def _statements(evidence: Evidence) -> Iterator[Statement]:
    for scope in _scopes(evidence):
        yield from scope.statements


def _writes(keyword: ast.keyword) -> bool:
    return keyword.arg == "inplace" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _without(node: ast.stmt) -> str:
    """The statement with every call in it that no longer writes in place."""
    new = ast.parse(ast.unparse(node)).body[0]
    for call in ast.walk(new):
        if isinstance(call, ast.Call):
            call.keywords = [one for one in call.keywords if not _writes(one)]
    return ast.unparse(new)


def _scopes(evidence: Evidence) -> Iterator[Scope]:
    """The running and the called functions, and the `__init__` of the classes of all modules."""
    yield from (frame.scope for frame in evidence.frames)
    yield from (one.scope for one in called_scopes(evidence))
    seen: set[type] = set()
    for _, module in evidence.modules():
        for part in module.modules():
            function = code_of(type(part).__init__) if type(part) not in seen else None
            seen.add(type(part))
            if function is not None:
                yield scope_of_function(function)
