"""Isi panggung satu halaman: apa yang ditulis setiap kejadian pada kartu dan panah."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import SlotGradient
from autograd_viz.narration.context import Context
from autograd_viz.narration.questions import questions
from autograd_viz.narration.stopping_events import CUTTING
from autograd_viz.narration.tangent import first_tangent
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.event_context import drawn_cuts
from autograd_viz.playing.frames import TANGENT, VALUE, Ask, CardState, EdgeState, Rows, Shown, grad_word, label
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Cut,
    Event,
    Forward,
    Gradient,
    InPlace,
    Leaf,
    OptimizerStep,
    ZeroGrad,
    value_of,
)
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import STAGE
from autograd_viz.text.value_text import GRAD_GONE, card_rows, on_arrow

LABEL_LIMIT = 170.0  # pixels; a longer label tells what was sent only


class StageState:
    """Kartu dan panah yang sudah berisi di sebuah halaman, sesudah kejadian-kejadian yang diberikan kepadanya."""

    def __init__(self, labels: CardLabels, history: TensorHistory) -> None:
        self.labels, self.page, self.graph = labels, labels.page, labels.page.graph
        self.history = history
        self.shown = Shown({}, {})
        self.taken: dict[int, list[int]] = {}  # the leaves and constants that each card takes in
        for edge in self.graph.edges:
            source = self.graph.nodes[edge.source]
            if source.role in ("leaf", "constant") and source.members:
                self.taken.setdefault(edge.target, []).append(edge.source)

    def apply(self, number: int, event: Event, context: Context) -> Sequence[int]:
        """Menuliskan kejadian ke-`number`; hasilnya panah-panah yang dilaluinya."""
        places = self.page.cards.get(event.node, ()) if event.node is not None else ()
        used: Sequence[int] = ()
        match event:
            case Leaf() | Forward() | InPlace():
                for card in places if isinstance(event, Leaf) else places[:1]:
                    self._appear(card, number, value_of(event))
                    if isinstance(event, Forward):
                        self._write(card, tangent=card_rows(first_tangent(event), TANGENT))
            case Cut():
                self._cut(event, number, places)
            case Backward():
                self._calm()
            case Gradient() if places:
                used = self._flow_back(event, context, places[0])
            case Accumulate() if places:
                for card in places:
                    self._write(card, grad=self._grad_rows(card, self.history.grad(event.node, number)), quiet=False)
                used = [e for e, edge in enumerate(self.graph.edges) if edge.source in places]
                used = [e for e in used if e in self.shown.edges]
            case OptimizerStep() | ZeroGrad():
                self._rewrite(event)
            case Recompute():
                self._recompute(event)
        if context.born and places:
            self._write(places[0], mark="bad")
        return used

    def asks(self, event: Event, context: Context) -> tuple[Ask, ...]:
        """Pertanyaan tebakan kejadian yang baru ditulis, masing-masing dengan panah atau kartu tempat angkanya."""
        places = self.page.cards.get(event.node, ()) if event.node is not None else ()
        if not places:
            return ()
        targets = {one.slot: one.node for one in context.links}
        found = []
        for question in questions(event, context):
            if question.slot is None:
                found.append(Ask(question, card=places[0]))
            elif (arrow := self._arrow(targets[question.slot], places[0], question.slot)) is not None:
                found.append(Ask(question, arrow))
        return tuple(found)

    def _write(self, card: int, **fields: Any) -> None:
        known = self.shown.cards.get(card) or CardState(card)
        self.shown.cards[card] = known._replace(**fields)

    def _cut(self, event: Cut, number: int, places: tuple[int, ...]) -> None:
        """A cut is a line to the constant that it gave, else a mark on the card that it was made at."""
        linked = drawn_cuts(self.page, event)
        for cut in linked:
            self._tensor(self.page.cards[cut.target][0], cut.target, number)
        if not linked and event.how in CUTTING and places:
            known = self.shown.cards[places[0]].cuts if places[0] in self.shown.cards else ()
            self._write(places[0], cuts=tuple(dict.fromkeys([*known, event.how])))

    def _recompute(self, event: Recompute) -> None:
        """What a checkpoint computes again is alive until its step back; a result may be another one now."""
        for node in event.nodes:
            for card in self.page.cards.get(node, ())[:1]:
                if card in self.shown.cards:
                    self._write(card, mark="ulang")
        for change in event.changes:
            for card in self.page.cards.get(change.node, ())[:1] if change.node is not None else ():
                if card in self.shown.cards and self.graph.nodes[card].role != "group":
                    self._write(card, value=card_rows(change.after, VALUE))

    def _calm(self) -> None:
        """A new backward clears the arrows, and the gradients that only passed through."""
        self.shown.edges.clear()
        for card in list(self.shown.cards):
            if self.graph.nodes[card].role != "leaf":
                self._write(card, grad=(), quiet=False)

    def _rewrite(self, event: OptimizerStep | ZeroGrad) -> None:
        """Values after an optimizer, gradients after they were cleared, on the cards that are shown already."""
        for change in event.changes:
            for card in self.page.cards.get(change.node, ()) if change.node is not None else ():
                if card not in self.shown.cards:
                    continue
                if isinstance(event, OptimizerStep):
                    self._write(card, value=card_rows(change.after, VALUE))
                else:
                    gone = change.after is None
                    self._write(card, grad=(GRAD_GONE,) if gone else self._grad_rows(card, change.after), quiet=gone)

    def _appear(self, card: int, number: int, value: Value | None) -> None:
        """An operation appears together with the leaves and constants that it takes in."""
        nodes = self.graph.nodes
        for source in self.taken.get(card, ()):
            if source not in self.shown.cards:
                self._tensor(source, nodes[source].members[0], number)
        if nodes[card].role in ("leaf", "constant") and nodes[card].members:
            self._tensor(card, nodes[card].members[0], number)
        else:
            self._write(card, value=card_rows(value, VALUE))

    def _tensor(self, card: int, node: int, number: int) -> None:
        self._write(card, value=card_rows(self.history.value(node, number), VALUE))
        if self.history.has_grad(node):
            self._write(card, grad=self._grad_rows(card, self.history.grad(node, number)), quiet=False)

    def _grad_rows(self, card: int, grad: Value | None) -> Rows:
        return card_rows(grad, grad_word(self.graph.nodes[card].role))

    def _flow_back(self, event: Gradient, context: Context, card: int) -> list[int]:
        role = self.graph.nodes[card].role
        known = self.shown.cards.get(card)
        if role != "leaf" and (role != "group" or known is None or not known.grad):
            self._write(card, grad=self._grad_rows(card, value_of(event)), quiet=False)
        if event.freed:
            self._write(card, mark="freed")
        elif known is not None and known.mark == "ulang":
            self._write(card, mark="")
        arrows: list[int] = []
        told = {one.slot: one for one in context.links}
        for flow in event.sent:
            target, arriving, *_ = self.history.arrival(flow, event.round, self.page.cards)
            if target is None or flow.value is None:
                continue
            arrow = self._arrow(target, card, flow.slot)
            if arrow is not None:
                self.shown.edges[arrow] = _edge(arrow, told.get(flow.slot), arriving)
                arrows.append(arrow)
        return arrows

    def _arrow(self, target: int, card: int, slot: int) -> int | None:
        for place in self.page.cards.get(target, ()):
            found = self.labels.edges.get((place, card), [])
            for number, own in found:
                if own == slot:
                    return number
            if found:
                return found[0][0]
        return None


def _edge(edge: int, one: SlotGradient | None, arriving: Value | None) -> EdgeState:
    plain = EdgeState(edge, on_arrow(arriving))
    if one is None or one.factor is None or one.summed:
        return plain
    full = plain._replace(local=one.factor.text)
    return full if width(label(full), STAGE.label, True) <= LABEL_LIMIT else plain
