"""Gambar yang ditampilkan notebook: `draw` dan `Drawing`."""

from __future__ import annotations

import base64
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Literal

from autograd_viz.assets import read, script
from autograd_viz.collecting import paused
from autograd_viz.drawing import dot as _dot
from autograd_viz.drawing import save as _save
from autograd_viz.drawing import svg as _svg
from autograd_viz.drawing import tree_text as _text
from autograd_viz.drawing.arrow_gradients import arrow_gradients
from autograd_viz.drawing.as_coded import as_coded
from autograd_viz.drawing.cards import NOTHING, Extra, cards
from autograd_viz.drawing.code_texts import code_texts
from autograd_viz.drawing.layered_page import page as layered_page
from autograd_viz.drawing.layers import Layer, top_layer
from autograd_viz.drawing.lens import said, scale_of
from autograd_viz.drawing.outside import outside
from autograd_viz.drawing.recorded import cut_edges, recorded, run_said
from autograd_viz.graph import Graph, Lens
from autograd_viz.layout.layout import Direction, layout
from autograd_viz.recording.recording import Recording
from autograd_viz.simplifying.simplify import Collapse, Detail
from autograd_viz.tracing.given_modules import with_modules
from autograd_viz.tracing.trace import trace

if TYPE_CHECKING:
    import graphviz

Engine = Literal["builtin", "graphviz"]

_CHOICES: Mapping[str, tuple[str | None, ...]] = {
    "direction": ("LR", "TB", "RL", "BT"), "detail": ("lesson", "full"), "engine": ("builtin", "graphviz"),
    "lens": (None, "memory", "gradient"),
}  # fmt: skip


class Drawing:
    """Gambar satu graf komputasi, tampil sendiri di notebook.

    >>> import torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> y = x ** 2
    >>> draw(y).svg.startswith("<svg")
    True
    """

    def __init__(
        self,
        layer: Layer,
        direction: Direction = "LR",
        detail: Detail = "lesson",
        engine: Engine = "builtin",
        extra: Extra = NOTHING,
        sent: Sequence[str] = (),
        missing: str = "",
        whole: Graph | None = None,
        said: Sequence[str] | None = None,
    ) -> None:
        self.graph = layer.graph
        self._layer = layer
        self._direction = direction
        self._detail = detail
        self._engine = engine
        self._extra = extra
        self._whole = layer.graph if whole is None else whole  # before anything was folded
        self._sent = sent
        self._missing = missing
        self._said = outside(self._whole) if said is None else tuple(said)

    @cached_property
    def _picture(self) -> _svg.Picture:
        return self._paint(self._layer, True)

    def _painted(self, layer: Layer, top: bool) -> _svg.Picture:
        return self._picture if top else self._paint(layer, top)

    def _paint(self, layer: Layer, top: bool) -> _svg.Picture:
        found, scale = cards(layer.graph, self._detail, self._extra), self._extra.scale
        cuts = cut_edges(self._extra.links, layer.graph)
        edges = (*layer.graph.edges, *cuts)
        sent, missing = (self._sent, self._missing) if top else ((), "")
        sizes = [(card.width, card.height) for card in found]
        labels = _svg.label_sizes(found, edges, sent)
        links = [(edge.source, edge.target, edge.slot) for edge in edges]
        if self._engine == "graphviz" and top:
            placement = _dot.place(sizes, links, self._direction, labels)
        else:
            limit = _svg.WIDEST if top else _svg.INNER_WIDEST
            placement = layout(sizes, links, self._direction, labels, limit=limit)
        heading = self._said if top else ()
        if top and scale is not None:
            heading += said(scale, self._whole, layer.graph, [card.title for card in found])
        return _svg.Picture(found, edges, placement, self._direction, sent, missing, scale, heading, len(cuts))

    @cached_property
    def _gist(self) -> str:
        return " ".join([_text.gist(self.graph, self._picture.cards, self._whole), *self._picture.said])

    @cached_property
    def svg(self) -> str:
        """Gambar sebagai teks SVG yang berdiri sendiri."""
        with paused():
            return _svg.svg(self._picture, self._gist)

    @cached_property
    def page(self) -> str | None:
        """Halaman HTML yang kartu gabungannya dapat dibuka; None bila tidak ada kartu gabungan."""
        if self._engine == "graphviz" or next(iter(self._layer.cards), None) is None:
            return None
        return layered_page(self._layer, self._painted, self._gist)

    @cached_property
    def text(self) -> str:
        """Gambar sebagai pohon teks, untuk terminal dan pembaca layar."""
        return _text.text(self.graph, self._picture.cards, self._missing, self._picture.said, self._whole)

    @cached_property
    def dot(self) -> graphviz.Digraph:
        """Kartu yang sama sebagai `graphviz.Digraph`.

        Galat: ModuleNotFoundError bila paket `graphviz` tidak terpasang.
        """
        return _dot.dot(self._picture.cards, self._picture.edges, self._direction, self._picture.cuts)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        width: float | None = None,
        scale: float | None = None,
        dpi: float | None = None,
    ) -> Path:
        """Menyimpan gambar sebagai .svg, .txt, .gv, .html, .png, atau .pdf menurut akhiran `path`.

        `width` lebarnya dalam piksel (pada .pdf 96 piksel per inci) atau `scale` pembesarannya, untuk .svg, .png, dan
        .pdf; `dpi` titik per inci sebuah .png, 144 bila tidak disebut.

        Galat: ValueError bila akhiran atau ukurannya keliru; FileNotFoundError bila foldernya tidak ada;
        RuntimeError bila png atau pdf diminta tanpa program `dot`; ModuleNotFoundError bila paket `graphviz`, yang
        dipakai .gv, .png, dan .pdf, tidak terpasang.
        """
        return _save.save(self, path, _save.Size(width, scale, dpi))

    def __repr__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        least = _save.least_width(_svg.canvas_width(self._picture))
        style = f"max-width:100%;height:auto{f';min-width:{least}' if least else ''}"
        fit = f' onload="{escape(script("fit.js"))}"' if least else ""
        picture = f'<img alt="{escape(self._gist)}" style="{style}"{fit} src="data:image/svg+xml;base64,{data}">'
        return {
            "text/html": self._live(picture) if self.page else f'<div style="overflow:auto">{picture}</div>',
            "image/svg+xml": self.svg,
            "text/plain": repr(self),
        }

    def _live(self, picture: str) -> str:
        return Template(read("layers_shell.html")).substitute(
            picture=picture,
            onload=escape(" ".join(read("shell.js").split())),
            page=(self.page or "").replace("&", "&amp;").replace("'", "&#39;"),
        )


