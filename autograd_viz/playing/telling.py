"""Kalimat aturan rantai: gradien yang diterima sebuah simpul, turunan lokalnya, dan yang dikirimnya."""

from __future__ import annotations

from autograd_viz.drawing.wording import shape
from autograd_viz.graph import Value
from autograd_viz.playing.figures import in_sentence
from autograd_viz.playing.links import Link
from autograd_viz.playing.spans import LISTED, Facts, Span, grad
from autograd_viz.recording.events import Step


def first(step: Step) -> Value | None:
    """Nilai pertama yang ada di sebuah langkah."""
    return next((value for value in step.values if value is not None), None)


def gradient(step: Step, facts: Facts) -> list[Span]:
    """Kalimat langkah mundur satu simpul."""
    op = facts.node.op if facts.node is not None else "Operasi"
    spans = [Span(op, "b"), Span(" menerima gradien "), *received(step)]
    links = facts.links
    if facts.node is not None and facts.node.role == "leaf":
        return _kept(step, facts)
    if not links:
        return [*spans, Span("; tidak ada masukan yang memerlukan gradien.")]
    spans.append(Span("."))
    for one in links[:LISTED]:
        spans += _link(one, step, facts)
    if len(links) > LISTED:
        spans.append(Span(f" Begitu pula untuk {len(links) - LISTED} masukan lainnya."))
    return [*spans, Span(" Simpanannya dibebaskan.")] if step.freed else spans


def _kept(step: Step, facts: Facts) -> list[Span]:
    """A leaf under torch.autograd.grad: its gradient is returned and not accumulated."""
    name = facts.name(step.node)
    spans = [Span("Gradien "), *received(step), Span(" sampai di "), Span(name, "c")]
    return [*spans, Span("; ia dikembalikan kepada pemanggil dan "), grad(name), Span(" tidak berubah.")]


def received(step: Step) -> list[Span]:
    """Gradien yang tiba, sebagai jumlah bila beberapa panah bertemu."""
    arrived = first(step)
    parts = [part.value for part in step.parts if part.value is not None and part.output == _output(step)]
    spans: list[Span] = []
    if 1 < len(parts) <= LISTED and not step.hooked:
        spans.append(Span(" + ".join(in_sentence(part) for part in parts) + " = ", "m"))
    elif len(parts) > 1:
        spans.append(Span(f"jumlah dari {len(parts)} panah, "))
    spans.append(Span(in_sentence(arrived), "b"))
    if step.hooked:
        before = in_sentence(parts[0]) if len(parts) == 1 else "kiriman asalnya"
        spans.append(Span(f" (hook mengubahnya dari {before})"))
    return spans


def _output(step: Step) -> int:
    return next((place for place, value in enumerate(step.values) if value is not None), 0)


def _link(one: Link, step: Step, facts: Facts) -> list[Span]:
    came = in_sentence(first(step))
    name = facts.name(one.node)
    end = [Span(" "), *_destination(one, name, facts), Span(".")]
    if one.factor:
        chain = list(dict.fromkeys(part for part in (one.formula, one.numbers, one.factor) if part))
        sign = "×" if not one.sent.shape and not one.summed else "⊙"
        if one.factor[0] != "[":
            sign = "×"
        factor = f"({one.factor})" if one.factor.startswith("−") else one.factor
        spans = [
            Span(" Turunan lokal terhadap "),
            Span(name, "c"),
            Span(": "),
            Span(" = ".join(chain), "m"),
            Span(". Aturan rantai: "),
            Span(f"{came} {sign} {factor}", "m"),
        ]
        if one.factor == "1" and one.sent.shape:
            told = "jadi gradien yang sama" if one.sent == first(step) else f"jadi setiap unsur menerima {came}:"
            return [*spans[:4], Span(f", {told}"), *end]
        if one.summed:
            return [*spans, Span(" lalu dijumlahkan menjadi "), Span(in_sentence(one.sent), "b"), *end]
        return [*spans, Span(" = ", "m"), Span(in_sentence(one.sent), "b"), *end]
    rule = one.rule or one.formula
    spans = [Span(" Untuk "), Span(name, "c"), Span(": ")]
    if rule:
        spans += [Span("VJP " if one.rule else "turunan lokal "), Span(rule, "m")]
        if one.shapes:
            told = ", ".join(f"{letter} {shape(sizes)}" for letter, sizes in one.shapes)
            spans += [Span(f" ({told} → {shape(one.sent.shape)})")]
        spans += [Span(" memberi ")]
    return [*spans, Span(in_sentence(one.sent), "b"), *end]


def _destination(one: Link, name: str, facts: Facts) -> list[Span]:
    if one.node in facts.leaves and facts.adds:
        return [Span("ditambahkan ke "), grad(name)]
    return [Span("dikirim ke "), Span(name, "c")]


