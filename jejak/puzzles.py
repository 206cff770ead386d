"""Dua puluh teka-teki VJP: fungsinya, masukan contohnya, dan gambar yang diminta di samping yang diberikan."""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F

from autograd_viz.operations.notation import number_text
from jejak.data import normal
from jejak.difference import close
from jejak.show import show
from jejak.watch.blame import meaning, shorten, text_of

CELL, GAP, TOP, EDGE = 46, 34, 22, 6  # pixels
Tensors = tuple[torch.Tensor, ...]


class Puzzle(NamedTuple):
    """Satu fungsi `forward(*inputs)`; ditanyakan gradien masukan nomor `asked`."""

    forward: Callable[..., torch.Tensor]
    inputs: Callable[..., Tensors]
    shapes: tuple[tuple[int, ...], ...]
    asked: tuple[int, ...] = (0,)


def _floats(*shapes: tuple[int, ...], seed: int, dtype: torch.dtype) -> Tensors:
    return tuple(normal(seed + number, *shape, dtype=dtype) for number, shape in enumerate(shapes))


def _one(*shape: int, seed: int, dtype: torch.dtype) -> Tensors:
    return _floats(shape, seed=seed, dtype=dtype)


def _bias(n: int, d: int, seed: int, dtype: torch.dtype) -> Tensors:
    return _floats((n, d), (d,), seed=seed, dtype=dtype)


def _product(n: int, k: int, m: int, seed: int, dtype: torch.dtype) -> Tensors:
    return _floats((n, k), (k, m), seed=seed, dtype=dtype)


def _outer(n: int, m: int, seed: int, dtype: torch.dtype) -> Tensors:
    return _floats((n,), (m,), seed=seed, dtype=dtype)


def _signal(n: int, k: int, seed: int, dtype: torch.dtype) -> Tensors:
    return _floats((1, 1, n), (1, 1, k), seed=seed, dtype=dtype)


def _rows(n: int, d: int, many: int, seed: int, dtype: torch.dtype) -> Tensors:
    numbers = torch.randint(n, (many,), generator=torch.Generator().manual_seed(seed))
    return *_floats((n, d), seed=seed, dtype=dtype), numbers


def _masked(*shape: int, seed: int, dtype: torch.dtype) -> Tensors:
    a, b = _floats(shape, shape, seed=seed, dtype=dtype)
    return normal(seed + 2, *shape) > 0, a, b


ANY = ((2, 3), (5,), (), (2, 1, 4))
FLAT = ((3,), (6,), (5,))
TABLE = ((2, 3), (4, 2), (1, 5), (3, 1))
PUZZLES: Mapping[str, Puzzle] = {
    "kali_tiga": Puzzle(lambda x: 3 * x, _one, ANY),
    "kuadrat": Puzzle(lambda x: x**2, _one, ANY),
    "jumlah": Puzzle(lambda x: x.sum(), _one, ANY),
    "rata": Puzzle(lambda x: x.mean(), _one, ANY),
    "tambah_bias": Puzzle(lambda x, b: x + b, _bias, TABLE, (1,)),
    "kali_matriks": Puzzle(lambda a, b: a @ b, _product, ((2, 3, 2), (1, 4, 3), (3, 1, 2)), (0, 1)),
    "transpos": Puzzle(lambda x: x.T, _one, TABLE),
    "potong": Puzzle(lambda x: x[1:4], _one, ((6,), (5, 2), (4, 3))),
    "balik": Puzzle(lambda x: x.flip(0), _one, ((4,), (3, 2), (1, 3))),
    "kumulatif": Puzzle(lambda x: x.cumsum(0), _one, ((4,), (3, 2), (1, 3))),
    "maksimum": Puzzle(lambda x: x.max(), _one, ((4,), (2, 3), (1,))),
    "softmax": Puzzle(lambda x: x.softmax(-1), _one, ((4,), (2, 3), (2, 2, 3))),
    "norma": Puzzle(lambda x: x.norm(), _one, ((3,), (2, 3), (1,))),
    "hasil_luar": Puzzle(torch.outer, _outer, ((2, 3), (4, 1), (1, 5)), (0, 1)),
    "konvolusi": Puzzle(lambda x, w: F.conv1d(x, w), _signal, ((6, 3), (5, 2), (4, 4))),
    "ambil": Puzzle(lambda x, i: x[i], _rows, ((3, 2, 4), (2, 3, 5), (5, 1, 2))),
    "ulang": Puzzle(lambda x: x.repeat(3), _one, FLAT),
    "pilih": Puzzle(lambda m, a, b: torch.where(m, a, b), _masked, ((2, 3), (5,), (2, 1, 4)), (1, 2)),
    "logsumexp": Puzzle(lambda x: x.logsumexp(-1), _one, ((4,), (2, 3), (2, 2, 3))),
    "norma_lapis": Puzzle(lambda x: F.layer_norm(x, x.shape[-1:]), _one, ((4,), (2, 3), (2, 2, 5))),
}


class Question(NamedTuple):
    """Satu masukan teka-teki, gradien yang datang, dan gradien yang diminta."""

    v: torch.Tensor
    inputs: Tensors
    want: Tensors


def ask(name: str, shape: tuple[int, ...], seed: int = 3, dtype: torch.dtype = torch.float64) -> Question:
    """Pertanyaan dari teka-teki `name`: jawabannya dihitung autograd."""
    puzzle = PUZZLES[name]
    inputs = puzzle.inputs(*shape, seed=seed, dtype=dtype)
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    y = puzzle.forward(*leaves)
    v = normal(seed + 9, *y.shape, dtype=dtype)
    return Question(v, inputs, torch.autograd.grad(y, [leaves[number] for number in puzzle.asked], v))


