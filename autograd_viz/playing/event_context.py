"""Yang perlu diketahui kalimat sebuah kejadian, dari keadaan tensor dan tulisan halamannya."""

from __future__ import annotations

from autograd_viz.narration.chain_rule import SlotGradient, slot_gradient
from autograd_viz.narration.context import Context
from autograd_viz.operations.ops import lookup
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.pages import Page
from autograd_viz.playing.tensor_state import TensorState
from autograd_viz.recording.events import Cut, CutLink, Event, Gradient
from autograd_viz.text.formatting import clean
from autograd_viz.text.titles import UNKNOWN

NAME_LIMIT = 14  # letters of a title that stands for an operand in a formula


def context_of(step: Event, page: Page, labels: CardLabels, tensors: TensorState) -> Context:
    """Yang perlu diketahui kalimat `step` di halaman `page`."""
    context = Context(names=labels.names, leaves=tensors.leaves, meeting=tensors.meeting, grads=tensors.grad)
    if step.node is None:
        return context
    node, card = tensors.graph.nodes[step.node], page.cards.get(step.node, (None,))[0]
    return context._replace(
        node=node,
        title=labels.bodies[card] if card is not None else clean(lookup(node.op).symbol),
        links=_links(step, card, page, labels, tensors) if isinstance(step, Gradient) and card is not None else (),
        inputs=tensors.inputs.get(step.node, {}),
        born=tensors.born(step),
        adds=tensors.adds,
        labels=labels.slots[card] if card is not None else (),
        given=next((labels.names[cut.target] for cut in drawn_cuts(page, step)), "") if isinstance(step, Cut) else "",
    )


def drawn_cuts(page: Page, step: Cut) -> list[CutLink]:
    """Potongan pada gambar yang dibuat `step`, di antara simpul-simpul rekaman."""
    nodes = page.graph.nodes
    return [
        CutLink(step.node, nodes[target].members[0], how)
        for source, target, how in page.cuts
        if step.node in nodes[source].members and how == step.how
    ]


def _links(step: Gradient, card: int, page: Page, labels: CardLabels, tensors: TensorState) -> list[SlotGradient]:
    """The chain rule of each slot that sends, as far as the card shows a single operation."""
    if page.graph.nodes[card].role == "group":
        return []
    received = [value for value in step.values if value is not None]
    titles = _operands(card, page, labels)
    short = [text if len(text) <= NAME_LIMIT and UNKNOWN not in text else None for text in titles]
    via = {edge.slot: edge.label for edge in page.graph.edges if edge.target == card}
    single = received[0] if len(received) == 1 else None
    node, inputs = tensors.graph.nodes[step.node], tensors.inputs.get(step.node, {})
    links = []
    for one in step.sent:
        target, arrived = tensors.arrival(one, step.round, page.cards)
        if target is not None and one.value is not None:
            found = slot_gradient(node, one.slot, target, single, one.value, inputs, short, titles)
            links.append(found._replace(arrived=arrived, via=via.get(one.slot, ())[::-1]))
    return links


def _operands(card: int, page: Page, labels: CardLabels) -> list[str]:
    """What each slot of a card takes in: its name, or the title of the card it comes from."""
    found = list(labels.slots[card])
    for edge in page.graph.edges:
        if edge.target == card and UNKNOWN in found[edge.slot]:
            found[edge.slot] = labels.bodies[edge.source]
    return found
