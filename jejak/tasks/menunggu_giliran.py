"""Latihan 24: perjalanan mundur atas kartu-kartu buatan sendiri; setiap kartu bekerja sekali, sesudah lengkap."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import torch

from jejak.data import normal
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Advice, Wrong

Tensor = torch.Tensor
Vjp = Callable[[Tensor], Tensor]
GRAPHS = 12


class Card:
    """A card as in the notebook of the task, under the same names."""

    def __init__(self, nilai: Tensor, masukan: tuple["Card", ...] = (), vjp: tuple[Vjp, ...] = (), perlu: bool = True) -> None:
        self.nilai, self.masukan, self.vjp, self.perlu = nilai, masukan, vjp, perlu
        self.grad: Tensor | None = None


class Drawn(NamedTuple):
    """A graph: its result, its leaves by name, the results between, and how it is written."""

    result: Card
    leaves: Mapping[str, Card]
    between: tuple[Card, ...]
    written: str


def _times(a: Card, b: Card) -> Card:
    return Card(a.nilai * b.nilai, (a, b), (lambda g: g * b.nilai, lambda g: g * a.nilai), a.perlu or b.perlu)


def _plus(a: Card, b: Card) -> Card:
    return Card(a.nilai + b.nilai, (a, b), (lambda g: g, lambda g: g), a.perlu or b.perlu)


def _number(value: float, needed: bool = True) -> Card:
    return Card(torch.tensor(value, dtype=torch.float64), perlu=needed)


def _two_ways() -> Drawn:
    a = _number(1.0)
    b = _plus(a, _number(1.0, False))
    two, three = _times(_number(2.0, False), b), _times(_number(3.0, False), b)
    return Drawn(_plus(two, three), {"a": a}, (b, two, three), "b = a + 1; e = 2b + 3b, di a = 1")


def _square() -> Drawn:
    b = _number(3.0)
    return Drawn(_times(b, b), {"b": b}, (), "e = b · b, di b = 3")


def _chain() -> Drawn:
    a, c = _number(2.0), _number(5.0)
    u = _times(a, c)
    return Drawn(_plus(u, a), {"a": a, "c": c}, (u,), "u = a · c; e = u + a, di a = 2, c = 5")


def _random(seed: int) -> Drawn:
    rng = random.Random(seed)
    numbers = normal(seed, 4).tolist()
    leaves = {name: _number(value, name != "d") for name, value in zip("abcd", numbers, strict=True)}
    cards, names, lines = [*leaves.values()], [*leaves], []
    for at in range(3 + seed // 2):
        sign, make = rng.choice((("+", _plus), ("·", _times)))
        one, other = (max(rng.randrange(len(cards)), rng.randrange(len(cards))) for _ in range(2))
        cards.append(make(cards[one], cards[other]))
        lines.append(f"t{at + 1} = {names[one]} {sign} {names[other]}")
        names.append(f"t{at + 1}")
    result = cards[len(leaves)]
    for at, card in enumerate(cards[len(leaves) + 1 :], len(leaves) + 1):
        result = _plus(result, card)
        lines.append(f"jumlahkan {names[at]}")
    return Drawn(result, leaves, tuple(cards[4:]), "; ".join(lines))


def _order(result: Card) -> list[Card]:
    order: dict[Card, None] = {}
    stack = [(result, False)]
    while stack:
        card, ready = stack.pop()
        if ready:
            order[card] = None
        elif card not in order:
            stack += [(card, True), *((one, False) for one in card.masukan)]
    return list(order)


def _right(result: Card) -> dict[Card, Tensor]:
    """The gradient of every card that needs one."""
    found = {result: torch.ones_like(result.nilai)}
    for card in reversed(_order(result)):
        for one, vjp in zip(card.masukan, card.vjp, strict=True):
            if one.perlu and card in found:
                sent = vjp(found[card])
                found[one] = found[one] + sent if one in found else sent
    return found


def _hasty(last: bool) -> Callable[[Card], dict[Card, Tensor]]:
    """A stack (`last`) or a queue: a card passes on what it has as often as something comes."""

    def run(result: Card) -> dict[Card, Tensor]:
        found, waiting = {result: torch.ones_like(result.nilai)}, [result]
        while waiting and len(waiting) < 5000:
            card = waiting.pop(-1 if last else 0)
            for one, vjp in zip(card.masukan, card.vjp, strict=True):
                if one.perlu:
                    sent = vjp(found[card])
                    found[one] = found[one] + sent if one in found else sent
                    waiting.append(one)
        return found

    return run


def _overwritten(result: Card) -> dict[Card, Tensor]:
    found = {result: torch.ones_like(result.nilai)}
    for card in reversed(_order(result)):
        found.update({one: vjp(found[card]) for one, vjp in zip(card.masukan, card.vjp, strict=True) if one.perlu and card in found})
    return found


def _in_place(result: Card) -> dict[Card, Tensor]:
    found = {result: torch.ones_like(result.nilai)}
    for card in reversed(_order(result)):
        for one, vjp in zip(card.masukan, card.vjp, strict=True):
            if one.perlu and card in found:
                sent = vjp(found[card])
                found[one] = found[one].add_(sent) if one in found else sent
    return found


def _valued(result: Card) -> dict[Card, Tensor]:
    return {card: result.nilai * gradient for card, gradient in _right(result).items()}


WAIT = "Sebuah kartu bekerja sekali, sesudah semua yang memakainya mengirim."
SLIPS: Mapping[Callable[[Card], dict[Card, Tensor]], Advice] = {
    _overwritten: Advice("Kiriman yang datang kemudian menimpa yang terdahulu.", "Jumlahkan: kalau sudah ada isinya, tambahkan."),
    _valued: Advice("Semuanya terkali nilai `hasil`.", "Gradien awalnya 1, bukan nilai hasilnya."),
    _in_place: Advice("Sebuah gradien diubah di tempat, padahal tensor yang sama juga kiriman kartu lain: `tambah` mengirim g itu sendiri dua kali.",
                      "Buat tensor baru untuk jumlahnya."),
    _hasty(True): Advice("Sebuah kartu meneruskan sebelum semua kirimannya tiba, lalu meneruskan lagi seluruhnya.", WAIT),
    _hasty(False): Advice("Sebuah kartu bekerja setiap kali sesuatu tiba, dan yang lama ikut diteruskan lagi.", WAIT),
}


def _compare(trial: Trial, drawn: Drawn, before: float | None = None, times: int = 1) -> None:
    """Calls the answer so many times.

    Raises Wrong at the first leaf whose gradient differs.
    """
    for leaf in drawn.leaves.values():
        leaf.grad = None if before is None or not leaf.perlu else torch.full_like(leaf.nilai, before)
    inputs = {card: card.masukan for card in _order(drawn.result)}
    with _counting(inputs) as worked:
        for _ in range(times):
            trial.call("mundur", drawn.result, changes=(0,))
    if any(card.masukan is not kept for card, kept in inputs.items()):
        raise Wrong(f"Untuk {drawn.written}: `masukan` sebuah kartu berubah. Graf milik pemanggil dipakai lagi di perjalanan berikutnya.",
                    mend="Baca grafnya saja; yang perlu diingat taruh di kamus atau daftar sendiri.")  # fmt: skip
    right = _right(drawn.result)
    for name, leaf in drawn.leaves.items():
        if not leaf.perlu:
            continue
        want = times * right.get(leaf, torch.zeros_like(leaf.nilai)) + (before or 0.0)
        got = leaf.grad
        if got is None and leaf not in right:
            continue
        if isinstance(got, (int, float)):
            got = torch.tensor(got, dtype=want.dtype)
        if not isinstance(got, Tensor):
            raise Wrong(f"Untuk {drawn.written}: `{name}.grad` {show(got)}, seharusnya {want.item():.4g}.",
                        mend="Daun adalah kartu tanpa masukan; yang sampai di sana ditambahkan ke `.grad`.")  # fmt: skip
        if told := differ(f"{name}.grad", got, want, 1e-9):
            cause, mend = _advice(drawn, leaf, got) if before is None and times == 1 else Advice("", "")
            raise Wrong(f"Untuk {drawn.written}: {told} {cause}".strip(), mend=mend or WAIT)
    if (most := max(worked.values(), default=0)) > times:
        raise Wrong(f"Untuk {drawn.written}: gradiennya tepat, tetapi sebuah kartu bekerja {most} kali dalam {times} perjalanan. "
                    "Pekerjaan itu berlipat dua di setiap pertemuan.", mend=WAIT, check="graphs")  # fmt: skip


@contextmanager
def _counting(cards: Iterable[Card]) -> Iterator[Counter[Vjp]]:
    """How often each local derivative is asked for."""
    kept, worked = {card: card.vjp for card in cards}, Counter[Vjp]()

    def ask(vjp: Vjp, gradient: Tensor) -> Tensor:
        worked[vjp] += 1
        return vjp(gradient)

    for card, vjps in kept.items():
        card.vjp = tuple(partial(ask, vjp) for vjp in vjps)
    try:
        yield worked
    finally:
        for card, vjps in kept.items():
            card.vjp = vjps


def _advice(drawn: Drawn, leaf: Card, got: Tensor) -> Advice:
    for slip, advice in SLIPS.items():
        wrong = slip(drawn.result).get(leaf)
        if wrong is not None and differ("", got, wrong, 1e-9) is None:
            return advice
    return Advice("", WAIT)


def two_ways(trial: Trial) -> None:
    for drawn in (_chain(), _square(), _two_ways()):
        _compare(trial, drawn)


def leaves_only(trial: Trial) -> None:
    for drawn in _few():
        _compare(trial, drawn)
        constants = [one for one in _order(drawn.result) if not one.perlu]
        if any(one.grad is not None for one in constants):
            raise Wrong(f"Untuk {drawn.written}: sebuah konstanta (`perlu=False`) mendapat `.grad`.", mend="Kirim hanya ke masukan yang `perlu`.")
        if any(card.grad is not None for card in (*drawn.between, drawn.result) if card.masukan):
            raise Wrong(
                f"Untuk {drawn.written}: sebuah kartu antara mendapat `.grad`. Di perjalanan berikutnya isinya ikut terkirim lagi.",
                mend="Kumpulkan gradien antara di sebuah kamus milik perjalanan ini.",
            )


def adds(trial: Trial) -> None:
    for drawn in _few():
        try:
            _compare(trial, drawn, before=100.0)
        except Wrong as wrong:
            raise Wrong(f"{wrong} `.grad` semula berisi 100: gradiennya ditambahkan, bukan menggantikan.", mend="Kalau `.grad` sudah ada isinya, tambahkan.") from None
        try:
            _compare(trial, drawn, times=2)
        except Wrong as wrong:
            raise Wrong(f"Dua kali `mundur` pada graf yang sama. {wrong}", mend="Hitungan dan kamusnya dibuat baru di setiap panggilan.") from None


def graphs(trial: Trial) -> None:
    for seed in range(GRAPHS):
        _compare(trial, _random(seed))


def _few() -> Iterator[Drawn]:
    yield from (_chain(), _square(), _two_ways())


CHECKS = (two_ways, leaves_only, adds, graphs)
