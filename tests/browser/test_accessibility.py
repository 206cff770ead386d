"""axe-core finds nothing wrong with the player, light and dark, on a phone and a laptop; the keyboard reaches all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame

from autograd_viz import play
from tests import programs
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

SIZES = [(390, 760), (1366, 768)]
SHOWN = {"first": "", "backward": "9", "asked": "9t", "help": "?", "end": "17"}  # a step, then keys


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: str, size: tuple[int, int]) -> None:
    file = play(programs.recorded("scalar_chain")).save(tmp_path / "film.html")
    found = {}
    for name, keys in SHOWN.items():
        page = browser.new_page(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, has_touch=size[0] < 480  # type: ignore[arg-type]
        )
        page.goto(file.as_uri())
        step = keys.rstrip("t?")
        if step:
            page.locator(".slider").fill(step)
        page.locator(".slider").focus()
        if len(keys) > len(step):
            page.keyboard.press(keys[-1])
        page.wait_for_timeout(500)
        problems = Axe().run(page).response["violations"]
        found[name] = [(one["impact"], one["id"], [node["html"][:120] for node in one["nodes"]]) for one in problems]
        page.close()
    assert found == {name: [] for name in SHOWN}


FOCUSED = """() => {
  const one = document.activeElement;
  return one.getAttribute('class') && one.tagName + '.' + one.getAttribute('class').split(' ')[0];
}"""


def reached(page: Frame) -> list[str]:
    """Where the tabulator stops, from the top of the page until it leaves it."""
    found: list[str] = []
    for _ in range(60):
        page.page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop in found[:1]:
            break
        if stop not in found:
            found.append(stop)
    return found


def test_the_keyboard_reaches_everything(browser: Browser, tmp_path: Path) -> None:
    file = play(programs.recorded("attention"), tebak=True).save(tmp_path / "film.html")
    page = browser.new_page(viewport={"width": 1000, "height": 600})
    page.goto(file.as_uri())
    assert "BUTTON.big" in reached(page.main_frame)
    page.locator(".slider").fill("16")
    page.locator("h1").evaluate("(heading) => { heading.tabIndex = -1; heading.focus(); }")
    stops = reached(page.main_frame)
    wanted = [
        "DIV.code", "g.card", "BUTTON.in", "BUTTON.out", "BUTTON.fit", "INPUT.slider", "BUTTON.home", "BUTTON.play",
        "BUTTON.next", "BUTTON.switch", "SELECT.speed", "BUTTON.full", "INPUT.typed", "BUTTON.check", "BUTTON.clue",
        "BUTTON.skip",
    ]  # fmt: skip
    assert [stop for stop in wanted if stop not in stops] == []
    page.close()
