"""Controls, the card at work and the sentence show together at every step of six programs, nothing scrolled by hand."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Frame, Page

from tests import programs
from tests.browser import lab
from tests.browser.pages import OUT_OF_VIEW, plain_page, players

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

SCREENS = [((1024, 768), 1.0), ((1366, 768), 1.0), ((1366, 768), 1.5), ((1920, 1080), 1.0)]  # in pixels, and the zoom
PLAIN = [(390, 760), (768, 1024), (1366, 768)]
TEXT = "Sesudah setiap operasi, perhatikan kartu yang berubah. " * 30


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab.Server]:
    folder = tmp_path_factory.mktemp("programs")
    cells = []
    for name in programs.NAMES:
        code = programs.source(name) + "\nfrom autograd_viz import play\n\nplay(run)"
        cells += [nbformat.v4.new_markdown_cell(TEXT), nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_markdown_cell(TEXT)])
    cells[1]["source"] = "import time\ntime.sleep(6)\n" + cells[1]["source"]  # a cell may take its time
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number in range(len(SCREENS)):  # one each: two pages would both save it
        nbformat.write(notebook, folder / f"film{number}.ipynb")
    with lab.serve(folder) as found:
        yield found


def out_of_view(frame: Frame) -> dict[int, list[str]]:
    """What does not show at each step, of the steps at which something does not."""
    found = {}
    for step in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1):
        frame.locator(".slider").fill(str(step))
        problems = frame.evaluate(OUT_OF_VIEW)
        if problems:
            found[step] = problems
    return found


def film_of(page: Page, cell: int) -> Frame:
    handle = page.locator(".jp-CodeCell").nth(cell).locator("iframe").element_handle()
    frame = handle.content_frame() if handle else None
    assert frame is not None
    return frame


@pytest.mark.parametrize(("screen", "zoom"), SCREENS)
def test_right_after_shift_enter_in_jupyterlab(
    browser: Browser, server: lab.Server, screen: tuple[int, int], zoom: float
) -> None:
    size = {"width": int(screen[0] / zoom), "height": int(screen[1] / zoom)}
    page = browser.new_page(viewport=size, device_scale_factor=zoom)  # type: ignore[arg-type]
    lab.open_notebook(page, server, f"film{SCREENS.index((screen, zoom))}.ipynb")
    lab.wait_for_kernel(page)
    page.wait_for_timeout(1000)
    page.locator(".jp-MarkdownCell").first.click()
    for number, name in enumerate(programs.NAMES):
        cell = page.locator(".jp-CodeCell").nth(number)
        page.evaluate("document.querySelector('.jp-Notebook').focus()")  # the film had the focus
        page.keyboard.press("Shift+Enter")  # past the text above
        page.wait_for_timeout(500)
        page.keyboard.press("Shift+Enter")
        cell.locator("iframe:not([hidden])").wait_for(timeout=180_000)
        page.wait_for_timeout(2500)
        film, area = cell.locator("iframe").bounding_box(), page.locator(".jp-Notebook").bounding_box()
        assert film and area and film["y"] >= area["y"] - 2, (name, film, area)
        assert film["y"] + film["height"] <= area["y"] + area["height"] + 2, (name, film, area)
        assert out_of_view(film_of(page, number)) == {}, name
    page.close()


@pytest.mark.parametrize(("height", "whole"), [(900, True), (480, False)])
def test_a_long_sentence_shows_whole_where_the_page_has_room(
    browser: Browser, tmp_path: Path, height: int, whole: bool
) -> None:
    page, _ = plain_page(browser, tmp_path, [programs.recorded("attention")], size=(1366, height))
    (frame,) = players(page)
    cut = []
    for step in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1):
        frame.locator(".slider").fill(str(step))
        cut += [step] if frame.is_visible(".more") else []
    assert (cut == []) is whole, cut
    page.close()


@pytest.mark.parametrize("size", PLAIN)
@pytest.mark.parametrize("name", programs.NAMES)
def test_on_a_plain_page(browser: Browser, tmp_path: Path, size: tuple[int, int], name: str) -> None:
    page, problems = plain_page(browser, tmp_path, [programs.recorded(name)], size=size, touch=size[0] < 480)
    (frame,) = players(page)
    box = page.locator("iframe").bounding_box()
    assert box and box["y"] + box["height"] <= size[1], "the whole player shows at once"
    assert out_of_view(frame) == {}
    assert problems == []
    page.close()
