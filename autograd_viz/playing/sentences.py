"""Satu kalimat untuk setiap langkah, sebagai potongan bergaya: tidak pernah HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from autograd_viz.drawing.wording import clean, number
from autograd_viz.graph import Node, Value
from autograd_viz.operations.ops import format_expression, lookup
from autograd_viz.playing.figures import in_sentence, scalar
from autograd_viz.playing.spans import LISTED, Facts, Span, grad
from autograd_viz.playing.telling import first, gradient, received
from autograd_viz.recording.events import Change, Step


def say(step: Step, facts: Facts) -> tuple[Span, ...]:
    """Kalimat satu langkah.

    >>> "".join(span.text for span in say(Step("error", detail="ValueError: contoh"), Facts()))
    'Kode berhenti di sini: ValueError: contoh. Rekaman sampai titik ini tetap dapat diputar.'
    """
    spans = _TELLERS[step.kind](step, facts)
    if facts.born:
        spans = [*spans, Span(" Di sinilah "), Span("nan atau inf", "b"), Span(" pertama kali muncul.")]
    return tuple(Span(clean(span.text), span.style) for span in spans if span.text)


def note(step: Step, node: Node | None) -> str:
    """Kalimat tabel operasi yang menyertai langkah mundur; kosong bila tidak ada."""
    return lookup(node.op).sentence if step.kind == "gradient" and node is not None and node.role != "leaf" else ""


def _leaf(step: Step, facts: Facts) -> list[Span]:
    name = facts.name(step.node)
    return [
        Span(name, "c"),
        Span(" adalah tensor daun bernilai "),
        Span(in_sentence(first(step)), "b"),
        Span(". Gradiennya akan dikumpulkan di "),
        grad(name),
        Span("."),
    ]


def _forward(step: Step, facts: Facts) -> list[Span]:
    node = facts.node
    spans = [Span(facts.title, "c")]
    numeric = _numeric(node, facts.inputs)
    if numeric and numeric != facts.title:
        spans += [Span(" = "), Span(numeric, "m")]
    spans += [Span(" = "), Span(in_sentence(first(step)), "b"), Span(". ")]
    if node is not None:
        kept = [saved.name for saved in node.saved]
        spans += [Span(node.op, "c")]
        if kept:
            spans += [Span(" masuk ke graf dan menyimpan "), *_several(kept), Span(" untuk backward.")]
        else:
            spans += [Span(" masuk ke graf; tidak ada tensor yang perlu disimpan.")]
    return spans


def _several(names: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for place, name in enumerate(names):
        if place:
            spans.append(Span(" dan " if place == len(names) - 1 else ", "))
        spans.append(Span(name, "c"))
    return spans


def _numeric(node: Node | None, inputs: Mapping[int, Value]) -> str:
    if node is None or not inputs:
        return ""
    numbers = [scalar(inputs.get(slot)) for slot in range(max(inputs) + 1)]
    if any(one is None for one in numbers):
        return ""
    return format_expression(node.op, [number(one) for one in numbers if one is not None], dict(node.attributes))


def _inplace(step: Step, facts: Facts) -> list[Span]:
    change = step.changes[0] if step.changes else Change(None)
    spans = [Span(step.name or "Tensor", "c"), Span(" diubah di tempat oleh "), Span(f"{step.detail}", "c")]
    if change.before is not None:
        spans += [Span(": "), Span(in_sentence(change.before)), Span(" menjadi ")]
    else:
        spans += [Span("; isinya sekarang ")]
    spans += [Span(in_sentence(change.after if change.after is not None else first(step)), "b"), Span(".")]
    return spans


_CUTS = {
    "detach": "detach() memberi tensor bernilai sama di luar graf",
    "no_grad": "di dalam no_grad operasi tidak dicatat",
    "data": ".data memberi isinya saja, tanpa graf",
    "item": "item() memberi bilangan Python, tanpa graf",
    "numpy": "numpy() memberi array biasa, tanpa graf",
}


def _cut(step: Step, facts: Facts) -> list[Span]:
    reason = _CUTS.get(step.detail or "", f"{step.detail} tidak dicatat")
    spans = [Span("Graf terputus di "), Span(facts.name(step.node), "c"), Span(f": {reason}")]
    if first(step) is not None:
        spans += [Span(" ("), Span(in_sentence(first(step)), "b"), Span(")")]
    return [*spans, Span(". Gradien tidak akan lewat sini.")]


def _backward(step: Step, facts: Facts) -> list[Span]:
    call = "torch.autograd.grad" if step.detail == "grad" else "backward()"
    spans = [Span(call, "c"), Span(" dimulai. ")]
    for place, flow in enumerate(step.sent[:LISTED]):
        name = facts.name(flow.node)
        spans += [
            Span("; " if place else "Gradien awal untuk "),
            Span(name, "c"),
            Span(" adalah "),
            Span(in_sentence(flow.value), "b"),
        ]
        if scalar(flow.value) == 1.0:
            spans += [Span(", sebab "), Span(f"∂{name}/∂{name} = 1" if name.isidentifier() else "∂y/∂y = 1", "m")]
    return [*spans, Span(".")]


def _accumulate(step: Step, facts: Facts) -> list[Span]:
    name = facts.name(step.node)
    change = step.changes[0] if step.changes else Change(None)
    spans = [Span("Gradien "), *received(step), Span(" sampai di daun "), Span(name, "c"), Span(". ")]
    got, before = in_sentence(first(step)), change.before
    if before is None:
        spans += [grad(name), Span(" masih kosong, jadi isinya menjadi ")]
    else:
        spans += [grad(name), Span(" sudah berisi "), Span(in_sentence(before)), Span(", jadi ")]
        spans += [Span(f"{in_sentence(before)} + {got} = ", "m")]
    return [*spans, Span(in_sentence(change.after), "b"), Span(".")]


def _end(step: Step, facts: Facts) -> list[Span]:
    if step.detail == "grad":
        told = " dan ".join(in_sentence(value) for value in step.values[:LISTED])
        return [
            Span("torch.autograd.grad", "c"),
            Span(" mengembalikan "),
            Span(told, "b"),
            Span("; isi .grad daun tidak berubah."),
        ]
    spans = [Span("Mundur selesai")]
    for place, change in enumerate(step.changes[:LISTED]):
        spans += [Span(", " if place else ": "), grad(change.name or "tensor"), Span(" = ")]
        spans.append(Span(in_sentence(change.after), "b"))
    if len(step.changes) > LISTED:
        spans.append(Span(f", dan {len(step.changes) - LISTED} gradien lain"))
    return [*spans, Span(".")]


def _optimizer(step: Step, facts: Facts) -> list[Span]:
    spans = [Span(f"{step.detail}.step()", "c"), Span(" menggeser parameter melawan arah gradien")]
    return [*spans, *_changes(step)]


def _zero_grad(step: Step, facts: Facts) -> list[Span]:
    if step.detail == "None":
        spans = [Span(".grad = None", "c"), Span(" menghapus gradien")]
    else:
        spans = [Span(f"{step.detail}.zero_grad()", "c"), Span(" menghapus gradien lama")]
        if not step.changes:
            return [*spans, Span("; belum ada yang perlu dihapus.")]
    return [*spans, *_changes(step)]


def _changes(step: Step) -> list[Span]:
    small = [change for change in step.changes if change.after is None or scalar(change.after) is not None]
    if len(step.changes) > LISTED or len(small) < len(step.changes):
        listed = _several([change.name or "tensor" for change in step.changes[:LISTED]])
        more = f", dan {len(step.changes) - LISTED} lainnya" if len(step.changes) > LISTED else ""
        return [Span(": "), *listed, Span(f"{more}.")]
    spans: list[Span] = []
    for place, change in enumerate(step.changes):
        after = "None" if change.after is None else in_sentence(change.after)
        spans += [Span(", " if place else ": "), Span(change.name or "tensor", "c")]
        spans += [Span(f" {in_sentence(change.before)} → "), Span(after, "b")]
    return [*spans, Span(".")]


def _error(step: Step, facts: Facts) -> list[Span]:
    return [
        Span("Kode berhenti di sini: "),
        Span((step.detail or "").rstrip("."), "b"),
        Span(". Rekaman sampai titik ini tetap dapat diputar."),
    ]


_TELLERS: Mapping[str, Callable[[Step, Facts], list[Span]]] = {
    "leaf": _leaf,
    "forward": _forward,
    "inplace": _inplace,
    "cut": _cut,
    "backward": _backward,
    "gradient": gradient,
    "accumulate": _accumulate,
    "end": _end,
    "optimizer": _optimizer,
    "zero_grad": _zero_grad,
    "error": _error,
}
