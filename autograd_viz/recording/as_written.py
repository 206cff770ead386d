"""Rekaman seperti yang ditulis pengguna: bilangan yang tidak disimpan autograd, urutan faktor, dan potongan graf."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from textwrap import dedent

from autograd_viz.graph import ALONE, INDICES, TURNED, Graph, Node, Value, operand
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.ops import lookup
from autograd_viz.recording.cut_links import cut_links
from autograd_viz.recording.events import CutLink, Forward, How, RecordingData
from autograd_viz.recording.operand_names import name_operands
from autograd_viz.recording.source import statement
from autograd_viz.text.titles import Operand, expression, operands

_ALONE = {"AddBackward1", "SubBackward1", "RsubBackward1"}  # one slot; the number is known from the call only
_CALLS: dict[How, str] = {"detach": ".detach()", "data": ".data"}
_LONGEST = 12  # letters of an expression in front of such a call
_INDEXED, _INDICES = "IndexBackward0", re.compile(r"indices\[(\d+)\]")
_CALLED = {"ReciprocalBackward0": "reciprocal"}  # as a part of another operation these words do not stand in the line
_TURNING = {"MulBackward0": ast.Mult, "AddBackward0": ast.Add}


def as_written(data: RecordingData) -> RecordingData:
    """Rekaman yang simpul-simpulnya tahu bilangan dan urutan dalam kode pengguna, dan yang potongannya diketahui.

    >>> as_written(RecordingData()).cuts
    ()
    """
    links = cut_links(data)
    noted = data._replace(graph=_named(_noted(data), links), cuts=links)
    return noted._replace(graph=name_operands(noted))


def _noted(data: RecordingData) -> Graph:
    constants: dict[int, Value] = {}
    for edge in data.graph.edges:
        source = data.graph.nodes[edge.source]
        if edge.slot == 1 and source.role == "constant" and source.value is not None:
            constants[edge.target] = source.value
    nodes = list(data.graph.nodes)
    for step in data.steps:
        if not isinstance(step, Forward):
            continue
        node = nodes[step.node]
        if node.op in _CALLED:
            if _CALLED[node.op] in (statement(data.sources, step.place) or ""):
                nodes[step.node] = _with(node, *ALONE)
        elif node.op == _INDEXED:
            places = tuple(int(found[1]) for one in node.saved if (found := _INDICES.fullmatch(one.name)))
            parts = _index(statement(data.sources, step.place) or "", places)
            if parts:
                nodes[step.node] = _with(node, INDICES, parts)
        elif node.op in _ALONE and len(step.inputs) == 2:
            text = _number(step.inputs[1])
            if text is not None:
                nodes[step.node] = _with(node, operand(1), number_text(text))
        elif node.op in _TURNING and dict(node.attributes).get("alpha", "1") == "1":
            text = _number(constants.get(step.node))
            if text is not None and _first(statement(data.sources, step.place) or "", _TURNING[node.op], text):
                nodes[step.node] = _with(node, *TURNED)
    return data.graph._replace(nodes=tuple(nodes))


def _named(graph: Graph, links: tuple[CutLink, ...]) -> Graph:
    """Constants that come from a cut have a name, so that they are not folded into a number."""
    nodes, slots = list(graph.nodes), operands(graph)
    for source, target, how in links:
        if nodes[target].name is None:
            known = nodes[source].name or _short(nodes[source], slots[source])
            call = _CALLS.get(how)
            nodes[target] = nodes[target]._replace(name=f"{known}{call}" if known and call else f"hasil {how}")
    return graph._replace(nodes=tuple(nodes))


def _short(node: Node, slots: Sequence[Operand]) -> str:
    """The expression of an operation without a name, where it is known whole and short."""
    if not slots or not lookup(node.op).expression or not all(slot.known for slot in slots):
        return ""
    text = expression(node.op, [slot.text for slot in slots], node.attributes)
    return f"({text})" if len(text) <= _LONGEST else ""


def _with(node: Node, name: str, text: str) -> Node:
    return node._replace(attributes=(*node.attributes, (name, text)))


def _number(value: Value | None) -> float | None:
    if value is None or value.shape != () or not value.numbers or isinstance(value.numbers[0], complex):
        return None
    return value.numbers[0]


@cache
def _first(line: str, kind: type[ast.operator], wanted: float) -> bool:
    """Whether the number stands on the left of every such operation that has it, as the 2 in `2 * y`."""
    sides = set()
    for one in _operations(line):
        if isinstance(one.op, kind):
            sides |= {side for side, part in enumerate((one.left, one.right)) if _literal(part) == wanted}
    return sides == {0}


@cache
def _index(line: str, places: tuple[int, ...]) -> str:
    """The tensors of the only index in the line that has so many, one a line, `:` where a dimension has none.

    Empty where that is not certain: a name between the brackets may be a number, too.
    """
    try:
        tree = ast.parse(dedent(line))
    except (SyntaxError, ValueError):
        return ""
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)]
    held = [[ast.unparse(part) for part in _parts(node.slice) if not _is_plain(part)] for node in read]
    found = {tuple(texts) for texts in held if texts}
    if len(found) != 1 or not places or len(texts := found.pop()) != len(places):
        return ""
    known = dict(zip(sorted(places), texts, strict=True))
    return "\n".join(known.get(place, ":") for place in range(max(places) + 1))


def _parts(index: ast.expr) -> Sequence[ast.expr]:
    return index.elts if isinstance(index, ast.Tuple) else [index]


def _is_plain(part: ast.expr) -> bool:
    """Whether this is no tensor: a slice, a number, None, or `...`."""
    number = part.operand if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub) else part
    return isinstance(number, ast.Slice | ast.Constant)


def _operations(line: str) -> Iterator[ast.BinOp]:
    try:
        tree = ast.parse(dedent(line))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            yield node


def _literal(part: ast.expr) -> float | None:
    try:
        found = ast.literal_eval(part)
    except (ValueError, TypeError, SyntaxError):
        return None
    return float(found) if isinstance(found, (int, float)) else None
