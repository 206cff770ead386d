"""Latihan 52: gradien dikumpulkan dari lembar yang tidak sama besar, dan parameter yang tidak pernah mendapat gradien."""

from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any, NamedTuple

import torch
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.models import OPTIMIZERS, fill
from jejak.show import show
from jejak.tasks.putaran_posyandu import MEAN, SLIPS, Sheets, Slip, Steps, turn
from jejak.trial import Trial
from jejak.verdict import Wrong

ROOM = {torch.float64: 1e-8, torch.float32: 3e-4}
# Rows of each sheet, and how many sheets make a step.
SHEETS = (((4, 1, 3, 2), 2), ((2, 5, 1), 2), ((3, 3, 1, 6), 3), ((5,), 4), ((1, 4), 1))


class Case(NamedTuple):
    rows: tuple[int, ...]
    gather: int
    optimizer: str
    dtype: torch.dtype

    @property
    def told(self) -> str:
        return f"Lembar berisi {', '.join(map(str, self.rows))} baris, {self.gather} lembar per langkah, {self.optimizer}"


class Weighing(nn.Module):
    """Two inputs to one result; one layer is never used, and one unit is dead."""

    def __init__(self, dtype: torch.dtype, dead: bool = True) -> None:
        super().__init__()
        self.masuk = nn.Linear(2, 3, dtype=dtype)
        self.cadangan = nn.Linear(3, 1, dtype=dtype)
        self.keluar = nn.Linear(3, 1, dtype=dtype)
        fill(self, SEEDS[0])
        if dead:
            with torch.no_grad():
                self.masuk.bias.fill_(-50.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.keluar(torch.relu(self.masuk(x)))
        return y


def _model(dtype: torch.dtype) -> nn.Sequential:
    return fill(nn.Sequential(nn.Linear(2, 3, dtype=dtype), nn.Tanh(), nn.Linear(3, 1, dtype=dtype)), SEEDS[0])


def _sheets(rows: Sequence[int], dtype: torch.dtype) -> Sheets:
    return [(normal(SEEDS[1] + 10 * k, n, 2, dtype=dtype), k + normal(SEEDS[1] + 10 * k + 5, n, 1, dtype=dtype)) for k, n in enumerate(rows)]


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, (rows, gather) in enumerate(SHEETS):
            for name in list(OPTIMIZERS)[number % 2 :: 2] if dtype == torch.float32 else OPTIMIZERS:
                yield Case(rows, gather, name, dtype)


def _arguments(case: Case) -> tuple[nn.Module, torch.optim.Optimizer, Sheets, int]:
    model = _model(case.dtype)
    return model, OPTIMIZERS[case.optimizer](model.parameters()), _sheets(case.rows, case.dtype), case.gather


def _call(trial: Trial, *args: Any) -> tuple[Steps, list[str]]:
    got = trial.call("satu_putaran", *args, changes=(0, 1))
    if not isinstance(got, (tuple, list)) or len(got) != 2 or isinstance(got[0], Real):
        raise Wrong(f"`satu_putaran` seharusnya mengembalikan dua hal, riwayat dan nama; milik Anda {show(got)}.", check="losses")
    history, quiet = got
    if not isinstance(history, (list, tuple)) or not all(isinstance(loss, Real) and not isinstance(loss, bool) for loss in history):
        raise Wrong(f"Riwayat seharusnya daftar bilangan Python, satu per langkah; milik Anda {show(history)}.", check="losses",
                    mend="Tensor loss menahan grafnya; ambil angkanya dengan `.item()`.")  # fmt: skip
    return [float(loss) for loss in history], list(quiet) if isinstance(quiet, (list, tuple, set)) else [quiet]


class Seen(NamedTuple):
    """One case after the learner's turn."""

    case: Case
    history: Steps
    model: nn.Module


def _moved(mine: nn.Module, want: nn.Module, room: float) -> str | None:
    pairs = zip(mine.named_parameters(), want.parameters())
    return next((told for (name, got), right in pairs if (told := differ(name, got, right, room))), None)


def _listed(mine: Steps, want: Steps, room: float) -> str | None:
    if len(mine) != len(want):
        return f"Riwayat Anda berisi {len(mine)} loss, seharusnya {len(want)}, satu per langkah."
    return differ("riwayat", torch.tensor(mine, dtype=torch.float64), torch.tensor(want, dtype=torch.float64), room)


def losses(trial: Trial) -> None:
    """Langkah dan riwayatnya."""
    seen = []
    for case in _cases():
        arguments = _arguments(case)
        seen.append(Seen(case, _call(trial, *arguments)[0], arguments[0]))
    for case, history, model in seen:
        right = _arguments(case)
        want = turn(*right)
        if told := _moved(model, right[0], ROOM[case.dtype]):
            cause, mend = next((advice for advice, slip in SLIPS if all(_fits(one, slip) for one in seen)), MEAN)
            raise Wrong(f"{case.told}: {told} {cause}".strip(), mend=mend)
        if told := _listed(history, want, ROOM[case.dtype]):
            raise Wrong(f"{case.told}: parameternya tepat. {told}", mend="Riwayat memuat, untuk setiap langkah, rata-rata loss atas semua baris kelompoknya.")


def _fits(one: Seen, slip: Slip) -> bool:
    other = _arguments(one.case)
    slip(*other)
    return _moved(one.model, other[0], 1e-4) is None


def stale(trial: Trial) -> None:
    """Gradien yang tertinggal dari pekerjaan lain, juga pada lapisan yang tidak dipakai."""
    for name, make in OPTIMIZERS.items():
        models = [Weighing(torch.float64, dead=False) for _ in range(2)]
        for parameter in models[0].parameters():
            parameter.grad = torch.full_like(parameter, 7.0)
        opt = make(models[0].parameters())
        left = _watched(opt, models[0])
        _call(trial, models[0], opt, _sheets((3, 2), torch.float64), 2)
        turn(models[1], make(models[1].parameters()), _sheets((3, 2), torch.float64), 2)
        if told := _moved(models[0], models[1], ROOM[torch.float64]):
            why = left[0] if left else ""
            raise Wrong(f"Sebelum dipanggil setiap `.grad` berisi 7, sisa pekerjaan lain. Dengan {name}: {told} {why}".strip(),
                        mend="Kosongkan gradien di awal setiap kelompok: bagi optimizer, kosong (`None`) berarti dilewati, sedangkan nol tetap sebuah gradien.")  # fmt: skip


def _watched(opt: torch.optim.Optimizer, model: Weighing) -> list[str]:
    """What is left at each step, once the steps have been made."""
    found: list[str] = []
    opt.register_step_pre_hook(lambda *_: found.append(_left(model)))
    return found


def _left(model: Weighing) -> str:
    """What has become of the old gradient of a layer that no loss reaches."""
    grad = model.cadangan.weight.grad
    if grad is None:
        return ""
    if grad.any():
        return "Di `step()` pertama isi lama itu masih ada, jadi optimizer melangkah dengannya."
    return "Isi lama itu Anda jadikan nol, seperti oleh `zero_grad(set_to_none=False)` atau `zero_()`, dan lapisan yang tidak dipakai pun melangkah dengan nol itu."


def one_graph(trial: Trial) -> None:
    """Memori: satu lembar pada satu saat."""
    alive, most = [0], [0]

    class Counted(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            alive[0] += 1
            most[0] = max(most[0], alive[0])
            return x.clone()

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            alive[0] -= 1
            return grads[0]

    class Counting(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = Counted.apply(x)
            return y

    model = nn.Sequential(*_model(torch.float64), Counting())
    _call(trial, model, OPTIMIZERS["SGD"](model.parameters()), _sheets((2, 2, 2, 2), torch.float64), 4)
    if most[0] > 1:
        raise Wrong(f"{most[0]} graf lembar hidup bersamaan. Yang dipecah menjadi lembar justru supaya hanya satu yang menahan simpanan.",
                    mend="Panggil `backward()` segera sesudah loss setiap lembar.")  # fmt: skip


def quiet(trial: Trial) -> None:
    """Yang tidak pernah mendapat gradien: kosong, nol, atau beku; bukan yang sesekali nol."""
    dtype, sheets = torch.float64, _sheets((2, 3, 1), torch.float64)
    awake = Weighing(dtype, dead=False)
    frozen = Weighing(dtype, dead=False)
    frozen.masuk.requires_grad_(False)
    situations = {
        "satu lapisan tidak dipakai": (awake, sheets, ["cadangan.weight", "cadangan.bias"]),
        "satu lapisan tidak dipakai dan semua unit ReLU mati": (Weighing(dtype), sheets, ["masuk.weight", "masuk.bias", "cadangan.weight", "cadangan.bias", "keluar.weight"]),
        "satu lapisan beku dan satu tidak dipakai": (frozen, sheets, ["masuk.weight", "masuk.bias", "cadangan.weight", "cadangan.bias"]),
        "semua belajar": (_model(dtype), sheets, []),
        "gradiennya sangat kecil": (_model(dtype), [(x, _model(dtype)(x).detach() + 1e-9) for x, _ in sheets], []),
        "belajar hanya di langkah pertama": (_early(), [(torch.ones(1, 1, dtype=dtype), torch.full((1, 1), 3.0, dtype=dtype)), (torch.zeros(1, 1, dtype=dtype), torch.zeros(1, 1, dtype=dtype))], []),
        "belajar hanya di langkah terakhir": (_early(), [(torch.zeros(1, 1, dtype=dtype), torch.zeros(1, 1, dtype=dtype)), (torch.ones(1, 1, dtype=dtype), torch.full((1, 1), 3.0, dtype=dtype))], []),
    }  # fmt: skip
    for what, (model, given, want) in situations.items():
        for make in OPTIMIZERS.values():
            got = _call(trial, model, make(model.parameters()), given, 1)[1]
            if got != want:
                raise Wrong(f"Bila {what}, nama yang disebut seharusnya {want}; milik Anda {show(got)}. {_quiet_advice(got, want)}".strip(),
                            mend="Periksa `.grad` setiap parameter sesudah gradien sekelompok terkumpul dan sebelum dikosongkan, di setiap langkah.")  # fmt: skip
            model = _again(model)


def _early() -> nn.Module:
    model = nn.Linear(1, 1, bias=False, dtype=torch.float64)
    return fill(model, SEEDS[0])


def _again(model: nn.Module) -> nn.Module:
    for parameter in model.parameters():
        parameter.grad = None
    return model


def _quiet_advice(got: Sequence[object], want: Sequence[str]) -> str:
    if set(map(str, got)) == set(want):
        return "Isinya tepat; urutannya mengikuti `named_parameters()`."
    if set(map(str, got)) < set(want):
        return "Yang `.grad`-nya kosong dan yang `.grad`-nya nol semua sama-sama tidak belajar."
    return "Yang pernah mendapat gradien di salah satu langkah tidak disebut, sekecil apa pun gradiennya."


CHECKS = (losses, stale, one_graph, quiet)
