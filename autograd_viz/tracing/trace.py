"""Tensor menjadi `Graph`: membaca graf komputasi yang sudah dibangun autograd, tanpa menjalankan apa pun."""

from __future__ import annotations

import sys
from functools import partial
from operator import attrgetter
from typing import Any

import torch
from torch.autograd.graph import get_gradient_edge

from autograd_viz.collecting import paused
from autograd_viz.graph import HELD, Edge, Graph, Lens, Node, Output, Role, Saved, Value
from autograd_viz.graph import INDICES as PARTS
from autograd_viz.tracing import torch_internals
from autograd_viz.tracing.kept import Storages
from autograd_viz.tracing.names import Names, NamesArgument, common_module
from autograd_viz.tracing.saved import Layout, index_tensors, layout_of, layouts, read_plain, read_saved, read_tensor
from autograd_viz.tracing.scope import Scope
from autograd_viz.tracing.starts import Start, find_starts
from autograd_viz.tracing.torch_internals import outputs_of
from autograd_viz.tracing.values import SHAPES, TEXTS, contents, shape_of
from autograd_viz.tracing.walk import Parents, walk

with torch.inference_mode(False), torch.enable_grad():
    LEAF: Any = type(get_gradient_edge(torch.ones((), requires_grad=True)).node)
INDEXED, FEW = "IndexBackward0", 4  # an index of so many numbers is written out
PLAIN = ("operation", None, None, None)
FACTS = attrgetter("shape", "dtype", "device")
REST = tuple(Node._field_defaults[name] for name in Node._fields[Node._fields.index("module") + 1 :])
Shapes = tuple[tuple[int, ...] | None, ...]

new_node: Any = partial(tuple.__new__, Node)  # without defaults: a graph holds thousands of each
new_edge: Any = partial(tuple.__new__, Edge)


def trace(
    *outputs: Any,
    names: NamesArgument = None,
    values: bool = False,
    scope: Scope = None,
    lens: Lens | None = None,
) -> Graph:
    """Membaca graf komputasi di belakang `outputs` (bentuk apa pun) menjadi data biasa.

    Setiap keluaran berupa tensor, GradientEdge, grad_fn, atau wadah yang memuatnya (kamus, daftar, tuple, `dataclass`,
    objek), sedalam apa pun; isi wadah dinamai menurut kunci atau atributnya. `names` memberi nama: kamus nama → tensor,
    sebuah nn.Module, atau kamus nama → nn.Module; selebihnya dinamai menurut variabel pemanggil (atau menurut `scope`:
    sebuah kamus atau frame). `values=True` ikut mencatat isi dan gradien tensor yang masih terjangkau.
    `lens="memory"` mengukur storage yang ditahan setiap simpul untuk backward, dan `lens="gradient"` norma setiap
    `.grad`, sebesar apa pun. Graf autograd tidak dijalankan, tidak diubah, dan tidak ditahan.

    Rantai puluhan ribu operasi: simpul yang pernah dibaca dari Python dibebaskan torch secara bersarang, dan di atas
    sekitar 20.000 operasi berurutan tumpukan C bisa habis saat tensornya dihapus. Itu terjadi pada pembaca mana pun;
    gambarlah potongan rantainya, atau perbesar tumpukan (`ulimit -s`, `threading.stack_size`).

    Galat: ValueError bila sebuah keluaran tidak punya graf; TypeError bila jenis `outputs` atau `names` keliru.

    >>> w = torch.tensor(3.0, requires_grad=True)
    >>> [node.op for node in trace(w * w).nodes]
    ['AccumulateGrad', 'MulBackward0']
    """
    scope = sys._getframe(1) if scope is None else scope
    with paused(), torch_internals.hidden_from_functions(), torch_internals.hidden_from_modes():
        known = Names(names, scope)
        starts = find_starts(outputs, known)
        with torch.no_grad():
            return _Reading(known, values, lens).graph(starts)


