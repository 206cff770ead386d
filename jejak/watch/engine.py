"""Melihat apakah jawaban yang seharusnya menurunkan dengan tangan menyuruh torch mengerjakannya."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from torch.autograd import forward_ad
from torch.autograd.variable import Variable

from autograd_viz.tracing.torch_internals import EXECUTION_ENGINE, sees_engine
from jejak.verdict import Wrong

ADVICE = (
    "Jawaban Anda memakai autograd ({how}). Di sini turunannya diminta dari rumus: tulis tiap faktor aturan rantai "
    "dengan operasi tensor biasa, lalu pakai autograd hanya untuk memeriksanya."
)

class _Silent:
    """Stands where torch's engine stands: every gradient in reverse mode passes here."""

    def run_backward(self, *args: Any, **kwargs: Any) -> Any:
        raise Wrong(ADVICE.format(how="`backward` atau `torch.autograd.grad`"), check="no_autograd")


def _no_dual_level() -> int:
    raise Wrong(ADVICE.format(how="mode maju, misalnya `jvp` atau `jacfwd`"), check="no_autograd")


@contextmanager
def without_autograd() -> Iterator[None]:
    """Melempar `Wrong` bila kode di dalamnya meminta turunan kepada torch, dalam mode mundur atau maju."""
    with ExitStack() as stack:
        if sees_engine():
            stack.enter_context(patch.object(Variable, EXECUTION_ENGINE, _Silent()))
        stack.enter_context(patch.object(forward_ad, "enter_dual_level", _no_dual_level))
        yield


def forbids_autograd() -> bool:
    """Apakah kode yang berjalan sekarang ada di dalam `without_autograd`."""
    return sees_engine() and isinstance(getattr(Variable, EXECUTION_ENGINE), _Silent)


COUNTERS: list[list[str]] = []  # those of every `counting_autograd` that runs now


@contextmanager
def counting_autograd() -> Iterator[list[str] | None]:
    """Daftar yang bertambah setiap kali kode di dalamnya meminta turunan kepada torch; None bila itu tak terlihat."""
    if not sees_engine():
        yield None
        return
    calls: list[str] = []
    engine, enter = getattr(Variable, EXECUTION_ENGINE), forward_ad.enter_dual_level

    class Counted:
        def run_backward(self, *args: Any, **kwargs: Any) -> Any:
            calls.append("reverse")
            return engine.run_backward(*args, **kwargs)

    def enter_counted() -> int:
        calls.append("forward")
        return enter()

    with ExitStack() as stack:
        stack.enter_context(patch.object(Variable, EXECUTION_ENGINE, Counted()))
        stack.enter_context(patch.object(forward_ad, "enter_dual_level", enter_counted))
        COUNTERS.append(calls)
        stack.callback(COUNTERS.pop)
        yield calls
