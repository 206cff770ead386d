"""Operasi pertama yang membuat NaN atau tak hingga, dicari dalam rekaman."""

from __future__ import annotations

from cmath import isfinite
from collections.abc import Sequence
from typing import Literal, NamedTuple

from autograd_viz.graph import Value
from autograd_viz.operations.notation import number_text
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    End,
    Event,
    Forward,
    Gradient,
    InPlace,
    Leaf,
    OptimizerStep,
    RecordingData,
)
from autograd_viz.recording.source import Place, statement
from autograd_viz.text.formatting import shape

Phase = Literal["maju", "mundur"]
Kind = Literal["NaN", "Inf"]
SHOWN = 4


class NonFinite(NamedTuple):
    """Asal NaN atau Inf: simpul, fase, tempat operasinya dalam kode, masukannya, dan hasilnya.

    `inputs` nilai masukan operasi itu waktu maju; `received` gradien yang diterimanya (hanya fase mundur);
    `result` nilai, atau gradien, pertama yang tidak terhingga.
    """

    node: int | None
    op: str
    phase: Phase
    kind: Kind
    message: str
    result: Value
    name: str | None = None
    place: Place | None = None
    line: str | None = None
    inputs: tuple[Value | None, ...] = ()
    received: tuple[Value | None, ...] = ()


def find(data: RecordingData) -> NonFinite | None:
    """Kejadian pertama yang mengubah angka terhingga menjadi NaN atau Inf; None bila semuanya terhingga.

    Inf tetapan (misalnya topeng attention) tidak dilaporkan. NaN atau Inf yang sudah ada di sebuah daun baru
    dilaporkan bila tidak ada operasi yang membuatnya.
    """
    suspect: NonFinite | None = None
    spread = False  # whether anything was computed from the suspect
    made: dict[int, Forward | InPlace] = {}
    for step in data.steps:
        if isinstance(step, Forward | InPlace) and step.node is not None:
            made[step.node] = step
        bad = _first_bad(_outcome(step))
        if bad is None:
            if isinstance(step, InPlace) and suspect is not None and suspect.node == step.node and not spread:
                suspect = None  # a parameter is made empty, with whatever lay in memory, and filled afterwards
            continue
        spread = spread or not isinstance(step, Leaf)
        given = _given(step)
        if isinstance(step, Gradient) and step.node in made:  # NaN that an operation was given also spoils its gradient
            given = (*given, *(one for one in made[step.node].inputs if one is not None and _has_nan(one)))
        if not _explains(given, bad):
            return suspect if suspect is not None and _hides_its_inputs(step) else _report(data, step, bad, made)
        if isinstance(step, Leaf | Backward) or _has_nan(bad):
            suspect = suspect or _report(data, step, bad, made)
    return suspect


def _outcome(step: Event) -> tuple[Value | None, ...]:
    """What the step brought about."""
    match step:
        case Leaf():
            return (step.value,)
        case Forward():
            return step.values
        case InPlace() | Accumulate():
            return (step.change.after,)
        case Gradient():
            return (*step.values, *(flow.value for flow in step.sent))
        case Backward():
            return tuple(flow.value for flow in step.sent)
        case OptimizerStep():
            return tuple(change.after for change in step.changes)
    return ()


def _given(step: Event) -> tuple[Value | None, ...]:
    """What the step started from."""
    match step:
        case Forward() | InPlace():
            return step.inputs
        case Gradient():
            return step.values if _first_bad(step.values) is None else tuple(part.value for part in step.parts)
        case Accumulate():
            return step.value, step.change.before
        case OptimizerStep():
            return tuple(change.before for change in step.changes)
        case Leaf():
            return (step.value,)
        case End():
            return step.values
    return ()


def _hides_its_inputs(step: Event) -> bool:
    """What a library does with all gradients at once: NaN may come from one that is not told here."""
    return isinstance(step, OptimizerStep) or (isinstance(step, InPlace) and not step.inputs)


def _first_bad(values: Sequence[Value | None]) -> Value | None:
    return next((one for one in values if one is not None and not one.finite), None)


def _has_nan(value: Value) -> bool:
    if value.numbers is not None:
        return any(number != number for number in value.numbers)
    return value.norm is not None and value.norm != value.norm


def _explains(given: Sequence[Value | None], bad: Value) -> bool:
    """Whether the start was already as bad: NaN comes from NaN, Inf from NaN or Inf."""
    spoiled = [one for one in given if one is not None and not one.finite]
    return any(_has_nan(one) for one in spoiled) or (bool(spoiled) and not _has_nan(bad))


