"""Pilihan lewat indeks (`max`, `topk`): indeksnya memilih, tetapi tidak membawa gradien kepada yang memilih."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.parameters import idle_leaves
from autograd_viz.reviewing.written import parsed

CHOOSING = ("MaxBackward0", "MinBackward0", "TopkBackward0", "SortBackward0")


class Entry(NamedTuple):
    """Pernyataan tempat pilihan itu masuk ke graf: namanya, isinya, tempatnya, dan bentuk hasilnya."""

    name: str
    value: ast.expr
    place: Place
    shape: tuple[int, ...]


def index_only(facts: Facts) -> Iterator[Found]:
    """Parameter pemilih tidak terlatih, sebab hanya indeks pilihannya yang sampai ke loss."""
    idle = sorted(idle_leaves(facts))
    for node in sorted(facts.made):
        found = facts.nodes[node]
        leaves = [leaf for leaf in idle if leaf in facts.above(node)] if found.op in CHOOSING else []
        if not leaves or node in facts.uses or node in facts.ran:
            continue
        place = facts.making[node].place
        names = _two_names(statement(facts.data.sources, place))
        entry = _entry(facts, place, names[1]) if place is not None and names else None
        if names is None or entry is None or any(not facts.below(leaf).isdisjoint(facts.ran) for leaf in leaves):
            continue
        shape = found.shapes[0] or ()
        missing = len(entry.shape) - len(shape)
        if missing < 0 or entry.shape[: len(shape)] != shape:
            continue
        wider = f"{names[0]}{'.unsqueeze(-1)' * missing}"
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: dari yang dihitungnya "
            f"hanya indeks `{names[1]}` yang sampai ke loss, dan indeks tidak membawa gradien.",
            (
                f"di {facts.line(place)}, nilai `{names[0]}` tidak dipakai operasi mana pun sesudahnya",
                f"`{names[1]}` masuk ke {facts.line(entry.place)} sebagai pilihan yang tetap",
                f"{len(leaves)} parameter tidak pernah dicapai {len(facts.rounds)} backward; yang lain dicapai",
            ),
            instead(facts, entry.place, f"{entry.name} = {wider} * ({ast.unparse(entry.value)})"),
            entry.place,
        )
        return


def _two_names(text: str | None) -> tuple[str, str] | None:
    tree = parsed(text)
    one = tree.body[0] if tree and len(tree.body) == 1 else None
    if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Tuple):
        names = [name.id for name in one.targets[0].elts if isinstance(name, ast.Name)]
        if len(names) == len(one.targets[0].elts) == 2 and names[0] != "_":
            return names[0], names[1]
    return None


def _entry(facts: Facts, place: Place, name: str) -> Entry | None:
    """The first statement after a choice that reads it, or what was made of it, and that a backward ran through."""
    source = facts.data.sources[place.source]
    tree = parsed(source.text)
    at = place.line - source.first + 1
    scopes = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.FunctionDef | ast.For | ast.Module)
        and (isinstance(node, ast.Module) or node.lineno <= at <= (node.end_lineno or at))
    ]
    scope = next((one for one in reversed(scopes) if isinstance(one, ast.FunctionDef)), scopes[-1] if scopes else None)
    reads = {name}
    made: dict[int, list[int]] = {}
    for node in facts.ran:
        where = facts.place_of(node)
        if where is not None and where.source == place.source:
            made.setdefault(where.line, []).append(node)
    lines = [one for one in ast.walk(scope) if isinstance(one, ast.Assign)] if scope else []
    for one in sorted(lines, key=lambda line: line.lineno):
        inside = {node.id for node in ast.walk(one.value) if isinstance(node, ast.Name)}
        if one.lineno <= at or inside.isdisjoint(reads):
            continue
        line = one.lineno + source.first - 1
        if line in made and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name):
            shape = facts.nodes[max(made[line])].shape
            end = (one.end_lineno or one.lineno) + source.first - 1
            found = Entry(one.targets[0].id, one.value, Place(place.source, line, end), shape or ())
            return found if shape is not None else None
        reads |= {node.id for target in one.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return None
