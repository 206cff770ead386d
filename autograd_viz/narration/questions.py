"""Pertanyaan tebakan: gradien apa yang dibuat sebuah langkah mundur, sebelum angkanya tampil."""

from __future__ import annotations

from typing import NamedTuple

from autograd_viz.graph import Value
from autograd_viz.narration.chain_rule import SlotGradient
from autograd_viz.narration.context import LISTED, Context
from autograd_viz.narration.gradient import local, receiver, rule
from autograd_viz.recording.events import Accumulate, Event, Gradient, value_of
from autograd_viz.text.formatting import shape
from autograd_viz.text.rich_text import Span, grad, joined
from autograd_viz.text.value_text import in_sentence, scalar

TYPED = 4  # numbers that a reader types; of a larger tensor the shape is asked for


class Question(NamedTuple):
    """Satu pertanyaan: `say` kalimatnya, `name` yang menerima gradien itu, dan `answer` atau `sizes` jawabannya.

    `hint` petunjuknya, `line` baris penjelasannya dalam kalimat langkah itu (None bila seluruhnya). `given` gradien
    yang tiba dan `factor` turunan lokalnya, bila keduanya bilangan tunggal; `slot` slot yang mengirim, None pada daun.
    """

    say: tuple[Span, ...]
    name: str
    answer: tuple[float, ...] = ()
    sizes: tuple[int, ...] | None = None
    hint: tuple[Span, ...] = ()
    line: int | None = None
    given: float | None = None
    factor: float | None = None
    slot: int | None = None


def questions(step: Event, context: Context) -> tuple[Question, ...]:
    """Pertanyaan-pertanyaan sebuah langkah; kosong bila langkah itu tidak membuat gradien yang dapat ditanyakan.

    >>> from autograd_viz.recording.events import Change
    >>> one = Accumulate(0, 0, Change("x", 0, None, Value((), "float32", (12.0,))), None, "x",
    ...                  Value((), "float32", (12.0,)))
    >>> "".join(span.text for span in questions(one, Context())[0].say)
    'Gradien 12 tiba di daun tensor, dan tensor.grad masih kosong. Berapa isi tensor.grad sesudah ini?'
    """
    if isinstance(step, Accumulate):
        found = [_accumulated(step, context)]
    elif isinstance(step, Gradient) and not step.captured and context.node is not None and context.node.role != "leaf":
        several = len(context.links) > 1
        found = [_sent(step, one, i + 1 if several else None, context) for i, one in enumerate(context.links[:LISTED])]
    else:
        return ()
    return tuple(one for one in found if one is not None)


def _sent(step: Gradient, one: SlotGradient, line: int | None, context: Context) -> Question | None:
    answer, came, name = one.arrived or one.sent, value_of(step), receiver(one, context)
    asked = _asked(answer)
    if asked is None:
        return None
    numbers, sizes = asked
    leaf = "daun " if one.node in context.leaves else ""
    what = "Berapa gradien" if sizes is None else "Apa bentuk gradien"
    shaped = came is not None and bool(came.shape) and sizes is not None
    arrives = shape(came.shape) if shaped and came is not None else in_sentence(came)
    spans = [Span(f"Gradien {'berbentuk ' if shaped else ''}"), Span(arrives, "strong"), Span(" tiba di ")]
    spans += [Span(context.name(step.node), "code"), Span(f". {what} yang dikirim ke {leaf}")]
    spans += [Span(name, "code"), Span("?")]
    hint = rule(one, sizes is None) if one.factor is None else local(one, name)
    if sizes is not None:
        hint = [Span("Gradien sebuah tensor selalu berbentuk sama dengan tensornya. "), *hint]
    single = one.factor is not None and not one.factor.several
    return Question(
        joined(spans), name, numbers, sizes, joined([*hint, Span(".")]) if hint else (), line, scalar(came),
        one.factor.numbers[0] if one.factor is not None and single else None, one.slot,
    )  # fmt: skip


def _accumulated(step: Accumulate, context: Context) -> Question | None:
    name, before = context.name(step.node), step.change.before
    asked = _asked(step.change.after)
    if asked is None or asked[1] is not None:  # the arrows have told the shape
        return None
    parts = [part.value for part in step.parts if part.value is not None]
    several = 1 < len(parts) <= LISTED and not step.hooked
    came = " dan ".join(map(in_sentence, parts)) if several else in_sentence(value_of(step))
    spans = [Span("Gradien "), Span(came, "strong"), Span(" tiba di daun "), Span(name, "code"), Span(", dan ")]
    spans += [grad(name), Span(" masih kosong. " if before is None else f" sudah berisi {in_sentence(before)}. ")]
    spans += [Span("Berapa isi "), grad(name), Span(" sesudah ini?")]
    hint = "Kiriman yang bertemu dijumlahkan, lalu ditambahkan ke isi .grad yang sudah ada."
    return Question(joined(spans), f"{name}.grad", asked[0], None, (Span(hint),), None, scalar(value_of(step)))


def _asked(value: Value | None) -> tuple[tuple[float, ...], tuple[int, ...] | None] | None:
    """The numbers to type, or the shape where there are many; None where neither can be asked for."""
    if value is None:
        return None
    if value.numbers is not None and 0 < len(value.numbers) <= TYPED:
        real = tuple(float(one) for one in value.numbers if not isinstance(one, complex))
        return (real, None) if len(real) == len(value.numbers) else None
    return ((), value.shape) if value.shape else None
