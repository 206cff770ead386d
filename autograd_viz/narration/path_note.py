"""Catatan jalur: seberapa besar sumbangan setiap jalur dari keluaran ke sebuah daun."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.operations.notation import number_text
from autograd_viz.text.rich_text import Span, grad, joined

End = tuple[int, int]  # the node and the slot of an arrow into the leaf
MOST = 6  # paths; more of them are no longer a note
_COUNTS = {2: "Dua", 3: "Tiga", 4: "Empat", 5: "Lima", 6: "Enam"}
_LONGEST = 10_000  # hops looked at before giving up


class Hop(NamedTuple):
    """Satu langkah mundur: lewat slot `slot` ke simpul `target`, dikalikan turunan lokal `derivative`."""

    target: int
    slot: int
    derivative: float


class Path(NamedTuple):
    """Satu jalur dari akar ke daun: simpul dan langkahnya berurutan dari akar, mulai dari gradien awal `start`."""

    start: float
    nodes: tuple[int, ...]
    hops: tuple[Hop, ...]

    def after(self, count: int) -> float:
        """Gradien sesudah `count` langkah pertama."""
        return self.start * math.prod(hop.derivative for hop in self.hops[:count])

    @property
    def amount(self) -> float:
        """Sumbangan jalur ini kepada gradien daunnya."""
        return self.after(len(self.hops))


def find_paths(leaf: int, starts: Mapping[int, float], hops: Mapping[int, Sequence[Hop]]) -> tuple[Path, ...]:
    """Semua jalur dari akar-akar `starts` ke `leaf`; kosong bila lebih dari enam.

    >>> [path.amount for path in find_paths(0, {2: 1.0}, {2: [Hop(0, 0, 3.0), Hop(1, 1, 5.0)], 1: [Hop(0, 0, 2.0)]})]
    [3.0, 10.0]
    """
    found: list[Path] = []
    stack = [Path(start, (root,), ()) for root, start in reversed(list(starts.items()))]
    for _ in range(_LONGEST):
        if not stack:
            return tuple(found)
        path = stack.pop()
        if path.nodes[-1] == leaf:
            found.append(path._replace(nodes=path.nodes[:-1]))
            if len(found) > MOST:
                return ()
            continue
        for hop in reversed(hops.get(path.nodes[-1], ())):
            stack.append(Path(path.start, (*path.nodes, hop.target), (*path.hops, hop)))
    return ()


class Reading(NamedTuple):
    """Yang diketahui tentang jalur-jalur ke sebuah daun: sebutannya, sebutan setiap simpul, dan gradiennya.

    `named` simpul yang bernama di kode, `before` isi .grad sebelum backward ini, `added` gradien yang sungguh tiba.
    """

    paths: tuple[Path, ...]
    leaf: str
    names: Mapping[int, str]
    named: Container[int]
    before: float | None
    added: float

    @property
    def holds(self) -> bool:
        """Apakah jumlah sumbangan jalur-jalurnya memang gradien yang tiba."""
        total = math.fsum(path.amount for path in self.paths)
        return len(self.paths) in _COUNTS and math.isclose(total, self.added, rel_tol=1e-4, abs_tol=1e-6)

    @property
    def labels(self) -> tuple[tuple[Span, ...], ...]:
        """Sebutan setiap jalur; kosong bila ada yang sama, atau bila jumlahnya tidak cocok."""
        found = tuple(_label(path, self) for path in self.paths) if self.holds else ()
        return found if len(set(found)) == len(found) and not any(_vague(path, self) for path in self.paths) else ()


def arrow_note(reading: Reading, now: End, passed: Container[End]) -> tuple[Span, ...]:
    """Catatan bagi panah `now` (simpul dan slot) yang mengirim ke daun; `passed` panah yang sudah mengirim.

    Kosong bila jalurnya satu, lebih dari enam, tidak dapat dibedakan, atau jumlahnya bukan gradien yang tiba.
    """
    ends = [(path.nodes[-1], path.hops[-1].slot) for path in reading.paths if path.hops]
    names = reading.labels
    if not names or ends.count(now) != 1 or len(ends) < len(reading.paths):
        return ()
    mine = ends.index(now)
    spans = [Span("Seluruh jalur lewat "), *names[mine], Span(": "), _product(reading.paths[mine], reading), Span(".")]
    for name, path, end in zip(names, reading.paths, ends, strict=True):
        if end != now:
            when = " sudah " if end in passed else " nanti "
            lead = " lewat " if spans[-1].text == "," else " Lewat "
            spans += [Span(lead), *name, Span(when), Span(number_text(path.amount), "math"), Span(",")]
    word = " = " if reading.before is None else " bertambah "
    order = sorted(zip(ends, reading.paths, strict=True), key=lambda pair: pair[0] not in passed)
    spans += [Span(" jadi "), grad(reading.leaf), Span(word), _sum([path for _, path in order]), Span(".")]
    return joined(spans)


def leaf_note(reading: Reading) -> tuple[Span, ...]:
    """Catatan saat gradien tiba di daunnya: sumbangan setiap jalur dan jumlahnya.

    Kosong bila jalurnya satu, lebih dari enam, atau jumlahnya bukan gradien yang tiba.
    """
    if not reading.holds:
        return ()
    spans = [Span(f"{_COUNTS[len(reading.paths)]} jalur menuju "), Span(reading.leaf, "code")]
    if not reading.labels:
        return joined([*spans, Span(": "), _sum(reading.paths), Span(".")])
    for name, path in zip(reading.labels, reading.paths, strict=True):
        spans += [Span(". Lewat "), *name, Span(": "), _product(path, reading)]
    return joined([*spans, Span(". Jumlahnya "), _sum(reading.paths), Span(".")])


def _sum(paths: Sequence[Path]) -> Span:
    """The contributions, with a minus instead of adding a negative number."""
    first, *rest = [number_text(path.amount) for path in paths]
    parts = [f"− {part[1:]}" if part.startswith("−") else f"+ {part}" for part in rest]
    return Span(f"{' '.join([first, *parts])} = {number_text(math.fsum(path.amount for path in paths))}", "math")


def _branch(path: Path, reading: Reading) -> int | None:
    """Where on the path its node stands that no other path has, one with a name if there is any."""
    others = {node for other in reading.paths if other is not path for node in other.nodes}
    own = [place for place, node in enumerate(path.nodes) if node not in others]
    return next((place for place in own if path.nodes[place] in reading.named), own[0] if own else None)


def _vague(path: Path, reading: Reading) -> bool:
    """Whether the input it would be named by is one that another path goes through as well."""
    if _branch(path, reading) is not None:
        return False
    fork = next((k for k in range(len(path.nodes)) if _forks(k, path, reading)), len(path.nodes) - 1)
    end = path.nodes[fork], path.hops[fork].slot
    return any(end in [(node, hop.slot) for node, hop in zip(other.nodes, other.hops, strict=True)]
               for other in reading.paths if other is not path)


def _label(path: Path, reading: Reading) -> tuple[Span, ...]:
    place = _branch(path, reading)
    if place is not None:
        return (Span(reading.names.get(path.nodes[place], "tensor"), "code"),)
    fork = next((k for k in range(len(path.nodes)) if _forks(k, path, reading)), len(path.nodes) - 1)
    name = Span(reading.names.get(path.nodes[fork], "tensor"), "code")
    return Span(f"masukan ke-{path.hops[fork].slot + 1} dari "), name


def _forks(place: int, path: Path, reading: Reading) -> bool:
    """Whether another path leaves this node by another slot."""
    node, slot = path.nodes[place], path.hops[place].slot
    hops = (hop for other in reading.paths for one, hop in zip(other.nodes, other.hops, strict=True) if one == node)
    return any(hop.slot != slot for hop in hops)


def _product(path: Path, reading: Reading) -> Span:
    """The gradient that arrives at the branch, times what lies between it and the leaf."""
    place = _branch(path, reading)
    place = len(path.nodes) - 1 if place is None else place
    arriving, rest = path.after(place), math.prod(hop.derivative for hop in path.hops[place:])
    if rest == 1.0:
        return Span(number_text(path.amount), "math")
    factor = f"({number_text(rest)})" if rest < 0 else number_text(rest)
    return Span(f"{number_text(arriving)} × {factor} = {number_text(path.amount)}", "math")
