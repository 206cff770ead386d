"""Graf yang menumpuk: keadaan yang tidak di-detach, dan loss yang dijumlahkan atau disimpan beserta grafnya."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import statements, together
from autograd_viz.reviewing.facts import Facts, Round
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import loss_name
from autograd_viz.reviewing.meant import separate
from autograd_viz.reviewing.mending import above, instead
from autograd_viz.reviewing.rewriting import added, put
from autograd_viz.reviewing.written import parsed, with_options

ENOUGH = 3  # times that something must come again before it counts as a habit
ADDING = {"AddBackward0", "AddBackward1"}


def growing_graph(facts: Facts) -> Iterator[Found]:
    """Setiap backward melewati lagi graf putaran-putaran sebelumnya."""
    for rounds in _by_place(facts).values():
        if len(rounds) < ENOUGH:
            continue
        old = [_again(rounds, at) for at in range(len(rounds))]
        moved = all(
            any(one.end < step.at < other.begin for step in facts.optimizer_steps)
            for one, other in zip(rounds, rounds[1:], strict=False)
        )
        if moved and all(a < b for a, b in zip(old, old[1:], strict=False)):
            yield Found(
                f"Graf membesar dari langkah ke langkah: setiap backward melewati lagi graf {len(rounds) - 1} putaran "
                "sebelumnya, sebab sebuah keadaan dibawa tanpa detach().",
                (
                    "simpul yang dijalankan di setiap backward: " + ", ".join(str(len(one.ran)) for one in rounds[:6]),
                    "di antaranya dari putaran lama: " + ", ".join(str(count) for count in old[:6]),
                ),
                _carried(facts, rounds),
                rounds[0].start.place,
            )
            return


def _carried(facts: Facts, rounds: list[Round]) -> str:
    """A new line above the statement that reads the state of the turn before; and backward without retain_graph."""
    last, earlier = rounds[-1], {node for one in rounds[:-1] for node in one.ran}
    told: dict[str, Place] = {}
    unnamed = False
    for node in sorted(last.ran.keys() - earlier):
        place = facts.place_of(node)
        for edge in facts.inputs.get(node, ()):
            if edge.source in earlier and place is not None:
                name = _state(facts, edge.source, place)
                unnamed = unnamed or not name
                told.setdefault(name, place)
    if not told or unnamed:
        return "# putuskan keadaan yang dibawa dari putaran sebelumnya dengan detach(), sebelum dipakai lagi"
    lines_ = [above(facts, place, f"{name} = {name}.detach()") for name, place in told.items()]
    text = statement(facts.data.sources, last.start.place)
    if last.start.place is not None and text and "retain_graph" in text:
        lines_.append(instead(facts, last.start.place, with_options(text, "backward", ("retain_graph",)) or text))
    return "\n".join(lines_)


def _state(facts: Facts, node: int, place: Place) -> str:
    """The name by which a statement reads what an earlier turn left there: its own target, or the node's own name."""
    tree = parsed(statement(facts.data.sources, place))
    inner = ast.walk(tree) if tree else ()
    read = {ast.unparse(one) for one in inner if isinstance(getattr(one, "ctx", None), ast.Load)}
    made = parsed(statement(facts.data.sources, facts.making[node].place)) if node in facts.making else None
    names = [facts.nodes[node].name or ""]
    names += [
        ast.unparse(one)
        for one in (ast.walk(made) if made else ())
        if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Store)
    ]
    return next((name for name in names if name in read), "")


def _by_place(facts: Facts) -> dict[Place | None, list[Round]]:
    found: dict[Place | None, list[Round]] = {}
    for one in facts.rounds:
        if one.start.call == "backward":
            found.setdefault(one.start.place, []).append(one)
    return found


def _again(rounds: list[Round], at: int) -> int:
    earlier = {node for one in rounds[:at] for node in one.ran}
    return len(earlier & rounds[at].ran.keys())


def logged_loss(facts: Facts) -> Iterator[Found]:
    """Loss yang sudah di-backward dijumlahkan beserta grafnya."""
    for last in sorted(facts.made, reverse=True):
        if facts.nodes[last].op not in ADDING or last in facts.ran:
            continue
        chain = _chain(facts, last)
        if len(chain) < ENOUGH:
            continue
        spent = [node for one in chain for node in _addends(facts, one, chain) if node in facts.ran]
        rounds = [facts.rounds[at] for at in sorted({facts.ran[node][0] for node in spent})]
        if separate(rounds) >= ENOUGH - 1 and not any(node in facts.ran for node in chain):
            step = facts.making[chain[0]]
            held = len([node for node in facts.above(chain[0]) if facts.nodes[node].role != "constant"])
            yield Found(
                f"`{_sum_name(facts, chain[0])}` menjumlahkan loss beserta grafnya: graf {len(chain)} "
                "putaran tetap ditahan, padahal backward-nya sudah selesai.",
                (
                    f"{len(chain)} penjumlahan di {facts.line(step.place)}, masing-masing atas hasil yang sebelumnya",
                    f"yang terakhir menahan {held} simpul, dan tidak pernah di-backward",
                ),
                _without_graph(facts, step.place, spent),
                step.place,
            )
            return


