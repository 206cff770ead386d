"""Nama masukan yang tidak dipegang variabel, dari tulisannya dalam baris kode: `1 - y`, atau `x` dalam `key(x)`."""

from __future__ import annotations

import ast
from functools import cache
from textwrap import dedent

from autograd_viz.graph import Graph, Node
from autograd_viz.recording.events import Forward, Place, RecordingData
from autograd_viz.recording.source import statement

_OPERATORS: dict[str, type[ast.operator]] = {
    "MulBackward0": ast.Mult,
    "AddBackward0": ast.Add,
    "SubBackward0": ast.Sub,
    "DivBackward0": ast.Div,
    "MmBackward0": ast.MatMult,
    "MvBackward0": ast.MatMult,
    "BmmBackward0": ast.MatMult,
    "DotBackward0": ast.MatMult,
}
_LINEAR = {"MmBackward0": 0, "AddmmBackward0": 1}  # the slot of what goes into a Linear
_LONGEST = 14  # letters; a longer text says less on a card than its shape


def name_operands(data: RecordingData) -> Graph:
    """Graf yang konstanta tak bernamanya dinamai menurut baris kodenya, sejauh itu pasti.

    >>> name_operands(RecordingData()).nodes
    ()
    """
    nodes = list(data.graph.nodes)
    constants: dict[tuple[int, int], int] = {}
    for edge in data.graph.edges:
        source = nodes[edge.source]
        if source.role == "constant" and source.name is None and source.shape:
            constants[edge.target, edge.slot] = edge.source
    if not constants:
        return data.graph
    steps = [step for step in data.steps if isinstance(step, Forward) and step.place is not None]
    for step, (left, right) in _operators(data, steps, nodes):
        for slot, text in enumerate((left, right)):
            number = constants.get((step.node, slot))
            if number is not None and text:
                nodes[number] = nodes[number]._replace(name=text)
    for step in steps:
        node = nodes[step.node]
        number = constants.get((step.node, _LINEAR.get(node.op, -1)))
        if number is not None and node.module:
            text = _argument(statement(data.sources, step.place) or "", node.module.rpartition(".")[2])
            if text:
                nodes[number] = nodes[number]._replace(name=text)
    return data.graph._replace(nodes=tuple(nodes))


def _operators(
    data: RecordingData, steps: list[Forward], nodes: list[Node]
) -> list[tuple[Forward, tuple[str, str]]]:
    """Each recorded operation with the operator of its line; only where every operator of that kind was recorded."""
    groups: dict[tuple[Place | None, str], list[Forward]] = {}
    for step in steps:
        if nodes[step.node].op in _OPERATORS:
            groups.setdefault((step.place, nodes[step.node].op), []).append(step)
    found = []
    names: dict[int, dict[int, str]] = {}
    for edge in data.graph.edges:
        source = nodes[edge.source]
        if source.name and source.shape:
            names.setdefault(edge.target, {})[edge.slot] = source.name
    for (place, op), group in groups.items():
        sides = _sides(statement(data.sources, place) or "", op)
        if not sides or len(group) % len(sides):
            continue
        for start in range(0, len(group), len(sides)):
            pairs = list(zip(group[start : start + len(sides)], sides, strict=True))
            if _agree([(names.get(step.node, {}), side) for step, side in pairs]):
                found += pairs
    return found


def _agree(pairs: list[tuple[dict[int, str], tuple[str, str]]]) -> bool:
    """Whether the names that are known stand where the line has them; of several operators one must show it."""
    known = [
        side[slot] == name
        for names, side in pairs
        for slot, name in names.items()
        if slot < len(side) and side[slot].isidentifier()
    ]
    return all(known) and (len(pairs) == 1 or bool(known))


@cache
def _sides(line: str, op: str) -> list[tuple[str, str]]:
    """What stands left and right of each such operator, in the order in which Python works them off."""
    tree = _parsed(line)
    if tree is None:
        return []
    found: list[tuple[str, str]] = []

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            visit(child)
        if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS[op]):
            found.append((_written(node.left), _written(node.right)))

    visit(tree)
    return found


@cache
def _argument(line: str, module: str) -> str:
    """The one argument of the only call of `module` in a line; empty where there is none or several."""
    tree = _parsed(line)
    calls = [
        node
        for node in ast.walk(tree or ast.Module([], []))
        if isinstance(node, ast.Call) and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) == module
    ]
    if len(calls) != 1 or len(calls[0].args) != 1 or calls[0].keywords:
        return ""
    return _written(calls[0].args[0])


def _parsed(line: str) -> ast.Module | None:
    try:
        return ast.parse(dedent(line))
    except (SyntaxError, ValueError):
        return None


def _written(part: ast.expr) -> str:
    """The text of an operand; empty for a bare number and for what is too long."""
    text = "" if isinstance(part, ast.Constant) else ast.unparse(part)
    return text if len(text) <= _LONGEST else ""
