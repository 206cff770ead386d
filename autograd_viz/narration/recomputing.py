"""Kalimat checkpoint: simpanan yang hanya dijanjikan saat maju, dan hitungan ulangnya saat mundur."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.narration.context import LISTED, Context
from autograd_viz.recording.checkpoints import Checkpoint, Recompute
from autograd_viz.text.formatting import size_text
from autograd_viz.text.rich_text import BREAK, Span, several
from autograd_viz.text.value_text import in_sentence


def promised(kept: Sequence[tuple[str, str]]) -> list[Span]:
    """Kelanjutan kalimat maju sebuah simpul yang simpanannya dijanjikan checkpoint; `kept` nama simpanannya."""
    spans = [Span(" masuk ke graf, tetapi tidak menyimpan "), *several(kept)]
    return [*spans, Span(": checkpoint yang menyediakannya saat mundur.")]


def recompute(step: Recompute, context: Context) -> list[Span]:
    """Kalimat satu potongan yang dihitung ulang."""
    segment = context.segment or Checkpoint()
    spans = _as_new(step, segment, context) if segment.function is not None else _again(step, segment, context)
    spans += _sizes(step, segment)
    for change in step.changes[:LISTED]:
        spans += [Span(BREAK), Span("Hasil "), Span(context.name(change.node), "code"), Span(" kini ")]
        spans += [Span(in_sentence(change.after), "strong"), Span(f", padahal saat maju {in_sentence(change.before)}.")]
    if len(step.changes) > LISTED:
        spans += [Span(BREAK), Span(f"Begitu pula hasil {len(step.changes) - LISTED} operasi lain.")]
    return [*spans, Span(" Langkah mundur memakai yang baru.")] if step.changes else spans


def _again(step: Recompute, segment: Checkpoint, context: Context) -> list[Span]:
    """The same operations once more, beside the graph."""
    spans: list[Span] = []
    if context.node is not None:
        spans = [Span("Sebelum "), Span(context.node.op, "strong"), Span(" dapat bekerja, ")]
    spans.append(Span(f"checkpoint ke-{context.ordinal} " if context.ordinal else "checkpoint "))
    told = _names(step.nodes, context)
    if step.others:
        known = step.checkpoint is not None
        told += [Span(", juga " if told else ""), Span(f"{step.others} operasi{' yang tidak ada saat maju' * known}")]
    if told:
        spans += [Span("menghitung ulang "), *told, *_source(segment, context), Span(".")]
    else:
        spans += [Span("menjalankan potongannya lagi"), *_source(segment, context), Span(", dan ternyata tidak ada ")]
        spans.append(Span("yang perlu dihitung."))
    if given := _names(step.given, context):
        spans += [Span(" Hasil "), *given, Span(" tidak dihitung lagi, karena ditahan sejak maju.")]
    rest = _names(_rest(step, segment), context)
    if told and rest and step.node is not None and not step.others:
        if step.selective:  # held as well, or not needed
            spans += [Span(" Hasil "), *rest, Span(" juga tidak dihitung lagi.")]
        else:
            spans += [Span(" Sampai di situ ia berhenti, sebab hasil "), *rest, Span(" tidak diperlukan untuk mundur.")]
    return spans


def _as_new(step: Recompute, segment: Checkpoint, context: Context) -> list[Span]:
    """The operations as a graph of their own, which the next frames show."""
    spans = [Span(context.title, "code"), Span(" tidak menyimpan isi potongannya. Sebelum ia dapat bekerja, potongan ")]
    spans += [Span("itu dihitung ulang"), *_source(segment, context), Span(", kali ini dengan graf: ")]
    return [*spans, Span(f"{len({context.cards[one] for one in step.nodes if one in context.cards})} kartu baru.")]


def _source(segment: Checkpoint, context: Context) -> list[Span]:
    told = _names(segment.inputs, context)
    if told:
        return [Span(" dari masukannya, "), *told]
    return [Span(" dari yang sudah dihitung ulang checkpoint di luarnya")] if segment.outer is not None else []


def _names(nodes: Sequence[int], context: Context) -> list[Span]:
    """What nodes are called that have a card, each card once; the others are folded into arrows."""
    cards = {context.cards[node]: context.name(node) for node in nodes if node in context.cards}
    names = list(cards.values())
    if len(names) <= LISTED:
        return several([(name, "") for name in names])
    spans = [part for name in names[: LISTED - 1] for part in (Span(name, "code"), Span(", "))]
    return [*spans, Span(f"dan {len(names) - LISTED + 1} operasi lain")]


def _rest(step: Recompute, segment: Checkpoint) -> tuple[int, ...]:
    """What stands in the segment behind the last operation that was computed again."""
    done = [at for at, node in enumerate(segment.nodes) if node in step.nodes or node in step.given]
    return segment.nodes[done[-1] + 1 :] if done else ()


def _sizes(step: Recompute, segment: Checkpoint) -> list[Span]:
    """What the checkpoint has kept, and what is there again."""
    spans: list[Span] = []
    if segment.inputs and segment.kept and not step.selective:
        spans.append(Span(" Dari isinya hanya masukan itu yang ditahan sejak maju, "))
        spans.append(Span(size_text(segment.kept), "strong"))
    if step.size:
        spans += [Span("; kini simpanan " if spans else " Kini simpanan "), Span(size_text(step.size), "result")]
        spans.append(Span(" hidup lagi sampai dipakai"))
    return [*spans, Span(".")] if spans else []
