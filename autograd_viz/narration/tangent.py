"""Kalimat mode maju: tangen yang tiba di sebuah operasi, turunan lokalnya, dan tangen yang diteruskannya."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from autograd_viz.graph import MAKE_DUAL, Node, Value
from autograd_viz.narration.chain_rule import SlotGradient, slot_gradient
from autograd_viz.narration.context import LISTED, Context
from autograd_viz.narration.gradient import local, receiver
from autograd_viz.narration.local_numbers import MOST, close, element, local_numbers
from autograd_viz.operations.notation import number_text
from autograd_viz.recording.events import Forward
from autograd_viz.text.rich_text import BREAK, Span
from autograd_viz.text.value_text import as_operand, in_sentence


def first_tangent(step: Forward) -> Value | None:
    """Tangen keluaran pertama yang punya; None di luar mode maju.

    >>> first_tangent(Forward(0)) is None
    True
    """
    return next((one for one in step.tangents if one is not None), None)


def slot_tangents(
    node: Node,
    sources: Mapping[int, int],
    came: Mapping[int, Value],
    result: Value,
    inputs: Mapping[int, Value],
    labels: Sequence[str | None],
    titles: Sequence[str],
    taken: Collection[str],
) -> tuple[SlotGradient, ...]:
    """Sumbangan setiap slot, `turunan lokal × tangen yang tiba`; kosong bila jumlahnya tidak terbukti `result`.

    `sources` simpul asal dan `came` tangen yang tiba, menurut slot; yang lain seperti pada `slot_gradient`.
    """
    size = math.prod(result.shape)
    if not 0 < size <= MOST or any(one.shape not in ((), result.shape) for one in came.values()):
        return ()
    for since in (False, True):
        found = {}
        for slot, tangent in came.items():
            factors = local_numbers(node, slot, size, inputs, since)
            parts = [element(tangent, at, size) for at in range(size)]
            if factors is None or any(part is None for part in parts):
                return ()
            found[slot] = [factor * part for factor, part in zip(factors, parts, strict=True) if part is not None]
        sums = [math.fsum(parts) for parts in zip(*found.values(), strict=True)]
        if all(close(one, element(result, at, size)) for at, one in enumerate(sums)):
            return tuple(
                slot_gradient(node, slot, sources[slot], came[slot], Value(result.shape, result.dtype, tuple(parts)),
                              inputs, labels, titles, taken)
                for slot, parts in found.items()
            )  # fmt: skip
    return ()


def tangent(step: Forward, context: Context) -> list[Span]:
    """Kalimat tentang tangen sebuah operasi, sesudah nilainya."""
    result = first_tangent(step)
    if not context.tangents:
        chosen = context.node is not None and context.node.op == MAKE_DUAL
        end = ", laju yang Anda pilih." if chosen else "."
        return [Span("Ia membawa tangen "), Span(in_sentence(result), "result"), Span(end)]
    if not context.links or any(one.factor is None for one in context.links):
        came = " dan ".join(in_sentence(one) for one in list(context.tangents.values())[:LISTED])
        return [Span("Tangen yang tiba, "), Span(came, "strong"), Span(", diteruskan menjadi "),
                Span(in_sentence(result), "result"), Span(".")]  # fmt: skip
    spans: list[Span] = []
    several = len(context.links) > 1
    for place, one in enumerate(context.links[:LISTED]):
        spans += [Span(" " if place else ""), *local(one, receiver(one, context)), Span(".")]
    spans.append(Span(BREAK if several else " "))
    spans.append(Span("Dua tangen bertemu dan dijumlahkan: " if len(context.links) == 2 else
                      "Tangen yang bertemu dijumlahkan: " if several else "Tangennya: "))  # fmt: skip
    terms = [_product(one, context.tangents[one.slot]) for one in context.links]
    spans.append(Span(" + ".join(terms) + " = ", "math"))
    if several:
        parts = [in_sentence(context.links[0].sent), *(as_operand(one.sent) for one in context.links[1:])]
        spans.append(Span(" + ".join(parts) + " = ", "math"))
    return [*spans, Span(in_sentence(result), "result"), Span(".")]


def _product(one: SlotGradient, came: Value) -> str:
    """Local derivative times the tangent that comes in, as the film of backward writes it."""
    factor = one.factor
    if factor is None:
        return in_sentence(one.sent)
    sign = "⊙" if factor.several and came.shape else "×"
    left = number_text(factor.numbers[0]) if not factor.several else factor.text
    return f"{left} {sign} {as_operand(came)}"
