"""Gambar berlapis sebagai satu halaman HTML: kartu gabungan dibuka dan ditutup di tempatnya."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from html import escape
from string import Template
from typing import NamedTuple

from autograd_viz import codec
from autograd_viz.assets import read
from autograd_viz.drawing.cards import Card
from autograd_viz.drawing.colours import standalone
from autograd_viz.drawing.layers import Layer
from autograd_viz.drawing.legend import collapsed
from autograd_viz.drawing.svg import Picture, card_inside, card_names, legend_svg, style_files, tags
from autograd_viz.layout.layout import Island
from autograd_viz.layout.routing import Band

VERSION = 2
MOST = 6000  # cards that one page carries; what lies deeper stays closed, and the page says so

Paint = Callable[[Layer, bool], Picture]  # of a layer; whether it is the topmost one


class Face(NamedTuple):
    """Muka kartu, sama untuk semua kartu yang isinya sama."""

    names: str
    width: float
    height: float
    svg: str
    title: str = ""
    count: int = 1  # type: ignore[assignment]  # hides tuple.count, which nothing here needs


class Tag(NamedTuple):
    """Tulisan sebuah panah: titik di panah itu yang diikutinya, dan SVG-nya."""

    x: float
    y: float
    svg: str


class Wire(NamedTuple):
    """Satu panah: kartu asal dan tujuannya, titik kendalinya berderet (x, y, x, y, …), kelasnya, dan tulisannya."""

    source: int
    target: int
    points: tuple[float, ...]
    kind: str = "wire"
    tag: Tag | None = None


class Shape(NamedTuple):
    """Letak kartu (x, y) dan panah satu lapis, sama untuk semua lapis yang bentuknya sama.

    `upright` bila kolom-kolomnya mendatar, pada arah "TB" dan "BT".
    """

    width: float
    height: float
    islands: tuple[Island, ...]
    corners: tuple[tuple[float, float], ...]
    wires: tuple[Wire, ...]
    upright: bool = False


class Sheet(NamedTuple):
    """Satu lapis: nomor bentuknya, muka setiap kartu, dan lapis di balik setiap kartu; -1 bila tidak dapat dibuka."""

    shape: int
    faces: tuple[int, ...]
    opens: tuple[int, ...]


class Layers(NamedTuple):
    """Semua lapis sebuah gambar, yang teratas lebih dulu; `closed` banyaknya kartu yang isinya tidak ikut."""

    version: int
    faces: tuple[Face, ...]
    shapes: tuple[Shape, ...]
    sheets: tuple[Sheet, ...]
    closed: int = 0


def layered(top: Layer, paint: Paint, most: int) -> tuple[Layers, list[Picture]]:
    """Isi halaman, dan gambar setiap lapisnya. Lapis-lapis dibawa menurut kedalamannya, sampai `most` kartu."""
    faces: dict[Face, int] = {}
    shapes: dict[Shape, int] = {}
    numbers: dict[int, int] = {}  # id of a card → its face; the pictures keep the cards alive
    pictures: list[Picture] = []
    sheets: list[Sheet] = []
    waiting = deque([top])
    made, total, closed = 1, len(top.graph.nodes), 0
    while waiting:
        layer = waiting.popleft()
        picture = paint(layer, not pictures)
        pictures.append(picture)
        opens = [-1] * len(picture.cards)
        for place in layer.cards:
            if total >= most:
                closed += 1
                continue
            opens[place] = made
            made += 1
            waiting.append(layer.open(place))
            total += len(waiting[-1].graph.nodes)
        for card in picture.cards:
            if id(card) not in numbers:
                numbers[id(card)] = faces.setdefault(_face(card), len(faces))
        shape = shapes.setdefault(_shape(picture), len(shapes))
        sheets.append(Sheet(shape, tuple([numbers[id(card)] for card in picture.cards]), tuple(opens)))
    return Layers(VERSION, tuple(faces), tuple(shapes), tuple(sheets), closed), pictures


def page(top: Layer, paint: Paint, gist: str) -> str:
    """Halaman HTML yang berdiri sendiri, dengan semua lapis di dalamnya."""
    content, pictures = layered(top, paint, MOST)
    said = [collapsed(pictures[0].cards), *pictures[0].said]
    if content.closed:
        said.append(f"Isi {content.closed} kartu terlalu banyak untuk satu gambar; draw(…, depth=…) menggambarnya.")
    text = codec.write(content)
    return Template(read("layers.html")).substitute(
        style="\n".join(standalone(name) for name in (*style_files(pictures), "layers.css")),
        said=escape("\n".join(filter(None, said))),
        gist=escape(gist),
        legend=legend_svg(pictures),
        content=text.replace("</", "<\\/").replace("<!--", "<\\u0021--"),
        script=read("layers.js"),
    )


def _face(card: Card) -> Face:
    group = card.kind == "group"
    title, count = (card.title, card.nodes) if group else ("", 1)
    return Face(card_names(card), _number(card.width), _number(card.height), card_inside(card), title, count)


def _number(value: float) -> float:
    """Whole numbers without .0: thousands of them travel with a page."""
    return int(value) if value == int(value) else value


def _shape(picture: Picture) -> Shape:
    placement = picture.placement
    said = {number: Tag(_number(x), _number(y), svg) for number, (x, y), svg in tags(picture)}
    wires = tuple(
        Wire(
            edge.source,
            edge.target,
            tuple([_number(value) for point in path.points for value in point]),
            picture.wire(number),
            said.get(number),
        )
        for number, (edge, path) in enumerate(zip(picture.edges, placement.paths, strict=True))
    )
    return Shape(
        _number(placement.width),
        _number(placement.height),
        tuple([_island(island) for island in placement.islands]),
        tuple([(_number(box.x), _number(box.y)) for box in placement.boxes]),
        wires,
        picture.direction in ("TB", "BT"),
    )


def _island(island: Island) -> Island:
    bands = [
        Band(_number(band.top), _number(band.bottom), tuple([(_number(a), _number(b)) for a, b in band.columns]))
        for band in island.bands
    ]
    return Island(island.cards, _number(island.line), tuple(bands))
