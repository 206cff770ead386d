"""Potongan graf: dari tensor yang diputus ke konstanta yang dihasilkannya, sejauh rekaman dapat memastikannya."""

from __future__ import annotations

import ast
from functools import cache
from textwrap import dedent

from autograd_viz.graph import Node
from autograd_viz.recording.events import Cut, CutLink, Event, Forward, InPlace, RecordingData
from autograd_viz.recording.source import statement


def cut_links(data: RecordingData) -> tuple[CutLink, ...]:
    """Potongan yang hasilnya dipakai lagi sebagai konstanta: bernama sama, atau bernilai sama di pernyataan yang sama
    atau di pernyataan yang menyebut variabel hasilnya.

    >>> cut_links(RecordingData())
    ()
    """
    told = [step for step in data.steps if isinstance(step, Cut)]
    if not told:
        return ()
    users = _users(data)
    found: dict[int, CutLink] = {}
    for number, node in enumerate(data.graph.nodes):
        if node.role != "constant" or number not in users:
            continue
        for step in told:
            if step.node < number and _gives(data, step, node, users[number]):
                found[number] = CutLink(step.node, number, step.how)
    return tuple(found.values())


def _users(data: RecordingData) -> dict[int, Forward | InPlace]:
    """For each node the step that takes it in."""
    forward = {step.node: step for step in data.steps if isinstance(step, Forward | InPlace)}
    return {edge.source: forward[edge.target] for edge in data.graph.edges if edge.target in forward}


def _gives(data: RecordingData, step: Cut, constant: Node, user: Event) -> bool:
    value = step.value
    if value is not None and (constant.value is None or value != constant.value):
        return False
    if constant.name is not None:
        return _stored(statement(data.sources, step.place) or "") == constant.name
    if value is None or step.place is None:
        return False
    return step.place == user.place or _mentions(
        statement(data.sources, user.place) or "", _stored(statement(data.sources, step.place) or "")
    )


@cache
def _mentions(line: str, name: str | None) -> bool:
    """Whether the statement reads this variable."""
    try:
        tree = ast.parse(dedent(line))
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(tree))


@cache
def _stored(line: str) -> str | None:
    """The name that the statement gives its result."""
    try:
        (statement,) = ast.parse(dedent(line)).body
    except (SyntaxError, ValueError):
        return None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None
