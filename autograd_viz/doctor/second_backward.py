"""Mengapa graf sudah habis: dihitung di luar perulangan, dibawa dari putaran lalu, dipakai bersama, atau dicatat."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.derivative_calls import asked_again
from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, backward_calls, defined, span
from autograd_viz.doctor.graph_state import freed, upstream
from autograd_viz.doctor.kept_graphs import kept_graphs
from autograd_viz.doctor.losses_in_turn import losses_in_turn
from autograd_viz.doctor.old_references import old_references
from autograd_viz.doctor.outside_closure import outside_closure
from autograd_viz.doctor.shared_graph import parallel_branches, shared_by_calls, shared_graph
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stale_graph import stale_graph
from autograd_viz.doctor.walked_data import walked_data


def second_backward(evidence: Evidence) -> Iterator[Finding]:
    """Sebab-sebab backward kedua yang terbukti, dari bingkai terdalam ke luar."""
    nodes = upstream(evidence.roots)
    spent = set(freed(nodes))
    in_turn = list(losses_in_turn(evidence, nodes, spent))
    yield from in_turn
    yield from outside_closure(evidence, nodes)
    for number, frame in enumerate(evidence.frames):
        if frame.current is not None:
            yield from _again(evidence, frame, number)
            yield from shared_graph(evidence, frame, number, nodes, spent)
    references = list(old_references(evidence, nodes, spent))
    if references:
        yield from references
        return
    yield from () if in_turn else walked_data(evidence, nodes, spent)
    yield from stale_graph(evidence, nodes, spent)
    yield from shared_by_calls(evidence, nodes, spent)


def spent_graph(evidence: Evidence) -> Iterator[Finding]:
    """Mengapa graf itu sudah habis; bila putaran dan loss-nya tidak menjelaskannya, siapa yang menyimpannya."""
    found = list(second_backward(evidence))
    yield from found or kept_graphs(evidence, upstream(evidence.roots))


def _again(evidence: Evidence, frame: UserFrame, number: int) -> Iterator[Finding]:
    """The same tensor, not computed anew since its last backward."""
    current = frame.current
    expression = asked_expression(current, frame.call if number == 0 else None)
    path = read_paths(expression)[0] if expression is not None and read_paths(expression) else None
    if current is None or path is None or number:
        return
    for earlier, other in reversed(backward_calls(frame.scope)):
        if earlier.place >= current.place or ast.unparse(other) != ast.unparse(expression or other):
            continue
        if parallel_branches(earlier, current):
            continue
        between = [one for one in frame.scope.statements if earlier.place < one.place < current.place]
        base = path.split(".")[0]
        if any(begins(base, store.path) for one in between for store in stores(one.node)):
            return
        line = defined(evidence, base)
        yield Finding(
            "dua-kali",
            f"`{earlier.text}` di {at(earlier)} sudah menghabiskan graf itu, dan `{base}` tidak dihitung ulang "
            f"sebelum {at(current)}.",
            {"tensor": base, "line": line.text if line else ""},
            asked_again(frame.scope, earlier, current) or _anew(base, line, current),
            forward=line,
            writer=earlier,
            tensors=evidence.roots,
            weight=4,
        )
        return


def _anew(base: str, line: Statement | None, current: Statement) -> str | None:
    """The root computed again before its second backward."""
    if line is None:
        return None
    return f"# menggantikan {span(current)}; {base} dihitung ulang di situ:\n{line.text}\n{current.text}"
