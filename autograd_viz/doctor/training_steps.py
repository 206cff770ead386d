"""Langkah latihan yang mengubah parameter di antara forward dan backward: milik optimizer, atau ditulis tangan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at
from autograd_viz.doctor.graph_state import Conflict, same_storage
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stale_graph import stale_graph
from autograd_viz.doctor.writers import Write
from autograd_viz.tracing.walk import Walk


def by_optimizer(
    evidence: Evidence, conflict: Conflict, nodes: Walk, name: str | None, forward: Statement | None
) -> Iterator[Finding]:
    """Optimizer yang memiliki tensor itu, dan `step()` yang menulisinya."""
    tensor = conflict.tensor
    if tensor is None:
        return
    for path, optimizer in evidence.of_type(torch.optim.Optimizer):
        held = [one for group in optimizer.param_groups for one in group["params"]]
        if not any(same_storage(one, tensor) for one in held):
            continue
        step = _step_of(evidence, path)
        where = f" di {at(step)}" if step is not None else ""
        param = next((one.path for one in evidence.known if same_storage(one.tensor, tensor)), name)
        here = evidence.here
        current = here.current if here is not None else None
        why = next(stale_graph(evidence, nodes, {conflict.node}), None)
        yield Finding(
            "langkah-optimizer",
            f"`{param or 'parameter itu'}` milik `{path}`, dan `{path}.step()`{where} menulisinya sesudah forward. "
            + versions(conflict) + (f" Graf lama ikut: {why.evidence}" if why is not None else ""),
            {"optimizer": path, "param": param or "", "tensor": param or "", "line": forward.text if forward else ""},
            why.mend if why is not None and why.mend else _mend_step(step, current, forward, _after(evidence, forward)),
            forward=forward,
            writer=step,
            nodes=(conflict.node,),
            weight=4 if step is not None else 3,
        )
        return


def _step_of(evidence: Evidence, path: str) -> Statement | None:
    """The step() before the failing statement; in a loop also the one of the turn before."""
    for frame in evidence.frames:
        current = frame.current
        found = [one for one in frame.scope.statements if f"{path}.step(" in one.text or f".step({path}" in one.text]
        before = [one for one in found if current is not None and one.place < current.place]
        if before or found:
            return (before or found)[-1]
    return None


def _mend_step(
    step: Statement | None, current: Statement | None, forward: Statement | None, between: Sequence[Statement]
) -> str | None:
    if step is None or current is None:
        return None
    if forward is None:
        return f"# semua backward() dulu, baru step():\n{current.text}\n{step.text}"
    again = "\n".join(dict.fromkeys([forward.text, *(one.text for one in between), current.text]))
    return f"# hitung ulang forward sesudah {step.text}:\n{again}"


def _after(evidence: Evidence, forward: Statement | None) -> list[Statement]:
    """The statements from the forward operation to the root: all that has to be computed again."""
    here = evidence.here
    if here is None or here.current is None or forward not in here.scope.statements or forward is None:
        return []
    needed = set(read_paths(asked_expression(here.current, here.call)))
    found: list[Statement] = []
    for one in reversed(here.scope.statements[forward.place + 1 : here.current.place]):
        written = [store for store in stores(one.node) if any(begins(path, store.path) for path in needed)]
        if written:
            found.append(one)
            needed |= {path for store in written for path in read_paths(store.value)}
    return found[::-1]


def updated_by(
    write: Write, conflict: Conflict, forward: Statement | None, evidence: Evidence, nodes: Walk
) -> Finding:
    """Pembaruan parameter yang ditulis tangan di antara forward dan backward."""
    why = next(stale_graph(evidence, nodes, {conflict.node}), None)
    again = forward.text if forward is not None else "# forward"
    return Finding(
        "langkah-manual",
        f"`{write.statement.text}` di {at(write.statement)} memperbarui `{write.path}` sesudah forward. "
        + versions(conflict) + (f" Graf lama ikut: {why.evidence}" if why is not None else ""),
        {"param": write.path, "tensor": write.path, "writer": write.statement.text, "line": again},
        why.mend if why is not None and why.mend else f"# hitung ulang sesudah {write.statement.text}:\n{again}",
        forward=forward,
        writer=write.statement,
        nodes=(conflict.node,),
        weight=5,
    )


def versions(conflict: Conflict) -> str:
    """Kalimat tentang nomor versi: sekarang, waktu disimpan, dan berapa kali ditulisi."""
    saved = conflict.saved
    times = (saved.version or 0) - (saved.expected or 0)
    return f"Versinya {saved.version}, waktu disimpan {saved.expected}: ditulisi {times} kali sesudah itu."
