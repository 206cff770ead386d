"""Yang tidak dapat direkam: dihitung menurut jenisnya selagi kode berjalan, dengan tempat pertamanya."""

from __future__ import annotations

from typing import Literal

from autograd_viz.capturing.source_map import CodePosition

MissingKind = Literal[
    "operation", "backward", "gradient", "cut", "module", "optimizer", "zero_grad", "names"
]  # fmt: skip


class FirstMissing:
    """Banyaknya yang tidak terekam dari satu jenis, tempat pertamanya, dan galat yang menyebabkannya."""

    __slots__ = ("count", "error", "position")

    def __init__(self, position: CodePosition | None, error: BaseException | None) -> None:
        self.count = 0
        self.position = position
        self.error = None if error is None else f"{type(error).__name__}: {error}"


class MissingLog:
    """Catatan semua yang tidak terekam; galat di dalam alat ini sendiri tidak boleh menjadi galat pengguna."""

    def __init__(self) -> None:
        self.kinds: dict[MissingKind, FirstMissing] = {}

    def note(self, kind: MissingKind, position: CodePosition | None = None, error: BaseException | None = None) -> None:
        """Mencatat satu hal yang tidak terekam."""
        found = self.kinds.get(kind)
        if found is None:
            found = self.kinds[kind] = FirstMissing(position, error)
        found.count += 1
