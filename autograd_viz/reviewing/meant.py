"""Tanda di rekaman itu sendiri bahwa sesuatu memang disengaja, sehingga bukan temuan."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import pairwise

from autograd_viz.graph import Value
from autograd_viz.recording.circumstances import FORMER
from autograd_viz.recording.events import InPlace
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import statement_at, statements
from autograd_viz.reviewing.facts import MOVING, Facts, Round, Step, differs, norm
from autograd_viz.reviewing.written import parsed

SHIFTING = {f"{name}Backward{digit}" for name in ("Add", "Sub", "Rsub", "Neg") for digit in range(2)}
ROUNDING = 1e-6  # a few last places of float32


def put_back(steps: Sequence[Step]) -> bool:
    """Apakah isi sebuah parameter diganti di antara dua langkah, misalnya oleh `load_state_dict`."""
    return any(
        earlier.node == later.node and differs(earlier.after, later.before)
        for one, other in pairwise(steps)
        for earlier, later in zip(one.event.changes, other.event.changes, strict=False)
    )


def moved_by_hand(facts: Facts, leaf: int) -> bool:
    """Apakah program itu sendiri mengubah isi sebuah daun sesudah backward pertama; menyiapkannya tidak dihitung."""
    since = facts.rounds[0].begin if facts.rounds else len(facts.steps)
    return any(
        isinstance(step, InPlace)
        and leaf in (step.node, step.through)
        and differs(step.change.before, step.change.after)
        for step in facts.steps[since:]
    )


def led_otherwise(facts: Facts, leaf: int) -> bool:
    """Apakah sebuah daun tidak menunggu gradien: program mengubahnya sendiri, atau sudah menggantinya."""
    return FORMER in (facts.nodes[leaf].name or "") or moved_by_hand(facts, leaf)


def switched(facts: Facts, place: Place | None) -> bool:
    """Apakah sebuah pernyataan dipilih syarat: di dalam `if` yang tidak memuat backward-nya, atau `a if b else c`."""
    if place is None:
        return False
    tree = parsed(statement(facts.data.sources, place))
    if tree is not None and any(isinstance(node, ast.IfExp) for node in ast.walk(tree)):
        return True
    backwards = [one.start.place for one in facts.rounds if one.start.place is not None]
    return any(
        isinstance(one.node, ast.If)
        and _within(place, one.place)
        and place.line > one.place.line
        and not any(_within(other, one.place) for other in backwards)
        for one in statements(facts)
    )


def _within(inner: Place, outer: Place) -> bool:
    return inner.source == outer.source and outer.line <= inner.line <= outer.end


def all_pairs(facts: Facts, node: int) -> bool:
    """Apakah isi sebuah simpul juga dibandingkan dengan dirinya sendiri, semua pasangan, seperti pada jarak energi."""
    origin = facts.source(node)
    alike, left = set[int](), [origin]
    while left:
        alike.add(left[-1])
        uses = facts.uses.get(left.pop(), ())
        left += [edge.target for edge in uses if facts.nodes[edge.target].op in MOVING and edge.target not in alike]
    users = {edge.target for one in alike for edge in facts.uses.get(one, ())}
    return any(
        facts.nodes[user].op in ("SubBackward0", "CdistBackward0", "PdistBackward0")
        and all(edge.source in alike for edge in facts.inputs[user])
        for user in users
    )


def for_itself(facts: Facts, rounds: Sequence[Round]) -> bool:
    """Apakah sebuah backward dijalankan bagi daun yang tidak dilatih, misalnya masukan contoh pengganggu."""
    return any(leaf not in facts.trained and norm(came.value) for one in rounds for leaf, came in one.reached.items())


def only_a_bound(facts: Facts, node: int, leaf: int) -> bool:
    """Apakah daun itu hanya batas yang belum dilampaui: yang dibandingkan dengannya terlatih lewat jalan lain."""
    added, left = set[int](), [node]
    while left:
        for edge in facts.inputs.get(left.pop(), ()):
            if edge.source not in added:
                added.add(edge.source)
                left += [edge.source] if facts.nodes[edge.source].op in MOVING | SHIFTING else []
    trained = set[int]().union(*map(facts.above, added)) & facts.trained
    return leaf in added and any(norm(one.value) for other in trained for _, one in facts.accumulated(other))


def rounded(before: Value | None, after: Value | None) -> bool:
    """Apakah dua isi sama kecuali pembulatannya, misalnya bobot bernorma satu yang dinormalkan lagi."""
    if before is None or after is None or before.shape != after.shape:
        return False
    if before.numbers is not None and after.numbers is not None:
        sizes = list(zip(before.numbers, after.numbers, strict=True))
    else:
        sizes = [(getattr(before, word), getattr(after, word)) for word in ("low", "high", "norm")]
    return not any(one is None or other is None or abs(one - other) > ROUNDING * abs(one) for one, other in sizes)


def separate(held: Sequence[Round]) -> int:
    """Berapa langkah latihan yang diwakili backward-backward itu: model yang sama dengan .grad yang sudah dihapus."""
    known = set[int]()
    count = 1
    for one in held:
        count += any(leaf in known and not norm(came.change.before) for leaf, came in one.reached.items())
        known |= one.reached.keys()
    return count


def steady(facts: Facts) -> bool:
    """Apakah setiap langkah menghitung loss yang sama: tidak satu syarat pun di sana menentukan isinya."""
    places = {one.start.place for one in facts.rounds} | {step.event.place for step in facts.optimizer_steps}
    scopes = {(one.place.source, one.around) for place in places if (one := statement_at(facts, place)) is not None}
    inside = [one for one in statements(facts) if (one.place.source, one.around) in scopes]
    for one in inside:
        if isinstance(one.node, ast.If):
            rest = [
                other for other in inside if not hasattr(other.node, "body") and not _within(other.place, one.place)
            ]
            given = {node.id for node in ast.walk(one.node) if isinstance(node, ast.Name) and _stored(node)}
            read = {node.id for other in rest for node in ast.walk(other.node) if isinstance(node, ast.Name)}
            trains = any(
                isinstance(node, ast.Attribute) and node.attr in ("backward", "step") for node in ast.walk(one.node)
            )
            if given & read or (trains and "__name__" not in ast.unparse(one.node.test)):
                return False
        elif not hasattr(one.node, "body") and "print" not in ast.unparse(one.node):
            if any(isinstance(node, ast.IfExp) for node in ast.walk(one.node)):
                return False
    return True


def _stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
