"""Menyimpan gambar ke berkas: isinya lengkap di tempat, atau berkas lama tetap utuh."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple, Protocol

from autograd_viz.assets import read, script
from autograd_viz.drawing.dot import need_dot, run

if TYPE_CHECKING:
    import graphviz


class Picture(Protocol):
    """Yang dapat disimpan: gambar dalam ketiga bentuknya."""

    @property
    def svg(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def dot(self) -> graphviz.Digraph: ...
    @property
    def page(self) -> str | None: ...


class Size(NamedTuple):
    """Ukuran yang diminta: lebar dalam piksel, atau pembesaran, dan titik per inci; None berarti seperti adanya."""

    width: float | None = None
    scale: float | None = None
    dpi: float | None = None


AS_IT_IS = Size()
POINTS, PAD = 72.0, 4.0  # of an inch; what dot leaves free on each side, in points
PIXELS = 96.0  # of an inch, where a width in pixels is printed
DPI = 144.0


READABLE = 460  # pixels; a wider picture would be too small to read on a phone
PHONE = 700  # pixels; in a narrower window nothing shrinks


def _page(picture: Picture) -> str:
    if picture.page:
        return picture.page
    least = least_width(_width(picture.svg.split(">", 1)[0], "width"))
    return Template(read("page.html")).substitute(svg=picture.svg.strip(), least=least or "0", fit=script("fit.js"))


def least_width(wide: float) -> str:
    """Lebar terkecil sebuah gambar selebar `wide` piksel, sebagai CSS: yang lebar digeser, tidak menjadi kecil.

    >>> least_width(800)
    'min(800px,max(600px,100*(700px - 100vw)))'
    """
    if wide <= READABLE:
        return ""
    return f"min({wide:.0f}px,max({wide * 3 // 4:.0f}px,100*({PHONE}px - 100vw)))"


def _width(head: str, side: str) -> float:
    return float(re.search(rf' {side}="([\d.]+)"', head)[1])  # type: ignore[index]


_TEXTS = {
    ".svg": lambda picture: picture.svg,
    ".txt": lambda picture: picture.text,
    ".gv": lambda picture: picture.dot.source,
    ".html": _page,
}
_RENDERED = (".png", ".pdf")
_SIZED: Mapping[str, tuple[str, ...]] = {
    "width": (".svg", ".png", ".pdf"), "scale": (".svg", ".png", ".pdf"), "dpi": (".png",),
}  # fmt: skip  # which suffixes an option is for


def save(picture: Picture, path: str | os.PathLike[str], size: Size = AS_IT_IS) -> Path:
    """Menulis `picture` ke `path`; akhiran nama berkas menentukan bentuknya.

    Galat: ValueError bila akhirannya tidak dikenal, atau ukurannya bukan bilangan positif atau tidak berlaku di sana;
    FileNotFoundError bila foldernya tidak ada; RuntimeError bila png atau pdf diminta tanpa program `dot`;
    ModuleNotFoundError bila paket `graphviz`, yang dipakai .gv, .png, dan .pdf, tidak terpasang.
    """
    target = checked(path, [*_TEXTS, *_RENDERED], "Gambar")
    kind = target.suffix.lower()
    _check(size, kind)
    content = _render(picture, kind, size) if kind in _RENDERED else _resized(_TEXTS[kind](picture), size).encode()
    write(target, content)
    return target


def checked(path: str | os.PathLike[str], kinds: Sequence[str], what: str) -> Path:
    """Tempat berkas `path`, yang akhirannya salah satu dari `kinds`; `what` sebutan isinya.

    Galat: ValueError bila akhirannya tidak dikenal; FileNotFoundError bila foldernya tidak ada.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in kinds:
        raise ValueError(
            f"{what} tidak dapat disimpan sebagai {target.name!r}: akhiran {kind or '(kosong)'!r} tidak dikenal. "
            f"Pilih salah satu akhiran: {', '.join(kinds)}."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"Folder {str(target.parent)!r} tidak ada, jadi {target.name!r} tidak dapat ditulis. "
            "Buat foldernya lebih dulu, atau simpan ke folder yang sudah ada."
        )
    return target


def write(target: Path, content: bytes) -> None:
    """Menulis seluruh `content`, atau membiarkan berkas lama utuh."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _check(size: Size, kind: str) -> None:
    for option, value in size._asdict().items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise ValueError(f"{option}={value!r} bukan ukuran. Berikan bilangan positif, misalnya {option}=2.")
        if kind not in _SIZED[option]:
            raise ValueError(f"{option}= tidak berlaku untuk {kind}; ia berlaku untuk {', '.join(_SIZED[option])}.")
    if size.width is not None and size.scale is not None:
        raise ValueError("width= dan scale= sama-sama menentukan lebar gambar. Berikan salah satu saja.")


def _resized(text: str, size: Size) -> str:
    """An SVG shown larger or smaller: what it draws stays the same."""
    if size.width is None and size.scale is None:
        return text
    head, rest = text.split(">", 1)
    wide, tall = _width(head, "width"), _width(head, "height")
    factor = size.width / wide if size.width is not None else size.scale or 1.0
    for side, length in (("width", wide), ("height", tall)):
        head = re.sub(rf' {side}="[\d.]+"', f' {side}="{length * factor:.6g}"', head)
    return f"{head}>{rest}"


def _render(picture: Picture, kind: str, size: Size) -> bytes:
    need_dot(f"Menyimpan {kind}", "Pasang Graphviz (graphviz.org/download), atau simpan sebagai .svg.")
    graph = picture.dot.copy()
    factor = size.scale or 1.0
    wide, tall = _points(graph) if size.width is not None or size.scale is not None else (0.0, 0.0)
    if kind == ".png":
        dpi = size.dpi or DPI
        if size.width is not None:
            dpi, factor = size.width * POINTS / wide, 1.0
        graph.attr("graph", dpi=f"{dpi * factor:.6f}")
    else:
        graph.attr("graph", margin="0")  # a figure brings no margin of a page
        if wide:
            factor = size.width * POINTS / PIXELS / wide if size.width is not None else factor
            graph.attr("graph", size=f"{wide * factor / POINTS:.6f},{tall * factor / POINTS:.6f}!")
    return run(graph, kind[1:])


def _points(graph: graphviz.Digraph) -> tuple[float, float]:
    """Width and height of the drawing that dot makes."""
    wide, tall = json.loads(run(graph, "json0"))["bb"].split(",")[2:]
    return float(wide) + 2 * PAD, float(tall) + 2 * PAD
