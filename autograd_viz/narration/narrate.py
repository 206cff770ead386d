"""Satu kalimat untuk setiap langkah, sebagai potongan bergaya: tidak pernah HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_viz.graph import IN_TURN, MAKE_DUAL, Node, Value
from autograd_viz.narration.changing_events import inplace, optimizer, zero_grad
from autograd_viz.narration.context import LISTED, Context
from autograd_viz.narration.gradient import gradient, received
from autograd_viz.narration.recomputing import promised, recompute
from autograd_viz.narration.stopping_events import cut, error, unseen
from autograd_viz.narration.tangent import first_tangent, tangent
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.ops import lookup
from autograd_viz.recording.events import Accumulate, Backward, End, Event, Forward, Gradient, Leaf, value_of
from autograd_viz.text.formatting import clean
from autograd_viz.text.rich_text import BREAK, Span, grad, joined, several
from autograd_viz.text.titles import Operand, expression
from autograd_viz.text.value_text import as_operand, in_sentence, is_written, scalar


def narrate(step: Event, context: Context) -> tuple[Span, ...]:
    """Kalimat satu langkah.

    >>> from autograd_viz.recording.events import Error
    >>> "".join(span.text for span in narrate(Error("ValueError: contoh"), Context()))
    'Kode berhenti di sini: ValueError: contoh. Rekaman sampai titik ini tetap dapat diputar.'
    """
    spans = _NARRATORS[step.kind](step, context)
    if context.born:
        spans = [*spans, Span(" Di sinilah "), Span("nan atau inf", "strong"), Span(" pertama kali muncul.")]
    return joined([span if span.text == BREAK else Span(clean(span.text), span.style) for span in spans if span.text])


def note(step: Event, node: Node | None) -> str:
    """Kalimat tabel operasi yang menyertai langkah mundur; kosong bila tidak ada."""
    return lookup(node.op).sentence if isinstance(step, Gradient) and node is not None and node.role != "leaf" else ""


def _leaf(step: Leaf, context: Context) -> list[Span]:
    name, value = context.name(step.node), value_of(step)
    known = context.grads.get(step.node)
    kind = " adalah tensor daun " + ("bernilai " if is_written(value) else "")
    spans = [Span(name, "code"), Span(kind), Span(in_sentence(value, ""), "result")]
    if step.node not in context.grads:
        return [*spans, Span(", yang memerlukan gradien.")]
    spans += [Span(". Gradiennya akan dikumpulkan di "), grad(name)]
    return [*spans, Span(f", yang sudah berisi {in_sentence(known)}." if known is not None else ".")]


def _forward(step: Forward, context: Context) -> list[Span]:
    node = context.node
    spans = [Span("Sambil mundur, operasi ini ikut dicatat: ")] if context.inside else []
    spans.append(Span(context.title, "code"))
    numeric = _numeric(node, context.inputs) if node is None or node.op != MAKE_DUAL else ""
    if numeric and not (context.labels and all(one.kind == "number" for one in context.labels)):
        spans += [Span(" = "), Span(numeric, "math")]
    if first_tangent(step) is not None:
        return [*spans, Span(" = "), Span(in_sentence(value_of(step)), "strong"), Span(". "), *tangent(step, context)]
    spans += [Span(" = "), Span(in_sentence(value_of(step)), "result"), Span(". ")]
    if node is not None:
        kept = [(clean(saved.name), _meant(saved.name, node.op, context.labels)) for saved in node.saved]
        spans += [Span(node.op, "code")]
        if node.local is not None:
            spans += [Span(" masuk ke graf.")]
        elif kept and context.promised:
            spans += promised(kept)
        elif kept:
            spans += [Span(" masuk ke graf dan menyimpan "), *several(kept), Span(" untuk backward.")]
        else:
            spans += [Span(" masuk ke graf; tidak ada tensor yang perlu disimpan.")]
    return spans


_SLOTS = {"self": 0, "other": 1}


def _meant(saved: str, op: str, labels: Sequence[Operand]) -> str:
    """What a saved tensor is in the learner's code, where that is certain."""
    if saved in ("result", "output"):
        return "" if IN_TURN in op else "hasilnya sendiri"  # of nodes in a row it is the result of an inner one
    slot = _SLOTS.get(saved, len(labels))
    return clean(labels[slot].text) if slot < len(labels) and labels[slot].known else ""


