"""The box below a guess in a real browser: typed into, judged, several on one page."""

import pytest
import torch

from jejak import predict
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


@pytest.fixture
def page(browser, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "k.json"))
    guesses = (("00/1", torch.tensor(24.0)), ("01/1", True), ("03/2", torch.tensor([2.0, 40.0, 600.0])))
    shown = [predict(name, ..., actual)._repr_mimebundle_()["text/html"] for name, actual in guesses]
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.set_content("<!doctype html><meta charset=utf-8>" + "<hr>".join(shown))
    # As in JupyterLab: a notebook around the box takes every key that reaches it.
    page.evaluate("document.body.addEventListener('keydown', (event) => event.preventDefault())")
    yield page
    page.close()


CASES = [
    (0, "24,0", "Belum terbaca. Untuk pecahan pakai titik: 24.0."),
    (0, "25", "Belum tepat. Petunjuk:"),
    (0, "24", "Tepat. Hasilnya tensor(24.).\nUntuk mencatatnya, tulis di sel: tebakan = 24"),
    (1, "True", "Mengapa?"),
    (1, "True a", 'tulis di sel: tebakan = True, "a"'),
    (2, "[2, 40, 6]", "2 dari 3 unsur sudah tepat."),
    (2, "<b>x</b>", "Belum terbaca."),
]


def test_what_is_typed_is_judged_in_each_box(page):
    boxes = page.locator(".jejak-tebak")
    assert boxes.count() == 3
    for number, typed, told in CASES:
        box = boxes.nth(number)
        box.get_by_label("Atau tebak di sini").fill(typed)
        box.get_by_role("button", name="Periksa").click()
        assert told in box.get_by_role("status").inner_text(), typed
    field = boxes.nth(0).get_by_label("Atau tebak di sini")
    field.fill("")
    field.press_sequentially("24")
    assert field.input_value() == "24"
    field.press("Enter")
    assert boxes.nth(0).get_by_role("status").inner_text().startswith("● Tepat.")
    assert page.faults == [] and page.locator(".jejak-tebak b b").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")  # a phone
