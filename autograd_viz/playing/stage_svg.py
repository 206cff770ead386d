"""Panggung menjadi SVG: kerangka yang diisi skrip pemutar, dan gambar bingkai terakhir."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from autograd_viz.drawing.card_svg import Block, Face, arrow, card_body, card_text, short
from autograd_viz.drawing.cards import TENSORS
from autograd_viz.drawing.colours import standalone
from autograd_viz.playing.frames import CardState, EdgeState, Phase, Rows, Shown, contents, label_rows, written
from autograd_viz.playing.stage_layout import LABEL_STEP, Card, Stage, Wire
from autograd_viz.text.measure import width
from autograd_viz.text.sizes import ROUND, STAGE

AURA = 7.0  # how far the light around a card at work reaches
LABELS = STAGE._replace(next_drop=LABEL_STEP)
SAID_SIZE, SAID_STEP, SAID_LIMIT, SAID_LEAST = 14.0, 21.0, 1000.0, 420.0


def frame_svg(stage: Stage) -> str:
    """Panggung kosong: setiap tempat yang berubah punya kelas, dan kartu serta panahnya berurutan.

    >>> frame_svg(Stage((), (), 10, 10))
    '<svg class="stage" viewBox="0 0 10 10"><g></g></svg>'
    """
    wires = "".join(_wire(wire, True, EdgeState(0)) for wire in stage.wires)
    cards = "".join(_card(card, CardState(0), False, card.title, True) for card in stage.cards)
    return f'<svg class="stage" viewBox="0 0 {short(stage.width)} {short(stage.height)}"><g>{wires}{cards}</g></svg>'


def picture(
    stage: Stage,
    titles: Sequence[str],
    shown: Shown,
    card: int | None,
    flow: Sequence[int],
    phase: Phase,
    said: str,
    gist: str,
) -> str:
    """Satu bingkai sebagai gambar yang berdiri sendiri, dengan kalimatnya di bawah."""
    wide = max(stage.width, SAID_LEAST)
    rows = _wrap(said, min(wide, SAID_LIMIT) - 40)
    tall = stage.height + SAID_STEP * len(rows) + 22
    left = (wide - stage.width) / 2
    wires = "".join(
        _wire(wire, {wire.source, wire.target} <= shown.cards.keys(), shown.edges.get(number), number in flow)
        for number, wire in enumerate(stage.wires)
    )
    cards = "".join(
        _card(one, shown.cards[number], number == card, titles[number])
        for number, one in enumerate(stage.cards)
        if number in shown.cards
    )
    lines = "".join(
        f'<text class="said" x="20" y="{short(stage.height + 14 + SAID_STEP * i)}">{escape(row)}</text>'
        for i, row in enumerate(rows)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stage" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {short(wide)} {short(tall)}" width="{short(wide)}" height="{short(tall)}">'
        f"<title>Rekaman autograd</title><desc>{escape(gist)}</desc><style>{standalone('stage.css')}</style>"
        f'<rect class="sheet" x=".5" y=".5" width="{short(wide - 1)}" height="{short(tall - 1)}" rx="10"/>'
        f'<g class="{phase}" transform="translate({short(left)} 0)">{wires}{cards}</g>{lines}</svg>\n'
    )


def _wire(wire: Wire, forward: bool, state: EdgeState | None, flowing: bool = False) -> str:
    """The arrow forward where both its cards are there, and the arrow back where a gradient has passed."""
    if not forward and state is None:
        return ""
    out = [f'<g class="edge{" flowing" if flowing else ""}{" snip" if wire.word else ""}">']
    x, y = wire.label
    if forward:
        line, head = arrow(wire.forward, STAGE.head)
        out.append(f'<path class="fwd" d="{line}"/><path class="fwd head" d="{head}"/>')
    if wire.word:
        out.append(f'<text class="fwd word" x="{short(x)}" y="{short(y + 4)}">{escape(wire.word)}</text>')
    elif state is not None and wire.backward:
        line, head = arrow(wire.backward[::-1], STAGE.head)
        rows = label_rows(state, wire.stacked)
        top = y + 4 - LABEL_STEP * wire.stacked / 2
        out.append(f'<path class="bwd" d="{line}"/><path class="bwd head" d="{head}"/>')
        out.append(card_text(Block(rows, "label"), short(x), top, LABELS))
    return "".join([*out, "</g>"])


def _card(card: Card, state: CardState, active: bool, title: str, blank: bool = False) -> str:
    names = [card.kind, "active" if active else "", state.mark]
    face = Face(
        title,
        card.width,
        card.height,
        card.kind in TENSORS,
        card.kind == "group",
        _block(contents(card.word, state), "value", card.lines),
        _block(written(card.grad_word, state.grad), "grad missing" if state.quiet else "grad", card.grads),
        bars=blank,
    )
    wide = card.width - (STAGE.stack if card.kind == "group" else 0)
    out = [f'<g class="card {" ".join(filter(None, names))}" transform="translate({short(card.x)} {short(card.y)})">']
    if blank:
        size = f'width="{short(card.width + 2 * AURA)}" height="{short(card.height + 2 * AURA)}"'
        out.append(f'<rect class="aura" x="-{short(AURA)}" y="-{short(AURA)}" {size} rx="{short(ROUND + AURA / 2)}"/>')
    out.append(card_body(face, STAGE))
    if blank:
        out.append(f'<text class="soon" x="{short(wide / 2)}" y="-6">berikutnya</text>')
    if blank or state.cuts:
        out.append(f'<path class="stop" d="M{short(wide)} {short(STAGE.title_drop - 4)}h12m0 -6v12"/>')
        out.append(f'<text class="cut" x="{short(wide)}" y="-5">{escape(", ".join(state.cuts))}</text>')
    return "".join([*out, "</g>"])


def _block(rows: Rows, name: str, reserved: int) -> tuple[Block, ...]:
    return (Block(rows or ("",), name, reserved),) if reserved else ()


def _wrap(text: str, limit: float) -> list[str]:
    rows, row = [], ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        if row and width(longer, SAID_SIZE) > limit:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row] if row else rows
