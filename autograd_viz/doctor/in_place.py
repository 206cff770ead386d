"""Siapa yang mengubah tensor simpanan, dan kapan: optimizer, pernyataan pengguna, atau modul yang menulis di tempat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, first_name, read_paths, stores
from autograd_viz.doctor.findings import Finding, at
from autograd_viz.doctor.forward_line import forward_line
from autograd_viz.doctor.graph_state import Conflict, conflicts, same_storage, upstream
from autograd_viz.doctor.hand_steps import called_between, updated_by
from autograd_viz.doctor.module_writes import by_module
from autograd_viz.doctor.renormed import by_renorm
from autograd_viz.doctor.returned_writers import parameter_writes, suspects
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.training_steps import by_optimizer
from autograd_viz.doctor.turns import may_have_run
from autograd_viz.doctor.versions import versions
from autograd_viz.doctor.write_mends import mend_of_write
from autograd_viz.doctor.writers import Write, writes
from autograd_viz.tracing.walk import Walk

WRITER_FOUND = 4  # the weight of a finding that names the writer of this memory
SURE = 5  # the weight of a finding that rests on the memory itself, not on the code alone


def in_place(evidence: Evidence) -> Iterator[Finding]:
    """Sebab-sebab `modified by an inplace operation`, dimulai dari yang penulisnya terbukti."""
    nodes = upstream(evidence.roots)
    found = conflicts(nodes)
    if not found:
        return
    conflict = found[0]
    name = _name(evidence, conflict)
    forward = forward_line(evidence, conflict.node, nodes)
    findings = _findings(evidence, conflict, nodes, forward)
    yield from _with_others(evidence, findings, found[1:], nodes)
    if not findings and forward is not None:  # the writer stands where nobody can look
        yield Finding(
            "tulis-langsung",
            versions(conflict) + f" Yang menyimpannya `{type(conflict.node).__name__}` di {at(forward)}.",
            {"line": forward.text, **({"tensor": name} if name else {})},
            "# cari operasi di tempat (`+=`, `/=`, `add_`, `x[...] = ...`) sesudah baris itu,\n"
            "# dan tulis hasilnya ke tensor baru: a = a / b, bukan a /= b",
            forward=forward,
            nodes=(conflict.node,),
            weight=1,
        )


def _findings(
    evidence: Evidence, conflict: Conflict, nodes: Walk, forward: Statement | None
) -> list[Finding]:
    name = _name(evidence, conflict)
    renormed = list(by_renorm(evidence, conflict, nodes))
    if renormed:
        return renormed
    findings = [
        *by_optimizer(evidence, conflict, nodes, name, forward),
        *_by_parameters(evidence, conflict, nodes, name, forward),
        *_by_statement(evidence, conflict, nodes, name, forward),
        *_by_memory(evidence, conflict, nodes, forward),
    ]
    if all(one.weight < WRITER_FOUND for one in findings):  # else the memory itself has named its writer
        findings += _by_function(evidence, conflict, nodes, name, forward)
        findings += by_module(evidence, conflict, nodes, forward)
    return findings


def _with_others(
    evidence: Evidence, findings: list[Finding], conflicts: Sequence[Conflict], nodes: Walk
) -> list[Finding]:
    """The finding that is told first, with what other statements have spoiled the same way: one round is enough."""
    best = max(findings, key=lambda one: one.weight, default=None)
    if best is None or best.cause != "tulis-langsung" or not best.mend or best.weight < WRITER_FOUND:
        return findings
    told, mends, seen = best.evidence, [best.mend], {_place(best.writer)}
    for conflict in conflicts:
        forward = forward_line(evidence, conflict.node, nodes)
        other = max(_findings(evidence, conflict, nodes, forward), key=lambda one: one.weight, default=None)
        if other is None or other.cause != best.cause or not other.mend or other.weight < WRITER_FOUND:
            continue
        if other.writer is not None and _place(other.writer) not in seen:
            seen.add(_place(other.writer))
            mends.append(other.mend)
            told += f" Begitu pula `{other.writer.text}` di {at(other.writer)}."
    whole = best._replace(evidence=told, mend="\n".join(dict.fromkeys(mends)))
    return [whole if one is best else one for one in findings]


def _place(statement: Statement | None) -> tuple[str, int]:
    return (statement.title, statement.line) if statement is not None else ("", 0)


def _name(evidence: Evidence, conflict: Conflict) -> str | None:
    """The name of what was changed: a variable that shares its storage."""
    tensor = conflict.tensor
    if tensor is None:
        return None
    held = [one for one in evidence.known if same_storage(one.tensor, tensor)]
    best = sorted(held, key=lambda one: (one.tensor is not tensor, one.tensor.shape != tensor.shape, "." in one.path))
    return best[0].path if best else None


def _by_statement(
    evidence: Evidence, conflict: Conflict, nodes: Walk, name: str | None, forward: Statement | None
) -> Iterator[Finding]:
    """A statement in a function that was running: its variable shares the storage of what was saved."""
    tensor = conflict.tensor
    if tensor is None:
        return
    seen: set[int] = set()
    for number, frame in enumerate(evidence.frames):
        found = []
        for write in writes(frame.scope):
            value, rest = resolve(write.path, frame.variables)
            own = isinstance(value, torch.Tensor) and same_storage(value, tensor) and not rest.startswith(".grad")
            if own and id(write.statement.node) not in seen:
                seen.add(id(write.statement.node))
                found.append(write)
        current = frame.current
        before = [one for one in found if current is None or one.statement.place < current.place]
        later = [one for one in found if may_have_run(evidence, number, one.statement)]
        for write in (before or later)[-1:]:
            value = resolve(write.path, frame.variables)[0]
            if value.is_leaf and value.requires_grad and write.statement.silenced:
                yield updated_by(write, conflict, forward, evidence, nodes)
            else:
                mend = mend_of_write(evidence, write, conflict, nodes, frame.scope, frame.variables)
                yield _written_by(write, conflict, name, forward, SURE, mend)


def _by_memory(
    evidence: Evidence, conflict: Conflict, nodes: Walk, forward: Statement | None
) -> list[Finding]:
    """A statement in a function that has returned, which writes to a buffer or global in the very memory."""
    tensor = conflict.tensor
    if tensor is None:
        return []
    for one in called_scopes(evidence, ran=True):
        own = {store.path for statement in one.scope.statements for store in stores(statement.node)}
        for write in writes(one.scope):
            base = first_name(write.path)
            value = resolve(write.path, one.held)[0] if base in one.held and base not in own else None
            if not isinstance(value, torch.Tensor) or not same_storage(value, tensor):
                continue
            if not (value.is_leaf and value.requires_grad):
                mend = mend_of_write(evidence, write, conflict, nodes, one.scope, one.held)
                return [_written_by(write, conflict, None, forward, SURE, mend)]
    return []


def _by_function(
    evidence: Evidence, conflict: Conflict, nodes: Walk, name: str | None, forward: Statement | None
) -> Iterator[Finding]:
    """A statement in a forward() or a function that has returned: one whose operation stands in the graph."""
    found = suspects(evidence, conflict, nodes)
    for one in found[:3]:
        moved = called_between(evidence, conflict, one.write, one.function, forward)
        if moved is not None:
            yield moved
            continue
        sure = len(found) == 1 and (one.score > 1 or one.in_graph)
        mend = mend_of_write(evidence, one.write, conflict, nodes, one.scope, {})
        inside = forward is None or all(_place(line) != _place(forward) for line in one.scope.statements)
        saved = one.write.statement if inside and _reads_itself(one.write) else forward
        yield _written_by(one.write, conflict, None, saved, 4 if sure else 3, mend)


def _reads_itself(write: Write) -> bool:
    """Whether the statement computes what it writes from another part of the same tensor."""
    value = getattr(write.statement.node, "value", None)
    return write.indexed and any(begins(path, write.path) for path in read_paths(value))


def _by_parameters(
    evidence: Evidence, conflict: Conflict, nodes: Walk, name: str | None, forward: Statement | None
) -> Iterator[Finding]:
    """All parameters written in a loop, or by a library call such as load_state_dict()."""
    if conflict.tensor is None:
        return
    for write, function in parameter_writes(evidence, conflict.tensor):
        moved = called_between(evidence, conflict, write, function, forward)
        yield moved or updated_by(write._replace(path=name or write.path), conflict, forward, evidence, nodes)
        return


def _written_by(
    write: Write, conflict: Conflict, name: str | None, forward: Statement | None, weight: int, mend: str | None
) -> Finding:
    path = name if name is not None and not write.indexed else write.path
    told = f"`{write.path}`, yang ditulisi {at(write.statement)}, memakai memori tensor yang disimpan"
    if weight < SURE:
        told = f"`{write.statement.text}` di {at(write.statement)} menulisi `{write.path}` sesudah isinya disimpan"
    told = told[0].upper() + told[1:] + f" `{type(conflict.node).__name__}`"
    told += f" di {at(forward)}" if forward is not None else ""
    return Finding(
        "tulis-langsung",
        f"{told}. {versions(conflict)}",
        {"tensor": path, "writer": write.statement.text, "line": forward.text if forward else ""},
        mend,
        forward=forward,
        writer=write.statement,
        nodes=(conflict.node,),
        weight=weight,
    )
