"""Pandangan sebuah halaman yang berulang: satu putaran terbuka, yang sebelum dan sesudahnya menjadi tumpukan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from autograd_viz.graph import Edge, Graph
from autograd_viz.playing.card_labels import CardLabels
from autograd_viz.playing.film_turns import FilmTurn, FilmTurns
from autograd_viz.playing.frames import VALUE
from autograd_viz.playing.pages import Page, page_of
from autograd_viz.recording.events import CutLink
from autograd_viz.recording.loops import path
from autograd_viz.simplifying.chips import chips
from autograd_viz.simplifying.groups import Group, contracted, tensor
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import STAGE
from autograd_viz.text.turn_names import through

Side = Literal["before", "after", "whole"]
WORD = 84.0  # pixels; a longer name does not stand in front of a number


class Stack(NamedTuple):
    """Putaran-putaran yang terlipat di satu kartu: yang sebelum, sesudah, atau semua putaran satu pelaksanaan."""

    run: int
    side: Side


class Face(NamedTuple):
    """Satu kartu dalam sebuah pandangan.

    `card` kartu halaman yang ditunjukkannya, `stack` tumpukannya bila ia mewakili putaran yang terlipat, `title` dan
    `word` judul serta kata di depan nilainya, kosong bila seperti biasa.
    """

    card: int
    stack: Stack | None = None
    title: str = ""
    word: str = ""

    @property
    def near(self) -> str | None:
        """Sebutan putaran di depan tumpukan, bila itulah judulnya; None bila judulnya lain."""
        return self.title if self.stack is not None and self.stack.side != "whole" else None


class View(NamedTuple):
    """Pandangan dengan putaran film `turn` terbuka: kartu-kartunya, panahnya, dan panah halaman yang ditunjukkannya."""

    turn: int
    faces: tuple[Face, ...]
    links: tuple[Edge, ...]
    edges: tuple[int, ...]


def with_turns(page: Page, turns: FilmTurns, links: Sequence[CutLink]) -> Page:
    """Halaman yang tahu putaran setiap kartunya; beberapa putaran yang menjadi satu menjadi satu kartu."""
    if not page.looping:
        return page
    graph = page.graph
    of = _turns_of(graph, turns)
    groups: list[Group] = []
    numbers: dict[int, int] = {}
    member = [-1] * len(graph.nodes)
    for place, turn in enumerate(of):
        if turn is not None and not turns.turns[turn].single:
            if turn not in numbers:
                numbers[turn] = len(groups)
                groups.append(Group(turns.turns[turn].label))
            member[place] = numbers[turn]
    if groups:
        graph = contracted(graph, member, groups).graph
        of = _turns_of(graph, turns)
    return page_of(page.steps, graph, links, bool(groups), True, tuple(of))


def _turns_of(graph: Graph, turns: FilmTurns) -> list[int | None]:
    """The turn of each card; a leaf or a constant belongs to the only turn that takes it in."""
    of = [None if tensor(node) or not node.members else turns.nodes.get(node.members[0]) for node in graph.nodes]
    takers: dict[int, set[int | None]] = {}
    for edge in graph.edges:
        if tensor(graph.nodes[edge.source]):
            takers.setdefault(edge.source, set()).add(of[edge.target])
    for place, found in takers.items():
        if len(found) == 1:
            of[place] = found.pop()
    return of


def views(labels: CardLabels, film: FilmTurns) -> tuple[View, ...]:
    """Satu pandangan untuk setiap putaran yang menghitung sesuatu sendiri, selain putaran seluruh halaman itu."""
    page, turns = labels.page, film.turns
    if not page.looping:
        return ()
    around = _around(page, film)
    asked = [turn for turn in dict.fromkeys(page.turns) if turn is not None and turn != around]
    known = {turn: _path(turns, turn, around) for turn in dict.fromkeys(page.turns)}
    look = _Look(labels, turns, [known[turn] for turn in page.turns])
    return tuple(look.view(turn, known[turn]) for turn in asked)


def _around(page: Page, film: FilmTurns) -> int | None:
    """The innermost turn that all operations of a page lie in."""
    lines = [list(path(film.turns, turn)[::-1]) for turn in dict.fromkeys(page.turns) if turn is not None]
    if not lines or None in {turn for turn, node in zip(page.turns, page.graph.nodes) if not tensor(node)}:
        return None
    shared = set.intersection(*map(set, lines))
    return next((turn for turn in lines[0] if turn in shared), None)


def _path(turns: Sequence[FilmTurn], turn: int | None, around: int | None) -> tuple[int, ...]:
    found = []
    for one in reversed(path(turns, turn)):
        if one == around:
            break
        found.append(one)
    return tuple(reversed(found))


class _Look(NamedTuple):
    """What all views of a page have in common: the turns around each card, outer first, inside of those of the page."""

    labels: CardLabels
    turns: Sequence[FilmTurn]
    paths: Sequence[tuple[int, ...]]

    def view(self, turn: int, opened: tuple[int, ...]) -> View:
        graph = self.labels.page.graph
        known = {chain: self._closed(chain, opened) for chain in dict.fromkeys(self.paths)}
        parts: dict[Stack | int, list[int]] = {}
        for card, chain in enumerate(self.paths):
            parts.setdefault(known[chain] or card, []).append(card)
        order = sorted(parts.items(), key=lambda item: item[1][-1])  # a stack stands where it ends
        faces = [
            self._stacked(cards, key, opened) if isinstance(key, Stack) else Face(cards[0]) for key, cards in order
        ]
        links, edges = self._links([cards for _, cards in order], faces)
        if any(link.source >= link.target for link in links):  # turns that take from each other: nothing is folded
            faces = [Face(card) for card in range(len(graph.nodes))]
            links, edges = self._links([[card] for card in range(len(graph.nodes))], faces)
        nodes = [graph.nodes[face.card]._replace(members=(place,)) for place, face in enumerate(faces)]
        nodes = [node._replace(role="group") if faces[i].stack else node for i, node in enumerate(nodes)]
        drawn = chips(Graph(tuple(nodes), links))
        return View(turn, tuple(faces[node.members[0]] for node in drawn.nodes), drawn.edges, edges)

    def _closed(self, chain: tuple[int, ...], opened: tuple[int, ...]) -> Stack | None:
        """The stack that a card lies in while `opened` is open; None: it stands for itself."""
        for depth, turn in enumerate(chain):
            if depth < len(opened) and opened[depth] == turn:
                continue
            run, first = self.turns[turn].run, self.turns[turn].first
            if depth >= len(opened) or self.turns[opened[depth]].run != run:
                return Stack(run, "whole")
            return Stack(run, "before" if first < self.turns[opened[depth]].first else "after")
        return None

    def _stacked(self, cards: Sequence[int], stack: Stack, opened: tuple[int, ...]) -> Face:
        """A stack shows what its turn next to the open one ends, or begins, with."""
        nodes = self.labels.page.graph.nodes
        operations = [card for card in cards if not tensor(nodes[card])] or list(cards)
        level = next(d for d, turn in enumerate(self.paths[operations[0]]) if self.turns[turn].run == stack.run)
        after = stack.side == "after"
        crossing = self._crossing(set(cards), after)
        ends = [card for card in operations if card in crossing] or operations  # not a test whose result nobody takes
        card = ends[0] if after else ends[-1]
        front = self.turns[self.paths[card][level]]
        title = front.label if stack.side != "whole" else _all_of(self.turns, stack.run)
        name = nodes[card].name or self.labels.bodies[card].text
        said = nodes[card].role != "group" and width(name, STAGE.line) <= WORD
        return Face(card, stack, title, name if said else VALUE)

    def _crossing(self, inside: set[int], entering: bool) -> set[int]:
        """The cards in a stack that an arrow enters, or leaves, from or to an operation outside of it."""
        graph = self.labels.page.graph
        ends = ((edge.target, edge.source) if entering else (edge.source, edge.target) for edge in graph.edges)
        others = [(card, other) for card, other in ends if card in inside and other not in inside]
        return {card for card, other in others if not tensor(graph.nodes[other])}

    def _links(
        self, parts: Sequence[Sequence[int]], faces: Sequence[Face]
    ) -> tuple[tuple[Edge, ...], tuple[int, ...]]:
        """The arrows between the cards of a view, and the arrow of the page that each stands for."""
        graph = self.labels.page.graph
        places = {card: place for place, cards in enumerate(parts) for card in cards}
        found: dict[tuple[int, int, int], list[int]] = {}
        for number, edge in enumerate(graph.edges):
            source, target = places[edge.source], places[edge.target]
            if source != target:
                found.setdefault((target, -1 if faces[target].stack else edge.slot, source), []).append(number)
        links: list[Edge] = []
        edges: list[int] = []
        entering = [0] * len(parts)
        for (target, slot, source), numbers in sorted(found.items()):
            stack = faces[target].stack
            chosen = (min if stack is not None and stack.side == "after" else max)(
                numbers, key=lambda number: self._near(graph.edges[number], faces[target], faces[source], number)
            )
            if stack is not None:
                slot = entering[target]
                entering[target] += 1
            output = 0 if faces[source].stack else graph.edges[chosen].output
            links.append(graph.edges[chosen]._replace(source=source, target=target, slot=slot, output=output))
            edges.append(chosen)
        return tuple(links), tuple(edges)

    def _near(self, edge: Edge, target: Face, source: Face, number: int) -> tuple[int, int]:
        """How well an arrow of the page stands for a bundle: it ends at the card in front; then the nearest turn."""
        own = (edge.target == target.card) + (edge.source == source.card)
        return (-own if target.stack is not None and target.stack.side == "after" else own), number


def _all_of(turns: Sequence[FilmTurn], run: int) -> str:
    labels = [turn.label for turn in turns if turn.run == run]
    return through(labels[0], labels[-1])
