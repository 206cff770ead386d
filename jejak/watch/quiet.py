"""Jawaban diperiksa puluhan kali: cetakannya tidak sampai ke notebook, dan ia tidak bisa menunggu ketikan."""

import builtins
import io
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import NoReturn
from unittest.mock import patch

ASKED = "input() dan breakpoint() tidak bisa menunggu ketikan selagi jawaban diperiksa"


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def _ask(*args: object, **kwargs: object) -> NoReturn:
    raise EOFError(ASKED)


@contextmanager
def quiet() -> Iterator[None]:
    """Membuang cetakan dan peringatan di dalamnya; `input()` dan `breakpoint()` melempar `EOFError`."""
    nowhere = _Nowhere()
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(redirect_stdout(nowhere))
        stack.enter_context(redirect_stderr(nowhere))
        stack.enter_context(patch.object(builtins, "input", _ask))
        stack.enter_context(patch.object(sys, "breakpointhook", _ask))
        warnings.simplefilter("ignore")
        yield
