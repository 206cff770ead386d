"""Graf seperti yang ditulis di kode: bilangan yang tidak disimpan autograd, dan urutan `2 * y`, sejauh itu pasti."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from textwrap import dedent

from autograd_viz.graph import TURNED, Graph, operand
from autograd_viz.operations.notation import number_text
from autograd_viz.simplifying.quotients import quotients

_SUMS = {"AddBackward0", "AddBackward1"}
_DIFFERENCES = {"SubBackward0", "SubBackward1"}
_NODES: Mapping[type[ast.operator], set[str]] = {
    ast.Add: _SUMS, ast.Sub: _DIFFERENCES | {"RsubBackward1"}, ast.Mult: {"MulBackward0"}, ast.Div: {"DivBackward0"},
    ast.Pow: {"PowBackward0"}, ast.MatMult: {"MmBackward0", "MvBackward0", "DotBackward0", "BmmBackward0"},
}  # fmt: skip
_ALONE = _SUMS | _DIFFERENCES | {"RsubBackward1"}  # of these autograd keeps no operand
MOST = 500  # nodes; a larger picture shows no single expressions
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_Notes = list[tuple[int, tuple[str, str]]]


def as_coded(graph: Graph, texts: tuple[str, ...]) -> Graph:
    """Graf yang simpul bernamanya dicocokkan dengan satu-satunya pernyataan yang memberi nama itu.

    Yang dicatat hanya yang cocok seluruhnya: operasi demi operasi, sampai ke nama-nama yang ada di graf.

    >>> from autograd_viz.graph import Edge, Node
    >>> y, out = Node("AccumulateGrad", "leaf", "y"), Node("RsubBackward1", "output", "out")
    >>> as_coded(Graph((y, out), (Edge(0, 1, 0),)), ("out = 1 - y",)).nodes[1].attributes
    (('·slot1', '1'),)
    """
    named = [number for number, node in enumerate(graph.nodes) if node.role in ("operation", "output") and node.name]
    if not texts or not named or len(graph.nodes) > MOST:
        return graph
    matching = _Matching(graph)
    nodes = list(graph.nodes)
    for number in named:
        written = _statement(texts, nodes[number].name or "")
        notes: _Notes = []
        if written is not None and matching.fits(written, number, notes):
            for place, note in notes:
                if note not in nodes[place].attributes:
                    nodes[place] = nodes[place]._replace(attributes=(*nodes[place].attributes, note))
    return graph._replace(nodes=tuple(nodes))


class _Matching:
    """Whether an expression is what made a node; what it tells beyond the graph is noted."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = graph.nodes
        self.sources: dict[int, dict[int, int]] = {}
        for edge in graph.edges:
            self.sources.setdefault(edge.target, {})[edge.slot] = edge.source
        self.divisions = quotients(graph)

    def fits(self, written: ast.expr, number: int, notes: _Notes) -> bool:
        node, given = self.nodes[number], self.sources.get(number, {})
        if isinstance(written, ast.BinOp):
            return self._operator(written, number, notes)
        if isinstance(written, ast.UnaryOp) and isinstance(written.op, ast.USub):
            return node.op == "NegBackward0" and 0 in given and self._part(written.operand, given[0], notes)
        if isinstance(written, ast.Call):
            name, first = _called(written)
            same = name is not None and node.op.lower().startswith(f"{name.lower()}backward")
            return same and first is not None and 0 in given and self._part(first, given[0], notes)
        return False

    def _part(self, written: ast.expr, number: int, notes: _Notes) -> bool:
        if isinstance(written, ast.Name):
            return self.nodes[number].name == written.id
        return self.nodes[number].name is None and self.fits(written, number, notes)

    def _operator(self, written: ast.BinOp, number: int, notes: _Notes) -> bool:
        node, given = self.nodes[number], self.sources.get(number, {})
        left, right = _number(written.left), _number(written.right)
        if left is None and right is None:
            return self._both(written, number, notes)
        value, tensor = (right, written.left) if left is None else (left, written.right)
        if value is None or (left is not None and right is not None) or not self._agrees(number, value):
            return False
        self._keep(number, value, notes)
        if number in self.divisions:
            inner = self.sources[self.divisions[number]]
            return left is not None and isinstance(written.op, ast.Div) and self._part(tensor, inner[0], notes)
        behind = left is not None and not isinstance(written.op, ast.Add | ast.Mult)  # the tensor, as in `1 - y`
        if node.op not in _NODES.get(type(written.op), ()) or behind is not (node.op == "RsubBackward1"):
            return False
        if left is not None and not behind:
            notes.append((number, TURNED))
        return dict(node.attributes).get("alpha", "1") == "1" and 0 in given and self._part(tensor, given[0], notes)

    def _both(self, written: ast.BinOp, number: int, notes: _Notes) -> bool:
        node, given = self.nodes[number], self.sources.get(number, {})
        if node.op not in _NODES.get(type(written.op), ()) or dict(node.attributes).get("alpha", "1") != "1":
            return False
        for slot, side in enumerate((written.left, written.right)):
            if slot in given:  # else a tensor that autograd did not keep
                if not self._part(side, given[slot], notes):
                    return False
            elif node.op not in _ALONE:
                return False
        return node.op != "RsubBackward1"

    def _keep(self, number: int, value: float, notes: _Notes) -> None:
        """A number that is nowhere in the graph."""
        source = self.sources.get(number, {}).get(1)
        known = source is not None and (self.nodes[source].shape is not None or self.nodes[source].value is not None)
        if not known and self.nodes[number].op != "PowBackward0":
            notes.append((number, (operand(1), number_text(value))))

    def _agrees(self, number: int, value: float) -> bool:
        source = self.sources.get(number, {}).get(1)
        known = None if source is None else self.nodes[source].value
        return known is None or known.numbers is None or tuple(known.numbers) == (value,)


