"""Guessing in a real Chromium: each gradient is typed before it shows, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Frame, Page

from autograd_viz import Recording, play, record
from tests.browser import lab
from tests.browser.pages import OUT_OF_VIEW, plain_page, players

pytestmark = pytest.mark.needs("chromium", "fonts", "node")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def profit() -> Recording:
    p = torch.tensor(10.0, requires_grad=True)
    with record() as run:
        laba = p - 5
        terjual = 100 - 4 * p
        u = laba * terjual
        u.backward()
    return run


def words(frame: Frame) -> str:
    return frame.inner_text(".words")


def typed(page: Page, frame: Frame, text: str) -> None:
    assert frame.evaluate("document.activeElement.className") == "typed"
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def numbers(frame: Frame) -> list[str]:
    return frame.locator(".stage .number").all_text_contents()


def test_the_whole_film_is_guessed_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [play(profit(), tebak=True)])
    (frame,) = players(page)
    frame.locator(".slider").focus()
    assert frame.get_attribute(".switch", "aria-checked") == "true" and not frame.is_visible(".guess")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert words(frame) == "Gradien 1 tiba di u. Berapa gradien yang dikirim ke laba?"
    assert numbers(frame) == ["?", "?"] and "60" not in words(frame)
    assert (frame.text_content(".told") or "").startswith("Mundur. Gradien 1 tiba di u.")
    typed(page, frame, "60")
    assert words(frame).endswith("dikirim ke terjual?") and numbers(frame) == ["60", "?"]
    assert frame.inner_text(".note").startswith("✓ Tepat. Turunan lokal terhadap laba: terjual = 60.")
    typed(page, frame, "5.1")
    lines = words(frame).splitlines()
    assert lines[0] == "MulBackward0 menerima gradien 1."
    assert lines[1].startswith("✓ Tepat. Turunan lokal terhadap laba")
    assert lines[2].startswith("∼ Hampir: Anda menjawab 5.1. Turunan lokal terhadap terjual: laba = 5. Aturan rantai:")
    assert numbers(frame) == ["60", "5"] and not frame.is_visible(".guess")
    page.keyboard.press("Enter")  # the button of the next step has the focus
    typed(page, frame, "−5")
    page.keyboard.press("ArrowRight")
    typed(page, frame, "20")
    assert words(frame).startswith("∼ Hampir: Anda menjawab 20. Besarnya tepat, tandanya terbalik. MulBackward0")
    page.keyboard.press("ArrowRight")
    typed(page, frame, "7")
    assert words(frame).startswith("× Meleset: Anda menjawab 7. SubBackward0 menerima gradien 60.")
    page.keyboard.press("ArrowRight")
    assert frame.locator(".card.leaf .number").all_text_contents() == ["?"]
    assert frame.get_attribute(".card.leaf", "aria-label") == "p · daun, nilai 10, grad ditanyakan"
    assert frame.inner_text(".score span") == "2 tepat dari 5"
    assert frame.locator(".score i").all_text_contents() == ["✓", "∼", "✓", "∼", "×", ""]
    typed(page, frame, "40")
    assert frame.locator(".card.leaf .number").all_text_contents() == ["40"]
    page.keyboard.press("Enter")
    assert frame.inner_text(".note").startswith("Skor tebakan: 3 tepat, 2 hampir, 1 meleset, dari 6 pertanyaan.")
    frame.click(".anew")
    page.keyboard.press("ArrowLeft")
    assert frame.inner_text(".score span") == "0 tepat dari 0" and numbers(frame) == ["?"]
    assert problems == []
    page.close()


def test_advice_hint_skipping_and_the_switch(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [profit()])
    (frame,) = players(page)
    frame.locator(".slider").fill("9")
    assert not frame.is_visible(".guess") and numbers(frame) == ["−20"]
    frame.locator(".slider").focus()
    page.keyboard.press("t")
    assert frame.get_attribute(".switch", "aria-checked") == "true" and numbers(frame) == ["?"]
    typed(page, frame, "-20,0")
    assert frame.inner_text(".note") == "Pakai titik, bukan koma: -20.0"
    assert frame.input_value(".typed") == "-20,0" and frame.inner_text(".score span") == "0 tepat dari 0"
    assert frame.locator(".flowing .label").first.text_content() == "→"
    frame.click(".clue")
    assert frame.inner_text(".note") == "Turunan lokal terhadap p: 4." and numbers(frame) == ["?"]
    assert frame.locator(".flowing .label").first.text_content() == "×4 →"
    frame.click(".skip")
    assert words(frame).startswith("– Dilewati. MulBackward0") and numbers(frame) == ["−20"]
    page.keyboard.press("t")
    assert words(frame).startswith("MulBackward0 menerima") and not frame.is_visible(".guess")
    assert problems == []
    page.close()


def test_digits_go_into_the_guess_and_letters_typed_there_command_nothing(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [play(profit(), tebak=True)])
    (frame,) = players(page)
    frame.locator(".slider").fill("9")
    frame.locator(".slider").focus()
    page.keyboard.type("-2t0")
    assert frame.input_value(".typed") == "-2t0" and frame.get_attribute(".switch", "aria-checked") == "true"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    assert frame.inner_text(".count") == "langkah 8 dari 12"
    page.close()


def test_playing_stops_at_a_question(browser: Browser, tmp_path: Path) -> None:
    page, _ = plain_page(browser, tmp_path, [play(profit(), tebak=True)])
    (frame,) = players(page)
    frame.select_option(".speed", "250")
    frame.click(".big")
    frame.wait_for_selector(".guess:not([hidden])")
    page.wait_for_timeout(600)
    assert frame.inner_text(".count") == "langkah 7 dari 12" and not frame.locator(".playing").count()
    page.close()


def test_the_shape_of_a_large_gradient_is_asked_for(browser: Browser, tmp_path: Path) -> None:
    W, x = torch.ones(3, 4, requires_grad=True), torch.ones(4)
    with record() as run:
        (W @ x).sum().backward()
    page, problems = plain_page(browser, tmp_path, [play(run, tebak=True)])
    (frame,) = players(page)
    frame.locator(".slider").focus()
    page.keyboard.press("End")
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
        if frame.is_visible(".guess") and "bentuk" in words(frame):
            break
        page.keyboard.press("Escape")
    assert words(frame) == "Gradien berbentuk (3) tiba di W @ x. Apa bentuk gradien yang dikirim ke daun W?"
    assert frame.inner_text(".goal") == "bentuk W" and frame.inner_text(".note").startswith("Ketik ukuran setiap dim")
    typed(page, frame, "4, 3")
    assert words(frame).startswith("∼ Hampir: Anda menjawab 4, 3. Ukurannya tepat, urutannya tertukar. MvBackward0")
    assert problems == []
    page.close()


@pytest.mark.parametrize("size", [(390, 760), (458, 512), (700, 560), (1040, 560)])
def test_question_field_and_card_show_together(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    page, _ = plain_page(browser, tmp_path, [play(profit(), tebak=True)], size=size, touch=size[0] < 400)
    (frame,) = players(page)
    frame.locator(".switch").click()  # it is reached by hand at every size
    frame.locator(".switch").click()
    assert frame.get_attribute(".switch", "aria-checked") == "true"
    for step in range(7, 12):
        frame.locator(".slider").fill(str(step))
        assert frame.evaluate(OUT_OF_VIEW) == [], step
        say = frame.locator(".say").bounding_box()
        for part in (".typed", ".check", ".clue", ".skip"):
            box = frame.locator(part).bounding_box()
            assert say and box and box["y"] + box["height"] <= say["y"] + say["height"] + 1, (step, part)
    page.close()


LISTEN = """() => {
  window.heard = [];
  addEventListener('message', ({data}) => {
    if (data.jejak === 'verdict') heard.push([data.right, data.judged, data.asked]);
  });
}"""


def test_the_page_around_hears_how_the_guesses_went(browser: Browser, tmp_path: Path) -> None:
    page, problems = plain_page(browser, tmp_path, [play(profit(), tebak=True)])
    page.evaluate(LISTEN)
    (frame,) = players(page)
    frame.locator(".slider").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    typed(page, frame, "60")
    typed(page, frame, "-1")
    frame.locator(".keys .next").press("ArrowRight")
    frame.locator(".skip").click()
    heard = page.evaluate("heard")
    assert heard[:2] == [[1, 1, heard[0][2]], [1, 2, heard[0][2]]] and heard[2][1] == 2, "what is skipped is not judged"
    assert problems == []