def draw(
    *outputs: Any,
    names: Mapping[str, Any] | Any | None = None,
    direction: Direction = "LR",
    detail: Detail = "lesson",
    collapse: Collapse = "auto",
    engine: Engine = "builtin",
    depth: int | None = None,
    lens: Lens | None = None,
) -> Drawing:
    """Menggambar graf komputasi di balik satu atau beberapa tensor, atau wadah yang memuatnya (kamus, daftar, objek).

    `outputs` juga boleh satu `Graph` dari `trace` atau satu rekaman dari `record`. `names` berupa dict nama ke tensor
    atau sebuah `nn.Module`. `direction` "LR", "TB", "RL", atau "BT"; `detail` "lesson" atau "full"; `collapse` "auto",
    "module", "pattern", atau None untuk menggambar semua simpul; `depth` meminta satu kartu per modul sedalam itu. Di
    notebook kartu gabungan dapat dibuka di tempatnya. `lens="memory"` mewarnai kartu menurut memori yang ditahannya
    untuk backward; `lens="gradient"` menurut norma gradiennya, dari rekaman atau dari `.grad`.

    Galat: ValueError bila tensor tidak punya graf, pilihan tidak dikenal, atau memori diminta dari sebuah rekaman;
    TypeError bila jenisnya salah;
    ModuleNotFoundError dan RuntimeError bila `engine="graphviz"` sedangkan paket `graphviz` atau program `dot` tidak
    terpasang.

    >>> import torch
    >>> w = torch.tensor(2.0, requires_grad=True)
    >>> z = w * w
    >>> len(draw(z).graph.nodes)
    2
    """
    for option, given in (("direction", direction), ("detail", detail), ("engine", engine), ("lens", lens)):
        if given not in _CHOICES[option]:
            listed = ", ".join(map(repr, _CHOICES[option]))
            raise ValueError(f"Pilihan {option}={given!r} tidak dikenal. Pilih salah satu: {listed}.")
    if engine == "graphviz":
        _dot.need_dot('engine="graphviz"', 'Pasang Graphviz (graphviz.org/download), atau pakai engine="builtin".')
    extra = NOTHING
    if len(outputs) > 1 and any(isinstance(one, (Recording, Graph)) for one in outputs):
        raise TypeError("Sebuah rekaman atau graf digambar sendiri, tanpa keluaran lain: draw(run), lalu draw(loss).")
    run = outputs[0] if len(outputs) == 1 and isinstance(outputs[0], Recording) else None
    if run is not None:
        graph, extra = recorded(run)
        graph = _named(graph, names)
    elif len(outputs) == 1 and isinstance(outputs[0], Graph):
        graph = _named(outputs[0], names)
    else:
        caller = sys._getframe(1)
        graph = as_coded(trace(*outputs, names=names, values=True, scope=caller, lens=lens), code_texts(caller))
    with paused():
        layer = top_layer(graph, detail, collapse, depth)
    sent = arrow_gradients(run, layer.graph, direction) if run is not None else ()
    if lens is not None:
        extra, sent = extra._replace(scale=scale_of(lens, graph, layer.graph)), ()
    missing = run.missing_line if run is not None else ""
    said = run_said(run, graph) if run is not None else None
    return Drawing(layer, direction, detail, engine, extra, sent, missing, graph, said)


def _named(graph: Graph, names: Any) -> Graph:
    """A graph that is data already has its names; modules still tell what is frozen and what is not connected."""
    graph, rest = with_modules(graph, names)
    if rest:
        warnings.warn(
            f"names= berisi tensor ({', '.join(rest)}), padahal tensor dalam sebuah rekaman atau Graph sudah bernama. "
            "Pakai names= saat memanggil trace(...) atau draw(tensor, ...); di sini hanya modul yang dipakai.",
            stacklevel=3,
        )
    return graph
