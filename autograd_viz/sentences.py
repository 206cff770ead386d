"""Satu kalimat untuk setiap langkah, sebagai potongan bergaya: tidak pernah HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from .figures import in_sentence, scalar
from .graph import Node, Value
from .links import Link
from .ops import format_expression, lookup
from .recording import Change, Step
from .wording import clean, number, shape

Style = Literal["", "b", "c", "m"]  # plain, strong, code, mathematics
LISTED = 4  # leaves, parameters or arrows told one by one


class Span(NamedTuple):
    """Sepotong kalimat dan gayanya."""

    text: str
    style: Style = ""


class Facts(NamedTuple):
    """Yang perlu diketahui sebuah kalimat selain langkahnya.

    `title` judul kartu, `names` sebutan setiap simpul asal, `leaves` simpul daun, `links` slot yang mengirim,
    `inputs` nilai masukan menurut slot, `born` True bila nan atau inf pertama kali muncul di sini.
    """

    node: Node | None = None
    title: str = ""
    names: Mapping[int, str] = {}
    leaves: frozenset[int] = frozenset()
    links: Sequence[Link] = ()
    inputs: Mapping[int, Value] = {}
    born: bool = False
    adds: bool = True


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


def _first(step: Step) -> Value | None:
    return next((value for value in step.values if value is not None), None)


def _name(facts: Facts, node: int | None, otherwise: str = "tensor") -> str:
    return facts.names.get(node, otherwise) if node is not None else otherwise


def _grad(name: str) -> Span:
    return Span(f"{name}.grad", "c")


def _leaf(step: Step, facts: Facts) -> list[Span]:
    name = _name(facts, step.node)
    return [
        Span(name, "c"),
        Span(" adalah tensor daun bernilai "),
        Span(in_sentence(_first(step)), "b"),
        Span(". Gradiennya akan dikumpulkan di "),
        _grad(name),
        Span("."),
    ]


def _forward(step: Step, facts: Facts) -> list[Span]:
    node = facts.node
    spans = [Span(facts.title, "c")]
    numeric = _numeric(node, facts.inputs)
    if numeric and numeric != facts.title:
        spans += [Span(" = "), Span(numeric, "m")]
    spans += [Span(" = "), Span(in_sentence(_first(step)), "b"), Span(". ")]
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
    spans += [Span(in_sentence(change.after if change.after is not None else _first(step)), "b"), Span(".")]
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
    spans = [Span("Graf terputus di "), Span(_name(facts, step.node), "c"), Span(f": {reason}")]
    if _first(step) is not None:
        spans += [Span(" ("), Span(in_sentence(_first(step)), "b"), Span(")")]
    return [*spans, Span(". Gradien tidak akan lewat sini.")]


def _backward(step: Step, facts: Facts) -> list[Span]:
    call = "torch.autograd.grad" if step.detail == "grad" else "backward()"
    spans = [Span(call, "c"), Span(" dimulai. ")]
    for place, flow in enumerate(step.sent[:LISTED]):
        name = _name(facts, flow.node)
        spans += [
            Span("; " if place else "Gradien awal untuk "),
            Span(name, "c"),
            Span(" adalah "),
            Span(in_sentence(flow.value), "b"),
        ]
        if scalar(flow.value) == 1.0:
            spans += [Span(", sebab "), Span(f"∂{name}/∂{name} = 1" if name.isidentifier() else "∂y/∂y = 1", "m")]
    return [*spans, Span(".")]


def _gradient(step: Step, facts: Facts) -> list[Span]:
    op = facts.node.op if facts.node is not None else "Operasi"
    spans = [Span(op, "b"), Span(" menerima gradien "), *_received(step)]
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
    name = _name(facts, step.node)
    spans = [Span("Gradien "), *_received(step), Span(" sampai di "), Span(name, "c")]
    return [*spans, Span("; ia dikembalikan kepada pemanggil dan "), _grad(name), Span(" tidak berubah.")]


def _received(step: Step) -> list[Span]:
    """What arrived, as a sum where several arrows meet."""
    first = _first(step)
    parts = [part.value for part in step.parts if part.value is not None and part.output == _output(step)]
    spans: list[Span] = []
    if 1 < len(parts) <= LISTED and not step.hooked:
        spans.append(Span(" + ".join(in_sentence(part) for part in parts) + " = ", "m"))
    elif len(parts) > 1:
        spans.append(Span(f"jumlah dari {len(parts)} panah, "))
    spans.append(Span(in_sentence(first), "b"))
    if step.hooked:
        before = in_sentence(parts[0]) if len(parts) == 1 else "kiriman asalnya"
        spans.append(Span(f" (hook mengubahnya dari {before})"))
    return spans


def _output(step: Step) -> int:
    return next((place for place, value in enumerate(step.values) if value is not None), 0)


def _link(one: Link, step: Step, facts: Facts) -> list[Span]:
    received = in_sentence(_first(step))
    name = _name(facts, one.node)
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
            Span(f"{received} {sign} {factor}", "m"),
        ]
        if one.factor == "1" and one.sent.shape:
            told = "jadi gradien yang sama" if one.sent == _first(step) else f"jadi setiap unsur menerima {received}:"
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
        return [Span("ditambahkan ke "), _grad(name)]
    return [Span("dikirim ke "), Span(name, "c")]


def _accumulate(step: Step, facts: Facts) -> list[Span]:
    name = _name(facts, step.node)
    change = step.changes[0] if step.changes else Change(None)
    spans = [Span("Gradien "), *_received(step), Span(" sampai di daun "), Span(name, "c"), Span(". ")]
    got, before = in_sentence(_first(step)), change.before
    if before is None:
        spans += [_grad(name), Span(" masih kosong, jadi isinya menjadi ")]
    else:
        spans += [_grad(name), Span(" sudah berisi "), Span(in_sentence(before)), Span(", jadi ")]
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
        spans += [Span(", " if place else ": "), _grad(change.name or "tensor"), Span(" = ")]
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
    "gradient": _gradient,
    "accumulate": _accumulate,
    "end": _end,
    "optimizer": _optimizer,
    "zero_grad": _zero_grad,
    "error": _error,
}
