"""A saved film is one file: it plays without a network, and shows its last frame where no script runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograd_viz import play
from tests import programs
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def test_a_saved_film_plays_offline(browser: Browser, tmp_path: Path) -> None:
    file = play(programs.recorded("scalar_chain")).save(tmp_path / "film.html")
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 300})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(file.as_uri())
    page.click(".big")
    assert page.locator(".playing").count() == 1
    page.locator(".slider").focus()
    page.keyboard.press("End")
    assert page.inner_text(".words").startswith("Mundur selesai: b.grad = 0.5")
    assert asked == [file.as_uri()]
    assert page.evaluate("getComputedStyle(document.body).overflowY") == "auto", "a low window scrolls"
    context.close()


def test_without_script_the_last_frame_stands_there(browser: Browser, tmp_path: Path) -> None:
    file = play(programs.recorded("scalar_chain")).save(tmp_path / "film.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.is_visible("figure svg") and not page.is_visible(".player")
    told = "Bingkai terakhir dari film 17 langkah; nyalakan JavaScript di peramban ini untuk memutarnya."
    assert page.inner_text("figcaption") == told
    context.close()
