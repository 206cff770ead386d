"""Graf yang menumpuk: keadaan yang tidak di-detach, loss yang dijumlahkan atau disimpan, evaluasi yang membuat graf."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import Facts, Round
from autograd_viz.reviewing.finding import Found

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
                "h = h.detach()   # sebelum putaran berikutnya, lalu backward() tanpa retain_graph",
                rounds[0].start.place,
            )
            return


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
        if len(spent) >= ENOUGH - 1 and not any(node in facts.ran for node in chain):
            step = facts.making[chain[0]]
            held = len([node for node in facts.above(chain[0]) if facts.nodes[node].role != "constant"])
            yield Found(
                f"`{facts.nodes[chain[0]].name or 'jumlah'}` menjumlahkan loss beserta grafnya: graf {len(chain)} "
                "putaran tetap ditahan, padahal backward-nya sudah selesai.",
                (
                    f"{len(chain)} penjumlahan di {facts.line(step.place)}, masing-masing atas hasil yang sebelumnya",
                    f"yang terakhir menahan {held} simpul, dan tidak pernah di-backward",
                ),
                "total += loss.item()   # atau loss.detach()",
                step.place,
            )
            return


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
        if len(held) >= ENOUGH and len({one.start.turn for one in held}) == len(held):
            nodes = set().union(*(one.ran for one in held))
            yield Found(
                f"Loss dari {len(held)} putaran masih disimpan sebagai tensor, jadi grafnya tidak dapat dilepas.",
                (
                    f"akar {len(held)} backward di {facts.line(place)} masih dipegang di akhir blok",
                    f"bersama-sama menahan {len(nodes)} simpul",
                ),
                "riwayat.append(loss.item())   # bukan riwayat.append(loss)",
                place,
            )
            return


def _own_turn(facts: Facts, one: Round) -> bool:
    """Whether the loss was computed in the turn that ran its backward."""
    made = facts.making.get(one.roots[0])
    return made is not None and made.turn is not None and made.turn == one.start.turn


def graph_in_eval(facts: Facts) -> Iterator[Found]:
    """Model dalam mode eval dijalankan dengan graf yang tidak pernah dipakai."""
    calls = facts.calls
    for at, call in enumerate(calls):
        if call.training or not call.grading:
            continue
        end = calls[at + 1].at if at + 1 < len(calls) else len(facts.steps)
        here = [node for node, when in facts.made.items() if call.at <= when < end]
        made = [node for node in here if _inside(facts, node, call.module)]
        others = [one for one in calls if one.module == call.module and one.training]
        unused = made and not any(node in facts.ran for node in made)
        if not unused or not others or not any(_trained(facts, one.at) for one in others):
            continue
        if any(step.at >= end for step in facts.optimizer_steps):
            yield Found(
                "Evaluasi berjalan tanpa no_grad: eval() hanya mengubah dropout dan batch norm, grafnya tetap dibuat.",
                (
                    f"di {facts.line(call.place)} model dalam mode eval membuat {len(made)} simpul",
                    "tidak satu backward pun memakainya, dan sesudah itu parameternya sudah digeser",
                ),
                "model.eval()\nwith torch.no_grad():\n    keluaran = model(x)",
                call.place,
            )
            return


def _inside(facts: Facts, node: int, module: int) -> bool:
    modules = facts.data.circumstances.modules
    name = facts.nodes[node].module
    if name is None or module >= len(modules):
        return False
    return len(modules) == 1 or name == modules[module].name or name.startswith(f"{modules[module].name}.")


def _trained(facts: Facts, at: int) -> bool:
    following = next((one for one in facts.rounds if one.begin >= at), None)
    return following is not None and any(step.at > following.end for step in facts.optimizer_steps)


def anomaly_left_on(facts: Facts) -> Iterator[Found]:
    """Mode anomali yang dinyalakan di dalam blok tidak dimatikan lagi."""
    if facts.data.circumstances.anomaly == "inside":
        yield Found(
            "Mode anomali dinyalakan di dalam kode ini dan masih menyala sesudahnya: setiap backward berikutnya, "
            "di sel mana pun, ikut melambat.",
            (f"saat blok dimulai mode itu padam; {len(facts.rounds)} backward berjalan di dalam blok",),
            "with torch.autograd.detect_anomaly():\n    loss.backward()",
            _switched(facts),
        )


def _switched(facts: Facts) -> Place | None:
    for number, source in enumerate(facts.data.sources):
        for at, text in enumerate(source.text.splitlines()):
            if "set_detect_anomaly(" in text.partition("#")[0]:
                return Place(number, source.first + at, source.first + at)
    return None
