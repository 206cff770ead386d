"""Bilangan dibagi tensor, yang dihitung PyTorch sebagai kebalikan lalu perkalian, menjadi satu simpul `2 / t`."""

from __future__ import annotations

from autograd_viz.graph import ALONE, IN_TURN, TURNED, Graph, Node, kept_by

_INVERSE, _TIMES = "ReciprocalBackward0", "MulBackward0"
QUOTIENT = f"{_INVERSE}{IN_TURN}{_TIMES}"  # both stay told; the table of operations has a section of that name


def quotients(graph: Graph) -> dict[int, int]:
    """Pasangan simpul yang bersama-sama satu pembagian bilangan oleh tensor: perkalian, dan kebalikan di depannya.

    Kebalikan yang bernama, diminta, dipakai lagi di tempat lain, atau ditulis sendiri di kodenya tidak ikut.

    >>> from autograd_viz.graph import Edge
    >>> t, inverse = Node("", "leaf", "t"), Node("ReciprocalBackward0", "operation")
    >>> quotients(Graph((t, inverse, Node("MulBackward0", "output")), (Edge(0, 1, 0), Edge(1, 2, 0))))
    {2: 1}
    """
    nodes = graph.nodes
    if not any(node.op == _INVERSE for node in nodes):
        return {}
    uses = [0] * len(nodes)
    given: dict[int, dict[int, int]] = {}
    for edge in graph.edges:
        uses[edge.source] += 1
        given.setdefault(edge.target, {})[edge.slot] = edge.source
    wanted = {output.node for output in graph.outputs}
    found = {}
    for number, node in enumerate(nodes):
        sources = given.get(number, {})
        inverse = sources.get(0)
        if node.op != _TIMES or inverse is None or not (1 not in sources or _is_number(nodes[sources[1]])):
            continue
        inner = nodes[inverse]
        if inner.op == _INVERSE and inner.name is None and uses[inverse] == 1 and inverse not in wanted:
            if inverse in given and ALONE not in inner.attributes:
                found[number] = inverse
    return found


def merge_quotients(graph: Graph) -> Graph:
    """Graf yang setiap pembagian bilangan oleh tensor menjadi satu simpul; simpul itu dihitung dua.

    >>> from autograd_viz.graph import Edge
    >>> t, inverse = Node("", "leaf", "t"), Node("ReciprocalBackward0", "operation")
    >>> graph = Graph((t, inverse, Node("MulBackward0", "output")), (Edge(0, 1, 0), Edge(1, 2, 0)))
    >>> [(node.op, node.count) for node in merge_quotients(graph).nodes]
    [('', 1), ('ReciprocalBackward0 → MulBackward0', 2)]
    """
    pairs = quotients(graph)
    if not pairs:
        return graph
    joined = join_quotients(graph, pairs)
    gone = set(pairs.values())
    kept = [number for number in range(len(graph.nodes)) if number not in gone]
    places = {number: place for place, number in enumerate(kept)}
    return Graph(
        tuple(joined.nodes[number] for number in kept),
        tuple(edge._replace(source=places[edge.source], target=places[edge.target]) for edge in joined.edges),
        tuple(output._replace(node=places[output.node]) for output in graph.outputs),
        graph.outside,
    )


def join_quotients(graph: Graph, pairs: dict[int, int]) -> Graph:
    """Graf bernomor sama yang perkaliannya menjadi pembagian; simpul kebalikannya tinggal, tanpa panah."""
    nodes = list(graph.nodes)
    for times, inverse in pairs.items():
        nodes[times] = _joined(nodes[inverse], nodes[times])
    divided = {inverse: times for times, inverse in pairs.items()}
    edges = [
        edge._replace(target=divided[edge.target]) if edge.target in divided else edge
        for edge in graph.edges
        if edge.source not in divided
    ]
    return graph._replace(nodes=tuple(nodes), edges=tuple(edges))


def _joined(inverse: Node, times: Node) -> Node:
    attributes = tuple(one for one in times.attributes if one != TURNED)
    return times._replace(
        op=QUOTIENT,
        saved=(*inverse.saved, *times.saved),
        attributes=attributes,
        module=times.module or inverse.module,
        count=inverse.count + times.count,
        members=(*inverse.members, *times.members),
        kept=kept_by([inverse, times]),
    )


def _is_number(node: Node) -> bool:
    """Whether a factor is a number of the code, or what is no longer known of one."""
    return node.role == "constant" and node.name is None and node.shape in ((), None)
