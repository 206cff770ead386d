"""Aturan rantai satu simpul dengan angkanya: dari gradien yang diterima ke gradien yang dikirim tiap slot."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.operations.ops import local_derivative, lookup
from autograd_viz.text.value_text import row

MOST = 9  # elements whose local derivatives are written out
_LETTERS = "abcde"


class SlotGradient(NamedTuple):
    """Satu slot: penerima dan gradien yang dikirim; `factor` turunan lokal bila terbukti menghasilkan `sent`.

    `rule` adalah VJP sebagai rumus bila operasinya tidak bekerja unsur demi unsur; `shapes` huruf-hurufnya, namanya,
    dan bentuknya. `letters` slot, huruf rumus, dan judul kartu masukan tak bernama. `arrived` gradien sesudah melewati
    operasi `via` yang dilipat ke panahnya.
    """

    slot: int
    node: int
    sent: Value
    formula: str = ""
    numbers: str = ""
    factor: str = ""
    rule: str = ""
    shapes: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    summed: bool = False
    letters: tuple[tuple[int, str, str], ...] = ()
    arrived: Value | None = None
    via: tuple[str, ...] = ()


def slot_gradient(
    node: Node,
    slot: int,
    target: int,
    received: Value | None,
    sent: Value,
    inputs: Mapping[int, Value],
    labels: Sequence[str | None],
    titles: Sequence[str] = (),
) -> SlotGradient:
    """Keterangan satu slot; `inputs`, `labels`, dan `titles`: nilai saat maju, nama, dan judul kartu setiap masukan."""
    attributes = dict(node.attributes)
    found = SlotGradient(slot, target, sent)
    local = local_derivative(node.op, slot, labels, (), attributes, _count(inputs))
    if local is None:
        return _ruled(found, node, slot, received, inputs, labels)
    found = found._replace(formula=local.formula, letters=_unnamed(local.formula, labels, titles))
    if received is None:
        return found
    proven = {since: _factors(node, slot, received, sent, inputs, attributes, since) for since in (False, True)}
    factors, since = next(((one, since) for since, one in proven.items() if one is not None), (None, None))
    if factors is None:
        return found
    one = [_scalar(inputs.get(place)) for place in range(len(labels) or 1)]
    numbers = ""
    if len(factors) == 1:
        shown = local_derivative(node.op, slot, labels, one, attributes, _count(inputs), since)
        numbers = (shown.numbers or "") if shown else ""
    sizes = received.shape if len(factors) == _size(received.shape) else sent.shape
    summed = _size(sent.shape) < len(factors)
    return found._replace(numbers=numbers, factor=row(factors, sizes), summed=summed)


def _count(inputs: Mapping[int, Value]) -> int | None:
    return _size(inputs[0].shape) if 0 in inputs else None


def _size(shape: tuple[int, ...]) -> int:
    return math.prod(shape)


def _scalar(value: Value | None) -> float | None:
    return _element(value, 0, 1)


def _element(value: Value | None, at: int, size: int) -> float | None:
    if value is None or value.numbers is None or len(value.numbers) not in (1, size):
        return None
    number = value.numbers[at if len(value.numbers) == size else 0]
    return None if isinstance(number, complex) else float(number)


def _factors(
    node: Node,
    slot: int,
    received: Value,
    sent: Value,
    inputs: Mapping[int, Value],
    attributes: Mapping[str, str],
    since: bool,
) -> tuple[float, ...] | None:
    """The local derivative of each element, only where gradient × derivative gives what was sent.

    `since` takes the derivatives at ties from PyTorch 2.14: which of both this run took is seen by what was sent.
    """
    size = max(_size(received.shape), _size(sent.shape))
    if size > MOST or not size or received.numbers is None or sent.numbers is None:
        return None
    shapes = {value.shape for value in (received, sent, *inputs.values()) if _size(value.shape) == size and value.shape}
    if len(shapes) > 1:
        return None
    factors: list[float] = []
    results: list[float] = []
    for at in range(size):
        values = [_element(inputs.get(place), at, size) for place in range(max(inputs, default=0) + 1)]
        local = local_derivative(node.op, slot, (), values, attributes, _count(inputs), since)
        gradient = _element(received, at, size)
        if local is None or local.value is None or gradient is None:
            return None
        factors.append(local.value)
        results.append(local.value * gradient)
    wanted = [_element(sent, at, size) for at in range(_size(sent.shape))]
    if len(wanted) < size:
        results = [math.fsum(results)] if len(wanted) == 1 else []
    if len(wanted) != len(results) or not all(map(_close, results, wanted)):
        return None
    return tuple(factors) if len(set(factors)) > 1 or len(wanted) < size else tuple(factors[:1])


def _close(one: float, other: float | None) -> bool:
    if other is None:
        return False
    return (one != one and other != other) or math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-7)


def _ruled(
    found: SlotGradient,
    node: Node,
    slot: int,
    received: Value | None,
    inputs: Mapping[int, Value],
    labels: Sequence[str | None],
) -> SlotGradient:
    op, attributes = lookup(node.op), dict(node.attributes)
    if not op.vjp:
        return found
    rule = op.shown[slot] if slot < len(op.shown) else op.shown[0]
    for glyph, name in (("α", "alpha"), ("β", "beta")):
        if attributes.get(name) in ("1", "1.0"):
            rule = rule.replace(f"{glyph}·", "")
    shapes = {}
    for letter in re.findall(r"(?<![A-Za-z])[a-egy](?![A-Za-z])", rule):
        place = _LETTERS.find(letter)
        value = received if letter == "g" else inputs.get(place)
        if value is not None:
            known = labels[place] if 0 <= place < len(labels) else None
            shapes[letter] = (letter, known if known and known != letter else "", value.shape)
        elif letter == "y" and node.shape is not None:
            shapes[letter] = (letter, "hasil maju", node.shape)
    return found._replace(rule=rule, shapes=tuple(shapes.values()))


def _unnamed(
    formula: str, labels: Sequence[str | None], titles: Sequence[str]
) -> tuple[tuple[int, str, str], ...]:
    """Letters that the formula takes for inputs without a name, and the titles of their cards."""
    used = set(re.findall(r"(?<![A-Za-z])[a-e](?![A-Za-z])", formula))
    known = zip(_LETTERS, titles, labels, strict=False)
    return tuple(
        (slot, letter, title) for slot, (letter, title, label) in enumerate(known) if label is None and letter in used
    )
