"""Kartu yang sama untuk Graphviz: sumber dot, dan penempatan oleh program `dot`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from html import escape
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograd_viz.drawing.cards import TENSORS, Card
from autograd_viz.drawing.colours import light
from autograd_viz.drawing.tree_text import edge_text
from autograd_viz.graph import Edge
from autograd_viz.layout.layout import Box, Direction, Path, Placement

if TYPE_CHECKING:
    import graphviz

_POINTS = 72.0
_FONT = "Helvetica,Arial,sans-serif"
_FAMILY = {"leaf": "leaf", "constant": "constant", "operation": "fwd", "group": "fwd", "bad": "bad", "freed": "freed",
           "changed": "bwd", "hooked": "hooked"}  # names of colours, by the state or the kind of a card
_SIDES = {"LR": ("e", "w"), "TB": ("s", "n"), "RL": ("w", "e"), "BT": ("n", "s")}
_TONES = {"warn": "bwd", "grad": "bwd", "missing": "mute", "lens": "ink", "": "ink"}


def dot(
    cards: Sequence[Card], edges: Sequence[Edge], direction: Direction = "LR", cuts: int = 0
) -> graphviz.Digraph:
    """Kartu sebagai `graphviz.Digraph`; `cuts` panah terakhir adalah potongan graf.

    Galat: ModuleNotFoundError bila paket `graphviz` tidak terpasang.

    >>> print(dot([Card("leaf", "x", "x")], []).source.splitlines()[0])
    digraph "Graf komputasi" {
    """
    graphviz = _package("Bentuk dot")
    graph = graphviz.Digraph(
        "Graf komputasi",
        graph_attr={"rankdir": direction, "bgcolor": "white", "nodesep": "0.25", "ranksep": "0.5"},
        node_attr={"shape": "box", "fontname": _FONT, "fontsize": "12", "margin": "0.16,0.1"},
        edge_attr={"color": light()["wire"], "arrowsize": "0.7", "fontname": _FONT, "fontsize": "11"},
    )
    for index, card in enumerate(cards):
        family = _FAMILY[card.state or card.kind]
        fill = light()[f"{family}-bg"] if not card.heat else light().get(card.heat, light()["canvas"])
        graph.node(
            str(index),
            _label(card),
            style=_style(card),
            fillcolor=fill,
            color=light().get(f"{family}-line", light()[family]),
            penwidth="2.5" if card.output or card.state == "changed" else "1.2",
            **({"peripheries": "2"} if card.kind == "group" else {}),
        )
    for number, edge in enumerate(edges):
        text = edge_text(edge, cards[edge.source])
        attributes = {"label": graphviz.escape(text)} if text else {}
        if cards[edge.source].kind == "constant":
            attributes["style"] = "dotted"
        if number >= len(edges) - cuts:
            attributes |= {"color": light()["bwd"], "fontcolor": light()["bwd"]}
        graph.edge(str(edge.source), str(edge.target), **attributes)
    return graph


def _style(card: Card) -> str:
    line = "dotted" if card.kind == "constant" else "dashed" if card.state == "freed" or card.chip else ""
    shape = "rounded" if card.kind in TENSORS else ""
    return ",".join(filter(None, ["filled", shape, line]))


def _label(card: Card) -> str:
    known = light()
    ink = known["ink" if card.heat else _FAMILY[card.state or card.kind]]
    rows = [f'<FONT COLOR="{ink}"><B>{_escape(card.shown)}</B></FONT>']
    rows += [
        f'<FONT COLOR="{known[_TONES[line.tone]]}">{_escape(line.text)}</FONT>' for line in card.lines + card.gradient
    ]
    return f"<{'<BR/>'.join(rows)}>"


def _escape(text: str) -> str:
    return escape(text, quote=False) or " "


def place(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int, int]],
    direction: Direction = "LR",
    labels: Sequence[tuple[float, float] | None] | None = None,
) -> Placement:
    """Penempatan kartu oleh program `dot`; kartunya tetap dilukis paket ini. Ukuran dalam piksel.

    Galat: RuntimeError bila program `dot` tidak terpasang atau gagal.
    """
    need_dot('engine="graphviz"', 'Pasang Graphviz (graphviz.org/download), atau pakai engine="builtin".')
    tail, head = _SIDES[direction]
    graph = _package('engine="graphviz"').Digraph(
        graph_attr={"rankdir": direction, "nodesep": "0.3", "ranksep": "0.7"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
        edge_attr={"arrowhead": "none", "tailport": tail, "headport": head},
    )
    for index, (wide, tall) in enumerate(sizes):
        graph.node(str(index), width=f"{wide / _POINTS:.4f}", height=f"{tall / _POINTS:.4f}")
    for index, (source, target, _) in enumerate(edges):
        label = labels[index] if labels else None
        graph.edge(str(source), str(target), id=str(index), **({"label": _blank(*label)} if label else {}))
    return _parse(json.loads(run(graph, "json")), sizes, len(edges))


def _blank(wide: float, tall: float) -> str:
    """An empty label of exact size: Graphviz keeps the room, we write the text."""
    return (
        f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{wide + 4:.0f}" HEIGHT="{tall + 4:.0f}">'
        "<TR><TD></TD></TR></TABLE>>"
    )


def run(graph: graphviz.Digraph, kind: str) -> bytes:
    """Hasil program `dot` dalam bentuk `kind`.

    Galat: RuntimeError bila `dot` gagal.
    """
    try:
        return bytes(graph.pipe(format=kind))
    except subprocess.CalledProcessError as error:
        raise RuntimeError(
            f"Program dot gagal membuat {kind} (kode {error.returncode}). "
            'Simpan sebagai .svg dengan engine="builtin", atau gambar graf yang lebih kecil.'
        ) from error


def _parse(answer: dict[str, Any], sizes: Sequence[tuple[float, float]], count: int) -> Placement:
    """Graphviz' JSON: points, with y growing upwards."""
    wide, tall = (float(part) for part in answer["bb"].split(",")[2:])

    def point(text: str) -> tuple[float, float]:
        x, y = text.split(",")
        return _half(float(x)), _half(tall - float(y))

    boxes: dict[int, Box] = {}
    for thing in answer.get("objects", []):
        index, (x, y) = int(thing["name"]), point(thing["pos"])
        own_wide, own_tall = sizes[index]
        boxes[index] = Box(_half(x - own_wide / 2), _half(y - own_tall / 2), own_wide, own_tall)
    paths: dict[int, Path] = {}
    for thing in answer.get("edges", []):
        points = tuple(point(part) for part in thing["pos"].split())
        paths[int(thing["id"])] = Path(points, point(thing["lp"]) if "lp" in thing else None)
    return Placement(
        tuple(boxes[i] for i in range(len(sizes))), tuple(paths[i] for i in range(count)), _half(wide), _half(tall)
    )


def _half(number: float) -> float:
    return round(number * 2) / 2


def need_dot(wanted: str, advice: str) -> None:
    """Memastikan paket `graphviz` dan program `dot` ada.

    Galat: ModuleNotFoundError atau RuntimeError bila tidak ada, dengan langkah berikutnya.
    """
    _package(wanted)
    if shutil.which("dot") is None:
        raise RuntimeError(f"{wanted} memerlukan program dot milik Graphviz, dan program itu tidak ditemukan. {advice}")


def _package(wanted: str) -> ModuleType:
    """Imported only when asked for: a drawing of our own needs torch and numpy alone."""
    try:
        import graphviz
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{wanted} memerlukan paket graphviz, dan paket itu tidak terpasang. "
            'Pasang dengan: pip install "autograd-viz[dot]"',
            name=error.name,
        ) from error
    return graphviz
