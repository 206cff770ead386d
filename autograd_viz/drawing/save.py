"""Menyimpan gambar ke berkas: isinya lengkap di tempat, atau berkas lama tetap utuh."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Protocol

from autograd_viz.assets import read
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


def _page(picture: Picture) -> str:
    return picture.page or Template(read("page.html")).substitute(svg=picture.svg.strip())


_TEXTS = {
    ".svg": lambda picture: picture.svg,
    ".txt": lambda picture: picture.text,
    ".gv": lambda picture: picture.dot.source,
    ".html": _page,
}
_RENDERED: Mapping[str, dict[str, str]] = {".png": {"dpi": "144"}, ".pdf": {}}
CHOICES = ", ".join([*_TEXTS, *_RENDERED])


def save(picture: Picture, path: str | os.PathLike[str]) -> Path:
    """Menulis `picture` ke `path`; akhiran nama berkas menentukan bentuknya.

    Galat: ValueError bila akhirannya tidak dikenal; FileNotFoundError bila foldernya tidak ada;
    RuntimeError bila png atau pdf diminta tanpa program `dot`; ModuleNotFoundError bila paket `graphviz`, yang
    dipakai .gv, .png, dan .pdf, tidak terpasang.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in _TEXTS and kind not in _RENDERED:
        raise ValueError(
            f"Gambar tidak dapat disimpan sebagai {target.name!r}: akhiran {kind or '(kosong)'!r} tidak dikenal. "
            f"Pilih salah satu akhiran: {CHOICES}."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"Folder {str(target.parent)!r} tidak ada, jadi {target.name!r} tidak dapat ditulis. "
            "Buat foldernya lebih dulu, atau simpan ke folder yang sudah ada."
        )
    content = _TEXTS[kind](picture).encode("utf-8") if kind in _TEXTS else _render(picture, kind)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=kind)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def _render(picture: Picture, kind: str) -> bytes:
    need_dot(f"Menyimpan {kind}", "Pasang Graphviz (graphviz.org/download), atau simpan sebagai .svg.")
    graph = picture.dot.copy()
    graph.attr("graph", **_RENDERED[kind])
    return run(graph, kind[1:])