def _sum_name(facts: Facts, node: int) -> str:
    found = added(statement(facts.data.sources, facts.making[node].place))
    return facts.nodes[node].name or (found.target if found is not None else "jumlah")


def _without_graph(facts: Facts, place: Place | None, spent: list[int]) -> str:
    """The sum with the loss detached, by the name that the statement or its backward has for it."""
    text = statement(facts.data.sources, place)
    losses = [one for one in facts.rounds if set(one.roots) & set(spent)]
    names = [loss_name(facts, one.start.place) for one in losses[:1]]
    names += [facts.nodes[node].name or "" for node in spent[:1]]
    new = next((new for name in names if (new := put(text, name, f"{name}.detach()"))), "")
    new = new or _addend_without_graph(facts, place, text)
    if place is None or not new:
        return f"# jumlahkan loss.detach(), bukan loss, di {facts.line(place)}"
    return instead(facts, place, new)


def _addend_without_graph(facts: Facts, place: Place | None, text: str | None) -> str:
    """A meter adds what it was given, now a loss, now a number: the graph stays behind of either."""
    found = added(text)
    source = facts.data.sources[place.source].text if place is not None else ""
    if found is None or not re.search(r"^import torch$", source, re.MULTILINE):
        return ""
    return put(text, ast.unparse(found.addend), f"torch.as_tensor({ast.unparse(found.addend)}).detach()")


def _chain(facts: Facts, node: int) -> list[int]:
    """The sum and the sums that went into it, each from the same line in another turn; the last one first."""
    found = [node]
    while True:
        here = facts.making[node]
        before = [
            source
            for source in (_unscaled(facts, edge.source) for edge in facts.inputs.get(node, ()))
            if source in facts.making
            and facts.nodes[source].op in ADDING
            and facts.making[source].place == here.place
            and facts.making[source].turn != here.turn
        ]
        if len(before) != 1 or here.place is None:
            return found
        node = before[0]
        found.append(node)


def _addends(facts: Facts, node: int, chain: list[int]) -> list[int]:
    found = [_unscaled(facts, edge.source) for edge in facts.inputs.get(node, ())]
    return [source for source in found if source not in chain]


def _unscaled(facts: Facts, node: int) -> int:
    """What was multiplied by a number, as in a running mean."""
    inner = [edge.source for edge in facts.inputs.get(node, ()) if facts.nodes[edge.source].role != "constant"]
    return inner[0] if facts.nodes[node].op in ("MulBackward0", "DivBackward0") and len(inner) == 1 else node


def kept_losses(facts: Facts) -> Iterator[Found]:
    """Loss setiap putaran masih dipegang seseorang di akhir blok, beserta grafnya."""
    kept = set(facts.data.circumstances.kept)
    for place, rounds in _by_place(facts).items():
        held = [one for one in rounds if one.number in kept and len(one.roots) == 1 and _own_turn(facts, one)]
        if separate(held) >= ENOUGH and len({one.start.turn for one in held}) == len(held):
            nodes = set().union(*(one.ran for one in held))
            yield Found(
                f"Loss dari {len(held)} putaran masih disimpan sebagai tensor, jadi grafnya tidak dapat dilepas.",
                (
                    f"akar {len(held)} backward di {facts.line(place)} masih dipegang di akhir blok",
                    f"bersama-sama menahan {len(nodes)} simpul",
                ),
                _kept_without_graph(facts, held),
                place,
            )
            return


def _kept_without_graph(facts: Facts, held: list[Round]) -> str:
    """The only other statement beside its backward that puts the loss into something, with it detached."""
    name = loss_name(facts, held[0].start.place)
    found = []
    for one in statements(facts) if name.isidentifier() else ():
        keeps = isinstance(one.node, ast.Expr | ast.Assign | ast.AugAssign) and one.place != held[0].start.place
        if keeps and together(facts, one.place, held[0].start.place):
            text = statement(facts.data.sources, one.place)
            new = put(text, name, f"{name}.detach()")
            if new and any(f"{name}.{word}" in (text or "") for word in ("item", "detach")) is False:
                found.append((one.place, new))
    if len(found) != 1:
        return f"# simpan angkanya saja, misalnya {name or 'loss'}.item(), bukan tensornya"
    return instead(facts, *found[0])


def _own_turn(facts: Facts, one: Round) -> bool:
    """Whether the loss was computed in the turn that ran its backward."""
    made = facts.making.get(one.roots[0])
    return made is not None and made.turn is not None and made.turn == one.start.turn
