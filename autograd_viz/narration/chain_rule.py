"""Aturan rantai satu simpul dengan angkanya: dari gradien yang diterima ke gradien yang dikirim tiap slot."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.narration.local_numbers import MOST, close, count_of, element, local_numbers, size_of
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.ops import facts, local_derivative, shown_rule
from autograd_viz.text.formatting import nested

_LETTERS = "abcde"
_OTHERS = "uvqrstwzhmp"  # for a letter that is a name in the program itself


class Factor(NamedTuple):
    """Turunan lokal sebagai angka: satu bilangan, atau satu untuk setiap unsur."""

    numbers: tuple[float, ...]
    text: str

    @property
    def several(self) -> bool:
        """Apakah unsur-unsurnya berbeda."""
        return len(self.numbers) > 1

    @property
    def one(self) -> bool:
        """Apakah gradien lewat tanpa berubah."""
        return self.numbers == (1.0,)

    @property
    def operand(self) -> str:
        """Tulisannya di belakang tanda kali: bilangan negatif di dalam kurung."""
        return f"({self.text})" if not self.several and self.numbers[0] < 0 else self.text


class Letter(NamedTuple):
    """Huruf rumus yang mewakili masukan tak bernama di `slot`, dan judul kartu masukan itu."""

    slot: int
    letter: str
    title: str


class Measured(NamedTuple):
    """Huruf sebuah VJP: apa yang diwakilinya (kosong bila sudah jelas) dan bentuknya."""

    letter: str
    meaning: str
    shape: tuple[int, ...]


class SlotGradient(NamedTuple):
    """Satu slot: penerima dan gradien yang dikirim; `factor` turunan lokal bila terbukti menghasilkan `sent`.

    `formula` turunan lokalnya, `cases` True bila rumus itu bercabang, `numbers` rumus dengan angkanya. `rule` VJP
    sebagai rumus bila operasinya tidak bekerja unsur demi unsur, dan `shapes` huruf-hurufnya. `summed` True bila hasil
    semua unsur dijumlahkan. `arrived` gradien sesudah melewati operasi `via` yang dilipat ke panahnya; `joined` True
    bila di sana ia dijumlahkan dengan gradien dari panah lain, dan `arrived` lalu nilainya sebelum itu. `output` nomor
    keluaran penerima.
    """

    slot: int
    node: int
    sent: Value
    formula: str = ""
    cases: bool = False
    numbers: str = ""
    factor: Factor | None = None
    rule: str = ""
    shapes: tuple[Measured, ...] = ()
    summed: bool = False
    letters: tuple[Letter, ...] = ()
    arrived: Value | None = None
    via: tuple[str, ...] = ()
    joined: bool = False
    output: int = 0


def slot_gradient(
    node: Node,
    slot: int,
    target: int,
    received: Value | None,
    sent: Value,
    inputs: Mapping[int, Value],
    labels: Sequence[str | None],
    titles: Sequence[str] = (),
    taken: Collection[str] = (),
) -> SlotGradient:
    """Keterangan satu slot; `inputs`, `labels`, dan `titles`: nilai saat maju, nama, dan judul kartu setiap masukan.

    Masukan tanpa nama diwakili huruf yang tidak ada di `taken`, yaitu nama-nama di program.
    """
    attributes = facts(node)
    found = SlotGradient(slot, target, sent)
    shown = _letters(labels, taken)
    local = local_derivative(node.op, slot, shown, (), attributes, count_of(inputs))
    stated = node.local[slot] if node.local else None
    if stated is not None and received is not None:
        found = _stated(found, stated, received)
        if found.factor is not None and not (local and _agrees(node, slot, received, sent, inputs, found.factor)):
            return found
    if local is None:
        return _ruled(found, node, slot, received, inputs, labels, shown)
    letters = tuple(
        Letter(place, letter, title)
        for place, (letter, title, label) in enumerate(zip(shown, titles, labels, strict=False))
        if label is None and _word(letter).search(local.formula)
    )
    found = found._replace(formula=local.formula, cases=local.cases, letters=letters)
    if received is None:
        return found
    proven = {since: _factors(node, slot, received, sent, inputs, since) for since in (False, True)}
    factors, since = next(((one, since) for since, one in proven.items() if one is not None), (None, None))
    if factors is None:
        return found
    one = [_scalar(inputs.get(place)) for place in range(len(labels) or 1)]
    numbers = ""
    if len(factors) == 1:
        written = local_derivative(node.op, slot, shown, one, attributes, count_of(inputs), since)
        numbers = (written.numbers or "") if written else ""
    sizes = received.shape if len(factors) == size_of(received.shape) else sent.shape
    summed = size_of(sent.shape) < len(factors)
    return found._replace(numbers=numbers, factor=_factor(factors, sizes), summed=summed)


def _factor(numbers: tuple[float, ...], sizes: tuple[int, ...]) -> Factor:
    """One number where all are written alike, else one for each element."""
    texts = {number_text(number) for number in numbers}
    return Factor(numbers[:1], *texts) if len(texts) == 1 else Factor(numbers, nested(numbers, sizes))


def _scalar(value: Value | None) -> float | None:
    return element(value, 0, 1)


def _factors(
    node: Node,
    slot: int,
    received: Value,
    sent: Value,
    inputs: Mapping[int, Value],
    since: bool,
) -> tuple[float, ...] | None:
    """The local derivative of each element, only where gradient × derivative gives what was sent.

    `since` takes the derivatives at ties from PyTorch 2.14: which of both this run took is seen by what was sent.
    """
    size = max(size_of(received.shape), size_of(sent.shape))
    if size > MOST or not size or received.numbers is None or sent.numbers is None:
        return None
    values = (received, sent, *inputs.values())
    shapes = {value.shape for value in values if size_of(value.shape) == size and value.shape}
    if len(shapes) > 1:
        return None
    factors = local_numbers(node, slot, size, inputs, since)
    gradients = [element(received, at, size) for at in range(size)]
    if factors is None or any(one is None for one in gradients):
        return None
    results = [factor * one for factor, one in zip(factors, gradients, strict=True) if one is not None]
    wanted = [element(sent, at, size) for at in range(size_of(sent.shape))]
    if len(wanted) < size:
        results = [math.fsum(results)] if len(wanted) == 1 else []
    if len(wanted) != len(results) or not all(map(close, results, wanted)):
        return None
    return tuple(factors) if len(set(factors)) > 1 or len(wanted) < size else tuple(factors[:1])


def _stated(found: SlotGradient, stated: Value, received: Value) -> SlotGradient:
    """The local derivative that an engine of one's own names, only where it gives what that engine sent."""
    size = size_of(received.shape)
    if not 0 < size <= MOST or found.sent.shape != received.shape or stated.shape not in ((), received.shape):
        return found
    factors = [element(stated, at, size) for at in range(size)]
    for at, factor in enumerate(factors):
        came = element(received, at, size)
        if factor is None or came is None or not close(factor * came, element(found.sent, at, size)):
            return found
    numbers = tuple(factor for factor in factors if factor is not None)
    return found._replace(factor=_factor(numbers if len(set(numbers)) > 1 else numbers[:1], received.shape))


