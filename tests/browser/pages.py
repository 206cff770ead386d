"""Films on plain pages in a real Chromium, and what is out of view in a player."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page

from autograd_viz import Player, Recording, play


def _player(run: Recording | Player) -> Player:
    return run if isinstance(run, Player) else play(run)


def plain_page(
    browser: Browser, folder: Path, runs: Sequence[Recording | Player], scheme: str = "light",
    size: tuple[int, int] = (1040, 900),
    touch: bool = False, body: str = "<body>",
) -> tuple[Page, list[str]]:  # fmt: skip
    films = "\n".join(_player(run)._repr_mimebundle_()["text/html"] for run in runs)
    file = folder / "page.html"
    head = "<meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>"
    file.write_text(f"<!doctype html>{head}{body}{films}</body>", encoding="utf-8")
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=touch, is_mobile=touch  # type: ignore[arg-type]
    )
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    page.wait_for_function("n => document.querySelectorAll('iframe:not([hidden])').length === n", arg=len(runs))
    return page, problems


def players(page: Page) -> list[Frame]:
    return [frame for frame in page.frames if frame != page.main_frame and frame.query_selector(".player")]


OUT_OF_VIEW = """() => {
  const inside = (part, box) => part.left >= box.left - 1 && part.right <= box.right + 1
    && part.top >= box.top - 1 && part.bottom <= box.bottom + 1;
  const window_ = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
  const rect = (selector) => document.querySelector(selector).getBoundingClientRect();
  const problems = [];
  for (const selector of ['.keys .play', '.keys .next', '.slider', '.phase']) {
    if (!inside(rect(selector), window_)) problems.push(selector);
  }
  const pane = rect('.pane'), active = document.querySelector('.card.active .box');
  if (active) {
    const card = active.getBoundingClientRect(), middle = [card.left + card.width / 2, card.top + card.height / 2];
    if (!inside(card, pane)) problems.push('card');
    const above = document.elementFromPoint(...middle);
    const whole = above ? above.outerHTML.slice(0, 150) : 'nothing';
    if (!above || !above.closest('.card.active')) problems.push('covered by ' + whole);
    const sent = [...document.querySelectorAll('.flowing .number')].map((one) => one.getBoundingClientRect());
    if (sent.length && !sent.some((one) => inside(one, pane))) problems.push('gradient');
    for (const {left, top, width, height} of sent) {
      const over = document.elementFromPoint(left + width / 2, top + height / 2);
      if (over && over.closest('.map')) problems.push('map');
    }
  }
  const words = document.querySelector('.words'), range = document.createRange();
  range.selectNodeContents(words);
  const first = range.getClientRects()[0], say = rect('.say');
  if (!first || first.top < say.top - 1 || first.top > say.bottom - 14) problems.push('words');
  const cut = document.querySelector('.say').scrollHeight > document.querySelector('.say').clientHeight + 3;
  if (cut !== !document.querySelector('.more').hidden) problems.push('cue');
  return problems;
}"""
