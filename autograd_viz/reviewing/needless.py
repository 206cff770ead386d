"""Yang dikerjakan autograd tanpa guna: graf dalam evaluasi, dan mode anomali yang tetap menyala."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import code, instead, removed


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
                    f"di {facts.line(call.place)} model dijalankan dalam mode eval selagi autograd mencatat",
                    "tidak satu backward pun memakainya, dan sesudah itu parameternya sudah digeser",
                ),
                _without_recording(facts, call.place),
                call.place,
            )
            return


def _without_recording(facts: Facts, place: Place | None) -> str:
    text = code(facts, place)
    if place is None or not text:
        return f"# jalankan {facts.line(place)} di dalam `with torch.no_grad():`"
    return instead(facts, place, f"with torch.no_grad():\n{indent(text, '    ')}")


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
            _switched_off(facts, _switched(facts)),
            _switched(facts),
        )


def _switched_off(facts: Facts, place: Place | None) -> str:
    if place is None:
        return "# matikan lagi: torch.autograd.set_detect_anomaly(False), sesudah NaN-nya ditemukan"
    last = max((one.start.place for one in facts.rounds if one.start.place is not None), default=place)
    search = f"# selagi mencari NaN, jalankan {facts.line(last)}\n# di dalam `with torch.autograd.detect_anomaly():`"
    return f"{removed(facts, place)}\n{search}"


def _switched(facts: Facts) -> Place | None:
    found = None
    for number, source in enumerate(facts.data.sources):
        for at, text in enumerate(source.text.splitlines()):
            if "set_detect_anomaly(" in text.partition("#")[0] and "(False" not in text:
                found = Place(number, source.first + at, source.first + at)
    return found
