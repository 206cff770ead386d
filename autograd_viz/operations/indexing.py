"""Indeks sebagai tulisan Python: `Select`, `Slice`, `Unsqueeze`, dan `Index` menjadi satu `[1:, None, 2]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_viz.graph import INDICES as PARTS
from autograd_viz.graph import OWN

INDEX = f"{OWN}index"  # the whole index of several operations in a row
PLAIN = {"SelectBackward0", "SliceBackward0", "UnsqueezeBackward0"}
TENSORS = "IndexBackward0"
ALL, MANY = ":", 2
_OPEN_END = 2**63 - 1
_WRAPPED = 2**64  # torch reports a negative number as an unsigned 64-bit one


class Index:
    """Satu indeks yang sedang disusun: satu tulisan untuk setiap dimensi asal, dan yang masih ada sesudahnya."""

    def __init__(self, dimensions: int) -> None:
        self.cells: list[list[str]] = [[ALL] for _ in range(dimensions)]
        self.left: list[list[str]] = list(self.cells)  # the dimensions of the result so far

    def apply(self, op: str, attributes: Mapping[str, str]) -> bool:
        """Menambahkan satu operasi; `False` bila ia tidak dapat menjadi bagian indeks yang sama."""
        if op == TENSORS:
            return self._tensors(attributes)
        dim = _number(attributes.get("dim"))
        if dim is None:
            return False
        room = len(self.left) + (op == "UnsqueezeBackward0")
        dim += room * (dim < 0)
        if not 0 <= dim < room:
            return False
        if op == "UnsqueezeBackward0":
            at = _place(self.cells, self.left[dim]) if dim < len(self.left) else len(self.cells)
            cell = ["None"]
            self.cells.insert(at, cell)
            self.left.insert(dim, cell)
            return True
        cell = self.left[dim]
        text = _slice(attributes) if op == "SliceBackward0" else attributes.get("index")
        number = _number(attributes.get("index"))
        if cell[0] != ALL or text is None or (op == "SelectBackward0" and number is None):
            return False
        cell[0] = text if op == "SliceBackward0" else str(number)
        if op == "SelectBackward0":
            del self.left[dim]
        return True

    def _tensors(self, attributes: Mapping[str, str]) -> bool:
        texts = attributes[PARTS].split("\n") if PARTS in attributes else []
        if not texts or len(texts) > len(self.left):
            return False
        for cell, text in zip(self.left, texts, strict=False):
            if text != ALL:
                if cell[0] != ALL:
                    return False
                cell[0] = text
        self.left = []  # where the dimensions of an index tensor stand depends on its neighbours
        return True

    @property
    def text(self) -> str:
        """Tulisannya, misalnya `[1:, 2]`; `...` bila hanya dimensi terakhir dari tiga atau lebih yang diindeks."""
        parts = [cell[0] for cell in self.cells]
        while len(parts) > 1 and parts[-1] == ALL:
            parts.pop()
        leading = len(parts) - 1
        if leading >= MANY and len(parts) == len(self.cells) and all(part == ALL for part in parts[:-1]):
            parts[:-1] = ["..."]
        return f"[{', '.join(parts)}]"


def index_text(op: str, attributes: Sequence[tuple[str, str]], dimensions: int | None = None) -> str | None:
    """Indeks satu operasi; None bila ukurannya tidak diketahui.

    >>> index_text("SelectBackward0", [("dim", "1"), ("index", "-1"), ("self_sizes", "(2, 3)")])
    '[:, -1]'
    >>> index_text("SliceBackward0", [("dim", "0"), ("start", "0"), ("end", "9223372036854775807"), ("step", "2")], 1)
    '[::2]'
    """
    known = dict(attributes)
    if INDEX in known:
        return known[INDEX]
    if op == TENSORS and PARTS in known:
        return f"[{known[PARTS].replace(chr(10), ', ')}]"
    count = dimensions_of(known, dimensions)
    if count is None:
        return None
    index = Index(count)
    return index.text if index.apply(op, known) else None


def dimensions_of(attributes: Mapping[str, str], otherwise: int | None = None) -> int | None:
    """Banyaknya dimensi masukan, dari ukuran yang disimpan simpulnya."""
    sizes = attributes.get("self_sizes", "")
    if sizes.startswith("(") and sizes.endswith(")"):
        return len([part for part in sizes[1:-1].split(",") if part.strip()])
    return otherwise


def _place(cells: Sequence[list[str]], wanted: list[str]) -> int:
    return next(at for at, cell in enumerate(cells) if cell is wanted)


def _number(text: str | None) -> int | None:
    try:
        number = int((text or "").replace("−", "-"))
    except ValueError:
        return None
    return number - _WRAPPED if number >= _WRAPPED // 2 else number


def _slice(attributes: Mapping[str, str]) -> str | None:
    start, end, step = (_number(attributes.get(name)) for name in ("start", "end", "step"))
    if start is None and end is None:
        return None
    first = "" if start in (None, 0) else str(start)
    last = "" if end is None or end >= _OPEN_END else str(end)
    return f"{first}:{last}" + ("" if step in (None, 1) else f":{step}")
