"""Modul terdalam yang boleh memiliki operasi sesudah sebuah modul selesai, termasuk tempat beberapa cabang bertemu."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.graph import Graph
from autograd_viz.simplifying.groups import tensor

Path = tuple[str, ...]


def closing(graph: Graph, paths: Sequence[Path]) -> list[Path]:
    """Untuk setiap operasi modul terdalam yang boleh ditutupnya; `paths` modul setiap operasi, () bila tidak diketahui.

    Sesudah satu lapisan itu induk lapisan itu. Tempat cabang-cabang bertemu, itu induk bersama semua modul yang
    dilewati cabangnya, kecuali induk yang isinya bernomor: `nn.Sequential` dan `nn.ModuleList` tidak menjumlahkan.

    >>> from autograd_viz.graph import Edge, Node
    >>> graph = Graph((Node("", "operation"),) * 4, (Edge(0, 1, 0), Edge(0, 2, 0), Edge(1, 3, 0), Edge(2, 3, 1)))
    >>> closing(graph, [("first",), ("blk", "a"), ("blk", "down", "1"), ()])[3]
    ('blk',)
    """
    numbered = _numbered(paths)
    sources: list[list[int]] = [[] for _ in paths]
    for edge in graph.edges:
        if not tensor(graph.nodes[edge.source]):
            sources[edge.target].append(edge.source)
    forks = [-1] * len(paths)  # the last operation that all ways to this one go through
    passed: list[Path | None] = [None] * len(paths)  # what the modules between that one and this one have in common
    found: list[Path] = []
    for index, path in enumerate(paths):
        fork, between = _fork(sources[index], forks, passed, paths)
        forks[index], passed[index] = fork, between
        if path:
            found.append(path[:-1])
        elif between is None:
            found.append(found[fork] if fork >= 0 else ())
        else:
            while between in numbered:
                between = between[:-1]
            found.append(between)
    return found


def _numbered(paths: Sequence[Path]) -> set[Path]:
    """The modules whose known children all go by numbers."""
    children: dict[Path, set[str]] = {}
    for path in set(paths):
        for length, name in enumerate(path):
            children.setdefault(path[:length], set()).add(name)
    return {path for path, names in children.items() if path and all(name.isdecimal() for name in names)}


def _fork(
    sources: Sequence[int], forks: Sequence[int], passed: Sequence[Path | None], paths: Sequence[Path]
) -> tuple[int, Path | None]:
    """Where the ways to these sources part, and what the parents of the modules on them have in common."""
    between: Path | None = None
    meeting = sources[0] if sources else -1
    for source in sources[1:]:
        while meeting != source:  # operations come after what they are made of, so the later one steps back
            later = max(meeting, source)
            for path in (paths[later][:-1] if paths[later] else None, passed[later]):
                if path is not None:
                    between = path if between is None else common(between, path)
            meeting, source = min(meeting, source), forks[later]
    return meeting, between


def common(one: Path, other: Path) -> Path:
    """Awal yang sama dari dua jalur modul.

    >>> common(("h", "1", "attn"), ("h", "1", "mlp"))
    ('h', '1')
    """
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return one[:length]