def _number(written: ast.expr) -> float | None:
    try:
        found = ast.literal_eval(written)
    except (ValueError, TypeError, SyntaxError):
        return None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _called(written: ast.Call) -> tuple[str | None, ast.expr | None]:
    """The name of a call, and the first tensor it is given: `x` in both `x.exp()` and `torch.exp(x)`."""
    call = written.func
    if isinstance(call, ast.Attribute):
        module = isinstance(call.value, ast.Name) and call.value.id in ("torch", "F")
        return call.attr, (written.args[0] if module and written.args else None if module else call.value)
    return None, None


@lru_cache(maxsize=256)
def _statement(texts: tuple[str, ...], name: str) -> ast.expr | None:
    """What the name is given, where all that binds it gives it the same."""
    found: list[ast.expr | None] = []
    for tree in map(_parsed, texts):
        if tree is None:
            return None
        body = tree.body
        if len(body) == 1 and isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = body[0].args
            if any(one.arg == name for one in ast.walk(arguments) if isinstance(one, ast.arg)):
                return None
            body = body[0].body
        found += _bindings(body, name)
    first = found[0] if found else None
    if first is None or any(one is None or ast.dump(one) != ast.dump(first) for one in found):
        return None
    return first


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(dedent(text))
    except (SyntaxError, ValueError):
        return None


def _bindings(body: Sequence[ast.AST], name: str) -> Iterator[ast.expr | None]:
    """What this scope binds the name to; None for anything but `name = …`."""
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and _is(node.targets[0], name):
            yield node.value
            stack.append(node.value)
            continue
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            yield None
        if isinstance(node, ast.alias) and ("*" in node.name or name == (node.asname or node.name).split(".")[0]):
            yield None
        if getattr(node, "name", None) == name:  # a function, a class, an error that is caught, a part of a match
            yield None
        if isinstance(node, _SCOPES):  # a scope of its own, unless it reaches out
            reaching = [one for one in ast.walk(node) if isinstance(one, ast.Global | ast.Nonlocal)]
            if any(name in one.names for one in reaching):
                yield None
            continue
        stack += ast.iter_child_nodes(node)


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name
