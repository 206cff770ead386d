"""Graf akhir sebuah rekaman, disusun dari catatan mentahnya: nomor simpul, nama, nilai, dan tempat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.node_record import NodeRecord
from autograd_viz.capturing.raw_events import BackwardStarted, ConstantInput, ScalarInput
from autograd_viz.capturing.recorder import Labels
from autograd_viz.capturing.snapshot import Snapshot, text_of, value_of, value_of_number
from autograd_viz.capturing.source_map import CodePosition, SourceMap
from autograd_viz.graph import HELD, Edge, Node, Output, Value
from autograd_viz.recording.source import Place


class GraphBuilder:
    """Graf akhir yang sedang disusun; `numbers` memetakan nomor catatan ke nomor simpul di graf."""

    def __init__(self, log: EventLog, source_map: SourceMap, labels: Labels) -> None:
        self.log, self.source_map, self.labels = log, source_map, labels
        self.cache: dict[int, Value | None] = {}
        self.places: dict[tuple[int, int], Place | None] = {}  # by id of the code: hashing code is slow
        self.numbers: list[int] = []
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        for record in log.nodes:
            self._add(record)

    def change(self, node: int, **fields: Any) -> None:
        """Mengganti isi satu simpul."""
        self.nodes[node] = self.nodes[node]._replace(**fields)

    def value(self, snapshot: Snapshot | None) -> Value | None:
        """Nilai beku; yang sama hanya dibuat sekali, berapa pun kejadian yang memakainya."""
        if snapshot is None:
            return None
        key = id(snapshot)  # the log keeps every one of them alive
        if key not in self.cache:
            self.cache[key] = value_of(snapshot)
        return self.cache[key]

    def values(self, snapshots: Iterable[Snapshot | None]) -> tuple[Value | None, ...]:
        """Nilai beku dari beberapa isi."""
        return tuple(self.value(one) for one in snapshots)

    def place(self, position: CodePosition | None) -> Place | None:
        """Tempat dalam sumber."""
        if position is None:
            return None
        where = id(position.code), position.offset
        if where not in self.places:
            self.places[where] = self.source_map.place(position)
        return self.places[where]

    def _add(self, record: NodeRecord) -> None:
        links: list[tuple[int, int, int]] = []
        for slot, constant in record.constants.items():
            links.append((self._append(self._constant(constant)), slot, 0))
        for slot, source in enumerate(record.slots):
            if source is not None:
                links.append((self.numbers[source[0]], slot, source[1]))
        dtype = None if record.dtype is None else text_of(record.dtype)
        device = None if record.device is None else text_of(record.device)
        place = self._append(
            Node(
                record.op,
                "leaf" if record.op == "AccumulateGrad" else "operation",
                record.name,
                record.shapes,
                dtype,
                device,
                record.saved,
                record.attributes + self._holder(record),
                self.value(record.values.get(0) or next(iter(record.values.values()), None)),
                module=self._module(record),
                tangent=self.value(next((one for one in record.tangents.values() if one is not None), None)),
            )
        )
        self.numbers.append(place)
        self.edges += [Edge(source, place, slot, output) for source, slot, output in sorted(links, key=lambda x: x[1])]

    def _constant(self, constant: ConstantInput | ScalarInput) -> Node:
        if isinstance(constant, ScalarInput):
            value = value_of_number(constant.value)
            return Node("", "constant", None, (value.shape,), value.dtype, value=value)
        content = constant.value
        name = self.labels.constants.get(id(content)) or constant.name
        return Node("", "constant", name, (content.shape,), text_of(content.dtype), value=self.value(content))

    def _append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _module(self, record: NodeRecord) -> str | None:
        if record.op == "AccumulateGrad":
            return record.name.rpartition(".")[0] or None if record.name else None
        if record.module is None:
            return None
        root, path = record.module
        names = self.labels.roots
        label = names[root] if root < len(names) else ""
        return path if path and len(names) == 1 else f"{label}.{path}" if path else label

    def _holder(self, record: NodeRecord) -> tuple[tuple[str, str], ...]:
        """What the code calls the outermost module, for the parts of it that have a number in place of a name."""
        names = self.labels.roots
        numbered = record.module is not None and record.module[1][:1].isdigit()
        return ((HELD, names[0]),) if numbered and len(names) == 1 else ()

    def outputs(self) -> tuple[Output, ...]:
        """Akar setiap backward, lalu operasi yang tidak dipakai operasi lain."""
        asked = [
            (self.numbers[number], output)
            for event in self.log.events
            if isinstance(event, BackwardStarted)
            for number, _, output, _ in event.roots
        ]
        used = {edge.source for edge in self.edges}
        loose = [(at, 0) for at, node in enumerate(self.nodes) if node.role == "operation" and at not in used]
        return tuple(Output(node, output, self.nodes[node].name) for node, output in dict.fromkeys([*asked, *loose]))
