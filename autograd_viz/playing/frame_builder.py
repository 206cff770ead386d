"""Menjalankan langkah-langkah rekaman dan mencatat apa yang berubah di panggung."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import SlotGradient, slot_gradient
from autograd_viz.narration.context import Context
from autograd_viz.narration.narrate import narrate, note
from autograd_viz.narration.several_events import narrate_group, narrate_round
from autograd_viz.narration.stopping_events import CUTTING
from autograd_viz.operations.ops import lookup
from autograd_viz.playing.card_labels import CardLabels, card_labels
from autograd_viz.playing.pages import Page
from autograd_viz.playing.stage_layout import GRAD_GONE, NO_GRAD
from autograd_viz.playing.tensor_state import TensorState
from autograd_viz.recording.cut_links import Cut
from autograd_viz.recording.events import Step
from autograd_viz.recording.recording import Recording
from autograd_viz.text.formatting import clean
from autograd_viz.text.measure import width
from autograd_viz.text.rich_text import Span
from autograd_viz.text.titles import UNKNOWN
from autograd_viz.text.value_text import on_arrow, on_card

Place = tuple[int, int, int]
Delta = dict[str, str | None]
_COMPUTED = ("forward", "gradient")  # what a group card tells of the operations inside it
LABEL_LIMIT = 170.0
NAME_LIMIT = 14  # letters of a title that stands for an operand in a formula


class FrameContent(NamedTuple):
    """Isi satu bingkai, tanpa halaman dan fase."""

    place: Place | None
    card: int | None
    say: tuple[Span, ...]
    note: str
    delta: Delta
    flow: tuple[int, ...] = ()


class FrameBuilder:
    """Keadaan semua tensor pada satu saat dalam rekaman, dan keadaan halaman yang sedang terbuka."""

    def __init__(self, run: Recording, inside: Container[int] = ()) -> None:
        self.graph = run.graph
        self.inside = inside
        self.tensors = TensorState(run)
        self.steps = run.steps
        self.labels: list[CardLabels] = []
        self.state: dict[str, str] = {}

    def open(self, page: Page) -> None:
        """Membuka halaman baru dengan panggung kosong."""
        self.labels.append(card_labels(page, self.graph.nodes))
        self.state = {}

    def build(self, numbers: Sequence[int], page: Page, visible: bool, round_name: str = "") -> FrameContent | None:
        """Menjalankan langkah-langkah `numbers` sebagai satu bingkai; None bila bingkainya tidak ditampilkan."""
        steps = [self.steps[number] for number in numbers]
        delta: Delta = {}
        flow: list[int] = []
        said: FrameContent | None = None
        for number in numbers:
            step = self.steps[number]
            self.tensors.learn(step)
            if visible:
                context = self._facts(step, page)._replace(
                    inside=number in self.inside, meeting=self.tensors.meeting, grads=self.tensors.grad
                )
                changes, arrows = self._changes(step, page, context)
                delta.update(changes)
                flow = arrows
                if number == numbers[-1]:
                    said = self._tell(steps, step, page, context, round_name)
        if said is None:
            return None
        new = {key: text for key, text in delta.items() if self.state.get(key) != text}
        for key, text in new.items():
            if text is None:
                self.state.pop(key, None)
            else:
                self.state[key] = text
        return said._replace(delta=new, flow=() if round_name else tuple(dict.fromkeys(flow)))

    def _facts(self, step: Step, page: Page) -> Context:
        written = self.labels[-1]
        node = step.node
        if node is None:
            return Context(names=written.names, leaves=self.tensors.leaves)
        card = page.cards.get(node, (None,))[0]
        inputs = self.tensors.inputs.get(node, {})
        links: list[SlotGradient] = []
        if step.kind == "gradient" and card is not None and page.graph.nodes[card].role != "group":
            received = [value for value in step.values if value is not None]
            titles = self._operands(card, page)
            labels = [text if len(text) <= NAME_LIMIT and UNKNOWN not in text else None for text in titles]
            via = {edge.slot: edge.label for edge in page.graph.edges if edge.target == card}
            single = received[0] if len(received) == 1 else None
            for one in step.sent:
                target, arrived = self.tensors.arrival(one, step.round, page.cards)
                if target is not None and one.value is not None:
                    found = slot_gradient(
                        self.graph.nodes[node], one.slot, target, single, one.value, inputs, labels, titles
                    )
                    links.append(found._replace(arrived=arrived, via=via.get(one.slot, ())[::-1]))
        heading = written.bodies[card] if card is not None else clean(lookup(self.graph.nodes[node].op).symbol)
        born, adds = self.tensors.born(step), self.tensors.adds
        slots = written.slots[card] if card is not None else ()
        given = next((written.names[cut.target] for cut in self._cuts(page, step)), "")
        context = Context(
            self.graph.nodes[node], heading, written.names, self.tensors.leaves, links, inputs, born, adds, slots
        )
        return context._replace(given=given)

    def _operands(self, card: int, page: Page) -> list[str]:
        """What each slot of a card takes in: its name, or the title of the card it comes from."""
        written = self.labels[-1]
        found = list(written.slots[card])
        for edge in page.graph.edges:
            if edge.target == card and UNKNOWN in found[edge.slot]:
                found[edge.slot] = written.bodies[edge.source]
        return found

    def _cuts(self, page: Page, step: Step) -> list[Cut]:
        """The drawn cuts that a step makes, as nodes of the recording."""
        if step.kind != "cut":
            return []
        nodes = page.graph.nodes
        return [
            Cut(step.node, nodes[target].members[0], word)
            for source, target, word in page.cuts
            if step.node is not None and step.node in nodes[source].members and word == step.detail
        ]

    def _changes(self, step: Step, page: Page, context: Context) -> tuple[Delta, list[int]]:
        """Keys of the stage that this step sets, and the arrows that it uses."""
        delta: Delta = {}
        places = page.cards.get(step.node, ()) if step.node is not None else ()
        if step.kind in ("leaf", "forward", "inplace"):
            for card in places[:1] if step.kind != "leaf" else places:
                delta.update(self._appear(card, page, step))
        elif step.kind == "cut" and (linked := self._cuts(page, step)):
            for cut in linked:
                delta.update(self._tensor(page.cards[cut.target][0], cut.target))
        elif step.kind == "cut" and step.detail in CUTTING and places:
            known = self.state.get(f"c{places[0]}")
            told = step.detail or ""
            delta[f"c{places[0]}"] = f"{known}, {told}" if known and told not in known.split(", ") else known or told
        elif step.kind == "backward":
            delta.update({key: None for key in self.state if key[0] == "e"})
            delta.update(
                {
                    key: None
                    for key in self.state
                    if key[0] == "g" and page.graph.nodes[int(key[1:])].role != "leaf"
                }
            )
        elif step.kind == "gradient" and places:
            return self._flow_back(step, page, context, places[0])
        elif step.kind == "accumulate" and places:
            for card in places:
                delta[f"g{card}"] = on_card(self.tensors.grad.get(step.node or 0), "grad")
            used = [e for e, edge in enumerate(page.graph.edges) if edge.source in places]
            return delta, [e for e in used if f"e{e}" in self.state]
        elif step.kind in ("optimizer", "zero_grad"):
            for change in step.changes:
                for card in page.cards.get(change.node, ()) if change.node is not None else ():
                    if f"v{card}" not in self.state:
                        continue
                    if step.kind == "optimizer":
                        delta[f"v{card}"] = on_card(change.after, "nilai")
                    else:
                        delta[f"g{card}"] = on_card(change.after, "grad") or GRAD_GONE
        if context.born and places:
            delta[f"m{places[0]}"] = "bad"
        return delta, []

    def _appear(self, card: int, page: Page, step: Step) -> Delta:
        """An operation appears together with the leaves and constants that it takes in."""
        delta: Delta = {}
        node = page.graph.nodes[card]
        for edge in page.graph.edges:
            if edge.target == card and f"v{edge.source}" not in self.state:
                source = page.graph.nodes[edge.source]
                if source.role in ("leaf", "constant") and source.members:
                    delta.update(self._tensor(edge.source, source.members[0]))
        if node.role in ("leaf", "constant") and node.members:
            return {**delta, **self._tensor(card, node.members[0])}
        value = next((one for one in step.values if one is not None), None)
        delta[f"v{card}"] = on_card(value, "nilai")
        return delta

    def _tensor(self, card: int, node: int) -> Delta:
        delta: Delta = {f"v{card}": on_card(self.tensors.value.get((node, 0)), "nilai")}
        if node in self.tensors.grad:
            grad = self.tensors.grad[node]
            delta[f"g{card}"] = NO_GRAD if grad is None else on_card(grad, "grad")
        return delta

    def _flow_back(self, step: Step, page: Page, context: Context, card: int) -> tuple[Delta, list[int]]:
        delta: Delta = {}
        node = page.graph.nodes[card]
        received = next((value for value in step.values if value is not None), None)
        if node.role != "leaf" and (node.role != "group" or f"g{card}" not in self.state):
            delta[f"g{card}"] = on_card(received, "grad")
        if step.freed:
            delta[f"m{card}"] = "freed"
        if context.born:
            delta[f"m{card}"] = "bad"
        arrows: list[int] = []
        told = {one.slot: one for one in context.links}
        for flow in step.sent:
            target, arriving = self.tensors.arrival(flow, step.round, page.cards)
            if target is None or flow.value is None:
                continue
            arrow = self._arrow(page, target, card, flow.slot)
            if arrow is not None:
                one = told.get(flow.slot)
                delta[f"e{arrow}"] = _label(one, arriving) if node.role != "group" else f"→ {on_arrow(arriving)}"
                arrows.append(arrow)
        return delta, arrows

    def _arrow(self, page: Page, target: int, card: int, slot: int) -> int | None:
        edges = self.labels[-1].edges
        for place in page.cards.get(target, ()):
            found = edges.get((place, card), [])
            for number, own in found:
                if own == slot:
                    return number
            if found:
                return found[0][0]
        return None

    def _tell(self, steps: Sequence[Step], step: Step, page: Page, context: Context, round_name: str) -> FrameContent:
        cards = page.cards.get(step.node, ()) if step.node is not None else ()
        card = cards[0] if cards else None
        node = page.graph.nodes[card] if card is not None else None
        if round_name and step.kind in ("forward", "accumulate", "end", "gradient"):
            said = narrate_round(steps, round_name, self.labels[-1].names, len(self.tensors.round))
            return FrameContent(step.place, None, said, "", {})
        if node is not None and node.role == "group":
            inside = [one for one in steps if one.kind in _COMPUTED and page.cards.get(one.node or 0) == cards]
            title = self.labels[-1].titles[card or 0]
            return FrameContent(step.place, card, narrate_group(steps, inside, title), "", {})
        if step.kind == "end":
            step = step._replace(changes=tuple(one.changes[0] for one in self.tensors.round if one.changes))
        return FrameContent(step.place, card, narrate(step, context), note(step, context.node), {})


def _label(one: SlotGradient | None, arriving: Value | None) -> str:
    plain = f"→ {on_arrow(arriving)}"
    if one is None or not one.factor or one.summed:
        return plain
    told = f"×{one.factor} {plain}"
    return told if width(told, 13.0, True) <= LABEL_LIMIT else plain
