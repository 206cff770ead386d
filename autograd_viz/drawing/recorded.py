"""Rekaman sebagai graf yang siap digambar: asal setiap kartu, NaN pertama, potongan, dan kalimat di atasnya."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.drawing.cards import Extra
from autograd_viz.drawing.origins import origins_of
from autograd_viz.drawing.outside import outside
from autograd_viz.graph import Edge, Graph
from autograd_viz.operations.ops import lookup
from autograd_viz.recording.events import Cut, CutLink
from autograd_viz.recording.node_turns import node_turns
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.unreached import telling_cuts, unreached
from autograd_viz.text.formatting import clean

SHOWN, NAMED = 60, 3  # letters of a statement; cuts that are told one by one


def recorded(run: Recording) -> tuple[Graph, Extra]:
    """Graf sebuah rekaman dan yang ditulis di kartunya. Operasi yang hanya memindahkan data tetap dapat dilipat.

    >>> from autograd_viz.recording.events import RecordingData
    >>> recorded(Recording(RecordingData()))[0]
    Graph(nodes=(), edges=(), outputs=(), outside=())
    """
    turns = node_turns(run.data)
    nodes = tuple(
        node._replace(
            members=(number,),
            turns=turns.get(number, ()),
            grad=None if node.name is None and lookup(node.op).moves else node.grad,
        )
        for number, node in enumerate(run.graph.nodes)
    )
    notes = {}
    found = run.first_nonfinite()
    if found is not None and found.node is not None:
        notes[found.node] = f"{found.kind} muncul saat {found.phase}"
    links = run.data.cuts
    cuts = {cut.node: f"diputus: {cut.how}" for cut in telling_cuts(run.data)}
    for link in links:
        cuts.pop(link.source, None)  # the line to its result tells it
    cuts |= {link.target: f"diputus: {link.how}" for link in links}
    return run.graph._replace(nodes=nodes), Extra(notes, origins_of(run), cuts=cuts, links=links)


def run_said(run: Recording, graph: Graph) -> tuple[str, ...]:
    """Kalimat di atas gambar sebuah rekaman: yang beku, yang tidak tersambung, dan tempat grafnya diputus.

    >>> from autograd_viz.recording.events import RecordingData
    >>> run_said(Recording(RecordingData()), Graph((), ()))
    ()
    """
    found: dict[str, list[Cut]] = {}
    for cut in telling_cuts(run.data):
        found.setdefault(_place(run, cut), []).append(cut)
    told = [f"{where}{f' ({len(cuts)} kali)' if len(cuts) > 1 else ''}" for where, cuts in found.items()]
    more = [f"dan {len(told) - NAMED} tempat lagi"] if len(told) > NAMED else []
    lines = outside(graph, unreached(run.data))
    return (*lines, f"Graf diputus oleh {'; '.join([*told[:NAMED], *more])}.") if told else lines


def _place(run: Recording, cut: Cut) -> str:
    if cut.place is None:
        return cut.how
    source = run.sources[cut.place.source].title if len(run.sources) > 1 else ""
    line = clean(" ".join((run.line(cut) or "").split()))
    shown = line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
    return f"{cut.how} di {f'{source} ' if source else ''}baris {cut.place.line}: {shown}"


def cut_edges(links: Sequence[CutLink], graph: Graph) -> tuple[Edge, ...]:
    """Potongan di antara kartu-kartu `graph` yang menunjuk ke rekaman lewat `Node.members`, sebagai panah.

    >>> from autograd_viz.graph import Node
    >>> nodes = (Node("a", "operation", members=(4,)), Node("", "constant", members=(5,)))
    >>> cut_edges([CutLink(4, 5, "detach")], Graph(nodes, ()))
    (Edge(source=0, target=1, slot=0, output=0, label=('detach',), skipped=0, tensors=1),)
    """
    if not links:
        return ()
    cards: dict[int, int] = {}
    for card, node in enumerate(graph.nodes):
        for member in node.members:
            cards.setdefault(member, card)
    ends = [(cards.get(link.source, -1), cards.get(link.target, -1), link.how) for link in links]
    found = [Edge(source, target, 0, label=(how,)) for source, target, how in ends if 0 <= source < target]
    return tuple(dict.fromkeys(found))