def parts(answer: object) -> tuple[object, ...]:
    """Yang dikembalikan jawaban, satu atau beberapa gradien."""
    return tuple(answer) if isinstance(answer, (tuple, list)) else (answer,)


class View:
    """Gambar sebuah teka-teki: yang datang, yang diminta, dan yang diberikan."""

    def __init__(self, name: str, question: Question, given: tuple[object, ...]) -> None:
        self.name, self.question, self.given = name, question, given

    @property
    def told(self) -> str:
        """Keadaannya dalam satu kalimat."""
        if all(part is None or part is ... for part in self.given):
            return f"{self.name}: belum ditulis. Di kiri yang datang, di sebelahnya yang diminta."
        if isinstance(error := self.given[0] if self.given else None, Exception):
            said = f"{self.name}: barisnya menimbulkan {type(error).__name__}: {shorten(text_of(error), 200)}"
            return " ".join([said if said.endswith((".", "…")) else f"{said}.", *filter(None, meaning(error))])
        right = len(self.given) == len(self.question.want) and all(map(_same, self.given, self.question.want))
        return f"{self.name}: {'cocok' if right else 'belum cocok'} pada contoh ini."

    def __str__(self) -> str:
        return self.told

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        picture = f'<img alt="{escape(self.alt)}" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
        if any(isinstance(part, Exception) for part in self.given):
            picture = f"<p>{escape(self.told)}</p>{picture}"
        return {"text/html": picture, "image/svg+xml": self.svg, "text/plain": self.told}

    @property
    def alt(self) -> str:
        """Gambarnya dalam kata, untuk tempat yang tidak menampilkannya."""
        return " ".join([self.told, *(f"{title}: {show(tensor)}." for title, tensor, _ in self._grids)])

    @property
    def _grids(self) -> Sequence[tuple[str, torch.Tensor, torch.Tensor | None]]:
        """A title, a tensor, and the one that it should equal."""
        want, given = self.question.want, [part for part in self.given if isinstance(part, torch.Tensor)]
        asked: list[tuple[str, torch.Tensor, torch.Tensor | None]] = [("v", self.question.v, None)]
        asked += [("diminta", tensor, None) for tensor in want]
        asked += [("milik Anda", tensor.detach(), want[n] if n < len(want) else None) for n, tensor in enumerate(given)]
        return asked

    @property
    def svg(self) -> str:
        """Gambar SVG: setiap tensor satu kisi bilangan; yang berbeda dari yang diminta bertepi merah."""
        body, left, height = [], EDGE, 0
        for title, tensor, beside in self._grids:
            table = _table(tensor)
            wrong = _wrong(table, beside)
            body.append(_template("puzzle_title.svg").substitute(x=left, y=14, title=title))
            for r, row in enumerate(table.tolist()):
                for c, value in enumerate(row):
                    body.append(_cell(left + c * CELL, TOP + r * CELL, value, bool(wrong[r, c])))
            left += max(table.shape[1] * CELL, 70) + GAP
            height = max(height, TOP + table.shape[0] * CELL)
        return _template("puzzle.svg").substitute(
            width=left - GAP + EDGE, height=height + EDGE, title=escape(self.told), body="".join(body)
        )


def teka(function: Callable[..., Any]) -> View:
    """Menggambar teka-teki yang namanya nama fungsi itu: gradien yang datang, yang diminta, dan yang diberikan.

    Galat di dalam fungsi itu ditulis di atas gambar yang diminta.

    Galat: `ValueError` bila tidak ada teka-teki bernama itu.

    >>> def kali_tiga(v, x):
    ...     return 3 * v
    >>> print(teka(kali_tiga))
    kali_tiga: cocok pada contoh ini.
    """
    name = getattr(function, "__name__", "")
    if name not in PUZZLES:
        raise ValueError(f"Tidak ada teka-teki {name!r}. Nama fungsinya harus salah satu dari {', '.join(PUZZLES)}.")
    question = ask(name, PUZZLES[name].shapes[0])
    try:
        given = parts(function(question.v, *question.inputs))
    except Exception as error:
        given = (error,)
    return View(name, question, given)


def _same(given: object, want: torch.Tensor) -> bool:
    return isinstance(given, torch.Tensor) and given.shape == want.shape and bool(close(given, want, 1e-9).all())


def _table(tensor: torch.Tensor) -> torch.Tensor:
    rows = tensor.shape[0] if tensor.ndim > 1 else 1
    return tensor.reshape(rows, -1) if tensor.numel() else tensor.new_zeros(1, 1)


def _wrong(table: torch.Tensor, beside: torch.Tensor | None) -> torch.Tensor:
    if beside is None:
        return torch.zeros_like(table, dtype=torch.bool)
    want = _table(beside)
    return ~close(table, want, 1e-9) if want.shape == table.shape else torch.ones_like(table, dtype=torch.bool)


def _cell(x: int, y: int, value: float, wrong: bool) -> str:
    colour = "#2563eb" if value > 0 else "#c2410c" if value < 0 else "#94a3b8"
    strength = min(abs(value) / 3, 1.0) * 0.45 if value == value else 0.0
    return _template("puzzle_cell.svg").substitute(
        x=x, y=y, size=CELL - 3, middle=x + (CELL - 3) / 2, base=y + 27, fill=colour, opacity=f"{strength:.3f}",
        line="#dc2626" if wrong else "#94a3b8", width=2 if wrong else 1, number=number_text(round(value, 2)),
    )  # fmt: skip


@cache
def _template(name: str) -> Template:
    return Template(files("jejak").joinpath(name).read_text(encoding="utf-8").strip())
