"""Yang tidak dapat direkam: dihitung menurut jenisnya selagi kode berjalan, dengan tempat pertamanya."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from autograd_viz.capturing.source_map import CodePosition, line_of
from autograd_viz.recording.events import MissingKind
from autograd_viz.recording.missing import missing_line, missing_sentence


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

    def warn(self, stacklevel: int) -> None:
        """Memperingatkan sekali bila ada yang tidak terekam; di notebook gambar dan filmnya sudah mengatakannya."""
        if self.kinds and not _in_notebook():
            told = [missing_sentence(kind, one.count, _where(one.position)) for kind, one in self.kinds.items()]
            errors = [one.error for one in self.kinds.values() if one.error]
            reason = f" Galat pertama di dalam alat ini: {errors[0]}." if errors else ""
            warnings.warn(missing_line(told) + reason, RuntimeWarning, stacklevel=stacklevel + 1)


def _where(position: CodePosition | None) -> str:
    line = None if position is None else line_of(position)
    return "" if position is None or line is None else f"{Path(position[0].co_filename).name}, baris {line}"


def _in_notebook() -> bool:
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return ask is not None and hasattr(ask(), "kernel")
