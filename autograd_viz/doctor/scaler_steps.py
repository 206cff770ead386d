"""Mengapa `unscale_` terpanggil lagi sebelum `update()`: tempatnya di antara `backward()`, `step()`, dan `update()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import Finding, above, at, below, called, instead, moved, removed, span
from autograd_viz.doctor.shared_graph import parallel_branches
from autograd_viz.doctor.source import Block, Statement


class _Place(NamedTuple):
    """Where this happens in one frame: the statement that unscales, and the steps and updates around it."""

    frame: UserFrame
    unit: Statement  # the unscale_ itself, or the call of the function that does it
    scaler: str
    steps: tuple[Statement, ...]
    updates: tuple[Statement, ...]


def unscaled_twice(evidence: Evidence) -> Iterator[Finding]:
    """Sebab `unscale_` yang kedua, dibaca dari letaknya terhadap `step()` dan `update()`."""
    place = _place_of(evidence)
    if place is None:
        return
    for found in (_wrong_optimizer(place), _again(place), _outside(place), _no_update(place)):
        if found is not None:
            yield found._replace(weight=4)
            return


def unscaled_late(evidence: Evidence) -> Iterator[Finding]:
    """`unscale_` sesudah `step()`: untuk optimizer yang keliru, atau di tempat yang terlambat."""
    place = _place_of(evidence)
    if place is None:
        return
    wrong = _wrong_optimizer(place)
    if wrong is not None:
        yield wrong._replace(weight=4)
        return
    unit = place.unit
    step = next((one for one in place.steps if _asked_for(one, "step") == _asked_for(unit, "unscale_")), None)
    if step is not None and step.place > unit.place:
        unclosed = _no_update(place)
        yield from [unclosed._replace(weight=4)] if unclosed is not None else []
        return
    if step is None or step.blocks != unit.blocks:
        return
    later = place.frame.scope.statements[unit.place + 1 :]
    late = [unit, *(one for one in later if one.blocks == unit.blocks and "clip_grad" in one.text)]
    mend = "\n".join(moved(one, step, "atas") for one in late)
    told = f"`{step.text}` ({at(step)}) sudah melangkah sebelum `{unit.text}` ({at(unit)})."
    yield Finding("urutan-unscale", told, {}, mend, writer=step, weight=4)


def _call(statement: Statement | None, *names: str) -> ast.Call | None:
    """The call of one of these methods in the head of a statement."""
    for expression in heads(statement.node) if statement is not None else ():
        for node in within(expression):
            if isinstance(node, ast.Call) and called(node) in names and isinstance(node.func, ast.Attribute):
                return node
    return None


def _owner(statement: Statement, name: str) -> str | None:
    call = _call(statement, name)
    return dotted(call.func.value) if call is not None and isinstance(call.func, ast.Attribute) else None


def _place_of(evidence: Evidence) -> _Place | None:
    """The innermost frame in which a scaler steps; its statement is what has to be moved."""
    here = evidence.here
    if here is None or here.current is None or _call(here.current, "unscale_") is None:
        return None
    for frame in evidence.frames:
        if frame.current is None:
            continue
        held = [
            (one, owner) for one in frame.scope.statements if (owner := _owner(one, "step")) is not None
            and isinstance(resolve(owner, frame.variables)[0], torch.amp.GradScaler)
        ]  # fmt: skip
        if held:
            scaler = held[-1][1]
            updates = [one for one in frame.scope.statements if _owner(one, "update") == scaler]
            return _Place(frame, frame.current, scaler, tuple(one for one, _ in held), tuple(updates))
    return _Place(here, here.current, _owner(here.current, "unscale_") or "scaler", (), ())


def _asked_for(statement: Statement, name: str) -> str:
    call = _call(statement, name)
    return ast.unparse(call.args[0]) if call is not None and call.args else ""


def _wrong_optimizer(place: _Place) -> Finding | None:
    """The one optimizer that is stepped and never unscaled: the name in the second unscale_ is the wrong one."""
    unit, asked = place.unit, _asked_for(place.unit, "unscale_")
    loop = unit.loops[-1] if unit.loops else None
    if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id != asked:
        if any(_asked_for(one, "step") == loop.target.id for one in place.steps if loop in one.blocks):
            return _renamed(unit, asked, loop.target.id, f"`{ast.unparse(loop.iter)}` dilewati satu per satu")
    statements = place.frame.scope.statements
    unscaled = [_asked_for(one, "unscale_") for one in statements if _call(one, "unscale_") is not None]
    forgotten = [one for one in place.steps if _asked_for(one, "step") not in unscaled]
    if asked and unscaled.count(asked) > 1 and len(forgotten) == 1:
        step = forgotten[0]
        return _renamed(unit, asked, _asked_for(step, "step"), f"ada juga `{step.text}` ({at(step)})")
    return None


def _renamed(unit: Statement, asked: str, wanted: str, why: str) -> Finding:
    told = f"`{unit.text}` di {at(unit)} membagi gradien `{asked}` lagi, padahal {why}, dan `{wanted}` belum dibagi."
    call = _call(unit, "unscale_")
    new = f"{ast.unparse(call.func)}({wanted})" if call is not None else ""
    text = unit.text.replace(ast.unparse(call), new) if call is not None else ""
    return Finding("optimizer-lain", told, {"optimizer": wanted}, f"# menggantikan {span(unit)}:\n{text}", writer=unit)


def _again(place: _Place) -> Finding | None:
    """The same statement twice on one way, with no update() between."""
    unit = place.unit
    for one in reversed(place.frame.scope.statements[: unit.place]):
        if any(one is update and not parallel_branches(update, unit) for update in place.updates):
            return None
        same = _call(one, "unscale_") is not None and _asked_for(one, "unscale_") == _asked_for(unit, "unscale_")
        if same and not parallel_branches(one, unit) and one.blocks == unit.blocks[: len(one.blocks)]:
            told = f"`{one.text}` di {at(one)} sudah membagi gradiennya, dan belum ada update() sebelum {at(unit)}."
            mend = f"# hapus {at(unit)}; {at(one)} sudah cukup:\n# {unit.text}"
            if len(one.loops) < len(unit.loops):
                return None
            return Finding("satu-unscale", told, {}, mend, writer=one)
    return None


def _outside(place: _Place) -> Finding | None:
    """It runs in every turn, while step() and update() stand behind an `if`, or behind the whole loop."""
    unit = place.unit
    step = next((one for one in place.steps if one.place > unit.place), None)
    if step is None:
        return None
    inner = [block for block in step.blocks if block not in unit.blocks]
    outer = [block for block in unit.blocks if block not in step.blocks]
    moved = _with_followers(place, step)
    target = next((
        one for one in place.frame.scope.statements
        if unit.place < one.place < step.place and one.blocks == step.blocks and one not in moved
        and "clip_grad" in one.text
    ), step)  # fmt: skip
    gone = "\n".join(map(removed, moved))
    lines = "\n".join(one.text for one in moved)
    if outer and isinstance(outer[0], (ast.For, ast.While)):
        told = f"`{unit.text}` di {at(unit)} berjalan di setiap putaran, sedangkan `{step.text}` ({at(step)}) baru " \
               "sesudah perulangan itu selesai."
        mend = f"{gone}\n# tepat di atas {at(target)}, di luar perulangan:\n{lines}"
        return Finding("unscale-di-luar-if", told, {"line": unit.text}, mend, writer=unit)
    if not inner or not isinstance(inner[0], ast.If) or not unit.loops:
        return None
    test = f"if {ast.unparse(inner[0].test)}:"
    if _skips(inner[0], place, unit):
        return None
    told = f"`{unit.text}` di {at(unit)} berjalan di setiap putaran, sedangkan `{step.text}` ({at(step)}) hanya bila " \
           f"`{ast.unparse(inner[0].test)}`. Di putaran tanpa step() gradiennya sudah dibagi, dan backward() " \
           "berikutnya menambahkan yang belum dibagi."
    mend = f"{gone}\n# tepat di atas {at(target)}, di dalam `{test}`\n{lines}"
    return Finding("unscale-di-luar-if", told, {"line": unit.text}, mend, writer=unit)


def _skips(block: Block, place: _Place, unit: Statement) -> bool:
    """Whether the `if` asks about what unscaling gave, such as a norm that is finite: then it has to stay before."""
    if not isinstance(block, ast.If):
        return False
    read = {node.id for node in ast.walk(block.test) if isinstance(node, ast.Name)}
    after = [one for one in place.frame.scope.statements if one.place >= unit.place and one.node.lineno < block.lineno]
    return any(
        isinstance(target, ast.Name) and target.id in read
        for one in after if isinstance(one.node, ast.Assign) for target in one.node.targets
    )  # fmt: skip


def _with_followers(place: _Place, step: Statement) -> list[Statement]:
    """The unscaling, and what goes with it up to the step: clipping and the norms that it gives."""
    unit = place.unit
    between = [
        one for one in place.frame.scope.statements
        if unit.place < one.place < step.place and one.blocks == unit.blocks and "clip_grad" in one.text
    ]  # fmt: skip
    return [unit, *between]


def _no_update(place: _Place) -> Finding | None:
    """step() without update(), or a way on which update() is left out."""
    unit = place.unit
    if not place.steps:
        return None
    if not place.updates:
        step = place.steps[-1]
        told = f"`{step.text}` di {at(step)} tidak diikuti `{place.scaler}.update()` di mana pun."
        mend = below(step, f"{place.scaler}.update()")
        return Finding("tanpa-update", told, {"line": step.text}, mend, writer=step)
    update = place.updates[-1]
    for one in place.frame.scope.statements:
        leaving = isinstance(one.node, (ast.Continue, ast.Break)) and unit.place < one.place < update.place
        if leaving and unit.loops and unit.loops[-1] in one.blocks:
            told = f"`{one.text}` di {at(one)} meninggalkan putaran sesudah `{unit.text}` ({at(unit)}) dan sebelum " \
                   f"`{update.text}` ({at(update)})."
            mend = above(one, update.text)
            return Finding("tanpa-update", told, {"line": one.text}, mend, writer=one)
    conditional = [block for block in update.blocks if block not in unit.blocks and isinstance(block, ast.If)]
    if conditional and isinstance(conditional[0], ast.If):
        test = ast.unparse(conditional[0].test)
        told = f"`{update.text}` di {at(update)} hanya berjalan bila `{test}`, sedangkan `{unit.text}` ({at(unit)}) " \
               "selalu."
        mend = _out_of(conditional[0], update, place.frame.scope.statements)
        return Finding("tanpa-update", told, {"line": update.text}, mend, writer=update)
    return None


def _out_of(block: ast.If, update: Statement, statements: Sequence[Statement]) -> str:
    """The update behind the `if` in which it stands."""
    body = block.body
    if len(body) == 1 and not block.orelse and body[0].lineno == update.line:
        whole = update._replace(node=ast.Pass(lineno=block.lineno, end_lineno=block.end_lineno, col_offset=0))
        return instead(whole, update.text)
    last, column = block.end_lineno or block.lineno, block.col_offset
    after = next((one for one in statements if one.line > last and one.node.col_offset == column), None)
    if after is not None and len(body) > 1:
        return moved(update, after, "atas")
    return f"# keluarkan {at(update)} dari if itu, sejajar dengannya dan sesudahnya:\n{update.text}"
