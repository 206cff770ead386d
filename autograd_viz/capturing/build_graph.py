"""Graf akhir sebuah rekaman, disusun dari pita mentahnya: nomor simpul, nama, nilai, dan tempat."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.raw_events import NodeRecord
from autograd_viz.capturing.snapshot import Snapshot, frozen, text_of
from autograd_viz.capturing.source_map import CodePosition, SourceMap
from autograd_viz.graph import Edge, Node, Output, Value
from autograd_viz.recording.events import Place


class GraphBuilder:
    """Graf akhir yang sedang disusun; `numbers` memetakan nomor simpul di pita ke nomor simpul di graf."""

    def __init__(self, log: EventLog, source_map: SourceMap, labels: dict[str, Any]) -> None:
        self.log, self.source_map, self.labels = log, source_map, labels
        self.cache: dict[int, Value] = {}
        self.places: dict[CodePosition, Place | None] = {}
        self._name_results()
        self.numbers: list[int] = []
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        for seen in log.nodes:
            self._add(seen)

    def change(self, node: int, **fields: Any) -> None:
        """Mengganti isi satu simpul."""
        self.nodes[node] = self.nodes[node]._replace(**fields)

    def value(self, taken: Snapshot | None) -> Value | None:
        """Nilai beku; yang sama hanya dibuat sekali."""
        if taken is None:
            return None
        known = self.cache.get(id(taken))  # the log keeps every one of them alive
        if known is None:
            known = self.cache[id(taken)] = frozen(taken)
        return known

    def values(self, taken: Any) -> tuple[Value | None, ...]:
        """Nilai beku dari beberapa hasil `take`."""
        return tuple(self.value(one) for one in taken)

    def place(self, position: CodePosition | None) -> Place | None:
        """Tempat dalam sumber."""
        if position is None:
            return None
        if position not in self.places:
            self.places[position] = self.source_map.place(position)
        return self.places[position]

    def _name_results(self) -> None:
        """`y = a * b + c` stores what its last operation made: that one is called y."""
        made = [(event[1], event[2]) for event in self.log.events if event[0] == "forward" and event[2] is not None]
        for (number, position), following in zip(made, [*made[1:], None], strict=False):
            seen = self.log.nodes[number]
            ends = following is None or following[1] != position
            again = following is not None and self.log.nodes[following[0]].op == seen.op
            if seen.name is None and (ends or (again and self.source_map.is_operator(position))):
                seen.name = self.source_map.stored_name(position)

    def _add(self, seen: NodeRecord) -> None:
        links: list[tuple[int, int, int]] = []
        for slot, taken in seen.consts.items():
            shown = self.value(taken)
            if shown is not None:
                name = self.labels["constants"].get(id(taken))
                node = Node("", "constant", name, (shown.shape,), shown.dtype, value=shown)
                links.append((self._append(node), slot, 0))
        for slot, source in enumerate(seen.slots):
            if source is not None:
                links.append((self.numbers[source[0]], slot, source[1]))
        dtype = None if seen.dtype is None else text_of(seen.dtype)
        device = None if seen.device is None else text_of(seen.device)
        place = self._append(
            Node(
                seen.op,
                "leaf" if seen.op == "AccumulateGrad" else "operation",
                seen.name,
                seen.shapes,
                dtype,
                device,
                seen.saved,
                seen.attributes,
                self.value(seen.values.get(0) or next(iter(seen.values.values()), None)),
                module=self._module(seen),
            )
        )
        self.numbers.append(place)
        self.edges += [Edge(source, place, slot, output) for source, slot, output in sorted(links, key=lambda x: x[1])]

    def _append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _module(self, seen: NodeRecord) -> str | None:
        if seen.op == "AccumulateGrad":
            return seen.name.rpartition(".")[0] or None if seen.name else None
        if seen.module is None:
            return None
        root, path = seen.module
        names = self.labels["roots"]
        label = names[root] if root < len(names) else ""
        return path if path and len(names) == 1 else f"{label}.{path}" if path else label

    def outputs(self) -> tuple[Output, ...]:
        """Akar setiap backward, lalu operasi yang tidak dipakai operasi lain."""
        asked = [
            (self.numbers[number], output)
            for event in self.log.events
            if event[0] == "backward"
            for number, _, output, _ in event[4]
        ]
        used = {edge.source for edge in self.edges}
        loose = [(at, 0) for at, node in enumerate(self.nodes) if node.role == "operation" and at not in used]
        return tuple(Output(node, output, self.nodes[node].name) for node, output in dict.fromkeys([*asked, *loose]))
