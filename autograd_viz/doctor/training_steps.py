"""Langkah optimizer yang mengubah parameter di antara forward dan backward."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at
from autograd_viz.doctor.forward_again import forward_again
from autograd_viz.doctor.graph_state import Conflict, same_storage
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stale_graph import stale_graph
from autograd_viz.doctor.stepped import Stepped, optimizers, stepped
from autograd_viz.doctor.unrolled_steps import Unrolled, unrolled
from autograd_viz.doctor.versions import versions
from autograd_viz.tracing.walk import Walk


def by_optimizer(
    evidence: Evidence, conflict: Conflict, nodes: Walk, name: str | None, forward: Statement | None
) -> Iterator[Finding]:
    """Optimizer yang memiliki tensor itu, dan `step()` yang menulisinya."""
    tensor = conflict.tensor
    if tensor is None:
        return
    several = list(optimizers(evidence))
    owners = [
        (path, one) for path, one in several
        if any(same_storage(held, tensor) for group in one.param_groups for held in group["params"])
    ]  # fmt: skip
    found = [(path, one, stepped(evidence, one)) for path, one in owners]
    for path, optimizer, step in sorted(found, key=lambda one: one[2] is None)[:1]:
        param = next((one.path for one in evidence.known if same_storage(one.tensor, tensor)), name)
        why = next(stale_graph(evidence, nodes, {conflict.node}), None)
        straight = unrolled(evidence, optimizer) if why is None and step is None else None
        writer = straight.step if straight is not None else step.inner if step is not None else None
        made = straight.forward if straight is not None else forward
        told = f"`{param or 'parameter itu'}` milik `{path}`, dan {_doing(path, step, straight)} menulisinya sesudah "
        told += f"forward. {versions(conflict)}"
        told += f" Graf lama ikut: {why.evidence}" if why is not None else ""
        told += _no_way_out(evidence, path) if why is None and len(several) > 1 else ""
        mend = why.mend if why is not None and why.mend else straight.mend if straight is not None else None
        yield Finding(
            "langkah-optimizer",
            told,
            {"optimizer": path, "param": param or "", "tensor": param or "", "line": made.text if made else ""},
            mend or (_after_step(evidence, step, optimizer) if step is not None else None),
            forward=made,
            writer=writer,
            nodes=(conflict.node,),
            weight=4 if writer is not None else 3,
            question=_one_step(several) if why is None else "",
        )


def _doing(path: str, step: Stepped | None, straight: Unrolled | None) -> str:
    """Which statement stepped it, and in which call or turn."""
    if straight is not None:
        return f"`{straight.step.text}` di {at(straight.step)}, pada putaran dengan `{straight.name}` = `{path}`,"
    if step is None:
        return f"`{path}.step()`"
    if step.inner is step.statement:
        return f"`{step.inner.text}` di {at(step.inner)}"
    return f"`{step.inner.text}` ({at(step.inner)}), yang dijalankan `{step.statement.text}` di {at(step.statement)},"


def _no_way_out(evidence: Evidence, path: str) -> str:
    """What many then try: both backward() first. The later loss would fill the gradients of the first optimizer."""
    here = evidence.here
    call = f"`{here.current.text}`" if here is not None and here.current is not None else "backward() ini"
    return f" Mendahulukan semua backward() mengubah artinya: {call} juga mengisi .grad milik `{path}`, jadi " \
           "langkahnya berubah."


def _one_step(several: list[tuple[str, torch.optim.Optimizer]]) -> str:
    """With one optimizer the losses may have been meant for one step together; with two each has its own."""
    if len(several) != 1:
        return ""
    return "apakah kedua loss dimaksudkan untuk satu langkah bersama? Bila ya, jalankan semua backward() dulu, lalu " \
           "satu step(); obat di atas untuk dua langkah yang berurutan."


def _after_step(evidence: Evidence, step: Stepped, optimizer: torch.optim.Optimizer) -> str | None:
    """The lines that computed the loss from what was stepped, below the step."""
    held = [one for group in optimizer.param_groups for one in group["params"]]
    return forward_again(evidence, evidence.frames[step.frame], step.statement, step.asked, held)
