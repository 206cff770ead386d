"""Checks for points alone: what the judge of a notebook sees in the class itself, or tells of all faults at once."""

from collections.abc import Mapping, Sequence

import torch
from torch.autograd.function import BackwardCFunction

from jejak.data import SEEDS, normal
from jejak.tasks import rekan_baru
from jejak.trial import Check, Trial
from jejak.verdict import Wrong


def ends_in_own_function(name: str, *more: float) -> Check:
    """Whether the graph of a result ends in a `torch.autograd.Function`, as far as the learner's side tells."""

    def own_function(trial: Trial) -> None:
        y = trial.call(name, normal(SEEDS[0], 5).requires_grad_(), *more)
        if not isinstance(y, torch.Tensor) or not isinstance(y.grad_fn, BackwardCFunction):
            raise Wrong(f"Graf hasil `{name}` tidak berujung di `torch.autograd.Function` milik Anda. "
                        "Kembalikan hasil `.apply(...)`.")  # fmt: skip

    return own_function


def without(name: str) -> Check:
    """Whether one fault of the long program is gone."""

    def gone(trial: Trial) -> None:
        def train(*args: object) -> object:
            return trial.call("latih", *args, changes=(0, 4))

        if any(rekan_baru.difference(train, one) for one in rekan_baru.PROBES[name]):
            raise Wrong("Satu kesalahan masih ada.")

    gone.__name__ = name
    return gone


MORE: Mapping[str, Sequence[Check]] = {
    "02_sigmoid_kustom": [ends_in_own_function("my_sigmoid")],
    "20_balik_gradien": [ends_in_own_function("reverse", 2.5)],
    "62_rekan_baru": [*map(without, rekan_baru.PROBES)],
}
