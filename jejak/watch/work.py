"""Menghitung kerja torch di dalam sebuah blok: banyaknya operasi, dan tensor terbesar yang dibuatnya."""

import math
from typing import Any, Self

import torch

from autograd_viz.tracing.torch_internals import TorchDispatchMode
from jejak.verdict import Wrong

RUNNING: list["Work"] = []  # every one that counts now, the innermost last


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
        self.counts = True
        self.most, self.excess = most, excess

    def __enter__(self) -> Self:
        super().__enter__()
        RUNNING.append(self)
        return self

    def __exit__(self, *how: object) -> None:
        RUNNING.remove(self)
        super().__exit__(*how)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        if self.counts:
            parts = made if isinstance(made, (tuple, list)) else [made]
            self.add(1, max((part.numel() for part in parts if isinstance(part, torch.Tensor)), default=0))
        return made

    def add(self, operations: int, largest: int) -> None:
        """Menambahkan kerja yang dihitung di tempat lain; melempar `excess` bila terlalu banyak."""
        self.operations += operations
        if self.excess is not None and self.operations > self.most:
            raise self.excess
        self.largest = max(self.largest, largest)
