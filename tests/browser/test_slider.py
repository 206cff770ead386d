"""The slider in a real Chromium: moved by keys, mouse and finger; legible on a phone, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from jejak import descent, tangent
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

SLIDERS = {
    "tangent": tangent(torch.sin, -3, 3, at=0, step=0.25, names=("sudut", "hasil"), marks=[1.0]),
    "descent": descent(lambda w: (w - 1) ** 2, -2, 4, at=-1, rates=[i / 20 for i in range(1, 23)]),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def shown(browser: Browser, folder: Path, width: int, **options: object) -> tuple[Page, list[str]]:
    file = folder / "page.html"
    scheme = "<style>:root{color-scheme:light dark}html{background:Canvas}body{font:16px sans-serif}</style>"
    body = "".join(slider._repr_mimebundle_()["text/html"] for slider in SLIDERS.values())
    head = '<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    file.write_text(f"{head}<title>Geser</title>{scheme}<main><h1>Geser</h1>{body}</main>", encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    return page, problems


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1366])
def test_every_position_is_reached_by_keys(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    page, problems = shown(browser, tmp_path, width, color_scheme=scheme)
    for place, slider in enumerate(SLIDERS.values()):
        root = page.locator(".jejak-geser").nth(place)
        told, line, control = root.locator("[role=status]"), root.locator(".garis"), root.locator("input")
        assert told.inner_text() == slider.positions[slider.start].text
        control.focus()
        page.keyboard.press("Home")
        seen = [(told.inner_text(), line.get_attribute("d"))]
        for _ in slider.positions[1:]:
            page.keyboard.press("ArrowRight")
            seen.append((told.inner_text(), line.get_attribute("d")))
        assert [text for text, _ in seen] == [position.text for position in slider.positions]
        assert len({path for _, path in seen}) == len(slider.positions)
        assert control.get_attribute("aria-valuetext") == slider.positions[-1].text
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('.jejak-geser text')].map(t => t.getBoundingClientRect().height)"
    )
    assert min(small) >= 10
    faults = Axe().run(page).response["violations"]
    assert problems == [] and faults == []


def test_a_finger_moves_it(browser: Browser, tmp_path: Path) -> None:
    page, _ = shown(browser, tmp_path, 390, has_touch=True, is_mobile=True)
    control = page.locator(".jejak-geser input").first
    box = control.bounding_box()
    assert box and box["height"] >= 40
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    assert page.locator("[role=status]").first.inner_text() != SLIDERS["tangent"].positions[12].text


def test_without_a_script_the_first_position_stands(browser: Browser, tmp_path: Path) -> None:
    page, _ = shown(browser, tmp_path, 390, java_script_enabled=False)
    assert not page.locator(".jejak-geser input").first.is_visible()
    assert page.locator("[role=status]").first.inner_text() == SLIDERS["tangent"].positions[12].text
