"""Program pelajar di samping program yang benar: kasus yang sama, hasil yang sama."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from numbers import Real
from typing import Any, NamedTuple

import torch
from torch import nn

from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

Program = Callable[..., Any]
Results = str | tuple[str, ...]
Outcome = dict[str, object]
ROOM = {torch.float64: 1e-7, torch.float32: 2e-4}  # several steps add up the roundings of another order


class Case(NamedTuple):
    """Satu percobaan: cara menyebutnya dalam pesan, dan pembuat masukannya, yang setiap kali sama."""

    told: str
    make: Callable[[], tuple[Any, ...]]


class Seen(NamedTuple):
    case: Case
    got: Outcome
    want: Outcome


def compare(
    trial: Trial,
    name: str,
    cases: Iterable[Case],
    right: Program,
    slips: Mapping[str, Program],
    changes: tuple[int, ...],
    otherwise: str,
    results: Results = "hasil",
    drive: Program = lambda program, *args: program(*args),
    room: Mapping[torch.dtype, float] = ROOM,
) -> None:
    """Membandingkan `name` dengan `right`: yang dikembalikan, dan setiap parameter model di antara masukannya.

    `changes` adalah nomor masukan yang memang diubah, `results` nama yang dikembalikan (satu, atau satu per unsur
    tuple). `slips` memetakan nasihat ke program keliru yang melakukannya; yang disebut adalah nasihat program yang
    hasilnya sama dengan hasil pelajar di semua kasus, atau `otherwise`. `drive(program, ...)` memanggil program itu
    dengan masukan kasusnya, satu kali atau berkali-kali. `room` adalah beda yang masih diterima, sebagai bagian dari
    nilai terbesar.
    Galat: `Wrong` pada kasus pertama yang berbeda.
    """

    def run(program: Program, case: Case) -> Outcome:
        args = case.make()
        return outcome(right, args, drive(program, *args), results)

    learners = partial(trial.call, name, changes=changes)
    seen = [Seen(case, run(learners, case), run(right, case)) for case in cases]
    for one in seen:
        if told := difference(one.got, one.want, room):
            advice = (
                advice for advice, slip in slips.items() if all(_fits(one, partial(run, slip), room) for one in seen)
            )
            why = next(advice, "") or _in_any_training(one, right, run, room) or otherwise
            raise Wrong(f"{one.case.told}: {told} {why}")


def _in_any_training(
    one: Seen, right: Program, run: Callable[[Program, Case], Outcome], room: Mapping[torch.dtype, float]
) -> str:
    """A mistake that needs no words of the task; empty where it is none of these."""
    start = _parameters(right, one.case.make())
    want = {name: one.want[name] for name in start}
    if start and not difference(one.got, want, room):
        return "Semua parameter modelnya tepat; yang keliru hanya yang dikembalikan."
    if difference(start, want, room) and all(torch.equal(one.got[name], value) for name, value in start.items()):  # type: ignore[arg-type]
        return "Tidak satu parameter pun bergeser: waktu `step()` gradiennya kosong atau nol."
    if _fits(one, partial(run, _forgetful(right)), room):
        return "Gradien langkah sebelumnya tidak dikosongkan, jadi ikut terpakai lagi."
    return ""


def _forgetful(program: Program) -> Program:
    """The same program, of which no gradient is ever emptied."""

    def run(*args: Any) -> Any:
        for arg in args:
            if isinstance(arg, torch.optim.Optimizer):
                arg.zero_grad = lambda set_to_none=True: None  # type: ignore[method-assign]
        return program(*args)

    return run


def outcome(right: Program, args: Sequence[Any], result: object, results: Results = "hasil") -> Outcome:
    """Yang dikembalikan dan parameter model di antara masukan, menurut namanya."""
    return dict(_results(result, results, _precision(args))) | _parameters(right, args)


def _parameters(right: Program, args: Sequence[Any]) -> Outcome:
    return {
        f"{name}.{inner}": value.detach().clone()
        for name, arg in zip(inspect.signature(right).parameters, args)
        if isinstance(arg, nn.Module)
        for inner, value in arg.named_parameters()
    }


def _precision(args: Sequence[Any]) -> torch.dtype:
    """Of the tensors that the program computes with: a number that it returns is no more exact."""
    found = {tensor.dtype for arg in args for tensor in _tensors(arg) if tensor.dtype in ROOM}
    return torch.float32 if torch.float32 in found else torch.float64


def _tensors(arg: object) -> Iterator[torch.Tensor]:
    if isinstance(arg, torch.Tensor):
        yield arg
    elif isinstance(arg, nn.Module):
        yield from arg.parameters()
    elif isinstance(arg, (list, tuple)):
        for part in arg:
            yield from _tensors(part)


def _results(result: object, names: Results, precision: torch.dtype) -> Iterator[tuple[str, object]]:
    parts = [_as_tensor(part, precision) for part in (result if isinstance(result, (list, tuple)) else [result])]
    if isinstance(names, tuple):
        yield "banyaknya hasil", float(len(parts))
        yield from zip(names, parts)
    elif isinstance(result, (list, tuple)):
        yield f"len({names})", float(len(parts))
        yield from ((f"{names}[{number}]", part) for number, part in enumerate(parts))
    else:
        yield names, parts[0]


def _as_tensor(value: object, precision: torch.dtype) -> object:
    """A number as a tensor, so that one rule compares everything; a tensor as it is now."""
    if isinstance(value, Real) and not isinstance(value, bool):
        return torch.tensor(float(value), dtype=precision)
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


def difference(got: Outcome, want: Outcome, room: Mapping[torch.dtype, float] = ROOM) -> str | None:
    """Beda pertama di antara dua hasil; None bila sama."""
    for name, right in want.items():
        mine = got.get(name)
        if isinstance(right, torch.Tensor):
            if isinstance(mine, torch.Tensor) and mine.ndim == right.ndim == 0:
                mine = mine.to(right.dtype)  # a number is a number, whatever holds it
            told = differ(name, mine, right, room[right.dtype])
        else:
            told = None if mine == right else f"`{name}` seharusnya {show(right)}; milik Anda {show(mine)}."
        if told:
            return told
    return None


def _fits(one: Seen, slip: Callable[[Case], Outcome], room: Mapping[torch.dtype, float]) -> bool:
    """Whether a mistaken program comes to the same as the learner's."""
    try:
        slipped = slip(one.case)
    except (RuntimeError, ValueError, TypeError):  # a mistake that does not fit this case
        return False
    return one.got.keys() == slipped.keys() and difference(one.got, slipped, room) is None
