"""Films of loops in a real Chromium: the strip of turns, opening them, the brace in the code; nothing out of view."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Frame

from autograd_viz import Recording, record
from tests.browser import lab
from tests.browser.pages import OUT_OF_VIEW, plain_page, players

pytestmark = pytest.mark.needs("chromium", "fonts", "node")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def rnn(count: int = 5) -> Recording:
    w = torch.tensor(0.5, requires_grad=True)
    xs = [0.6, 0.4, 0.3, 0.3, 0.8] * (count // 5)
    with record() as run:
        h = torch.tensor(0.0)
        for t in range(count):
            h = torch.tanh(w * h + xs[t])
        loss = (h + 0.5) ** 2
        loss.backward()
    return run


def training(rounds: int) -> Recording:
    model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    optimizer, X = torch.optim.SGD(model.parameters(), lr=0.1), torch.ones(8, 2)
    with record() as run:
        for step in range(rounds):  # noqa: B007
            optimizer.zero_grad()
            loss = model(X).square().mean()
            loss.backward()
            optimizer.step()
    return run


def nested() -> Recording:
    w = torch.tensor(0.9, requires_grad=True)
    with record() as run:
        total = torch.tensor(0.0)
        for row in range(3):
            s = w * row
            for col in range(4):
                s = torch.sin(s * w) + col
            total = total + s
        total.backward()
    return run


def doubling() -> Recording:
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        y = x * 1.0
        while y.abs() < 500:
            y = y * 3 - 1 if y > 20 else y * 2
        y.backward()
    return run


def titles(frame: Frame) -> list[str]:
    return [one.strip() for one in frame.locator(".stage .card .title").all_text_contents()]


def strip(frame: Frame) -> list[str]:
    rows = frame.locator(".turn").all()
    return [" ".join(part for part in row.locator("span").all_text_contents() if part) for row in rows]


def step(frame: Frame, number: int) -> None:
    frame.locator(".slider").fill(str(number))


def test_the_turn_at_work_opens_itself_forward_and_backward(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [rnn()])
    (frame,) = players(page)
    step(frame, 9)
    assert titles(frame)[1:6] == ["t = 1", "w × h", "… + 0.3", "h = tanh …", "t = 3"]
    assert strip(frame)[:3] == ["t = 0 h 0.537 ke w", "t = 1 h 0.584 ke w", "t = 2 ke w"]
    assert frame.locator(".turn[aria-current]").inner_text().startswith("t = 2")
    assert frame.get_attribute(".code .opens", "data-turn") == "t = 2"
    assert frame.locator(".code .loop").count() == 2 and frame.locator(".code .loop.closes").count() == 1
    step(frame, 30)
    assert "t = 3" in titles(frame) and "t = 1" in titles(frame)
    assert strip(frame)[2] == "t = 2 h 0.5313 ke w 0.0764"
    widths = [row.bounding_box() for row in frame.locator(".turn-size").all()]
    found = [box["width"] if box else 0.0 for box in widths]
    assert found[4] > found[3] > found[2] > 0 == found[0]
    assert problems == []
    page.close()


def test_a_click_or_a_digit_opens_a_turn_without_a_step(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [rnn()])
    (frame,) = players(page)
    page_step = "langkah 38 dari 38"
    frame.locator(".slider").focus()
    page.keyboard.press("End")
    frame.locator(".turn").nth(2).click()
    assert titles(frame)[1:6] == ["t = 1", "w × h", "… + 0.3", "h = tanh …", "t = 3"]
    grads = frame.locator(".stage .card .grad:not(.number)").all_text_contents()
    assert grads[1:3] == ["0.0655", "gradien tiba 0.1309"]
    assert frame.inner_text(".count") == page_step
    page.keyboard.press("5")
    assert titles(frame)[1] == "t = 3" and frame.inner_text(".count") == page_step
    frame.locator(".card.folded").first.click()
    assert frame.locator(".turn[aria-current]").inner_text().startswith("t = 3")
    page.keyboard.press("ArrowLeft")
    assert frame.locator(".turn[aria-current]").inner_text().startswith("t = 3"), "no turn plays here"
    step(frame, 20)
    step(frame, 4)
    assert frame.locator(".turn[aria-current]").inner_text().startswith("t = 0"), "the turn at work opens itself"
    assert problems == []
    page.close()


def test_a_training_loop_has_a_strip_of_its_losses(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [training(200)])
    (frame,) = players(page)
    step(frame, 40)
    first = strip(frame)[0].split()
    assert first[:3] == ["step", "=", "0"] and first[3] == "loss" and float(first[4]) > 0
    frame.locator(".turn:not([disabled])").last.click()
    assert frame.locator(".turn[aria-current]").inner_text().startswith("step = 199")
    assert frame.get_attribute(".code .opens", "data-turn") == "step = 199"
    assert frame.locator(".turn[disabled]").count() > 10, "skipped turns cannot be opened"
    assert problems == []
    page.close()


def test_turns_in_turns_and_the_way_to_the_outer_loop(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [nested()])
    (frame,) = players(page)
    step(frame, 4)
    assert frame.inner_text(".around b") == "row = 0" and strip(frame)[0].startswith("col = 0")
    assert [frame.locator("[data-turn]").nth(n).get_attribute("data-turn") for n in (0, 1)] == ["row = 0", "col = 0"]
    frame.locator(".around button").last.click()
    assert frame.locator(".turn[aria-current]").inner_text().startswith("row = 1")
    assert "row = 0" in titles(frame) and "row = 2" in titles(frame)
    assert problems == []
    page.close()


CLIPPED = """() => [...document.querySelectorAll('.turn span')].filter((part) => part.scrollWidth > part.clientWidth + 1
  && getComputedStyle(part).display !== 'none').map((part) => part.textContent)"""


@pytest.mark.parametrize("size", [(390, 760), (768, 1024), (1366, 768), (1920, 1080)])
def test_nothing_is_clipped_or_out_of_view_at_any_step(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    for make in (rnn, nested, doubling, lambda: training(4)):
        page, problems = plain_page(browser, tmp_path, [make()], size=size, touch=size[0] < 480)
        (frame,) = players(page)
        box = page.locator("iframe").bounding_box()
        assert box and box["y"] + box["height"] <= size[1]
        for number in range(1, int(frame.get_attribute(".slider", "max") or 0) + 1, 5):
            step(frame, number)
            assert frame.evaluate(OUT_OF_VIEW) == [], (make.__name__, number)
            assert frame.evaluate(CLIPPED) == [], (make.__name__, number)
            turn = frame.locator(".turn[aria-current]").bounding_box()
            row = frame.locator(".turns").bounding_box()
            assert turn and row and row["x"] - 1 <= turn["x"]
            assert turn["x"] + turn["width"] <= row["x"] + row["width"] + 1, (make.__name__, number)
        assert problems == []
        page.close()


def test_a_step_of_a_film_of_five_thousand_operations_is_quick(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [rnn(1665)])
    (frame,) = players(page)
    frame.locator(".next").click()
    cost = frame.evaluate("""() => {
      const next = document.querySelector('.next'), times = [];
      while (!next.disabled) {
        const from = performance.now();
        next.click();
        document.querySelector('.stage').getBoundingClientRect();
        times.push(performance.now() - from);
      }
      times.sort((a, b) => a - b);
      return times[Math.floor(times.length / 2)];
    }""")
    assert cost <= 150  # a loaded machine; alone it is far below 50 ms
    assert problems == []
    page.close()


def test_an_optimizer_step_in_rows(browser: Browser, tmp_path: Path) -> None:
    w, b = torch.tensor(0.5, requires_grad=True), torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=0.1)
    with record() as run:
        (0.8 * w + 3 * b).backward()
        optimizer.step()
    for size in ((390, 760), (1366, 768)):
        page, problems = plain_page(browser, tmp_path, [run], size=size, touch=size[0] < 480)
        (frame,) = players(page)
        page.keyboard.press("End")
        frame.locator(".slider").fill(frame.get_attribute(".slider", "max") or "")
        assert frame.locator(".moves div").all_inner_texts() == [
            "b: 2 → 1.7 (−0.1 × 3) −lr × grad", "w: 0.5 → 0.42 (−0.1 × 0.8) −lr × grad",
        ]  # fmt: skip
        assert frame.locator(".moves mark").all_inner_texts() == ["1.7", "0.42"]
        assert "w: 0.5 → 0.42" in (frame.text_content(".told") or "")
        assert frame.evaluate(OUT_OF_VIEW) == []
        frame.locator(".slider").fill("1")
        assert not frame.is_visible(".moves")
        assert problems == []
        page.close()
