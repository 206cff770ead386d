"""Potongan graf: dari tensor yang diputus ke konstanta yang dihasilkannya, sejauh rekaman dapat memastikannya."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.graph import Graph, Node
from autograd_viz.recording.events import Cut, Event, Forward, How, InPlace
from autograd_viz.recording.recording import Recording

_CALLS = {"detach": ".detach()", "data": ".data"}


class CutLink(NamedTuple):
    """Satu potongan: `source` simpul yang diputus, `target` konstanta hasilnya, `how` penyebabnya."""

    source: int
    target: int
    how: How


def cut_links(run: Recording) -> tuple[CutLink, ...]:
    """Potongan yang hasilnya dipakai lagi sebagai konstanta: bernama sama, atau di pernyataan yang sama.

    >>> from autograd_viz.recording.events import RecordingData
    >>> cut_links(Recording(RecordingData()))
    ()
    """
    told = [step for step in run.steps if isinstance(step, Cut)]
    if not told:
        return ()
    users = _users(run)
    found: dict[int, CutLink] = {}
    for number, node in enumerate(run.graph.nodes):
        if node.role != "constant" or number not in users:
            continue
        for step in told:
            if step.node < number and _gives(run, step, node, users[number]):
                found[number] = CutLink(step.node, number, step.how)
    return tuple(found.values())


def named(graph: Graph, links: tuple[CutLink, ...]) -> Graph:
    """Graf yang konstanta hasil potongannya bernama, sehingga tidak dilipat menjadi angka."""
    nodes = list(graph.nodes)
    for source, target, how in links:
        if nodes[target].name is None:
            nodes[target] = nodes[target]._replace(name=f"{nodes[source].name or '…'}{_CALLS.get(how, '')}")
    return graph._replace(nodes=tuple(nodes))


def _users(run: Recording) -> dict[int, Forward | InPlace]:
    """For each node the step that takes it in."""
    forward = {step.node: step for step in run.steps if isinstance(step, Forward | InPlace)}
    return {edge.source: forward[edge.target] for edge in run.graph.edges if edge.target in forward}


def _gives(run: Recording, step: Cut, constant: Node, user: Event) -> bool:
    value = step.value
    if value is not None and (constant.value is None or value != constant.value):
        return False
    if constant.name is not None:
        return _stored(run.line(step) or "") == constant.name
    return value is not None and step.place is not None and step.place == user.place


def _stored(line: str) -> str | None:
    """The name that the statement gives its result."""
    try:
        (statement,) = ast.parse(dedent(line)).body
    except (SyntaxError, ValueError):
        return None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None
