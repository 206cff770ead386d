"""Langkah latihan yang mengubah parameter di antara forward dan backward: milik optimizer, atau ditulis tangan."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at
from autograd_viz.doctor.graph_state import Conflict, same_storage, upstream
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
        why = next(stale_graph(evidence, nodes, {conflict.node}), None)
        yield Finding(
            "langkah-optimizer",
            f"`{param or 'parameter itu'}` milik `{path}`, dan `{path}.step()`{where} menulisinya sesudah forward. "
            + versions(conflict) + (f" Graf lama ikut: {why.evidence}" if why is not None else ""),
            {"optimizer": path, "param": param or "", "tensor": param or "", "line": forward.text if forward else ""},
            why.mend if why is not None and why.mend else _mend_step(evidence, conflict, step, forward),
            forward=forward,
            writer=step,
            nodes=(conflict.node,),
            weight=4 if step is not None else 3,
            question=_one_step(evidence) if why is None else "",
        )
        return


def _one_step(evidence: Evidence) -> str:
    """With one optimizer the losses may have been meant for one step together; with two each has its own."""
    if len(list(evidence.of_type(torch.optim.Optimizer))) != 1:
        return ""
    return "apakah kedua loss dimaksudkan untuk satu langkah bersama? Bila ya, jalankan semua backward() dulu, lalu " \
           "satu step(); obat di atas untuk dua langkah yang berurutan."


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
    evidence: Evidence, conflict: Conflict, step: Statement | None, forward: Statement | None
) -> str | None:
    here = evidence.here
    current = here.current if here is not None else None
    if here is None or step is None or current is None:
        return None
    lines = _through(evidence, conflict)
    own = any(one.node is step.node for one in here.scope.statements)
    if not lines or not own or not lines[0].place < step.place < current.place:
        if forward is None or step.place > current.place:
            return f"# semua backward() dulu, baru step():\n{current.text}\n{step.text}"
        texts = dict.fromkeys(one.text for one in (*(lines or [forward]), current))
        return f"# hitung ulang forward sesudah {step.text} ({at(step)}):\n" + "\n".join(texts)
    between = [
        one for one in here.scope.statements
        if lines[0].place < one.place < step.place and all(one is not line for line in lines)
    ]  # fmt: skip
    names = {store.path for line in lines for store in stores(line.node)}
    read = any(begins(path, name) for one in between for path in read_paths(one.node) for name in names)
    listed = ", ".join(at(one) for one in lines)
    what = f"hitung lagi {listed}" if read else f"pindahkan {listed}"
    head = f"# {what} di antara {at(step)} dan {at(current)}:" if read else \
           f"# {what} ke antara {at(step)} dan {at(current)}:"
    return "\n".join([head, *(one.text for one in lines), f"{current.text}  # {at(current)}, tetap di situ"])


def _through(evidence: Evidence, conflict: Conflict) -> list[Statement]:
    """The statements of this frame whose results lead from the spoiled operation to the root, in their order."""
    here = evidence.here
    if here is None or here.current is None:
        return []
    needed = set(read_paths(asked_expression(here.current, here.call)))
    found: list[Statement] = []
    for one in reversed(here.scope.statements[: here.current.place]):
        written = [store for store in stores(one.node) if any(begins(path, store.path) for path in needed)]
        values = [resolve(store.path, here.variables)[0] for store in written]
        if any(isinstance(value, torch.Tensor) and conflict.node in upstream([value]) for value in values):
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
