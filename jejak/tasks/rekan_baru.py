"""Latihan 62: program pelatihan dengan empat kesalahan diam-diam; yang dikatakan banyaknya, bukan tempatnya."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from jejak.catalog import find
from jejak.data import SEEDS, normal
from jejak.difference import differ
from jejak.models import fill, network
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

NAME = "62_rekan_baru"
LOGGED = ("laju", "latih", "uji", "bobot")
ROOM = 5e-4  # torch divides by norm + 1e-6 when it clips, and many steps follow
NEVER = 1e6  # a limit that no norm reaches
# How each of the faults is mended: the lines as they stand, and the lines in their place.
MENDS: Mapping[str, tuple[str, str]] = {
    "penalty": (
        "    with torch.no_grad():\n        return sum(",
        "    return sum(",
    ),
    "clipping": (
        "        nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)\n        jumlah += loss.item()\n",
        "        jumlah += loss.item()\n    nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)\n",
    ),
    "mode": ("        jumlah = 0.0\n        for baris in", "        model.train()\n        jumlah = 0.0\n        for baris in"),
    "best": (
        "loss_uji, model.state_dict()",
        "loss_uji, {name: value.clone() for name, value in model.state_dict().items()}",
    ),
}
MEND = (
    "Setiap janji di bagian *Yang dijanjikan program ini* bisa diuji sendirian. Matikan yang lain dengan `setelan`, lalu bandingkan dua angka yang dijanjikan sama: misalnya "
    "hasil dengan potongan kecil dan dengan potongan sebesar batch."
)
Program = Callable[..., Any]
Outcome = dict[str, torch.Tensor]


class Situation(NamedTuple):
    """One run of the training: the sizes of the model, and the settings in which only what is named can show."""

    settings: SimpleNamespace
    sizes: tuple[int, ...] = (3, 4, 1)
    rows: int = 7
    moody: bool = False
    seed: int = SEEDS[0]


class Moody(nn.Module):
    """Twice as large in training, without chance; remembers whether it was recorded."""

    recorded = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.recorded = self.recorded or torch.is_grad_enabled()
        return x * 2 if self.training else x


def program(mended: Sequence[str] = tuple(MENDS)) -> dict[str, Any]:
    """Program yang diberikan, dengan kesalahan-kesalahan bernama itu diperbaiki.

    >>> program()["laju"](0, SimpleNamespace(pemanasan=2, lr=1.0, epoch=4))
    0.5
    """
    source = find(NAME).given
    for name in mended:
        source = source.replace(*MENDS[name])
    names: dict[str, Any] = {"__name__": "rekan", "torch": torch, "nn": nn, "F": F, "math": math}
    exec(compile(source, "<rekan>", "exec"), names)
    return names


@cache
def _right() -> dict[str, Any]:
    return program()


def settings(**other: Any) -> SimpleNamespace:
    """Setelan yang menyembunyikan keempat kesalahan, kecuali yang diganti di sini."""
    usual: dict[str, Any] = {"epoch": 3, "batch": 7, "potongan": 7, "lr": 0.02, "pemanasan": 2, "batas": NEVER, "denda": 0.0}
    return SimpleNamespace(**(usual | other))


# Nothing of the four faults shows in these, so a program that differs here has lost something that was right.
PLAIN = (
    Situation(settings()),
    Situation(settings(batch=3, potongan=2), rows=8, seed=SEEDS[1]),
    Situation(settings(potongan=3, pemanasan=0), sizes=(2, 3, 2)),
    Situation(settings(batas=0.5, epoch=1)),
    Situation(settings(epoch=1), sizes=(4, 1), rows=1),
    Situation(settings(epoch=1), moody=True),
)
# In each of these just one of them shows.
PROBES: Mapping[str, tuple[Situation, ...]] = {
    "penalty": (Situation(settings(denda=0.1)), Situation(settings(denda=0.03, batch=4), rows=9, sizes=(2, 3, 2), seed=SEEDS[1])),
    "clipping": (Situation(settings(potongan=3, batas=0.2)), Situation(settings(batch=5, potongan=2, batas=0.05), rows=10, seed=SEEDS[1])),
    "mode": (Situation(settings(), moody=True), Situation(settings(epoch=2, batch=4, lr=0.003), rows=8, moody=True, seed=SEEDS[1])),
    "best": (Situation(settings(epoch=6, lr=0.5, pemanasan=0)), Situation(settings(epoch=5, lr=0.2, batch=4), rows=8, seed=SEEDS[1])),
}
TOGETHER = (
    Situation(settings(epoch=4, lr=0.2, denda=0.2, batch=6, potongan=4, batas=1.5), rows=13, moody=True),
    Situation(settings(epoch=4, lr=0.3, denda=0.1, batch=5, potongan=3, batas=0.8), rows=11, sizes=(2, 5, 1), moody=True, seed=SEEDS[1]),
)


def _arguments(one: Situation) -> tuple[Any, ...]:
    model = network(one.seed, *one.sizes)
    if one.moody:
        model.insert(len(model) - 1, Moody())
    rule, x, seen = normal(one.seed + 1, one.sizes[0], one.sizes[-1]), normal(one.seed + 2, one.rows, one.sizes[0]), normal(one.seed + 3, 5, one.sizes[0])
    return model, (x, x @ rule), (seen, seen @ rule), one.settings, torch.Generator().manual_seed(one.seed)


def run(train: Program, one: Situation) -> Outcome:
    """Riwayat dan parameter sesudah satu pelatihan, menurut namanya.

    Galat: `Wrong` bila riwayatnya bukan daftar catatan yang dijanjikan.
    """
    model, *rest = _arguments(one)
    history = train(model, *rest)
    if not isinstance(history, (list, tuple)) or len(history) != one.settings.epoch:
        raise Wrong(f"`latih` seharusnya mengembalikan riwayat dengan satu catatan per epoch; milik Anda {show(history)}.", check="intact")
    found: Outcome = {}
    for epoch, row in enumerate(history):
        for key in LOGGED:
            if not isinstance(row, Mapping) or not isinstance(row.get(key), (int, float)):
                raise Wrong(f"`riwayat[{epoch}]` seharusnya memuat bilangan Python bernama {', '.join(LOGGED)}; `{key}` di situ "
                            f"{show(row.get(key) if isinstance(row, Mapping) else row)}.", check="intact")
            found[f"riwayat[{epoch}]['{key}']"] = torch.tensor(float(row[key]), dtype=torch.float64)
    return found | {f"model.{name}": value.detach().clone() for name, value in model.named_parameters()}


def difference(train: Program, one: Situation) -> str | None:
    """Beda pertama dari program yang benar; None bila tidak ada."""
    want, got = run(_right()["latih"], one), run(train, one)
    return next((told for name, value in want.items() if (told := differ(name, got.get(name), value, ROOM))), None)


def left(train: Program) -> list[str]:
    """Kesalahan yang masih ada di sebuah program pelatihan."""
    return [name for name, situations in PROBES.items() if any(difference(train, one) for one in situations)]


def _train(trial: Trial) -> Program:
    def train(*args: Any) -> Any:
        return trial.call("latih", *args, changes=(0, 4))

    return train


def _cases(names: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """What stands around the training, with a result that anybody can compare."""
    x, y = normal(SEEDS[0], 6, 3), normal(SEEDS[1], 4, 3)
    schedule = settings(epoch=6, pemanasan=2, lr=0.3)
    yield "baca_catatan(4, 3)[0]", lambda: names["baca_catatan"](4, 3)[0]
    yield "baca_catatan(4, 3)[1]", lambda: names["baca_catatan"](4, 3)[1]
    yield "bakukan(latih, uji)[0]", lambda: names["bakukan"](x, y)[0]
    yield "bakukan(latih, uji)[1]", lambda: names["bakukan"](x, y)[1]
    yield "kelompok(5, 2, pengacak)", lambda: torch.cat(list(names["kelompok"](5, 2, torch.Generator().manual_seed(3))))
    yield "laju", lambda: torch.tensor([names["laju"](epoch, schedule) for epoch in range(6)])
    yield "Penaksir(3, 4, 0.0)(x)", lambda: fill(names["Penaksir"](3, 4, 0.0).double(), SEEDS[0])(x)
    yield "besar_bobot(model)", lambda: names["besar_bobot"](network(SEEDS[0], 3, 4, 1))
    yield "nilai(model, x, y, setelan)", lambda: torch.tensor(names["nilai"](network(SEEDS[0], 3, 2), x, x[:, :2], settings(potongan=4)))


def intact(trial: Trial) -> None:
    """Yang tidak termasuk empat kesalahan itu tetap seperti semula."""
    for (name, mine), (_, right) in zip(_cases(trial.parts), _cases(_right())):
        if told := differ(name, mine(), right(), 1e-5):
            raise Wrong(f"Ada yang semula benar dan sekarang tidak. {told}")
    moody = Moody()
    trial.call("nilai", moody, normal(1, 4, 2), normal(2, 4, 2), settings(potongan=3), changes=(0,))
    if moody.recorded:
        raise Wrong("Selagi `nilai` berjalan, pencatatan menyala: setiap penilaian membuat graf yang tidak pernah dilalui. Semula tidak begitu.")
    for one in PLAIN:
        if told := difference(_train(trial), one):
            s = one.settings
            raise Wrong(
                f"Ada yang semula benar dan sekarang tidak. Dengan epoch {s.epoch}, batch {s.batch}, potongan {s.potongan}, denda 0, batas {s.batas:g}, "
                f"dan {one.rows} baris: {told}"
            )


def faults(trial: Trial) -> None:
    train = _train(trial)
    if still := left(train):
        raise Wrong(f"Dari empat kesalahan program ini, {_counted(len(still))}. Yang tidak termasuk keempatnya masih seperti semula.", mend=MEND)


def _counted(number: int) -> str:
    return "keempatnya masih ada" if number == len(MENDS) else f"{number} masih ada"


def together(trial: Trial) -> None:
    for one in TOGETHER:
        if told := difference(_train(trial), one):
            raise Wrong(
                f"Diuji satu per satu, keempat kesalahan itu sudah hilang; bila semuanya bekerja bersama, hasilnya belum sama. {told}",
                mend="Cobalah dengan `denda`, `potongan` kecil, dan `batas` kecil sekaligus: gradien mana yang dipotong, dan apakah denda sudah di dalamnya?",
            )


CHECKS = (intact, faults, together)
