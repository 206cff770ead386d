"""Langkah yang ditulis tangan di antara forward dan backward: penulisnya, parameter-parameternya, dan obatnya."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.findings import Finding, asked_expression, at, instead, method_call, removed
from autograd_viz.doctor.forward_again import forward_again
from autograd_viz.doctor.graph_state import Conflict, leaves, same_storage, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stale_graph import stale_graph
from autograd_viz.doctor.untrained_copies import untrained_copy
from autograd_viz.doctor.versions import versions
from autograd_viz.doctor.writers import Write, writes
from autograd_viz.doctor.written_memory import looped, writes_into
from autograd_viz.tracing.walk import Walk


def updated_by(
    write: Write, conflict: Conflict, forward: Statement | None, evidence: Evidence, nodes: Walk
) -> Finding:
    """Pembaruan parameter yang ditulis tangan di antara forward dan backward."""
    why = next(stale_graph(evidence, nodes, {conflict.node}), None)
    copy = untrained_copy(evidence, conflict)
    again = forward.text if forward is not None else "# forward"
    group = _group(evidence, write)
    others = [one for one in group if one.statement is not write.statement]
    told = f"`{write.statement.text}` di {at(write.statement)} memperbarui `{write.path}` sesudah forward. "
    told += versions(conflict)
    if others:
        listed = ", ".join(f"`{one.path}` ({at(one.statement)})" for one in others)
        told += f" Begitu pula {listed}."
    told += f" {copy.told}" if copy is not None else ""
    told += f" Graf lama ikut: {why.evidence}" if why is not None and copy is None else ""
    mend = copy.mend if copy is not None else why.mend if why is not None and why.mend else None
    return Finding(
        "langkah-manual",
        told,
        {"param": write.path, "tensor": write.path, "writer": write.statement.text, "line": again},
        mend or _recomputed(evidence, write, group) or f"# hitung ulang sesudah {write.statement.text}:\n{again}",
        forward=forward,
        writer=write.statement,
        nodes=(conflict.node,),
        weight=5,
    )


def _frame_of(evidence: Evidence, statement: Statement) -> tuple[int, UserFrame] | None:
    for number, frame in enumerate(evidence.frames):
        if any(one.node is statement.node for one in frame.scope.statements):
            return number, frame
    return None


def _group(evidence: Evidence, write: Write) -> list[Write]:
    """What else is written under the same no_grad in the same function, above the failing statement: leaves only."""
    found = _frame_of(evidence, write.statement)
    if found is None or found[1].current is None:
        return [write]
    frame, current = found[1], found[1].current
    earlier = _earlier_backward(frame)
    first = earlier.place if earlier is not None else -1
    group = [
        one for one in writes(frame.scope) if first < one.statement.place < current.place
        and one.statement.silenced and any(leaf.requires_grad for leaf in _leaves(one, frame))
    ]  # fmt: skip
    return group or [write]


def _leaves(write: Write, frame: UserFrame) -> list[torch.Tensor]:
    through = looped(write, frame.variables)
    if through is not None:
        return [one for one in through if one.is_leaf]
    value, rest = resolve(write.path, frame.variables)
    return [value] if isinstance(value, torch.Tensor) and value.is_leaf and not rest else []


def _earlier_backward(frame: UserFrame) -> Statement | None:
    """The last backward above the failing statement, in the same turn."""
    current = frame.current
    found = [
        one for one in frame.scope.statements
        if current is not None and one.place < current.place and not hasattr(one.node, "body")
        and one.loops == current.loops and method_call(one.node, "backward", "grad") is not None
    ]  # fmt: skip
    return found[-1] if found else None


def _recomputed(evidence: Evidence, write: Write, group: Sequence[Write]) -> str | None:
    found = _frame_of(evidence, write.statement)
    if found is None or found[0] or found[1].current is None:
        return None
    frame = found[1]
    written = [leaf for one in group for leaf in _leaves(one, frame)]
    last = max((one.statement for one in group), key=lambda one: one.place)
    return forward_again(evidence, frame, last, asked_expression(frame.current, frame.call), written)


def called_between(
    evidence: Evidence, conflict: Conflict, write: Write, function: str, forward: Statement | None
) -> Finding | None:
    """Pembaruan parameter di fungsi yang dipanggil sesudah forward: dipindahkan, atau forwardnya dihitung lagi."""
    here = evidence.here
    if here is None or here.current is None or not write.statement.silenced or not function:
        return None
    if not any(same_storage(one.tensor, conflict.tensor) for one in evidence.known if conflict.tensor is not None):
        return None
    calls = [
        one for one in here.scope.statements[: here.current.place]
        if f"{function}(" in one.text and (forward is None or one.line > forward.line)
    ]  # fmt: skip
    if not calls:
        return None
    call = calls[-1]
    told = f"`{call.text}` di {at(call)} menjalankan `{write.statement.text}` ({at(write.statement)}) sesudah forward. "
    earlier = _earlier_backward(here)
    mend = f"{removed(call)}\n" + instead(here.current, f"{here.current.text}\n{call.text}")
    if earlier is not None and earlier.place < call.place:  # a step of its own: later, it would use another gradient
        written = list(_written_there(evidence, write, function)) or list(leaves(upstream(evidence.roots)))
        asked = asked_expression(here.current, here.call)
        again = forward_again(evidence, here, call, asked, written)
        mend = again if again is not None else \
            f"# sesudah {call.text} ({at(call)}), hitung lagi yang di-backward di {at(here.current)}"
    return Finding(
        "langkah-manual",
        told + versions(conflict),
        {"param": write.path, "tensor": write.path, "writer": call.text, "line": forward.text if forward else ""},
        mend,
        forward=forward,
        writer=call,
        nodes=(conflict.node,),
        weight=4,
        example=all(line.startswith("#") for line in mend.splitlines()),
    )


def _written_there(evidence: Evidence, write: Write, function: str) -> Iterator[torch.Tensor]:
    for one in called_scopes(evidence, ran=True):
        if one.name == function and any(write.statement.node is other.node for other in one.scope.statements):
            for leaf in leaves(upstream(evidence.roots)):
                if writes_into(evidence, one, write, leaf):
                    yield leaf