def _numeric(node: Node | None, inputs: Mapping[int, Value]) -> str:
    if node is None or not inputs:
        return ""
    numbers = [scalar(inputs.get(slot)) for slot in range(max(inputs) + 1)]
    if any(one is None for one in numbers):
        return ""
    return expression(node.op, [number_text(one) for one in numbers if one is not None], node.attributes)


def _backward(step: Backward, context: Context) -> list[Span]:
    call = "torch.autograd.grad" if step.call == "grad" else "backward()"
    spans = [Span(call, "code"), Span(" dimulai. ")]
    for place, flow in enumerate(step.sent[:LISTED]):
        name = context.name(flow.node)
        spans += [
            Span("; " if place else "Gradien awal untuk "),
            Span(name, "code"),
            Span(" adalah "),
            Span(in_sentence(flow.value), "strong"),
        ]
        if scalar(flow.value) == 1.0:
            if context.is_variable(flow.node):
                spans += [Span(", sebab "), Span(f"∂{name}/∂{name} = 1", "math")]
            else:
                spans.append(Span(", turunannya terhadap dirinya sendiri"))
    return [*spans, Span(".")]


def _accumulate(step: Accumulate, context: Context) -> list[Span]:
    name = context.name(step.node)
    change = step.change
    spans = [Span("Gradien "), *received(step), Span(" sampai di daun "), Span(name, "code"), Span(". ")]
    before = change.before
    if before is None:
        spans += [grad(name), Span(" masih kosong, jadi isinya menjadi ")]
    elif not _added(before, value_of(step), change.after):
        spans += [grad(name), Span(" sudah berisi "), Span(in_sentence(before)), Span(", dan sekarang berisi ")]
    else:
        spans += [grad(name), Span(" sudah berisi "), Span(in_sentence(before)), Span(", jadi ")]
        spans += [Span(f"{in_sentence(before)} + {as_operand(value_of(step))} = ", "math")]
    return [*spans, Span(in_sentence(change.after), "result"), Span(".")]


def _added(before: Value, came: Value | None, after: Value | None) -> bool:
    """Whether .grad holds the sum now, as far as the numbers are known; an engine of one's own may do otherwise."""
    known = [one.numbers for one in (before, came, after) if one is not None and one.numbers is not None]
    if len(known) < 3 or len({len(one) for one in known}) > 1:
        return True
    sums = [(old + new, now) for old, new, now in zip(*known, strict=True)]
    return all(one == now or now != now or abs(one - now) <= 1e-4 * abs(now) for one, now in sums)


def _end(step: End, context: Context) -> list[Span]:
    if step.call == "grad":
        told = " dan ".join(in_sentence(value) for value in step.values[:LISTED]) or "gradiennya"
        return [
            Span("torch.autograd.grad", "code"),
            Span(" mengembalikan "),
            Span(told, "strong"),
            Span("; isi .grad daun tidak berubah."),
        ]
    grown = context.grown
    spans = [Span("Mundur selesai")]
    for place, change in enumerate(grown[:LISTED]):
        spans += [Span(", " if place else ": "), grad(change.name or "tensor")]
        if change.after is None:
            spans.append(Span(" sudah kosong lagi"))
        else:
            spans += [Span(" = "), Span(in_sentence(change.after), "strong")]
    if len(grown) > LISTED:
        spans.append(Span(f", dan {len(grown) - LISTED} gradien lain"))
    return [*spans, Span(".")]


_NARRATORS: Mapping[str, Callable[[Any, Context], list[Span]]] = {
    "leaf": _leaf,
    "forward": _forward,
    "inplace": inplace,
    "cut": cut,
    "backward": _backward,
    "gradient": gradient,
    "accumulate": _accumulate,
    "end": _end,
    "recompute": recompute,
    "optimizer": optimizer,
    "zero_grad": zero_grad,
    "unseen": unseen,
    "error": error,
}
