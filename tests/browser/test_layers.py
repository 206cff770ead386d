"""Grouped cards that open in place, in a real Chromium: by mouse and by keyboard, without a network, and quickly."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Browser, Frame, Page

from autograd_viz import Graph, draw
from autograd_viz.drawing.display import Drawing
from autograd_viz.graph import Edge, Node, Output
from benchmarks.models import build
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

OPERATIONS = ("Sin", "Cos", "Exp", "Tanh", "Neg", "Sigmoid", "Relu")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def shown(browser: Browser, folder: Path, drawing: Drawing, **options: object) -> tuple[Page, list[str]]:
    file = folder / "page.html"
    html = drawing._repr_mimebundle_()["text/html"]
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{html}</body>", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900}, **options)  # type: ignore[arg-type]
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    return page, problems


def inside(page: Page) -> Frame:
    page.wait_for_function("document.querySelector('iframe') && !document.querySelector('iframe').hidden")
    return next(frame for frame in page.frames if frame != page.main_frame)


def card(frame: Frame, name: str):
    return frame.locator(f'[aria-label="{name}: buka isinya"]')


@pytest.fixture(scope="module")
def transformer() -> Drawing:
    loss, model = build("gpt2-small")
    return draw(loss, names=model)


def test_a_card_opens_and_closes_where_it_stands(browser: Browser, tmp_path: Path, transformer: Drawing) -> None:
    page, problems = shown(browser, tmp_path, transformer)
    frame = inside(page)
    assert page.locator("img").is_hidden(), "the picture gives way to the page that opens"
    size = "e => [e.style.width, e.style.height]"
    before = frame.locator(".sheet").evaluate(size)
    blocks = card(frame, "blocks.0 … blocks.11 × 12")
    corner = blocks.bounding_box()
    blocks.click()
    opened = frame.locator(".frame")
    assert opened.count() == 1 and card(frame, "blocks.7").is_visible()
    assert frame.locator(".told").text_content() == "blocks.0 … blocks.11 × 12 dibuka: 14 kartu."
    after = opened.bounding_box()
    assert corner and after
    assert abs(after["x"] - corner["x"]) < 3 and abs(after["y"] - corner["y"]) < 10, "it grows where it stood"
    card(frame, "blocks.0").click()
    assert frame.locator(".frame").count() == 2
    assert frame.get_by_text("blocks.0.attention.qkv.bias").is_visible()
    frame.locator(".top").first.click()
    assert frame.locator(".frame").count() == 0
    assert frame.locator(".sheet").evaluate(size) == before
    assert problems == []


def test_the_keyboard_opens_and_closes(browser: Browser, tmp_path: Path, transformer: Drawing) -> None:
    page, problems = shown(browser, tmp_path, transformer)
    frame = inside(page)
    label = "document.activeElement.getAttribute('aria-label')"
    card(frame, "norm").focus()
    page.keyboard.press("Enter")
    assert frame.evaluate(label) == "norm: tutup"
    assert frame.locator(".top").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert frame.evaluate(label) == "norm: buka isinya" and frame.locator(".frame").count() == 0
    page.keyboard.press(" ")
    assert frame.locator(".frame").count() == 1
    frame.get_by_role("button", name="Tutup semua").click()
    assert frame.locator(".frame").count() == 0
    assert problems == []


def test_without_script_the_picture_stays(browser: Browser, tmp_path: Path, transformer: Drawing) -> None:
    page, _ = shown(browser, tmp_path, transformer, java_script_enabled=False)
    assert page.locator("img").is_visible() and page.locator("iframe").is_hidden()


def test_the_page_draws_what_the_picture_draws(browser: Browser, tmp_path: Path, transformer: Drawing) -> None:
    page, _ = shown(browser, tmp_path, transformer)
    frame = inside(page)
    for kind in ("wire", "head"):
        path = frame.locator(f".sheet>.layer>svg>path.{kind}").first.get_attribute("d")
        assert f'<path class="{kind}" d="{path}"/>' in transformer.svg


def large(stages: int = 8, blocks: int = 9, length: int = 69) -> Graph:
    """About 5,000 operations in nested modules, no two of them alike, with arrows that skip ahead."""
    state, nodes, edges = 1, [Node("AccumulateGrad", "leaf", "x", ((3,),))], []
    for stage in range(stages):
        for block in range(blocks):
            for _ in range(length):
                state = state * 16807 % 2147483647
                index, path = len(nodes), f"s{stage}.b{block}"
                nodes.append(Node(OPERATIONS[state % 7] + "Backward0", "operation", shapes=((3,),), module=path))
                edges.append(Edge(index - 1, index, 0))
                if state % 5 == 0 and index > 8:
                    edges.append(Edge(index - 2 - state % 6, index, 1))
    return Graph(tuple(nodes), tuple(edges), (Output(len(nodes) - 1),))


def test_opening_and_closing_is_quick_at_five_thousand_nodes(browser: Browser, tmp_path: Path) -> None:
    """Each turn with all that the browser does for it, everything before still open, beside the same page made anew."""
    graph = large()
    page, problems = shown(browser, tmp_path, draw(graph))
    frame = inside(page)
    seconds, anew = frame.evaluate(
        """() => {
            const times = [], press = (element) => {
                const start = performance.now();
                element.jejak();
                document.body.getBoundingClientRect();
                times.push(performance.now() - start);
            };
            const all = (what) => [...document.querySelectorAll(what)].filter((one) => one.getClientRects().length);
            for (let turn = 0; turn < 30; turn += 1) {
                const closed = all('.opens');
                if (!closed.length) break;
                press(closed[closed.length >> 1]);
            }
            const before = performance.now(), again = document.createElement('div');
            again.innerHTML = document.body.innerHTML;
            document.body.append(again);
            again.getBoundingClientRect();
            const anew = performance.now() - before;
            again.remove();
            for (const top of all('.top').reverse().slice(0, 10)) press(top);
            return [times, anew];
        }"""
    )
    assert len(graph.nodes) > 4900 and len(seconds) >= 20
    print(f"median {median(seconds):.1f} ms, slowest {max(seconds):.1f} ms of {len(seconds)}; anew {anew:.1f} ms")
    assert 5 * median(seconds) <= anew
    assert problems == []


SIZES = "e => [e.scrollWidth - e.clientWidth, e.clientWidth]"


def test_a_picture_wider_than_a_phone_says_so_and_fits_when_asked(browser: Browser, tmp_path: Path) -> None:
    loss, model = build("unet")
    page, problems = shown(browser, tmp_path, draw(loss, names=model, collapse=None))
    page.set_viewport_size({"width": 390, "height": 700})
    box, key = page.locator("div:has(> img)"), page.get_by_role("button")
    key.wait_for()
    assert key.inner_text() == "pas" and "berlanjut ke kanan" in box.inner_text()
    natural = page.locator("img").evaluate("e => [e.clientWidth, e.naturalWidth]")
    assert natural[0] == natural[1] > 2000, "nothing shrinks on a phone"
    key.click()
    page.wait_for_function("document.querySelector('button').textContent === 'ukuran asli'")
    assert box.evaluate(SIZES)[0] <= 4 and "berlanjut" not in box.inner_text()
    key.click()
    assert page.locator("img").evaluate("e => e.clientWidth") == natural[0]
    page.set_viewport_size({"width": 3000, "height": 700})
    key.wait_for(state="hidden")
    assert not problems


def test_a_layered_picture_fits_when_asked_and_can_be_read_again(
    browser: Browser, tmp_path: Path, transformer: Drawing
) -> None:
    page, problems = shown(browser, tmp_path, transformer)
    page.set_viewport_size({"width": 390, "height": 700})
    frame = inside(page)
    key, hint = frame.locator(".whole"), frame.locator(".wider")
    hint.wait_for()
    view = frame.locator(".view")
    assert view.evaluate(SIZES)[0] > 100 and "scale(1)" in str(frame.locator(".layer").get_attribute("style"))
    key.click()
    assert view.evaluate(SIZES)[0] <= 4 and hint.is_hidden() and key.inner_text() == "ukuran terbaca"
    key.click()
    assert view.evaluate(SIZES)[0] > 100 and hint.is_visible() and key.inner_text() == "pas"
    assert frame.locator(".foot").evaluate(SIZES)[0] <= 4, "the legend is folded"
    assert not problems
