"""Di mana sebuah model dibekukan: perulangan yang mematikan `requires_grad`, atau satu-satunya panggilan fungsinya."""

from __future__ import annotations

import ast
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted
from autograd_viz.doctor.findings import at, called, span
from autograd_viz.doctor.grad_switches import files
from autograd_viz.doctor.source import LOOPS, Function, Statement, read_text, scopes_of


class Frozen(NamedTuple):
    """Tempatnya dalam kata, pernyataannya, dan nama modelnya di sana."""

    where: str
    statement: Statement
    name: str


def frozen_where(evidence: Evidence, model: torch.nn.Module) -> Frozen | None:
    """Satu-satunya tempat `model` dibekukan di kode yang terlihat; None bila tidak ada atau lebih dari satu."""
    places: list[tuple[Function | None, Statement]] = []
    for filename in files(evidence):
        text = read_text(filename, {})
        for function, scope in scopes_of(text) if text is not None else ():
            places += [(function, one) for one in scope.statements]
    own = [(function, one) for function, one in places if _freezes(one)]
    helpers = {function.name for function, _ in own if function is not None}
    found = [place for function, one in own if (place := _direct(function, one, [p for _, p in places])) is not None]
    for _, one in places:
        call = one.node.value if isinstance(one.node, ast.Expr) else None
        if isinstance(call, ast.Call) and called(call) in helpers and len(call.args) == 1:
            name = dotted(call.args[0])
            found += [Frozen(f"tepat di bawah {span(one)}, `{one.text}`", one, name)] if name is not None else []
    if len(found) != 1 or not ("." not in found[0].name or any(
        resolve(found[0].name, frame.variables)[0] is model for frame in evidence.frames
    )):
        return None
    return found[0]


def _freezes(one: Statement) -> bool:
    text = "".join(one.text.split())
    return not hasattr(one.node, "body") and (text.endswith(".requires_grad=False") or ".requires_grad_(False)" in text)


def _direct(function: Function | None, one: Statement, places: list[Statement]) -> Frozen | None:
    """Freezing that is written out where the model has its own name, not in a helper's argument."""
    loop = one.loops[-1] if one.loops else None
    node = loop.iter if isinstance(loop, ast.For) else getattr(one.node, "value", None)
    owner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    name = dotted(owner)
    arguments = [inner.arg for inner in function.args.args] if function is not None else []
    if name is None or name.partition(".")[0] in [inner for inner in arguments if inner != "self"]:
        return None
    head = next((other for other in places if other.node is loop), one)
    if not isinstance(loop, LOOPS):
        return Frozen(f"tepat di bawah {span(one)}, `{one.text}`", one, name)
    after = next((
        other for other in places
        if other.line > (loop.end_lineno or 0) and other.node.col_offset == loop.col_offset
    ), None)  # fmt: skip
    if after is not None:
        return Frozen(f"baris baru, tepat di atas {at(after)}, `{after.text}`", head, name)
    return Frozen(f"di bawah perulangan di {at(head, loop.end_lineno)}", head, name)
