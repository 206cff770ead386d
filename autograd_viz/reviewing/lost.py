"""Ke mana isi sebuah tensor tanpa graf pergi: dari tempat grafnya hilang sampai ke operasi yang dilewati backward."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from autograd_viz.recording.circumstances import Lost, Origin
from autograd_viz.reviewing.facts import Facts, Round
from autograd_viz.reviewing.meant import led_otherwise, steady

# What passes a gradient on unchanged but for a number: a term of a sum stays a term.
_TERMS = frozenset(
    f"{name}Backward{digit}"
    for name in "Add Sub Rsub Neg Mean Sum View Reshape Squeeze Unsqueeze Expand Clone Select UnsafeView".split()
    for digit in range(3)
)
_SCALED = {"MulBackward0", "DivBackward0"}


class Entry(NamedTuple):
    """Isi yang grafnya hilang di `origin` masuk ke operasi `node`, yang dilewati backward `later`."""

    origin: Origin
    node: int
    later: Round


def entries(facts: Facts, hows: Collection[Lost]) -> list[Entry]:
    """Semua yang hilang karena salah satu sebab `hows`, lalu masuk lagi ke yang di-backward."""
    around = facts.data.circumstances
    learning = [one for one in facts.rounds if one.start.call == "backward"]
    return [
        Entry(around.origins[origin], one.node, later)
        for one in around.entered
        for origin in one.origins
        if around.origins[origin].how in hows
        for later in [next((later for later in learning if one.node in later.ran), None)]
        if later is not None and later.begin > around.origins[origin].at
    ]


def untouched(facts: Facts, least: int | None = None) -> list[int]:
    """Daun yang dipegang optimizer pada sedikitnya `least` langkah, selalu tanpa .grad, dan tidak dicapai backward.

    Tanpa `least`: dua langkah; satu bila hanya itu yang terekam, dan langkah yang lain tidak mungkin melatihnya.
    """
    least = least or (1 if facts.most_steps == 1 and steady(facts) else 2)
    times: dict[int, int] = {}
    had: set[int] = set()
    for step in facts.optimizer_steps:
        for change, update in zip(step.event.changes, step.event.updates, strict=True):
            if change.node is not None:
                times[change.node] = times.get(change.node, 0) + 1
                if update.grad is not None or change.before != change.after:
                    had.add(change.node)
    idle = (leaf for leaf, count in times.items() if count >= least and leaf not in had)
    return sorted(leaf for leaf in idle if not facts.accumulated(leaf) and not led_otherwise(facts, leaf))


def behind(facts: Facts, found: list[Entry], least: int | None = None) -> dict[Origin, tuple[list[int], Entry]]:
    """Daun-daun tanpa gradien yang jalannya sampai di tempat graf hilang, menurut sebab dan baris tempat itu."""
    told: dict[tuple[object, ...], tuple[Origin, list[int], Entry]] = {}
    sources: dict[int, list[Entry]] = {}
    for entry in found:
        for node in entry.origin.nodes:
            sources.setdefault(node, []).append(entry)
    for leaf in untouched(facts, least) if found else ():
        below = facts.below(leaf)
        first = next((sources[node][0] for node in sorted(below) if node in sources), None)
        if first is not None and (len(below) > 1 or first.origin.how in ("no_grad", "parameter")):
            key = first.origin.how, first.origin.place
            told.setdefault(key, (first.origin, [], first))[1].append(leaf)
    return {origin: (leaves, entry) for origin, leaves, entry in told.values()}


def terms(facts: Facts, root: int) -> set[int]:
    """Suku-suku sebuah loss: dari akar sampai ke sana gradien hanya dikalikan bilangan tetap."""
    found, left = {root}, [root]
    while left:
        node = left.pop()
        op, edges = facts.nodes[node].op, facts.inputs.get(node, ())
        tracked = [edge.source for edge in edges if facts.nodes[edge.source].role != "constant"]
        if op in _TERMS or (op in _SCALED and len(tracked) == 1):
            left += [one for one in tracked if one not in found]
            found.update(tracked)
    return found
