"""What a finger is to hit: at least 40 pixels each way in every layout, and on a page for the mouse at least 24."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Frame, Page
from torch import nn

from autograd_viz import Recording, draw, record
from tests.browser import lab
from tests.browser.pages import plain_page, players

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

FINGER, MOUSE = 40, 24
# A phone upright and on its side, a tablet both ways, and a window so low that everything is small.
FINGERS = [(390, 844), (480, 560), (844, 390), (768, 1024), (1280, 560)]
MICE = [(390, 700), (500, 560), (1366, 768)]

# How far to each side of its middle a point still hits the control; what is not seen has no size.
HIT = """([selector, least]) => {
  const seen = (one) => one.getClientRects().length && getComputedStyle(one).visibility === 'visible';
  return [...document.querySelectorAll(selector)].filter((one) => !one.disabled && seen(one)).flatMap((part) => {
    part.scrollIntoView({block: 'center', inline: 'center'});
    const box = part.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    const hits = (px, py) => {
      const found = document.elementFromPoint(px, py);
      return Boolean(found) && (part === found || part.contains(found));
    };
    const reach = (dx, dy) => {
      let far = 0;
      while (far < least && hits(x + dx * (far + 0.5), y + dy * (far + 0.5))) far += 1;
      return far;
    };
    const wide = reach(-1, 0) + reach(1, 0), tall = reach(0, -1) + reach(0, 1);
    const told = `${selector} ${part.textContent.trim().slice(0, 12)}: ${wide} x ${tall}`;
    return wide >= least && tall >= least ? [] : [told];
  });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def loops() -> Recording:
    """Turns of two loops, a wide graph, long sentences, and an optimizer."""
    w = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with record() as run:
        for _ in range(2):
            optimizer.zero_grad()
            h = torch.tensor(0.0)
            for x in (0.6, 0.4, 0.3):
                h = torch.tanh(w * h + x * w)
            h.backward()
            optimizer.step()
    return run


def too_small(frame: Frame, selectors: list[str], least: int) -> list[str]:
    return [one for selector in selectors for one in frame.evaluate(HIT, [selector, least])]


def check_player(page: Page, frame: Frame, least: int) -> None:
    always = [".keys button", ".slider", ".tools button", ".tools select", ".around button", ".turn", ".now"]
    always.append(".zoom button")
    frame.locator(".slider").fill("4")
    found = too_small(frame, always, least)
    seen = set()
    for step in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1, 3):
        frame.locator(".slider").fill(str(step))
        if frame.is_visible(".more") and "more" not in seen:
            seen.add("more")
            found += too_small(frame, [".more"], least)
    page.keyboard.press("?")
    found += too_small(frame, [".help .close"], least)
    frame.click(".help .close")
    if frame.is_visible(".switch"):
        frame.click(".switch")
        frame.locator(".slider").fill("1")
        while not frame.is_visible(".guess"):
            frame.evaluate("document.querySelector('.next').click()")
        frame.locator(".typed").scroll_into_view_if_needed()
        found += too_small(frame, [".typed", ".check", ".clue", ".skip"], least)
    assert found == [], found


@pytest.mark.parametrize("size", FINGERS, ids=str)
def test_a_finger_hits_every_control_of_a_film(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    page, problems = plain_page(browser, tmp_path, [loops()], size=size, touch=True)
    (frame,) = players(page)
    assert frame.evaluate("matchMedia('(pointer: coarse)').matches")
    check_player(page, frame, FINGER)
    assert problems == []
    page.close()


@pytest.mark.parametrize("size", MICE, ids=str)
def test_a_mouse_hits_every_control_of_a_film(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    page, problems = plain_page(browser, tmp_path, [loops()], size=size)
    (frame,) = players(page)
    check_player(page, frame, FINGER if "phone" in (frame.get_attribute(".player", "class") or "") else MOUSE)
    assert problems == []
    page.close()


def model() -> nn.Sequential:
    blocks = [nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh()) for _ in range(5)]
    return nn.Sequential(*blocks)


@pytest.mark.parametrize(("width", "touch"), [(390, True), (390, False), (1366, True), (1366, False)])
def test_drawings_are_hit_as_well(browser: Browser, tmp_path: Path, width: int, touch: bool) -> None:
    net, long = model(), torch.ones(3, requires_grad=True)
    y = long
    for _ in range(12):
        y = torch.tanh(y * long)
    drawings = [draw(net(torch.ones(2, 4)).sum(), names=net, collapse="module"), draw(y.sum())]
    html = "".join(str(one._repr_mimebundle_()["text/html"]) for one in drawings)
    head = "<meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>"
    (tmp_path / "page.html").write_text(f"<!doctype html>{head}<body>{html}</body>", encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, has_touch=touch, is_mobile=touch)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("document.querySelector('iframe') && !document.querySelector('iframe').hidden")
    frame = next(one for one in page.frames if one != page.main_frame)
    frame.locator(".opens").first.click()
    frame.locator(".frame .top").first.wait_for()
    least = FINGER if touch or width < 500 else MOUSE
    found = too_small(frame, [".bar button", ".top", ".opens"], least)
    plain = page.get_by_role("button", name="pas", exact=True)
    if plain.is_visible():
        plain.scroll_into_view_if_needed()
        found += page.evaluate(HIT, ["button", least])
    assert found == [], found
    page.close()
