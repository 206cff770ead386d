"""The player in a real Chromium: on a plain page and in JupyterLab, by keyboard, light and dark, trusted and not."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import torch
from playwright.sync_api import Browser, Frame, Page

from autograd_viz import Recording, play, record
from autograd_viz.operations.notation import number_text
from autograd_viz.recording.events import Missing
from tests import programs
from tests.browser import lab
from tests.browser.pages import OUT_OF_VIEW, plain_page, players

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

CODE = """import torch
from autograd_viz import play, record
x = torch.tensor({start}, requires_grad=True)
with record() as run:
    y = x ** 2
    z = 2 * y + 3
    z.backward()
play(run)"""
DARK: dict[str, dict[str, object]] = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def chain(start: float) -> tuple[Recording, torch.Tensor]:
    x = torch.tensor(start, requires_grad=True)
    with record() as run:
        y = x**2
        z = 2 * y + 3
        z.backward()
    return run, x


def training(rounds: int = 100) -> Recording:
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    optimizer, X = torch.optim.SGD(model.parameters(), lr=0.1), torch.ones(16, 2)
    with record() as run:
        for _ in range(rounds):
            optimizer.zero_grad()
            loss = model(X).square().mean()
            loss.backward()
            optimizer.step()
    return run


def words(frame: Frame) -> str:
    return frame.inner_text(".words")


def grad(frame: Frame, card: int = 0) -> str:
    """What stands in the gradient row of a card, with the number on its chip."""
    return frame.evaluate("""(card) => {
      const parts = document.querySelectorAll('.stage .card')[card].querySelectorAll('text.grad');
      return [...parts].map((part) => part.textContent).filter(Boolean).join(' ');
    }""", card)


def press_to_the_end(page: Page, frame: Frame) -> int:
    frame.locator(".slider").focus()
    page.keyboard.press("Home")
    steps = 1
    while not frame.locator(".next").is_disabled():
        before = words(frame)
        page.keyboard.press("ArrowRight")
        steps += 1
        assert words(frame) != before and steps < 1000
    return steps


def test_keys_lead_to_the_gradient_that_autograd_computed(browser: Browser, tmp_path: Path) -> None:
    run, x = chain(3.0)
    page, problems = plain_page(browser, tmp_path, [run])
    (frame,) = players(page)
    assert frame.inner_text(".phase") == "Maju"
    assert frame.locator(".card:not(.ghost)").count() == 1
    assert press_to_the_end(page, frame) == 10
    assert x.grad is not None
    assert grad(frame) == f"grad {number_text(x.grad.item())}"
    assert words(frame) == f"Mundur selesai: x.grad = {number_text(x.grad.item())}."
    assert frame.locator(".label:not(.number)").all_text_contents() == ["×6 → 12", "×2 → 2", "×1 → 1"]
    assert frame.inner_text(".count") == "langkah 10 dari 10"
    page.keyboard.press("Home")
    assert grad(frame) == "" and frame.locator(".card:not(.ghost)").count() == 1
    page.keyboard.press("End")
    assert grad(frame) == "grad 12"
    assert problems == []
    page.close()


def test_buttons_slider_space_and_cards(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [chain(3.0)[0]])
    (frame,) = players(page)
    frame.click(".next")
    assert frame.inner_text(".code .on").strip() == "y = x**2"
    frame.locator(".slider").fill("8")
    assert "2 × 6 = 12" in words(frame)
    assert "active" in (frame.locator(".card").nth(1).get_attribute("class") or "")
    frame.locator(".card").nth(2).click()
    assert "18" in words(frame)
    frame.locator(".card").nth(1).hover()
    assert "disimpan untuk backward" in frame.inner_text(".tip")
    frame.locator(".card").nth(1).focus()
    page.keyboard.press("Enter")
    assert frame.locator(".card.active").count() == 1
    frame.select_option(".speed", "250")
    frame.locator(".slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    frame.wait_for_function("document.querySelector('.count').textContent === 'langkah 10 dari 10'")
    assert not frame.locator(".playing").count()
    before = frame.locator("svg.stage").get_attribute("viewBox")
    page.keyboard.press("+")
    assert frame.locator("svg.stage").get_attribute("viewBox") != before
    page.keyboard.press("?")
    assert frame.is_visible(".help") and "layar penuh" in frame.inner_text(".help")
    page.keyboard.press("Escape")
    assert not frame.is_visible(".help")
    assert problems == []
    page.close()


def test_the_first_frame_invites_and_shows_what_is_to_come(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [chain(3.0)[0]])
    (frame,) = players(page)
    assert frame.is_visible(".big") and frame.is_visible(".hint") and frame.locator(".ghost").count() == 3
    assert frame.locator(".ghost .of-value:visible").count() == 3 and frame.locator(".of-grad:visible").count() == 4
    assert frame.locator(".coming .title").text_content() == "y = x²"
    assert frame.locator(".chip").count() == 1 and frame.locator(".number").text_content() == "3"
    assert frame.inner_text(".words mark") == "3"
    frame.click(".big")
    assert frame.locator(".playing").count() == 1 and not frame.is_visible(".big")
    frame.click(".play")
    page.keyboard.press("Home")
    assert not frame.is_visible(".big"), "it is shown once"
    assert problems == []
    page.close()


def test_the_number_of_a_step_is_the_only_chip_on_the_stage(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [chain(3.0)[0]])
    (frame,) = players(page)
    for step, number, sentence in ((2, ["9"], ["9"]), (8, ["12"], ["12"]), (9, ["12"], ["12"]), (10, [], [])):
        frame.locator(".slider").fill(str(step))
        assert frame.locator(".stage .number").all_text_contents() == number
        assert frame.locator(".words mark").all_inner_texts() == sentence
        assert frame.locator(".chip").count() == len(number)
    assert problems == []
    page.close()


def test_the_phase_and_the_sentence_are_announced_and_a_card_tells_itself(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [chain(3.0)[0]])
    (frame,) = players(page)
    assert frame.get_attribute(".told", "aria-live") == "polite"
    frame.locator(".slider").fill("8")
    assert (frame.text_content(".told") or "").startswith("Mundur. PowBackward0 menerima gradien 2.")
    assert frame.locator(".card").nth(1).get_attribute("aria-label") == "y = x², nilai 9, gradien tiba 2"
    assert frame.get_attribute(".slider", "aria-valuetext") == "langkah 8 dari 10, Mundur"
    page.close()


HEIGHTS = "['.player', '.top', '.lower', '.say'].map((name) => document.querySelector(name).offsetHeight)"


def test_the_height_never_changes_while_the_film_plays(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [programs.recorded("attention")])
    (frame,) = players(page)
    found = set()
    for step in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1):
        frame.locator(".slider").fill(str(step))
        found.add(tuple(frame.evaluate(HEIGHTS)))
    assert len(found) == 1
    page.close()


def test_a_dragged_graph_comes_back_with_the_next_step(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [programs.recorded("rnn")])
    (frame,) = players(page)
    frame.locator(".slider").fill("5")
    pane = frame.locator(".pane").bounding_box()
    assert pane
    for _ in range(2):
        page.mouse.move(pane["x"] + 560, pane["y"] + pane["height"] / 2)
        page.mouse.down()
        page.mouse.move(pane["x"] + 10, pane["y"] + pane["height"] / 2, steps=4)
        page.mouse.up()
    assert "card" in frame.evaluate(OUT_OF_VIEW)
    frame.click(".next")
    assert frame.evaluate(OUT_OF_VIEW) == []
    page.close()


def test_one_finger_scrolls_the_page_over_the_graph(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [chain(3.0)[0]], size=(390, 760), touch=True)
    (frame,) = players(page)
    assert frame.evaluate("getComputedStyle(document.querySelector('.pane')).touchAction") == "pan-y"
    before = frame.locator("svg.stage").get_attribute("viewBox")

    def finger(kind: str, number: int, x: int, y: int) -> None:
        touch = {"pointerType": "touch", "pointerId": number, "clientX": x, "clientY": y, "bubbles": True}
        frame.locator(".pane").dispatch_event(f"pointer{kind}", touch)

    finger("down", 1, 50, 150)
    finger("move", 1, 50, 50)
    assert frame.locator("svg.stage").get_attribute("viewBox") == before
    finger("down", 2, 150, 150)
    finger("move", 2, 190, 190)
    assert frame.locator("svg.stage").get_attribute("viewBox") != before
    page.close()


def test_long_code_scrolls_sideways_and_long_sentences_have_a_cue(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [programs.recorded("attention")], size=(1040, 480))
    (frame,) = players(page)
    assert frame.evaluate("getComputedStyle(document.querySelector('.code span')).whiteSpace") == "pre"
    assert frame.evaluate("document.querySelector('.codes').classList.contains('east')")
    assert frame.get_attribute(".code", "tabindex") == "0"
    for step in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1):
        frame.locator(".slider").fill(str(step))
        if frame.is_visible(".more"):
            frame.click(".more")
            frame.wait_for_function("document.querySelector('.say').scrollTop > 0")
            assert frame.get_attribute(".say", "tabindex") == "0"
            break
    else:
        raise AssertionError("no sentence of this film is long")
    page.close()


@pytest.mark.parametrize("dark", ["data-theme=dark style='background:#131416'", "style='background:#1e1e1e'"])
def test_the_player_takes_the_shade_of_the_page_and_follows_its_switch(
    browser: Browser, tmp_path: Path, dark: str
) -> None:
    page, _ = plain_page(browser, tmp_path, [chain(3.0)[0]], body=f"<body {dark}>")
    (frame,) = players(page)
    frame.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    page.evaluate("document.body.style.background = '#fff'")
    frame.wait_for_function("document.documentElement.dataset.theme === 'light'")
    page.close()


def test_what_is_missing_stands_below_the_film(browser: Browser, tmp_path: Path) -> None:
    whole = chain(3.0)[0]
    partial = Recording(whole.data._replace(missing=(Missing("gradient", 2),)))
    page, problems = plain_page(browser, tmp_path, [whole, partial])
    first, second = players(page)
    assert not first.is_visible(".incomplete") and second.is_visible(".incomplete")
    assert second.inner_text(".incomplete") == "Rekaman ini tidak lengkap: 2 gradien tidak terbaca."
    assert problems == []
    page.close()


def test_two_players_on_a_page_are_independent(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [chain(3.0)[0], chain(5.0)[0]])
    first, second = players(page)
    press_to_the_end(page, first)
    assert grad(first) == "grad 12"
    assert second.inner_text(".count").startswith("langkah 1 dari") and grad(second) == ""
    press_to_the_end(page, second)
    assert grad(second) == "grad 20" and grad(first) == "grad 12"
    assert problems == []
    page.close()


def test_a_plain_page_follows_the_colour_scheme(browser: Browser, tmp_path: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page, _ = plain_page(browser, tmp_path, [chain(3.0)[0]], scheme)
        (frame,) = players(page)
        colours.append(frame.evaluate("getComputedStyle(document.querySelector('.player')).backgroundColor"))
        page.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(21, 24, 31)"]


STEP = """() => {
  const slider = document.querySelector('.slider'), times = [];
  for (let at = 1; at <= Number(slider.max); at += 1) {
    const begin = performance.now();
    slider.value = at;
    slider.dispatchEvent(new Event('input'));
    document.querySelector('svg.stage').getBoundingClientRect();
    times.push(performance.now() - begin);
  }
  return times.sort((one, other) => one - other)[times.length >> 1];
}"""


def test_a_step_costs_no_more_in_a_training_of_ten_times_the_length(browser: Browser, tmp_path: Path) -> None:
    """The shorter of two turns each, one after the other: what else runs on the machine slows both."""
    times: dict[int, list[float]] = {10: [], 100: []}
    for _ in range(2):
        for rounds, found in times.items():
            page, problems = plain_page(browser, tmp_path, [training(rounds)])
            (frame,) = players(page)
            found.append(float(frame.evaluate(STEP)))
            assert problems == []
            page.close()
    print(times)
    assert min(times[100]) <= 3 * min(times[10])


LIGHT = """['0', '1'].forEach((layer) => document.body.style.setProperty(`--jp-layout-color${layer}`, '#fff'));
document.body.dataset.jpThemeLight = 'true'"""


def test_in_jupyterlab(browser: Browser, tmp_path: Path) -> None:
    run, _ = chain(7.0)
    live = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE.format(start=s)) for s in ("3.0", "5.0")])
    output = nbformat.v4.new_output("execute_result", dict(play(run)._repr_mimebundle_()), execution_count=1)
    kept = nbformat.v4.new_code_cell(CODE.format(start="7.0"), outputs=[output], execution_count=1)
    for name, notebook in (("live", live), ("stored", nbformat.v4.new_notebook(cells=[kept]))):
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    with lab.serve(tmp_path, DARK) as server:
        page = browser.new_page(viewport={"width": 1200, "height": 1400})
        lab.open_notebook(page, server, "live.ipynb", mode="doc")
        lab.run_all(page)
        assert lab.errors(page) == []
        page.wait_for_function("document.querySelectorAll('.jejak-player iframe:not([hidden])').length === 2")
        first, second = players(page)
        assert first.evaluate("document.documentElement.dataset.theme") == "dark"
        for frame, want in ((first, "grad 12"), (second, "grad 20")):
            assert press_to_the_end(page, frame) == 10
            assert grad(frame) == want
        page.evaluate(LIGHT)
        first.wait_for_function("document.documentElement.dataset.theme === 'light'")
        page.close()
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        lab.open_notebook(page, server, "stored.ipynb", mode="doc")
        lab.settle(page)
        assert page.locator(".jp-OutputArea iframe").count() == 0
        (picture,) = lab.pictures(page)
        assert "x.grad = 28" in picture.alt and picture.width > 300 and picture.shown > 300
        page.close()
