"""Hasil lama yang hanya menjadi acuan: parameternya juga dicapai lewat hitungan baru, jadi cukup angkanya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import begins, definitions, dotted, heads, stores, within
from autograd_viz.doctor.filled_lists import filled_by, joined_list
from autograd_viz.doctor.findings import Finding, at, instead
from autograd_viz.doctor.fixed_targets import untrained
from autograd_viz.doctor.forward_line import op_word
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.made_before import Maker, maker_of, who_made
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.old_nodes import leaps
from autograd_viz.doctor.old_turns import Place, base_of, called_by, only_handed, turn_of
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.torch_internals import order_of
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.walk import Walk

_SUMMING = ("Add", "Sub", "Neg", "Sum", "Mean", "View", "Squeeze", "Unsqueeze", "Select", "ToCopy")
_SCALING = ("Mul", "Div")
_DEEPEST = 4  # statements through which an expression is followed
_NUMBERS = ("detach", "data", "shape", "dtype", "device", "size", "item", "tolist", "dim", "numel")


class _Read(NamedTuple):
    """An expression of one turn that reads old tensors, its statement, and its name in the function with the turn."""

    statement: Statement
    expression: ast.expr
    tensors: tuple[torch.Tensor, ...]
    path: str

    @property
    def text(self) -> str:
        return ast.unparse(self.expression)


class _Graph(NamedTuple):
    """The graph that was asked for, what of it is spent, after which nodes others were made, and what is known as old.

    What was made up to `border` is old.
    """

    nodes: Walk
    bad: Set[Any]
    jumps: Set[Any]
    border: int

    def left(self, tensor: torch.Tensor) -> int:
        """Urutan simpul terakhir di hulunya yang sesudahnya ada hitungan lain; 0 bila tidak ada."""
        return max((order_of(one) or 0 for one in upstream([tensor]) if one in self.jumps), default=0)

    def holds_old(self, tensor: torch.Tensor) -> bool:
        """Apakah grafnya sudah habis dan sesudahnya ada hitungan lain, tanpa daun yang masuk sejak itu."""
        behind = upstream([tensor]) if node_of(tensor) in self.nodes else {}
        if not any(one in self.bad for one in behind):
            return False
        last = self.left(tensor) or self.border
        later = [one for one in behind if type(one) is not LEAF and (order_of(one) or 0) > last]
        return bool(last) and not any(type(parent) is LEAF for one in later for parent, _ in behind[one])


def old_references(evidence: Evidence, nodes: Walk, bad: Set[Any]) -> Iterator[Finding]:
    """Tensor dari luar putaran yang dipakai di samping hitungan baru atas parameter yang sama."""
    graph = _Graph(nodes, bad, frozenset(leaps(nodes)), 0)
    for number in range(len(evidence.frames)):
        turn = turn_of(evidence, number)
        places = [turn, *called_by(turn)] if turn is not None else []
        reads = [one for place in places for one in _reads(evidence, number, place, graph)]
        border = max((graph.left(x) for one in reads for x in one.tensors), default=0)
        reads = [one for place in places for one in _reads(evidence, number, place, graph._replace(border=border))]
        if reads and _beside_new(evidence, reads) and _meet_new(evidence, reads):
            yield _found(evidence, number, reads)
            return


def _reads(evidence: Evidence, number: int, place: Place, graph: _Graph) -> Iterator[_Read]:
    for one in place.statements:
        inside = sorted((x for head in heads(one.node) for x in within(head)), key=lambda x: (x.lineno, x.col_offset))
        taken = {id(node.value) for node in inside if isinstance(node, ast.Attribute) and node.attr in _NUMBERS}
        taken |= {id(x) for node in inside if isinstance(node, ast.Compare) for x in (node.left, *node.comparators)}
        for node in inside if not one.silenced else ():
            listed = joined_list(node)
            base, text = base_of(listed or node), ast.unparse(listed or node)
            if id(node) in taken or not base or any(begins(text, other) for other in place.made):
                continue
            value = value_of(listed or node, place.held)
            held = value if listed is not None and isinstance(value, (list, tuple)) else (value,)
            old = tuple(x for x in held if isinstance(x, torch.Tensor) and graph.holds_old(x))
            path = _outer(listed or node, place)
            if old and not _renewed(evidence, number, path, old[0], graph.nodes):
                yield _Read(one, node, old, path or "")


def _outer(node: ast.expr, place: Place) -> str | None:
    """What the function with the turn calls it; None where that is not known."""
    if not place.origin:
        return dotted(node)
    return dotted(place.origin.get(ast.unparse(node)))


def _renewed(evidence: Evidence, number: int, path: str | None, tensor: torch.Tensor, nodes: Walk) -> bool:
    """Whether a statement of this function computes it from what has no old graph: there it can be computed again."""
    maker = maker_of(evidence, path, number) if path is not None else None
    if maker is None or maker.statement is None or maker.given or maker.frame != number or maker.value is None:
        return False
    frame, statement = evidence.frames[number], maker.statement
    if any(only_handed(statement, store, frame.variables) for store in stores(statement.node)):
        return False
    if untrained(evidence, tensor):
        return True
    return _computed_here(frame, statement, maker.value, nodes, _DEEPEST)


def _computed_here(frame: UserFrame, statement: Statement, value: ast.expr | None, nodes: Walk, depth: int) -> bool:
    """Whether all that has a graph in this expression comes from statements of this function, none out of a list."""
    for node in within(value) if value is not None else ():
        if base_of(node) and any(one in nodes for one in _nodes_in(value_of(node, frame.variables))):
            made = definitions(frame.scope, ast.unparse(node), statement, 1)
            if not made or not depth or made[0][1].kind in ("append", "element"):
                return False
            if made[0][0] is not statement and not _computed_here(
                frame, made[0][0], made[0][1].value, nodes, depth - 1
            ):
                return False
    return True


def _nodes_in(value: Any) -> list[Any]:
    held = value if isinstance(value, (list, tuple)) else (value,)
    return [node for one in held if isinstance(one, torch.Tensor) and (node := node_of(one)) is not None]


def _beside_new(evidence: Evidence, reads: list[_Read]) -> bool:
    """Whether all that is trained behind them is also reached without them, or nothing behind them is trained."""
    tensors = [one for read in reads for one in read.tensors]
    cut = {node_of(one) for one in tensors}
    new = [node for root in evidence.roots for node in _apart(node_of(root), cut)[0]]
    reached = {id(one) for one in leaves(new)}
    if not reached:
        return False
    trained = _trained(evidence)
    behind = {id(one) for one in leaves(upstream(tensors))}
    if trained & (behind | reached):
        return bool(reached & trained) and (behind & trained) <= reached
    return behind <= reached


def _meet_new(evidence: Evidence, reads: list[_Read]) -> bool:
    """Whether each of them meets something new in a summand of what was asked for.

    One that is only added up would be a mere constant without its graph.
    """
    cut = {node_of(one) for read in reads for one in read.tensors if not untrained(evidence, one)}
    waiting = [node for root in evidence.roots if (node := node_of(root)) is not None]
    seen, met = set[Any](), set[Any]()
    while waiting:
        node = waiting.pop()
        if node in seen or node in cut:
            continue
        seen.add(node)
        parents = [parent for parent, _ in node.next_functions if parent is not None]
        word = op_word(node)
        if word in _SUMMING or (word in _SCALING and len(parents) == 1):
            waiting += parents
            continue
        new, old = _apart(node, cut)
        met |= old if leaves(new) else set()
    return cut <= met


def _apart(top: Any, cut: Set[Any]) -> tuple[list[Any], set[Any]]:
    """What lies behind a node without passing through these, and which of these lie behind it."""
    waiting, new, old = [top], dict[Any, None](), set[Any]()
    while waiting:
        node = waiting.pop()
        if node in cut:
            old.add(node)
        elif node is not None and node not in new:
            new[node] = None
            waiting += [parent for parent, _ in node.next_functions]
    return list(new), old


def _trained(evidence: Evidence) -> set[int]:
    return {
        id(param) for _, one in evidence.of_type(torch.optim.Optimizer)
        for group in one.param_groups for param in group["params"]
    }  # fmt: skip


def _found(evidence: Evidence, number: int, reads: list[_Read]) -> Finding:
    first, current = reads[0], evidence.frames[number].current
    names = " dan ".join(dict.fromkeys(f"`{one.text}`" for one in reads))
    turn = "putaran" if current is not None and current.loops else "panggilan"
    told = f"{names} membawa graf dari sebelum {turn} ini, dan dibaca di {_lines(reads)}."
    maker = maker_of(evidence, first.path, number) if first.path else None
    if maker is not None and (not (maker.given or maker.name == first.path) or _taken(evidence, maker)):
        maker = None  # it made what holds the tensor, or only took it from there
    filled = filled_by(evidence, maker, first.path, first.expression)
    if maker is not None and maker.statement is not None:
        told = f"{who_made(evidence, first.path, maker)}. {told}"
    if filled is not None:
        told += f" Isinya berasal dari `{filled.text}` di {at(filled)}, yang menyimpannya beserta grafnya."
    tensors = [one for read in reads for one in read.tensors]
    told += " Tidak satu daun pun di hulunya dilatih optimizer, jadi cukup angkanya." \
        if all(untrained(evidence, one) for one in tensors) else \
        " Parameter yang dilatih di hulunya juga dicapai lewat hitungan yang baru di sini, jadi yang lama hanya acuan."
    lines = {(one.statement.title, one.statement.line): one.statement for one in reads}
    marked = {id(one.expression): f"{one.text}.detach()" for one in reads}
    plain = not any(hasattr(one.node, "body") for one in lines.values())
    mend = "\n".join(instead(one, with_nodes(one.node, marked)) for one in lines.values()) if plain else \
        f"# di {_lines(reads)} pakailah {', '.join(dict.fromkeys(marked.values()))}"
    return Finding(
        "graf-tersimpan", told, {"tensor": first.text, "line": first.statement.text}, mend,
        forward=filled or (maker.statement if maker is not None else None), writer=first.statement,
        nodes=tuple(dict.fromkeys(map(node_of, tensors))), weight=5, example=not plain,
    )  # fmt: skip


def _taken(evidence: Evidence, maker: Maker) -> bool:
    held, statement = evidence.frames[maker.frame].variables, maker.statement
    return statement is not None and any(only_handed(statement, one, held) for one in stores(statement.node))


def _lines(reads: list[_Read]) -> str:
    return " dan ".join(dict.fromkeys(f"{at(one.statement)}, `{one.statement.text}`" for one in reads))
