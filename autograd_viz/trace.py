"""Tensor menjadi `Graph`: membaca graf komputasi yang sudah dibangun autograd, tanpa menjalankan apa pun."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as AutogradNode

from autograd_viz import saved as saving
from autograd_viz.graph import Edge, Graph, Node, Output, Role, Value
from autograd_viz.names import Names, NamesArgument, Scope
from autograd_viz.slots import SLOTS
from autograd_viz.starts import Start, find_starts
from autograd_viz.values import shape_of, summarize, text_of

LEAF: Any = torch._C._functions.AccumulateGrad  # type: ignore[attr-defined]
Walk = dict[Any, tuple[tuple[Any, int], ...]]


def trace(
    *outputs: torch.Tensor | GradientEdge | AutogradNode,
    names: NamesArgument = None,
    values: bool = False,
    scope: Scope = None,
) -> Graph:
    """Membaca graf komputasi di belakang `outputs` (bentuk apa pun) menjadi data biasa.

    `names` memberi nama: kamus nama → tensor, sebuah nn.Module, atau kamus nama → nn.Module; selebihnya dinamai
    menurut variabel pemanggil (atau menurut `scope`: sebuah kamus atau frame). `values=True` ikut mencatat isi
    dan gradien tensor yang masih terjangkau. Graf autograd tidak dijalankan, tidak diubah, dan tidak ditahan.

    Galat: ValueError bila sebuah keluaran tidak punya graf; TypeError bila jenis `outputs` atau `names` keliru.

    >>> w = torch.tensor(3.0, requires_grad=True)
    >>> [node.op for node in trace(w * w).nodes]
    ['AccumulateGrad', 'MulBackward0']
    """
    with torch._C.DisableTorchFunction():
        known = Names(names, sys._getframe(1) if scope is None else scope)
        starts = find_starts(outputs, known.of)
        return _Reading(known, values).graph(starts)


def walk(roots: list[Any]) -> Walk:
    """Semua simpul di belakang `roots` beserta masukannya, masukan lebih dulu.

    >>> w = torch.ones(2, requires_grad=True)
    >>> [type(node).__name__ for node in walk([w.sin().sum().grad_fn])]
    ['AccumulateGrad', 'SinBackward0', 'SumBackward0']
    """
    order: Walk = {}
    opened: Walk = {}
    stack = list(reversed(roots))  # explicit: a long chain exceeds Python's recursion limit
    while stack:
        node = stack[-1]
        if node in order:  # the object itself is the key; id() gets reused
            stack.pop()
            continue
        parents = opened.get(node)
        if parents is None:
            parents = opened[node] = node.next_functions
            waiting = [parent for parent, _ in parents if parent is not None and parent not in order]
            if waiting:
                waiting.reverse()
                stack += waiting
                continue
        stack.pop()
        order[node] = parents
    return order


class _Reading:
    """One reading of one graph; it holds nodes and tensors, and dies with the call that made it."""

    def __init__(self, names: Names, values: bool) -> None:
        self.names = names
        self.values = values
        self.numbers: dict[Any, int] = {}  # autograd node → number
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.owners: dict[int, str | None] = {}  # number of a parameter → its module
        self.leaves: dict[int, int] = {}  # id(leaf tensor) → number; every leaf is alive during the reading
        self.constants: dict[int, tuple[int, torch.Tensor]] = {}  # id(tensor) → number; the tensor keeps the id taken
        self.at_hand: dict[Any, list[tuple[int, torch.Tensor]]] = {}  # node → (output number, tensor)

    def graph(self, starts: list[Start]) -> Graph:
        order = walk([start.node for start in starts if start.node is not None])
        loose = [start.tensor for start in starts if start.node is None and start.tensor is not None]
        self.names.cover([*(node.variable for node in order if type(node) is LEAF), *loose])
        known = self.names.edges()
        for start in starts:
            if start.node is not None and start.tensor is not None:
                known.setdefault((start.node, start.output), start.tensor)
        for (node, output), tensor in sorted(known.items(), key=lambda item: item[0][1]):
            self.at_hand.setdefault(node, []).append((output, tensor))
        asked = {start.node for start in starts}
        for node, parents in order.items():
            if type(node) is LEAF:
                self.numbers[node] = self._leaf(node.variable)
            else:
                self._operation(node, parents, "output" if node in asked else "operation")
        outputs = tuple(self._output(start) for start in starts)
        return Graph(tuple(self.nodes), tuple(self.edges), outputs)

    def _leaf(self, tensor: torch.Tensor) -> int:
        number = self.leaves.get(id(tensor))
        if number is not None:
            return number
        number = self.leaves[id(tensor)] = len(self.nodes)
        if id(tensor) in self.names.owners:
            self.owners[number] = self.names.owners[id(tensor)]
        value, grad = self._contents(tensor)
        self.nodes.append(
            Node(
                LEAF.__name__,
                "leaf",
                self.names.of(tensor),
                (shape_of(tensor),),
                text_of(tensor.dtype),
                text_of(tensor.device),
                value=value,
                grad=grad,
            )
        )
        return number

    def _operation(self, node: Any, parents: tuple[tuple[Any, int], ...], role: Role) -> None:
        layout = saving.layout_of(node)
        content = saving.read(node, layout)
        numbers, nodes = self.numbers, self.nodes
        links: list[tuple[int, int, int]] = []
        owners: list[str | None] = []
        slots = SLOTS.get(layout.op, ())
        for slot, (parent, output) in enumerate(parents):
            if parent is not None:
                source = numbers[parent]
                if source in self.owners:
                    owners.append(self.owners[source])
                links.append((source, slot, output))
            elif slot < len(slots):
                constant = self._constant(node, slots[slot], content)
                if constant is not None:
                    links.append((constant, slot, 0))
        number = numbers[node] = len(nodes)
        for source, slot, output in links:
            self.edges.append(Edge(source, number, slot, output))
        name, value, grad = self._at_hand(node) if node in self.at_hand else (None, None, None)
        first = None
        shapes = []
        for item in node._input_metadata:
            first = first or item
            shapes.append(shape_of(item))
        nodes.append(
            Node(
                layout.op,
                role,
                name,
                tuple(shapes),
                text_of(first.dtype) if first is not None else None,
                text_of(first.device) if first is not None else None,
                content.saved,
                content.attributes,
                value,
                grad,
                _common_module(owners) if owners else None,
            )
        )

    def _constant(self, node: Any, name: str, content: saving.Content) -> int | None:
        """A slot that needs no gradient is drawn when its tensor, or at least its trace, was saved."""
        if name not in content.tensors:
            return None
        tensor = content.tensors[name]
        if tensor is None:
            shape = saving.sizes_of(node, name)
            self.nodes.append(Node("", "constant", shapes=(shape,)))
            return len(self.nodes) - 1
        known = self.constants.get(id(tensor))
        if known is not None:
            return known[0]
        number = len(self.nodes)
        self.constants[id(tensor)] = (number, tensor)
        self.nodes.append(
            Node(
                "",
                "constant",
                self.names.of(tensor) or self._base_name(tensor),
                (shape_of(tensor),),
                text_of(tensor.dtype),
                text_of(tensor.device),
                value=summarize(tensor) if self.values else None,
            )
        )
        return number

    def _base_name(self, tensor: torch.Tensor) -> str | None:
        """Operations often save a reshaped view of what the caller passed; it still goes by the caller's name."""
        if not tensor._is_view():
            return None
        base = tensor._base
        return self.names.of(base) if base is not None and base.numel() == tensor.numel() else None

    def _at_hand(self, node: Any) -> tuple[str | None, Value | None, Value | None]:
        tensors = self.at_hand[node]
        found = [self.names.of(tensor) for _, tensor in tensors]
        value, grad = self._contents(tensors[0][1])
        return ", ".join(name for name in found if name) or None, value, grad

    def _contents(self, tensor: torch.Tensor) -> tuple[Value | None, Value | None]:
        if not self.values:
            return None, None
        has_grad = tensor.is_leaf or tensor.retains_grad  # reading .grad of any other tensor warns
        grad = tensor.grad if has_grad else None
        return summarize(tensor), None if grad is None else summarize(grad)

    def _output(self, start: Start) -> Output:
        tensor = start.tensor
        if start.node is None:
            assert tensor is not None
            return Output(self._leaf(tensor), 0, self.names.of(tensor))
        number = self.numbers[start.node]
        if tensor is None and type(start.node) is LEAF:
            tensor = start.node.variable
        if tensor is None:
            tensor = next((item for output, item in self.at_hand.get(start.node, ()) if output == start.output), None)
        return Output(number, start.output, None if tensor is None else self.names.of(tensor))


def _common_module(owners: list[str | None]) -> str | None:
    """The innermost module that owns every parameter this node takes directly."""
    if None in owners:
        return None
    paths = [owner.split(".") for owner in owners if owner is not None]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared) or None
