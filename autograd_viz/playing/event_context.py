"""Yang perlu diketahui kalimat dan panggung tentang sebuah kejadian, dari riwayat tensor dan tulisan halamannya."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import SlotGradient, slot_gradient
from autograd_viz.narration.context import Context
from autograd_viz.narration.tangent import first_tangent, slot_tangents
from autograd_viz.operations.ops import lookup
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.pages import Page
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import Cut, CutLink, End, Event, Forward, Gradient, Leaf, OptimizerStep
from autograd_viz.text.formatting import clean, folded_names
from autograd_viz.text.titles import Title

NAME_LIMIT = 14  # letters of a title that stands for an operand in a formula


def context_of(number: int, event: Event, labels: CardLabels, history: TensorHistory, inside: bool = False) -> Context:
    """Konteks kejadian ke-`number` di halaman `labels`; `inside` bernilai `True` bila ia terjadi selagi backward."""
    context = Context(names=labels.names, leaves=history.leaves, meeting=history.meeting, inside=inside)
    match event:
        case Leaf():
            context = context._replace(grads=_grads([event.node], history, number))
        case OptimizerStep():
            context = context._replace(grads=_grads([one.node for one in event.changes], history, number))
        case End():
            context = context._replace(grown=history.grown(number))
        case Cut():
            given = next((labels.names[cut.target] for cut in drawn_cuts(labels.page, event)), None)
            context = context._replace(given=given)
        case Recompute():
            context = _recomputed(event, context, labels, history)
    if event.node is None:
        return context
    node, card = history.graph.nodes[event.node], labels.page.cards.get(event.node, (None,))[0]
    if isinstance(event, Gradient):
        call = history.calls.get(event.round)
        links = _links(number, event, card, labels, history) if card is not None else ()
        context = context._replace(links=links, adds=call is None or call.call != "grad")
    elif isinstance(event, Forward) and first_tangent(event) is not None:
        context = context._replace(
            links=_tangent_links(number, event, card, labels, history) if card is not None else (),
            tangents=history.tangents.get(event.node, {}),
        )
    return context._replace(
        promised=event.node in history.promised,
        node=node,
        title=labels.bodies[card].text if card is not None else clean(lookup(node.op).symbol),
        inputs=history.inputs_at(event.node, number),
        born=number == history.birth,
        labels=labels.slots[card] if card is not None else (),
    )


def _recomputed(event: Recompute, context: Context, labels: CardLabels, history: TensorHistory) -> Context:
    segment = None if event.checkpoint is None else history.checkpoints[event.checkpoint]
    inside = [k for k, one in enumerate(history.checkpoints) if one.function is None]
    return context._replace(
        segment=segment,
        ordinal=next((at for at, k in enumerate(inside, 1) if k == event.checkpoint and len(inside) > 1), 0),
        cards={node: places[0] for node, places in labels.page.cards.items()},
    )


def card_at_work(event: Event, page: Page, history: TensorHistory) -> int | None:
    """Kartu yang bekerja: milik simpul kejadian itu, atau yang terakhir dihitung ulang sebuah checkpoint."""
    again = event.nodes if isinstance(event, Recompute) and not history.is_rerun(event) else ()
    cards = [card for node in (event.node, *again) if (card := page.card_of(node)) is not None]
    return cards[-1] if cards else None


def drawn_cuts(page: Page, event: Cut) -> list[CutLink]:
    """Potongan pada gambar yang dibuat `event`, di antara simpul-simpul rekaman."""
    nodes = page.graph.nodes
    return [
        CutLink(event.node, nodes[target].members[0], how)
        for source, target, how in page.cuts
        if event.node in nodes[source].members and how == event.how
    ]


def _grads(nodes: Iterable[int | None], history: TensorHistory, number: int) -> dict[int, Value | None]:
    return {node: history.grad(node, number) for node in nodes if node is not None and history.has_grad(node)}


def _links(
    number: int, event: Gradient, card: int, labels: CardLabels, history: TensorHistory
) -> Sequence[SlotGradient]:
    """The chain rule of each slot that sends, as far as the card shows a single operation."""
    page = labels.page
    if page.graph.nodes[card].role == "group":
        return ()
    received = [value for value in event.values if value is not None]
    titles = _operands(card, labels)
    short = [one.text if len(one.text) <= NAME_LIMIT and one.whole else None for one in titles]
    via = {edge.slot: folded_names(edge) for edge in page.graph.edges if edge.target == card}
    single = received[0] if len(received) == 1 else None
    node, inputs = history.graph.nodes[event.node], history.inputs_at(event.node, number)
    links = []
    for one in event.sent:
        target, arrived, joined, output = history.arrival(one, event.round, page.cards)
        if target is not None and one.value is not None:
            texts = [title.text for title in titles]
            found = slot_gradient(node, one.slot, target, single, one.value, inputs, short, texts, history.names)
            if found.factor is None and history.differs(event.node, number):
                found = found._replace(formula="", rule="")  # what it was made of is another now
            links.append(
                found._replace(arrived=arrived, via=via.get(one.slot, ())[::-1], joined=joined, output=output)
            )
    return links


def _tangent_links(
    number: int, event: Forward, card: int, labels: CardLabels, history: TensorHistory
) -> Sequence[SlotGradient]:
    """What each slot adds to the tangent of an operation, as far as the card shows a single one."""
    result, came = first_tangent(event), history.tangents.get(event.node, {})
    if labels.page.graph.nodes[card].role == "group" or result is None or not came:
        return ()
    titles = _operands(card, labels)
    short = [one.text if len(one.text) <= NAME_LIMIT and one.whole else None for one in titles]
    sources = {edge.slot: edge.source for edge in history.graph.edges if edge.target == event.node}
    return slot_tangents(
        history.graph.nodes[event.node], sources, came, result, history.inputs_at(event.node, number),
        short, [title.text for title in titles], history.names,
    )  # fmt: skip


def _operands(card: int, labels: CardLabels) -> list[Title]:
    """What each slot of a card takes in: its name, or the title of the card it comes from."""
    slots = labels.slots[card]
    found = [Title(slot.text, slot.kind != "unnamed") for slot in slots]
    for edge in labels.page.graph.edges:
        if edge.target == card and slots[edge.slot].kind == "unnamed":
            found[edge.slot] = labels.bodies[edge.source]
    return found
