"""`from_operations`: daftar operasi sebuah mesin buatan sendiri menjadi rekaman yang bisa digambar dan diputar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_viz.contents import from_list
from autograd_viz.graph import Graph, Value
from autograd_viz.recording.changes import Change, Flow
from autograd_viz.recording.events import Accumulate, Backward, End, Event, Forward, Gradient, Leaf, RecordingData
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import Place, Source
from autograd_viz.tape.graph_builder import GraphBuilder
from autograd_viz.tape.operation import Operation, Visit
from autograd_viz.tape.values import value_of
from autograd_viz.text.formatting import shape
from autograd_viz.text.titles import operands, title
from autograd_viz.text.value_text import in_sentence

TITLE = "daftar operasi"


def from_operations(operations: Iterable[Operation], *passes: Iterable[Visit]) -> Recording:
    """Rekaman dari daftar operasi sebuah mesin buatan sendiri, menurut urutannya, dan langkah-langkah mundurnya.

    Hasilnya digambar dengan `draw` dan diputar dengan `play`; grafnya ada di `.graph`. Setiap `passes` satu perjalanan
    mundur. Yang digambar angka-angka mesin itu, benar atau salah: di sini tidak ada yang dihitung ulang.

    Galat: `ValueError` bila daftarnya kosong, ada hasil yang ditulis dua kali, masukan yang belum ada di atasnya, atau
    banyaknya `local` atau `sent` tidak sama dengan banyaknya masukan; `TypeError` bila isinya bukan bilangan, atau
    hasilnya disebut dengan bilangan.

    >>> run = from_operations([
    ...     Operation("x", value=3.0),
    ...     Operation("y", "*", ("x", "x"), value=9.0),
    ... ], [Visit("y", 1.0, (3.0, 3.0)), Visit("x", 6.0)])
    >>> [node.op for node in run.graph.nodes], run.graph.nodes[0].grad.numbers
    (['AccumulateGrad', '*'], (6.0,))
    """
    builder = GraphBuilder(operations)
    graph = builder.graph()
    listed = [at for at in builder.places.values() if graph.nodes[at].role != "constant" or graph.nodes[at].name]
    lines = _lines(graph, listed)
    told = [(at, line) for line, at in enumerate(listed, 1) if graph.nodes[at].role != "constant"]
    steps = [_computed(graph, builder, at, line) for at, line in told]
    calls: list[str] = []
    for number, visits in enumerate(passes, 1):
        found = _Pass(builder, number, Place(0, len(lines) + number, len(lines) + number))
        steps += found.events(list(visits))
        calls.append(f"# mundur{f' ke-{number}' if len(passes) > 1 else ''} dari {found.start}")
    source = Source(TITLE, "\n".join([*lines, *calls]))
    nodes = tuple(after._replace(role=node.role) for node, after in zip(graph.nodes, builder.nodes, strict=True))
    return Recording(RecordingData(graph._replace(nodes=nodes), (source,), tuple(steps)))


def _lines(graph: Graph, listed: Sequence[int]) -> list[str]:
    """The list as text, one operation a line."""
    slots, found = operands(graph), []
    for at in listed:
        node = graph.nodes[at]
        text = title(node, slots[at]).text
        if node.role in ("leaf", "constant"):
            text += f" = {in_sentence(node.value)}" if node.shape == () else f" · {shape(node.shape)}"
        found.append(text)
    return found


def _computed(graph: Graph, builder: GraphBuilder, at: int, line: int) -> Event:
    node, place = graph.nodes[at], Place(0, line, line)
    if node.role == "leaf":
        return Leaf(at, place, node.name, node.value)
    inputs = tuple(graph.nodes[one].value for one in builder.inputs[at] if one is not None)
    return Forward(at, place, node.name, (node.value,), inputs)


class _Pass:
    """One backward pass of the engine."""

    def __init__(self, builder: GraphBuilder, number: int, place: Place) -> None:
        self.builder, self.number, self.place = builder, number, place
        self.arrived: dict[int, list[Flow]] = {}
        self.start = ""

    def events(self, visits: Sequence[Visit]) -> Iterable[Event]:
        if not visits:
            raise ValueError(
                f"Perjalanan mundur ke-{self.number} kosong. Isi dengan `Visit(...)`, mulai dari "
                "hasilnya."
            )
        root = self.builder.place(visits[0].result)
        self.start = self.builder.nodes[root].name or "hasil"
        first = Flow(root, 0, 0, value_of(visits[0].received))
        self.arrived[root] = [first._replace(node=None)]
        yield Backward(self.number, place=self.place, sent=(first,))
        for visit in visits:
            yield self._event(visit)
        yield End(self.number, place=self.place)

    def _event(self, visit: Visit) -> Event:
        at = self.builder.place(visit.result)
        node, got = self.builder.nodes[at], value_of(visit.received)
        parts = tuple(self.arrived.pop(at, ()))
        if got is None and node.role == "leaf":
            got = _total([part.value for part in parts])
        elif not _adds_up([part.value for part in parts], got):
            parts = ()  # the engine worked with something else than what was sent: only that is told
        if node.role == "leaf":
            after = got if visit.grad is None else value_of(visit.grad)
            change = Change(node.name, at, node.grad, after)
            self.builder.nodes[at] = node._replace(grad=after)
            return Accumulate(at, self.number, change, self.place, node.name, got, parts)
        inputs = self.builder.inputs[at]
        if len(visit.sent) != len(inputs):
            raise ValueError(
                f"'{node.name or node.op}' punya {len(inputs)} masukan, tetapi langkah mundurnya mengirim "
                f"{len(visit.sent)} gradien. Tulis satu untuk setiap masukan, None bila tidak ada yang dikirim."
            )
        sent = tuple(
            Flow(None if value is None or self._is_constant(source) else source, slot, 0, value)
            for slot, (source, value) in enumerate(zip(inputs, map(value_of, visit.sent), strict=True))
        )
        for flow in sent:
            if flow.node is not None:
                self.arrived.setdefault(flow.node, []).append(flow._replace(node=at))
        self.builder.nodes[at] = node._replace(grad=got)
        return Gradient(at, self.number, self.place, node.name, (got,), parts, sent)

    def _is_constant(self, source: int | None) -> bool:
        return source is None or self.builder.nodes[source].role == "constant"


def _total(parts: Sequence[Value | None]) -> Value | None:
    """What came to a leaf, where the engine knows only what it holds afterwards."""
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    numbers = [part.numbers for part in known if part.numbers is not None]
    if len(numbers) < len(known) or len({part.shape for part in known}) > 1:
        return None
    return from_list(known[0]._replace(numbers=None), [sum(column) for column in zip(*numbers, strict=True)])


def _adds_up(parts: Sequence[Value | None], got: Value | None) -> bool:
    """Whether what was sent is what arrived."""
    numbers = [part.numbers for part in parts if part is not None and part.numbers is not None]
    if got is None or got.numbers is None or len(numbers) < len(parts):
        return True  # too large to be looked at number by number
    if not numbers or any(len(one) != len(got.numbers) for one in numbers):
        return False
    sums = [sum(column) for column in zip(*numbers, strict=True)]
    return all(_close(one, other) for one, other in zip(sums, got.numbers, strict=True))


def _close(one: complex, other: complex) -> bool:
    if one != one or other != other:
        return one != one and other != other  # NaN
    return one == other or abs(one - other) <= 1e-5 * max(abs(one), abs(other))