def _report(data: RecordingData, step: Event, bad: Value, made: dict[int, Forward | InPlace]) -> NonFinite:
    backward = isinstance(step, Gradient | Accumulate | Backward)
    node = step.node
    origin: Event = made.get(node, step) if node is not None else step
    place = origin.place or step.place
    line = statement(data.sources, place)
    changed = isinstance(step, InPlace) and (node is None or data.graph.nodes[node].role == "leaf")
    op = _doer(step) if node is None or changed else data.graph.nodes[node].op
    kind: Kind = "NaN" if _has_nan(bad) else "Inf"
    inputs = origin.inputs if isinstance(origin, Forward | InPlace) else ()
    received = step.values if isinstance(step, Gradient) else ()
    name = data.graph.nodes[node].name if node is not None else None
    where = f" di baris {place.line}, `{_one_line(line)}`" if place is not None and line else ""
    message = _message(step, op, name, kind, where, inputs, received, bad)
    return NonFinite(
        node, op, "mundur" if backward else "maju", kind, message, bad, name, place, line, inputs, received
    )


def _doer(step: Event) -> str:
    """What brought about a step that belongs to no node."""
    match step:
        case InPlace():
            return step.operation
        case OptimizerStep():
            return step.optimizer
        case Backward():
            return step.call
    return step.kind


def _message(
    step: Event,
    op: str,
    name: str | None,
    kind: Kind,
    where: str,
    inputs: Sequence[Value | None],
    received: Sequence[Value | None],
    bad: Value,
) -> str:
    result = _show(bad)
    if isinstance(step, Leaf):
        return (
            f"{kind} sudah ada di tensor daun {name or op} ({result}) saat pertama kali dipakai{where}. "
            "Periksa dari mana isi tensor itu berasal."
        )
    if isinstance(step, Gradient) and _first_bad(step.values) is None:
        return (
            f"{kind} pertama muncul saat mundur di {op}, operasi{where}. Gradien yang diterimanya, "
            f"{_list(received)}, terhingga, tetapi gradien yang dikirimnya {result}. Masukan operasi itu waktu maju: "
            f"{_list(inputs)}. Di sana turunan lokalnya tidak terhingga; jauhkan masukan dari titik itu."
        )
    if isinstance(step, Forward | InPlace):
        advice = "Batasi masukannya, atau pakai fungsi yang stabil untuk masukan seperti itu."
        if _explains(inputs, bad):
            advice = f"Masukannya sudah tidak terhingga sebelum operasi itu: periksa dari mana {kind} itu datang."
        met = f"{kind} pertama muncul saat maju{where}: {op} menerima {_list(inputs)} dan menghasilkan {result}."
        return f"{met} {advice}"
    what = {
        "gradient": f"jumlah gradien di {op} menjadi {result}",
        "accumulate": f".grad milik {name or op} menjadi {result}",
        "optimizer": f"langkah {op} mengubah parameter menjadi {result}",
        "backward": f"gradien awal yang diberikan kepada backward berisi {result}",
    }[step.kind]
    return f"{kind} pertama muncul{where}: {what}. Periksa besar gradien dan learning rate sebelum langkah ini."


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _list(values: Sequence[Value | None]) -> str:
    shown = [_show(one) for one in values if one is not None]
    return " dan ".join(shown) if shown else "tanpa masukan tensor"


def _show(value: Value) -> str:
    if value.numbers is None:
        told = f"tensor {shape(value.shape)}"
        if value.low is None or value.high is None:
            return told if value.finite else f"{told} yang memuat {'NaN' if _has_nan(value) else 'Inf'}"
        span = f"{number_text(value.low)} … {number_text(value.high)}"
        if value.finite:
            return f"{told} (semua unsurnya terhingga, {span})"
        return f"{told} (memuat {'NaN' if _has_nan(value) else 'Inf'}; unsur lainnya {span})"
    texts = [number_text(number) for number in value.numbers[:SHOWN]]
    spoiled = next((at for at, number in enumerate(value.numbers) if not isfinite(number)), 0)
    if spoiled >= SHOWN:  # the number that all of this is about
        texts = [*texts[:-1], "…", number_text(value.numbers[spoiled])]
    more = ", …" if len(value.numbers) > max(SHOWN, spoiled + 1) else ""
    return texts[0] if value.shape == () and texts else f"[{', '.join(texts)}{more}]"
