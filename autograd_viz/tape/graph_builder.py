"""Daftar operasi menjadi simpul dan panah graf."""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import Any

from autograd_viz.graph import Edge, Graph, Node, Output
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.ops import node_name
from autograd_viz.tape.operation import Operation
from autograd_viz.tape.values import value_of

_NUMBERS = {"PowBackward0": "exponent"}  # operations whose second input, where it is a number, belongs to themselves


class GraphBuilder:
    """Graf yang sedang disusun; `inputs` simpul setiap masukan sebuah simpul (None: bilangan miliknya sendiri)."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.inputs: dict[int, tuple[int | None, ...]] = {}
        self.places: dict[object, int] = {}
        self.kept = list(operations)  # an object whose id is a key must live as long as the key
        if not self.kept:
            raise ValueError("Daftar operasinya kosong: tidak ada yang bisa digambar. Isi dengan `Operation(...)`.")
        for one in self.kept:
            self._add(one)

    def place(self, result: Any) -> int:
        """Simpul sebuah hasil.

        Galat: `ValueError` bila hasil itu tidak ada di daftar.
        """
        found = self.places.get(_key(result))
        if found is None:
            raise ValueError(
                f"{_told(result)} tidak ada di daftar operasi. Tulis dulu sebagai `Operation(...)`, atau pakai nama "
                "yang sama."
            )
        return found

    def graph(self) -> Graph:
        """Graf itu; keluarannya operasi yang tidak dipakai operasi lain."""
        used = {edge.source for edge in self.edges}
        ends = [at for at, node in enumerate(self.nodes) if node.role == "operation" and at not in used]
        nodes = [node._replace(role="output") if at in ends else node for at, node in enumerate(self.nodes)]
        return Graph(tuple(nodes), tuple(self.edges), tuple(Output(at, name=self.nodes[at].name) for at in ends))

    def _add(self, one: Operation) -> None:
        if isinstance(one.result, (bool, int, float, complex, NoneType)):
            raise TypeError(
                f"Hasil sebuah operasi disebut dengan nama atau objeknya, bukan bilangan seperti {one.result!r}: di "
                "`inputs` sebuah bilangan berarti bilangan itu sendiri. Tulis misalnya 't3'."
            )
        key, told = _key(one.result), _told(one.result)
        if key in self.places:
            raise ValueError(f"{told} ditulis dua kali di daftar operasi. Hasil yang baru perlu nama yang baru.")
        if one.local and len(one.local) != len(one.inputs):
            raise ValueError(
                f"{told} punya {len(one.inputs)} masukan dan {len(one.local)} turunan lokal. "
                "Tulis satu untuk setiap masukan, None bila tidak ada."
            )
        if bool(one.op) != bool(one.inputs):
            missing = "masukannya" if one.op else "operasinya"
            raise ValueError(
                f"{told} belum lengkap: {missing} kosong. Sebuah daun tanpa keduanya, sebuah operasi dengan keduanya."
            )
        number, attributes = _NUMBERS.get(node_name(one.op)), []
        found: list[int | None] = []
        for slot, given in enumerate(one.inputs):
            if slot == 1 and number is not None and isinstance(given, (int, float)):
                attributes.append((number, number_text(given).replace("−", "-")))
                found.append(None)
            else:
                found.append(self._input(given, told))
        self.inputs[len(self.nodes)] = tuple(found)
        value = value_of(one.value)
        node = Node(
            one.op or ("" if one.constant else "AccumulateGrad"),
            "operation" if one.op else "constant" if one.constant else "leaf",
            one.name if one.name is not None or not isinstance(one.result, str) else one.result,
            () if value is None else (value.shape,),
            None if value is None else value.dtype,
            attributes=tuple(attributes),
            value=value,
            grad=value_of(one.grad),
            local=tuple(map(value_of, one.local)),
        )
        self.places[key] = self._append(node)
        links = [(source, slot) for slot, source in enumerate(found) if source is not None]
        self.edges += [Edge(source, self.places[key], slot) for source, slot in links]

    def _input(self, given: Any, told: str) -> int:
        known = self.places.get(_key(given))
        if known is not None:
            return known
        if not (isinstance(given, (bool, int, float, complex)) or hasattr(given, "tolist")):
            raise ValueError(
                f"Masukan {_told(given)} milik {told} belum ada di daftar. Urutkan dari masukan ke hasil: "
                "setiap operasi sesudah semua masukannya."
            )
        value = value_of(given)
        shapes, dtype = (() if value is None else (value.shape,)), (None if value is None else value.dtype)
        return self._append(Node("", "constant", None, shapes, dtype, value=value))

    def _append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1


def _key(result: Any) -> object:
    """A name is known by its letters, an object of the engine by itself: its own == is its own affair."""
    return result if isinstance(result, str) else id(result)


def _told(result: Any) -> str:
    return f"'{result}'" if isinstance(result, str) else f"objek {type(result).__name__}"
