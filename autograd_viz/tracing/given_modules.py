"""Parameter modul yang diberikan lewat `names=` kepada graf yang sudah jadi data, dicocokkan menurut namanya."""

from __future__ import annotations

from typing import Any

from torch import nn

from autograd_viz.graph import Graph, Outside
from autograd_viz.tracing.names import NamesArgument, given_items, members, submodules


def with_modules(graph: Graph, names: NamesArgument) -> tuple[Graph, tuple[str, ...]]:
    """Graf yang juga mengenal parameter modul-modul `names` di luarnya, dan nama-nama yang bukan modul.

    Tensornya sudah tidak ada di graf, jadi yang dicocokkan nama dan bentuknya; nama lengkap dan nama tanpa awalannya
    dianggap sama.

    Galat: TypeError bila jenis `names` keliru.

    >>> graph, rest = with_modules(Graph((), ()), nn.Linear(2, 1).requires_grad_(False))
    >>> [(one.name, one.frozen) for one in graph.outside], rest
    ([('weight', True), ('bias', True)], ())
    """
    known = [(node.name, node.shape) for node in graph.nodes if node.role == "leaf" and node.name]
    known += [(one.name, None) for one in graph.outside]
    rest: list[str] = []
    paths: dict[int, list[str]] = {}  # of one tensor, which may be held in several places
    held: dict[int, Any] = {}
    for name, item in given_items(names):
        if not isinstance(item, nn.Module):
            rest.append(name)
            continue
        for path, one in members(submodules(item)):
            if isinstance(one, nn.Parameter):
                held[id(one)] = one
                paths.setdefault(id(one), []).append(f"{name}.{path}" if name else path)
    more = [
        Outside(paths[key][0], not one.requires_grad)
        for key, one in held.items()
        if not any(_same(path, tuple(one.shape), *other) for path in paths[key] for other in known)
    ]
    return graph._replace(outside=(*graph.outside, *more)), tuple(rest)


def _same(path: str, shape: tuple[int, ...], known: str, known_shape: tuple[int, ...] | None) -> bool:
    alike = path == known or path.endswith(f".{known}") or known.endswith(f".{path}")
    return alike and known_shape in (None, shape)
