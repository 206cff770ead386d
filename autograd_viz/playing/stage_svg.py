"""Panggung menjadi SVG: kerangka yang diisi skrip pemutar, dan gambar bingkai terakhir."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograd_viz.drawing.card_svg import Block, Face, arrow, card_body, short
from autograd_viz.drawing.cards import TENSORS
from autograd_viz.drawing.colours import standalone
from autograd_viz.playing.stage_layout import GRAD_GONE, NO_GRAD, Card, Stage, Wire
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import STAGE

SAID_SIZE, SAID_STEP, SAID_LIMIT, SAID_LEAST = 14.0, 21.0, 1000.0, 420.0


def frame_svg(stage: Stage) -> str:
    """Panggung kosong: setiap tempat yang berubah punya kelas, dan kartu serta panahnya berurutan.

    >>> frame_svg(Stage((), (), 10, 10))
    '<svg class="stage" viewBox="0 0 10 10"><g></g></svg>'
    """
    size = f"{short(stage.width)} {short(stage.height)}"
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
        f'<text class="said" x="20" y="{short(stage.height + 14 + SAID_STEP * i)}">{escape(row)}</text>'
        for i, row in enumerate(rows)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stage" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {short(wide)} {short(tall)}" width="{short(wide)}" height="{short(tall)}">'
        f"<title>Rekaman autograd</title><desc>{escape(gist)}</desc><style>{standalone('stage.css')}</style>"
        f'<rect class="sheet" x=".5" y=".5" width="{short(wide - 1)}" height="{short(tall - 1)}" rx="10"/>'
        f'<g class="{phase}" transform="translate({short(left)} 0)">{_parts(stage, state, card, flow)}</g>'
        f"{lines}</svg>\n"
    )


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
        (x, y), (line, head) = wire.label, arrow(wire.forward, STAGE.head)
        out.append(f'<path class="fwd" d="{line}"/><path class="fwd head" d="{head}"/>')
        out.append(f'<text class="fwd word" x="{short(x)}" y="{short(y + 4)}">{escape(wire.word)}</text></g>')
        return "".join(out)
    if blank or shown:
        line, head = arrow(wire.forward, STAGE.head)
        out.append(f'<path class="fwd" d="{line}"/><path class="fwd head" d="{head}"/>')
    if blank or label is not None:
        line, head = arrow(wire.backward[::-1], STAGE.head)
        x, y = wire.label
        out.append(f'<path class="bwd" d="{line}"/><path class="bwd head" d="{head}"/>')
        out.append(f'<text class="label" x="{short(x)}" y="{short(y + 4)}">{escape(label or "")}</text>')
    return "".join([*out, "</g>"])


def _card(number: int, card: Card, state: Mapping[str, str], active: bool, blank: bool) -> str:
    if not blank and f"v{number}" not in state:
        return ""
    names = [card.kind, "active" if active else "", state.get(f"m{number}", "")]
    grad = state.get(f"g{number}", "")
    face = Face(
        state.get(f"t{number}", card.title),
        card.width,
        card.height,
        card.kind in TENSORS,
        card.kind == "group",
        _block(state.get(f"v{number}", ""), "value", card.lines),
        _block(grad, "grad missing" if grad in (NO_GRAD, GRAD_GONE) else "grad", card.grads),
    )
    out = [f'<g class="card {" ".join(filter(None, names))}" transform="translate({short(card.x)} {short(card.y)})">']
    out.append(card_body(face, STAGE))
    cut = state.get(f"c{number}")
    if blank or cut is not None:
        wide = short(card.width - (STAGE.stack if card.kind == "group" else 0))
        out.append(f'<path class="stop" d="M{wide} {short(STAGE.title_drop - 4)}h12m0 -6v12"/>')
        out.append(f'<text class="cut" x="{wide}" y="-5">{escape(cut or "")}</text>')
    return "".join([*out, "</g>"])


def _block(text: str, name: str, reserved: int) -> tuple[Block, ...]:
    return (Block(tuple(text.split("\n")), name, reserved),) if reserved else ()


def _wrap(text: str, limit: float) -> list[str]:
    rows, row = [], ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if row and width(longer, SAID_SIZE) > limit:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row] if row else rows
