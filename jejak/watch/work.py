"""Menghitung kerja torch di dalam sebuah blok: banyaknya operasi, dan tensor terbesar yang dibuatnya."""

import math
from typing import Any

import torch

from autograd_viz.tracing.torch_internals import TorchDispatchMode
from jejak.verdict import Wrong


class Work(TorchDispatchMode):
    """Operasi yang berjalan, juga saat mundur; `largest` banyaknya unsur tensor terbesar yang dihasilkan.

    Di bawah vmap yang terhitung adalah seluruh tumpukannya. Lebih dari `most` operasi melempar `excess`.

    >>> with Work() as done:
    ...     _ = torch.ones(3) * 2
    >>> done.largest
    3
    """

    def __init__(self, most: float = math.inf, excess: Wrong | None = None) -> None:
        super().__init__()
        self.operations = self.largest = 0
        self.most, self.excess = most, excess

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        self.operations += 1
        if self.excess is not None and self.operations > self.most:
            raise self.excess
        for part in made if isinstance(made, (tuple, list)) else [made]:
            if isinstance(part, torch.Tensor):
                self.largest = max(self.largest, part.numel())
        return made