class _Reading:
    """One reading of one graph; it holds nodes and tensors, and dies with the call that made it."""

    def __init__(self, names: Names, values: bool, lens: Lens | None) -> None:
        self.names = names
        self.values = values or lens == "gradient"
        self.lens = lens
        self.storages: Storages | None = None
        self.numbers: dict[Any, int] = {}  # autograd node → number
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.owners: dict[int, str | None] = {}  # number of a parameter → its module
        self.leaves: dict[int, int] = {}  # id(leaf tensor) → number; every leaf is alive during the reading
        self.constants: dict[int, tuple[int, torch.Tensor]] = {}  # id(tensor) → number; the tensor keeps the id taken
        self.asked: set[Any] = set()
        self.bearers: dict[str, int] = {}  # how many leaves and constants bear a name
        self.at_hand: dict[Any, list[tuple[int, torch.Tensor]]] = {}  # node → (output number, tensor)

    def graph(self, starts: list[Start]) -> Graph:
        order = walk([start.node for start in starts if start.node is not None])
        asked = [start.tensor for start in starts if start.tensor is not None]
        self.names.cover([*(node.variable for node in order if type(node) is LEAF), *asked])
        known = self.names.edges()
        for start in starts:
            if start.node is not None and start.tensor is not None:
                known.setdefault((start.node, start.output), start.tensor)
        for (node, output), tensor in sorted(known.items(), key=lambda item: item[0][1]):
            self.at_hand.setdefault(node, []).append((output, tensor))
        if self.lens == "memory":
            leaves = [node.variable for node in order if type(node) is LEAF]
            self.storages = Storages([*leaves, *self.names.of_modules()])
        self.asked = {start.node for start in starts}
        special = self.asked | self.at_hand.keys()
        numbers, nodes, edges, owners = self.numbers, self.nodes, self.edges, self.owners
        shapes: Shapes
        for node, parents in order.items():
            kind = type(node)
            if kind is LEAF:
                numbers[node] = self._leaf(node.variable)
                continue
            layout = layouts.get(kind) or layout_of(node)
            saved = read_saved(node, layout) if layout.tensors else ()
            plain = read_plain(node, layout) if layout.plain else ()
            if layout.op == INDEXED:
                plain += self._index(node)
            constants = self._constants(node, parents, layout, saved) if layout.slots else {}
            number = numbers[node] = len(nodes)
            slot, owned = 0, []
            for parent, output in parents:
                source = numbers[parent] if parent is not None else constants.get(slot)
                if source is not None:
                    edges.append(new_edge((source, number, slot, output, (), 0, 1)))
                    if source in owners:
                        owned.append(owners[source])
                slot += 1
            module = common_module(owned) if owned else None
            if module and module[0].isdigit() and self.names.root:
                plain += ((HELD, self.names.root),)
            role, name, value, grad = self._at_hand(node) if node in special else PLAIN
            outputs = outputs_of(node)
            try:  # the usual case, as directly as possible
                (output,) = outputs
                size, dtype, device = FACTS(output)
                shapes, dtype, device = (SHAPES[tuple(size)],), TEXTS[dtype], TEXTS[device]
            except (ValueError, RuntimeError, TypeError):
                shapes, dtype, device = _describe(outputs)
            nodes.append(
                new_node((layout.op, role, name, shapes, dtype, device, saved, plain, value, grad, module, *REST))
            )
            if self.storages is not None:
                nodes[number] = nodes[number]._replace(kept=self.storages.of(node, layout))
        outputs = tuple(self._output(start) for start in starts)
        return Graph(tuple(self.nodes), tuple(self.edges), outputs, self.names.outside(self.leaves.keys()))

    def _leaf(self, tensor: torch.Tensor) -> int:
        key = id(tensor)
        number = self.leaves.get(key)
        if number is not None:
            return number
        number = self.leaves[key] = len(self.nodes)
        if key in self.names.owners:
            self.owners[number] = self.names.owners[key]
        value, grad = self._contents(tensor) if self.values else (None, None)
        name, dtype, device = self._own_name(tensor), TEXTS[tensor.dtype], TEXTS[tensor.device]
        shapes = (shape_of(tensor),)
        self.nodes.append(
            new_node(("AccumulateGrad", "leaf", name, shapes, dtype, device, (), (), value, grad, None, *REST))
        )
        return number

    def _constants(self, node: Any, parents: Parents, layout: Layout, saved: tuple[Saved, ...]) -> dict[int, int]:
        """Inputs without gradient whose tensor was saved, even if it is gone by now: slot → number."""
        found = {}
        for slot, (parent, _) in enumerate(parents[: len(layout.slots)]):
            if parent is None:
                for entry in saved:
                    if entry.name == layout.slots[slot]:
                        found[slot] = self._constant(read_tensor(node, entry.name), entry.shape)
        return found

    def _constant(self, tensor: torch.Tensor | None, shape: tuple[int, ...] | None) -> int:
        number = len(self.nodes)
        if tensor is None:
            self.nodes.append(Node("", "constant", shapes=(shape,)))
            return number
        known = self.constants.get(id(tensor))
        if known is not None:
            return known[0]
        self.constants[id(tensor)] = (number, tensor)
        name = self._own_name(tensor) or self._base_name(tensor)
        value = contents(tensor) if self.values else None
        dtype, device = TEXTS[tensor.dtype], TEXTS[tensor.device]
        self.nodes.append(Node("", "constant", name, (shape_of(tensor),), dtype, device, value=value))
        return number

    def _index(self, node: Any) -> tuple[tuple[str, str], ...]:
        """How the tensors of an index are written: by name, or as numbers where they are few."""
        texts = []
        for tensor in index_tensors(node):
            name = ":" if tensor is None else self.names.of(tensor)
            if tensor is not None and name is None and tensor.dim() == 1 and tensor.numel() <= FEW:
                numbers = contents(tensor).numbers
                name = None if numbers is None else str(list(numbers))
            texts.append(name or "…")
        return ((PARTS, "\n".join(texts)),) if texts else ()

    def _own_name(self, tensor: torch.Tensor) -> str | None:
        """The name of a tensor; a second tensor of the same name is told apart."""
        name = self.names.of(tensor)
        if name is None:
            return None
        count = self.bearers[name] = self.bearers.get(name, 0) + 1
        return name if count == 1 else f"{name} ({count})"

    def _base_name(self, tensor: torch.Tensor) -> str | None:
        """Operations often save a reshaped view of what the caller passed; it still goes by the caller's name."""
        if not torch_internals.is_view(tensor):
            return None
        base = torch_internals.base_of(tensor)
        name = self.names.of(base) if base is not None and base.numel() == tensor.numel() else None
        return f"{name}ᵀ" if name and base is not None and _transposed(tensor, base) else name

    def _at_hand(self, node: Any) -> tuple[Role, str | None, Value | None, Value | None]:
        """What is known of an operation whose tensor was asked for or is held by a variable."""
        role: Role = "output" if node in self.asked else "operation"
        tensors = self.at_hand.get(node)
        if not tensors:
            return role, None, None, None
        found = [self.names.of(tensor) for _, tensor in tensors]
        value, grad = self._contents(tensors[0][1]) if self.values else (None, None)
        return role, ", ".join(name for name in found if name) or None, value, grad

    def _contents(self, tensor: torch.Tensor) -> tuple[Value, Value | None]:
        has_grad = tensor.is_leaf or tensor.retains_grad  # reading .grad of any other tensor warns
        grad = tensor.grad if has_grad else None
        return contents(tensor), None if grad is None else contents(grad, self.lens == "gradient")

    def _output(self, start: Start) -> Output:
        tensor: Any = start.tensor
        if start.node is None:
            number = self._leaf(tensor)
            return Output(number, 0, self.nodes[number].name)
        number = self.numbers[start.node]
        if type(start.node) is LEAF:
            return Output(number, 0, self.nodes[number].name)
        if tensor is None:
            tensor = next((item for output, item in self.at_hand.get(start.node, ()) if output == start.output), None)
        return Output(number, start.output, None if tensor is None else self.names.of(tensor))


def _describe(outputs: tuple[Any, ...]) -> tuple[Shapes, str | None, str | None]:
    """Shapes of all outputs of an operation; dtype and device of the first."""
    if not outputs:
        return (), None, None
    first = outputs[0]
    shapes = tuple([shape_of(output) for output in outputs])
    return shapes, TEXTS[first.dtype], TEXTS[first.device]


def _transposed(tensor: torch.Tensor, base: torch.Tensor) -> bool:
    """Whether rows and columns of a matrix changed places."""
    if tensor.layout is not torch.strided or base.layout is not torch.strided or tensor.dim() != 2 or base.dim() != 2:
        return False
    turned = (base.shape[::-1], base.stride()[::-1])
    return (tensor.shape, tensor.stride()) == turned != (base.shape, base.stride())
