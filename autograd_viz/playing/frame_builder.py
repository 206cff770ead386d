"""Menjalankan langkah-langkah rekaman dan mencatat apa yang berubah di panggung."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import SlotGradient
from autograd_viz.narration.context import Context
from autograd_viz.narration.narrate import narrate, note
from autograd_viz.narration.several_events import narrate_group, narrate_round
from autograd_viz.narration.stopping_events import CUTTING
from autograd_viz.playing.card_labels import CardLabels, card_labels
from autograd_viz.playing.event_context import context_of, drawn_cuts
from autograd_viz.playing.pages import Page
from autograd_viz.playing.stage_layout import GRAD_GONE, NO_GRAD
from autograd_viz.playing.tensor_state import TensorState
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Cut,
    End,
    Event,
    Forward,
    Gradient,
    InPlace,
    Leaf,
    OptimizerStep,
    ZeroGrad,
    value_of,
)
from autograd_viz.recording.recording import Recording
from autograd_viz.text.measure import width
from autograd_viz.text.rich_text import Span
from autograd_viz.text.value_text import on_arrow, on_card

Place = tuple[int, int, int]
Delta = dict[str, str | None]
LABEL_LIMIT = 170.0


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
                context = context_of(step, page, self.labels[-1], self.tensors)._replace(inside=number in self.inside)
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

    def _changes(self, step: Event, page: Page, context: Context) -> tuple[Delta, list[int]]:
        """Keys of the stage that this step sets, and the arrows that it uses."""
        delta: Delta = {}
        places = page.cards.get(step.node, ()) if step.node is not None else ()
        match step:
            case Leaf() | Forward() | InPlace():
                for card in places if isinstance(step, Leaf) else places[:1]:
                    delta.update(self._appear(card, page, step))
            case Cut():
                delta.update(self._cut(step, page, places))
            case Backward():
                delta.update(self._calm(page))
            case Gradient() if places:
                return self._flow_back(step, page, context, places[0])
            case Accumulate() if places:
                for card in places:
                    delta[f"g{card}"] = on_card(self.tensors.grad.get(step.node), "grad")
                used = [e for e, edge in enumerate(page.graph.edges) if edge.source in places]
                return delta, [e for e in used if f"e{e}" in self.state]
            case OptimizerStep() | ZeroGrad():
                delta.update(self._rewritten(step, page))
        if context.born and places:
            delta[f"m{places[0]}"] = "bad"
        return delta, []

    def _cut(self, step: Cut, page: Page, places: tuple[int, ...]) -> Delta:
        """A cut is a line to the constant that it gave, else a mark on the card that it was made at."""
        if linked := drawn_cuts(page, step):
            return {
                key: text for cut in linked for key, text in self._tensor(page.cards[cut.target][0], cut.target).items()
            }
        if step.how not in CUTTING or not places:
            return {}
        known = self.state.get(f"c{places[0]}")
        return {f"c{places[0]}": f"{known}, {step.how}" if known and step.how not in known.split(", ") else step.how}

    def _calm(self, page: Page) -> Delta:
        """What the last backward left on the arrows, and the gradients that only passed through."""
        roles = [node.role for node in page.graph.nodes]
        return {
            key: None for key in self.state if key[0] == "e" or (key[0] == "g" and roles[int(key[1:])] != "leaf")
        }

    def _rewritten(self, step: OptimizerStep | ZeroGrad, page: Page) -> Delta:
        """Values after an optimizer, gradients after they were cleared, on the cards that are shown already."""
        delta: Delta = {}
        for change in step.changes:
            for card in page.cards.get(change.node, ()) if change.node is not None else ():
                if f"v{card}" not in self.state:
                    continue
                if isinstance(step, OptimizerStep):
                    delta[f"v{card}"] = on_card(change.after, "nilai")
                else:
                    delta[f"g{card}"] = on_card(change.after, "grad") or GRAD_GONE
        return delta

    def _appear(self, card: int, page: Page, step: Leaf | Forward | InPlace) -> Delta:
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
        delta[f"v{card}"] = on_card(value_of(step), "nilai")
        return delta

    def _tensor(self, card: int, node: int) -> Delta:
        delta: Delta = {f"v{card}": on_card(self.tensors.value.get((node, 0)), "nilai")}
        if node in self.tensors.grad:
            grad = self.tensors.grad[node]
            delta[f"g{card}"] = NO_GRAD if grad is None else on_card(grad, "grad")
        return delta

    def _flow_back(self, step: Gradient, page: Page, context: Context, card: int) -> tuple[Delta, list[int]]:
        delta: Delta = {}
        node = page.graph.nodes[card]
        received = value_of(step)
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

    def _tell(self, steps: Sequence[Event], step: Event, page: Page, context: Context, round_name: str) -> FrameContent:
        cards = page.cards.get(step.node, ()) if step.node is not None else ()
        card = cards[0] if cards else None
        node = page.graph.nodes[card] if card is not None else None
        if round_name and isinstance(step, Forward | Gradient | Accumulate | End):
            said = narrate_round(steps, round_name, self.labels[-1].names, len(self.tensors.round))
            return FrameContent(step.place, None, said, "", {})
        if node is not None and node.role == "group":
            inside = [one for one in steps if isinstance(one, Forward | Gradient) and page.cards.get(one.node) == cards]
            said = narrate_group(steps, inside, self.labels[-1].titles[card or 0])
            return FrameContent(step.place, card, said, "", {})
        if isinstance(step, End):
            now = self.tensors.grad  # a hook may have used the gradient up meanwhile
            context = context._replace(
                grown=[one.change._replace(after=now.get(one.node)) for one in self.tensors.round]
            )
        return FrameContent(step.place, card, narrate(step, context), note(step, context.node), {})


def _label(one: SlotGradient | None, arriving: Value | None) -> str:
    plain = f"→ {on_arrow(arriving)}"
    if one is None or not one.factor or one.summed:
        return plain
    told = f"×{one.factor} {plain}"
    return told if width(told, 13.0, True) <= LABEL_LIMIT else plain