def _agrees(
    node: Node, slot: int, received: Value, sent: Value, inputs: Mapping[int, Value], factor: Factor
) -> bool:
    """Whether the formula of the table gives that number too."""
    known = _factors(node, slot, received, sent, inputs, False)
    return known is not None and len(known) == len(factor.numbers) and all(map(close, known, factor.numbers))


def _ruled(
    found: SlotGradient,
    node: Node,
    slot: int,
    received: Value | None,
    inputs: Mapping[int, Value],
    labels: Sequence[str | None],
    shown: Sequence[str],
) -> SlotGradient:
    rule = shown_rule(node, slot)
    if not rule:
        return found
    shapes: dict[str, Measured] = {}
    for letter in re.findall(r"(?<![A-Za-z])[a-egy](?![A-Za-z])", rule):
        place = _LETTERS.find(letter)
        value = received if letter == "g" else inputs.get(place)
        if value is not None:
            known = labels[place] if 0 <= place < len(labels) else None
            own = shown[place] if 0 <= place < len(shown) and known is None else letter
            shapes[letter] = Measured(own, known if known and known != letter else "", value.shape)
        elif letter == "y" and node.shape is not None:
            shapes[letter] = Measured(letter, "hasil maju", node.shape)
    for letter, measured in shapes.items():
        rule = _word(letter).sub(measured.letter, rule)
    return found._replace(rule=rule, shapes=tuple(shapes.values()))


def _letters(labels: Sequence[str | None], taken: Collection[str]) -> list[str]:
    """What stands for each input in a formula: its name, or a letter that the program does not use itself."""
    free = (letter for letter in _OTHERS if letter not in taken)
    return [
        label if label is not None else letter if letter not in taken else next(free, letter)
        for letter, label in zip(_LETTERS, labels, strict=False)
    ]


def _word(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(letter)}(?![A-Za-z])")
