"""Kelompok menurut nn.Module: setiap operasi menjadi milik satu modul pada kedalaman yang masih terbaca."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from autograd_viz.graph import Graph
from autograd_viz.simplifying.groups import Fold, Group, contracted, tensor
from autograd_viz.simplifying.joins import Path, closing, common
from autograd_viz.simplifying.levels import levels
from autograd_viz.simplifying.patterns import by_pattern

CARDS = 40  # a picture with more cards than this is collapsed one level further
TELLING = 8  # with fewer cards, runs of like modules one level deeper say more


class Around(NamedTuple):
    """Yang diketahui di sekitar setiap operasi: operasi bermodul sebelum dan sesudahnya, dan modul yang ditutupnya."""

    above: list[int]
    below: list[int]
    closing: list[Path]


def by_module(graph: Graph, depth: int | None = None, columns: int | None = None) -> tuple[Fold, ...]:
    """Graf dengan satu kartu per modul sedalam `depth`, atau sedalam yang masih muat; kosong bila nama modul tidak ada.

    Deretan modul yang sama bentuknya (`h.0 … h.99`) menjadi satu kartu bila terlalu banyak, atau bila gambarnya lebih
    panjang dari `columns` kolom.

    >>> from autograd_viz.graph import Edge, Node
    >>> w, b = Node("AccumulateGrad", "leaf", "fc.weight"), Node("AccumulateGrad", "leaf", "fc.bias")
    >>> linear = Node("AddmmBackward0", "operation", module="fc")
    >>> graph = Graph((w, b, linear), (Edge(1, 2, 0), Edge(0, 2, 2)))
    >>> [(n.name, n.count) for n in by_module(graph)[-1].graph.nodes]
    [('fc', 3)]
    """
    paths = _paths(graph)
    deepest = max((len(path) for path in paths), default=0)
    if not deepest:
        return ()
    below = _below(graph, paths)
    around = Around(_above(graph, paths, below), below, closing(graph, paths))
    if depth is not None:
        return (contracted(graph, *_members(_names(graph, paths, around, min(depth, deepest)))),)
    best: tuple[Fold, ...] = ()
    best_is_good = False
    shared = len(os.path.commonprefix([path for path in paths if path]))  # a card for all of it would say nothing
    for level in range(min(shared + 1, deepest), deepest + 1):
        names = _names(graph, paths, around, level)
        fits = _at_least(graph, names) <= CARDS
        if best and not fits and len(best[-1].graph.nodes) >= TELLING:
            break
        found = [contracted(graph, *_members(names))]
        crowded = len(found[0].graph.nodes) > CARDS
        if crowded or not is_row(found[0].graph, columns):
            repeated = by_pattern(found[0].graph, siblings=found[0])
            found += [repeated] if repeated else []
        drawn = found[-1].graph
        good = is_row(drawn, columns) and (columns is None or _is_whole(drawn))
        if not best or (len(drawn.nodes) <= CARDS and (good or not best_is_good)):
            best, best_is_good = tuple(found), good
        if crowded or not fits:
            break
    return best


def is_row(graph: Graph, columns: int | None) -> bool:
    """Apakah gambarnya muat dalam sekian kolom; selalu bila `columns` None."""
    return columns is None or max(levels(graph), default=0) < columns


def _is_whole(graph: Graph) -> bool:
    """Whether no module had to be cut into several cards."""
    names = [node.name for node in graph.nodes if node.role == "group"]
    return len(names) == len(set(names))


def _paths(graph: Graph) -> list[Path]:
    """The module of each operation as far as it is known by itself; () where it is not."""
    paths: list[Path] = []
    for node in graph.nodes:
        known = "" if tensor(node) else node.module
        paths.append(tuple(known.split(".")) if known else ())
    return paths


def _below(graph: Graph, paths: Sequence[Path]) -> list[int]:
    """For each operation the first one after it, or itself, whose module is known; the node count where none is."""
    below = [index if path else len(paths) for index, path in enumerate(paths)]
    for edge in sorted(graph.edges, key=lambda edge: -edge.source):
        if not paths[edge.source]:
            below[edge.source] = min(below[edge.source], below[edge.target])
    return below


def _above(graph: Graph, paths: Sequence[Path], below: Sequence[int]) -> list[int]:
    """The same before it, -1 where there is none: the one that shares most with what comes after, then the last."""
    above = [index if path else -1 for index, path in enumerate(paths)]
    for edge in sorted(graph.edges, key=lambda edge: edge.target):
        known, new = above[edge.target], above[edge.source]
        if paths[edge.target] or new < 0 or new == known:
            continue
        if known < 0:
            above[edge.target] = new
        else:
            after = paths[below[edge.target]] if below[edge.target] < len(paths) else ()
            above[edge.target] = max(known, new, key=lambda index: (len(common(paths[index], after)), index))
    return above


def _names(graph: Graph, paths: Sequence[Path], around: Around, depth: int) -> list[Path]:
    """The group of each operation at this depth; () stands alone.

    Between two modules an operation belongs to what both have in common. Where that is nothing at this depth, it
    closes the block it comes out of, such as a residual addition, if the block lies at this depth or deeper.
    """
    wanted = {output.node for output in graph.outputs}
    names: list[Path] = []
    for index, node in enumerate(graph.nodes):
        name: Path = ()
        if not tensor(node) and index not in wanted:
            if paths[index]:
                name = paths[index][:depth]
            elif around.above[index] >= 0 and around.below[index] < len(paths):
                before, after = paths[around.above[index]], paths[around.below[index]]
                if before[:depth] == after[:depth]:
                    name = before[:depth]
                elif len(around.closing[index]) >= depth:
                    name = around.closing[index][:depth]
        names.append(name)
    return names


def _at_least(graph: Graph, names: Sequence[Path]) -> int:
    alone = sum(not name and not tensor(node) for node, name in zip(graph.nodes, names, strict=True))
    return alone + len(set(names) - {()})


def _members(names: Sequence[Path]) -> tuple[list[int], list[Group]]:
    numbers = {name: number for number, name in enumerate(name for name in dict.fromkeys(names) if name)}
    return [numbers.get(name, -1) for name in names], [Group(".".join(name)) for name in numbers]
