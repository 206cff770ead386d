"""Panggung menjadi SVG: kerangka yang diisi skrip pemutar, dan gambar bingkai terakhir."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from autograd_viz.assets import read
from autograd_viz.layout.offset import Point
from autograd_viz.playing.stage_layout import (
    GRAD_DROP,
    GRAD_GONE,
    LINE_DROP,
    NEXT_DROP,
    NO_GRAD,
    RULE_DROP,
    STACK,
    TITLE_DROP,
    Card,
    Stage,
    Wire,
)
from autograd_viz.text.measure import width

HEAD = 9.0
SAID_SIZE, SAID_STEP, SAID_LIMIT, SAID_LEAST = 14.0, 21.0, 1000.0, 420.0


def style() -> str:
    """CSS panggung, sama untuk pemutar dan gambar."""
    return read("stage.css")


def frame_svg(stage: Stage) -> str:
    """Panggung kosong: setiap tempat yang berubah punya kelas, dan kartu serta panahnya berurutan.

    >>> frame_svg(Stage((), (), 10, 10))
    '<svg class="stage" viewBox="0 0 10 10"><g></g></svg>'
    """
    size = f"{_n(stage.width)} {_n(stage.height)}"
    return f'<svg class="stage" viewBox="0 0 {size}"><g>{_parts(stage, {}, None, ())}</g></svg>'


def picture(
    stage: Stage, state: Mapping[str, str], card: int | None, flow: Sequence[int], phase: str, said: str, gist: str
) -> str:
    """Satu bingkai sebagai gambar yang berdiri sendiri, dengan kalimatnya di bawah."""
    wide = max(stage.width, SAID_LEAST)
    rows = _wrap(said, min(wide, SAID_LIMIT) - 40)
    tall = stage.height + SAID_STEP * len(rows) + 22
    left = (wide - stage.width) / 2
    lines = "".join(
        f'<text class="said" x="20" y="{_n(stage.height + 14 + SAID_STEP * i)}">{escape(row)}</text>'
        for i, row in enumerate(rows)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stage" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {_n(wide)} {_n(tall)}" width="{_n(wide)}" height="{_n(tall)}">'
        f"<title>Rekaman autograd</title><desc>{escape(gist)}</desc><style>{style()}</style>"
        f'<rect class="sheet" x=".5" y=".5" width="{_n(wide - 1)}" height="{_n(tall - 1)}" rx="10"/>'
        f'<g class="{phase}" transform="translate({_n(left)} 0)">{_parts(stage, state, card, flow)}</g>{lines}</svg>\n'
    )


def _n(number: float) -> str:
    return f"{number:.6g}"


def _parts(stage: Stage, state: Mapping[str, str], active: int | None, flow: Sequence[int]) -> str:
    blank = not state
    wires = "".join(_wire(number, wire, state, number in flow, blank) for number, wire in enumerate(stage.wires))
    cards = "".join(_card(number, card, state, number == active, blank) for number, card in enumerate(stage.cards))
    return wires + cards


def _wire(number: int, wire: Wire, state: Mapping[str, str], flowing: bool, blank: bool) -> str:
    shown = f"v{wire.source}" in state and f"v{wire.target}" in state
    label = state.get(f"e{number}")
    if not blank and not shown and label is None:
        return ""
    out = [f'<g class="edge{" flowing" if flowing else ""}{" snip" if wire.word else ""}">']
    if wire.word and (blank or shown):
        (x, y), (line, head) = wire.label, _arrow(wire.forward)
        out.append(f'<path class="fwd" d="{line}"/><path class="fwd head" d="{head}"/>')
        return "".join([*out, f'<text class="fwd word" x="{_n(x)}" y="{_n(y + 4)}">{escape(wire.word)}</text></g>'])
    if blank or shown:
        line, head = _arrow(wire.forward)
        out.append(f'<path class="fwd" d="{line}"/><path class="fwd head" d="{head}"/>')
    if blank or label is not None:
        line, head = _arrow(tuple(reversed(wire.backward)))
        x, y = wire.label
        out.append(f'<path class="bwd" d="{line}"/><path class="bwd head" d="{head}"/>')
        out.append(f'<text class="label" x="{_n(x)}" y="{_n(y + 4)}">{escape(label or "")}</text>')
    return "".join([*out, "</g>"])


def _arrow(points: Sequence[Point]) -> tuple[str, str]:
    """The line up to where the head begins, and the head at its end."""
    (near_x, near_y), (x, y) = points[-2:]
    far = math.hypot(x - near_x, y - near_y) or 1.0
    along, across = (x - near_x) / far, (y - near_y) / far
    stop = (x - along * HEAD, y - across * HEAD)
    moved = [*points[:-2], (near_x - along * HEAD, near_y - across * HEAD), stop]
    line = f"M{_n(moved[0][0])} {_n(moved[0][1])}"
    for start in range(1, len(moved), 3):
        curve = moved[start : start + 3]
        if moved[start - 1][1] == curve[0][1] == curve[1][1] == curve[2][1]:
            line += f"H{_n(curve[2][0])}"
        else:
            line += "C" + " ".join(f"{_n(a)} {_n(b)}" for a, b in curve)
    side_x, side_y = across * 4.5, along * 4.5
    corners = [(stop[0] - side_x, stop[1] + side_y), (x, y), (stop[0] + side_x, stop[1] - side_y)]
    return line, "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in corners) + "z"


def _card(number: int, card: Card, state: Mapping[str, str], active: bool, blank: bool) -> str:
    if not blank and f"v{number}" not in state:
        return ""
    wide, tall = card.width, card.height
    boxes = [(0.0, 0.0)]
    if card.kind == "group":
        wide, tall = wide - STACK, tall - STACK
        boxes = [(STACK, STACK), (STACK / 2, STACK / 2), (0.0, 0.0)]
    names = [card.kind, "active" if active else "", state.get(f"m{number}", "")]
    out = [f'<g class="card {" ".join(filter(None, names))}" transform="translate({_n(card.x)} {_n(card.y)})">']
    radius = 14 if card.kind in ("leaf", "constant") else 6
    for left, top in boxes:
        at = f'x="{_n(left)}" y="{_n(top)}" ' if left else ""
        out.append(f'<rect class="box" {at}width="{_n(wide)}" height="{_n(tall)}" rx="{radius}"/>')
    x, y = _n(wide / 2), TITLE_DROP
    out.append(f'<text class="title" x="{x}" y="{_n(y)}">{escape(state.get(f"t{number}", card.title))}</text>')
    if card.lines:
        y += LINE_DROP
        out.append(_lines("value", x, y, state.get(f"v{number}", "")))
        y += NEXT_DROP * (card.lines - 1)
    if card.grads:
        y += RULE_DROP
        out.append(f'<path class="rule" d="M12 {_n(y)}H{_n(wide - 12)}"/>')
        text = state.get(f"g{number}", "")
        out.append(_lines("grad missing" if text in (NO_GRAD, GRAD_GONE) else "grad", x, y + GRAD_DROP, text))
    cut = state.get(f"c{number}")
    if blank or cut is not None:
        y = TITLE_DROP - 4
        out.append(f'<path class="stop" d="M{_n(wide)} {y}h12m0 -6v12"/>')
        out.append(f'<text class="cut" x="{_n(wide)}" y="-5">{escape(cut or "")}</text>')
    return "".join([*out, "</g>"])


def _lines(name: str, x: str, y: float, text: str) -> str:
    rows = text.split("\n")
    if len(rows) == 1:
        return f'<text class="{name}" x="{x}" y="{_n(y)}">{escape(text)}</text>'
    drops = ["", *[f' dy="{_n(NEXT_DROP)}"'] * (len(rows) - 1)]
    spans = "".join(f'<tspan x="{x}"{drop}>{escape(row)}</tspan>' for drop, row in zip(drops, rows, strict=True))
    return f'<text class="{name}" x="{x}" y="{_n(y)}">{spans}</text>'


def _wrap(text: str, limit: float) -> list[str]:
    rows, row = [], ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if row and width(longer, SAID_SIZE) > limit:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row] if row else rows
