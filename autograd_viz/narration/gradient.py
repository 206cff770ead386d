"""Kalimat aturan rantai: gradien yang diterima sebuah simpul, turunan lokalnya, dan yang dikirimnya."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import Factor, SlotGradient
from autograd_viz.narration.context import LISTED, Context
from autograd_viz.recording.events import Accumulate, Gradient, value_of
from autograd_viz.text.formatting import shape
from autograd_viz.text.rich_text import BREAK, Span, grad
from autograd_viz.text.value_text import as_operand, in_sentence, scalar

_TIMES = {2: "dua kali", 3: "tiga kali"}
_NOBODY = "tidak ada masukan yang memerlukan gradien"


def gradient(step: Gradient, context: Context) -> list[Span]:
    """Kalimat langkah mundur satu simpul."""
    op = context.node.op if context.node is not None else "Operasi"
    spans = [Span(op, "strong"), Span(" menerima gradien "), *received(step)]
    links = context.links
    if context.node is not None and context.node.role == "leaf":
        return _kept(step, context)
    if step.captured:
        return _captured(step, context)
    if not links:
        asked = any(flow.node is not None for flow in step.sent)
        return [*spans, Span(f"; {'ia tidak mengirim gradien' if asked else _NOBODY}.")]
    spans.append(Span("."))
    for one in links[:LISTED]:
        spans += [Span(BREAK if len(links) > 1 else " "), *_link(one, step, context)]
    if len(links) > LISTED:
        spans += [Span(BREAK), Span(f"Begitu pula untuk {len(links) - LISTED} masukan lainnya.")]
    return [*spans, Span(" Simpanannya dibebaskan.")] if step.freed else spans


def _kept(step: Gradient, context: Context) -> list[Span]:
    """A leaf under torch.autograd.grad: its gradient is returned and not accumulated."""
    name = context.name(step.node)
    spans = [Span("Gradien "), *received(step), Span(" sampai di "), Span(name, "code")]
    return [*spans, Span("; ia dikembalikan kepada pemanggil dan "), grad(name), Span(" tidak berubah.")]


def _captured(step: Gradient, context: Context) -> list[Span]:
    """A result in the middle of the graph whose gradient was asked for: the engine stops there."""
    spans = [Span("Gradien "), *received(step), Span(" sampai di "), Span(context.name(step.node), "code")]
    return [*spans, Span("; gradien inilah yang diminta, jadi mesin berhenti di sini dan simpanannya tetap ada.")]


def received(step: Gradient | Accumulate) -> list[Span]:
    """Gradien yang tiba, sebagai jumlah bila beberapa panah bertemu."""
    arrived = value_of(step)
    parts = [part.value for part in step.parts if part.value is not None and part.output == _output(step)]
    spans: list[Span] = []
    if 1 < len(parts) <= LISTED and not step.hooked:
        told = " + ".join([in_sentence(parts[0]), *map(as_operand, parts[1:])])
        spans.append(Span(f"{told} = ", "math"))
    spans.append(Span(in_sentence(arrived), "strong"))
    if not spans[:-1] and len(parts) > 1:
        spans.append(Span(f" (jumlah dari {len(parts)} panah)"))
    if step.hooked:
        before = in_sentence(parts[0]) if len(parts) == 1 else "kiriman asalnya"
        spans.append(Span(f" (hook mengubahnya dari {before})"))
    return [*spans, *_others(step)]


def receiver(one: SlotGradient, context: Context) -> str:
    """Sebutan penerima: namanya, atau nomor keluarannya bila yang menerima bukan keluaran pertama."""
    return f"…[{one.output}]" if one.output else context.name(one.node)


def _others(step: Gradient | Accumulate) -> list[Span]:
    """What came for further outputs of an operation that has several."""
    values = () if isinstance(step, Accumulate) else step.values
    came = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(came) < 2:
        return []
    spans = [Span(f" untuk keluaran ke-{came[0][0] + 1}")]
    for place, value in came[1:LISTED]:
        spans += [Span(" dan "), Span(in_sentence(value), "strong"), Span(f" untuk keluaran ke-{place + 1}")]
    return [*spans, Span(f", begitu pula {len(came) - LISTED} keluaran lain")] if len(came) > LISTED else spans


def _output(step: Gradient | Accumulate) -> int:
    if isinstance(step, Accumulate):
        return 0
    return next((place for place, value in enumerate(step.values) if value is not None), 0)


def _link(one: SlotGradient, step: Gradient, context: Context) -> list[Span]:
    between = " " if one.factor and not one.joined else ", "
    end = [*_onward(one), Span(between), *_destination(one, step, context), Span(".")]
    if one.factor is not None:
        return _chained(one, one.factor, step, context, end)
    spans = [Span("Untuk "), Span(receiver(one, context), "code"), Span(": ")]
    came = value_of(step)
    if one.rule:
        spans += [*rule(one), Span(" memberi ")]
    elif one.formula and came is not None and _larger(came, one.sent):
        spans += [Span("turunan lokal "), Span(one.formula, "math")]
        spans += [Span(f"; ia disiarkan dari {shape(one.sent.shape)}, maka gradiennya dijumlahkan menjadi ")]
    elif one.formula:
        spans += [Span("turunan lokal "), Span(one.formula, "math"), Span(" memberi ")]
    else:
        spans += [Span(context.node.op if context.node is not None else "operasi ini", "code"), Span(" memberi ")]
    return [*spans, _sent(one), *end]


def _chained(one: SlotGradient, factor: Factor, step: Gradient, context: Context, end: list[Span]) -> list[Span]:
    """Gradient times local derivative, with the numbers."""
    came, name = value_of(step), receiver(one, context)
    text = in_sentence(came)
    single = came is not None and came.shape == ()
    spans = local(one, name)
    if single and one.sent.shape and len(set(one.sent.numbers or ())) == 1 and not _onward(one):
        each = [Span(" "), *_destination(one, step, context, "setiap unsur "), Span(".")]
        if factor.one:
            return [*spans, Span(", jadi "), Span(text, "result"), *each]
        result = in_sentence(Value((), one.sent.dtype, (one.sent.numbers or (0.0,))[:1]))
        product = Span(f"{text} × {factor.operand} = ", "math")
        return [*spans, Span(". Aturan rantai: "), product, Span(result, "result"), *each]
    if factor.one and one.sent == came and one.sent.shape:
        return [*spans, Span(", jadi gradien yang sama"), *end]
    if scalar(came) == 1.0 and factor.several and not one.summed:
        return [*spans, Span(". Dikalikan gradien 1 nilainya tetap, lalu"), *end]
    sign = "⊙" if factor.several and not single else "×"
    spans += [Span(". Aturan rantai: "), Span(f"{text} {sign} {factor.operand}", "math")]
    spans.append(Span(" lalu dijumlahkan menjadi ") if one.summed else Span(" = ", "math"))
    return [*spans, _sent(one), *end]


def local(one: SlotGradient, name: str) -> list[Span]:
    """Turunan lokal terhadap masukan bernama `name`, sebagai rumus dan angkanya."""
    return [Span("Turunan lokal terhadap "), *_named(one, name), Span(": "), *_derivative(one)]


def rule(one: SlotGradient, result: bool = True) -> list[Span]:
    """Yang diketahui tentang slot tanpa turunan lokal berangka: VJP dengan bentuknya, atau rumusnya; boleh kosong.

    `result` bernilai False bila bentuk hasilnya tidak disebut.
    """
    if not one.rule:
        return [Span("Turunan lokal: "), Span(one.formula, "math")] if one.formula else []
    told = ", ".join(
        f"{letter}{f' = {meaning}' if meaning else ''} {shape(sizes)}" for letter, meaning, sizes in one.shapes
    )
    end = f" → {shape(one.sent.shape)}" if result else ""
    return [Span("VJP "), Span(one.rule, "math"), *([Span(f" ({told}{end})")] if told else [])]


def _named(one: SlotGradient, name: str) -> list[Span]:
    """The input, and what the letters of the formula stand for where no name is known."""
    own = [Span(letter, "math") for slot, letter, _ in one.letters if slot == one.slot]
    spans = [*own, Span(" = "), Span(name, "code")] if own else [Span(name, "code")]
    for slot, letter, other in one.letters:
        if slot != one.slot:
            spans += [Span(", dengan "), Span(letter, "math"), Span(" = "), Span(other, "code")]
    return spans


def _derivative(one: SlotGradient) -> list[Span]:
    factor = one.factor.text if one.factor is not None else ""
    chain = list(dict.fromkeys(part for part in (one.formula, one.numbers, factor) if part))
    if one.cases and len(chain) > 1:
        return [Span(one.formula, "math"), Span("; di sini "), Span(chain[-1], "math")]
    return [Span(" = ".join(chain), "math")]


def _larger(one: Value, other: Value) -> bool:
    return len(one.shape) > len(other.shape) or (one.shape != other.shape and 1 in other.shape)


def _sent(one: SlotGradient) -> Span:
    """What is sent; the number of the step is what arrives, where that is another one."""
    return Span(in_sentence(one.sent), "strong" if _onward(one) and not one.joined else "result")


def _onward(one: SlotGradient) -> list[Span]:
    """What the operations folded into the arrow make of the gradient."""
    via = _passed(one.via)
    if one.joined:
        return [Span("; lewat "), *via, Span(", dan di sana dijumlahkan dengan gradien dari panah lain")]
    if one.arrived is None or one.arrived == one.sent:
        return []
    return [Span("; lewat "), *via, Span(" menjadi "), Span(in_sentence(one.arrived), "result")]


def _passed(names: Sequence[str]) -> list[Span]:
    """The operations on an arrow; one that comes several times in a row is named once."""
    spans: list[Span] = []
    for name, same in groupby(names or ("panah ini",)):
        count = len(list(same))
        spans += [Span(", ")] if spans else []
        spans += [Span(name, "code"), *([Span(f" {_TIMES.get(count, f'{count} kali')}")] if count > 1 else [])]
    return spans


def _destination(one: SlotGradient, step: Gradient, context: Context, part: str = "") -> list[Span]:
    name = receiver(one, context)
    if one.node in context.leaves and context.adds:
        if (step.round, one.node) in context.meeting:
            return [Span(f"dikirim ke {part}daun "), Span(name, "code")]
        return [Span(f"ditambahkan ke {part}"), grad(name)]
    return [Span(f"dikirim ke {part}"), Span(name, "code")]
