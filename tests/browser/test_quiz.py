"""A quiz in a real Chromium: answered by mouse, touch and keyboard, on a phone and on a laptop, and in JupyterLab."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from jejak import kuis
from jejak.quiz.plan import PLANS
from jejak.quiz.questions import LETTERS, Choice, Number, Order, Question
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

SIZES = {"phone": 390, "laptop": 1366}
NAME = "05"  # a number, an order, a number, a statement, a choice


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def shown(browser: Browser, folder: Path, *names: str, width: int = 1366, **options: object) -> tuple[Page, list[str]]:
    file = folder / "page.html"
    scheme = "<style>:root{color-scheme:light dark}html{background:Canvas}body{font:16px sans-serif}</style>"
    body = "".join(kuis(name)._repr_mimebundle_()["text/html"] for name in names)
    head = '<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    file.write_text(f"{head}<title>Kuis</title>{scheme}<main><h1>Kuis</h1>{body}</main>", encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    return page, problems


def totals(page: Page, begin: str) -> bool:
    """Whether the count comes to begin so: a fold tells the script of its opening a moment later."""
    expect(page.locator(".jejak-kuis > [role=status]")).to_have_text(re.compile(f"^{re.escape(begin)}"))
    return True


def answer(item: Locator, question: Question, right: bool) -> str:
    """Answers one question and gives the sentence that appears."""
    if isinstance(question, Choice):
        option = question.options[0 if right else 1]
        fold = item.locator("details").nth(question.shown.index(option))
        fold.locator("summary").click()
        return fold.locator("p").inner_text()
    if isinstance(question, Number):
        item.locator("input").fill(str(question.known[0 if right else 1].value))
    elif right:
        put_in_order(item, question)
    item.get_by_role("button", name="Periksa").click()
    return item.locator("[role=status]").inner_text()


def put_in_order(item: Locator, question: Order) -> None:
    for goal, letter in enumerate(question.right):
        line = question.lines[LETTERS.index(letter)]
        for _ in range(len(question.lines)):
            now = item.locator("ol code").all_inner_texts()
            if now.index(line) == goal:
                break
            item.get_by_role("button", name=f"naikkan {line}", exact=True).click()


def expected(question: Question, right: bool) -> str:
    if isinstance(question, Choice):
        return question.options[0 if right else 1].say
    if isinstance(question, Number):
        return question.known[0 if right else 1].say
    return question.say if right else ""


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("width", SIZES.values(), ids=list(SIZES))
def test_every_kind_is_answered_with_its_sentence(browser: Browser, tmp_path: Path, width: int, right: bool) -> None:
    page, problems = shown(browser, tmp_path, NAME, width=width)
    questions = kuis(NAME).questions
    assert {question.kind for question in questions} == {"pilihan", "alasan", "angka", "urutan"}
    assert totals(page, "0 dari 5 terjawab, 0 tepat pada jawaban pertama.")
    for item, question in zip(page.locator(".soal").all(), questions, strict=True):
        said = answer(item, question, right)
        assert said.startswith("● Tepat." if right else "△ Belum.")
        assert expected(question, right).replace("`", "") in said
    assert totals(page, f"5 dari 5 terjawab, {5 * right} tepat pada jawaban pertama.")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    colour = "e => getComputedStyle(e).borderColor"
    looks = {fold.evaluate(colour) for fold in page.locator("details.ya, details.bukan").all()}
    assert looks == {"rgb(43, 138, 95)" if right else "rgb(201, 119, 42)"}
    page.get_by_role("button", name="Ulangi").click()
    assert totals(page, "0 dari 5 terjawab, 0 tepat pada jawaban pertama.")
    assert page.locator("details[open]").count() == 0
    assert page.locator("input").first.input_value() == ""
    assert problems == []
    page.close()


def test_only_the_first_answer_counts(browser: Browser, tmp_path: Path) -> None:
    page, _ = shown(browser, tmp_path, NAME)
    item, question = page.locator(".soal").first, kuis(NAME).questions[0]
    answer(item, question, False)
    assert answer(item, question, True).startswith("● Tepat.")
    assert totals(page, "1 dari 5 terjawab, 0 tepat pada jawaban pertama.")
    page.locator(".soal").nth(2).locator("summary").click()
    assert totals(page, "2 dari 5 terjawab, 0 tepat pada jawaban pertama."), "looking it up is no right answer"
    page.close()


def test_what_is_no_number_is_told_and_not_counted(browser: Browser, tmp_path: Path) -> None:
    page, _ = shown(browser, tmp_path, NAME)
    item = page.locator(".soal").first
    for typed, told in (("", "Tulis dulu satu bilangan."), ("16,0", "Pakai titik sebagai koma desimal: 16.0."),
                        ("<b>x</b>", "Tulis satu bilangan saja, misalnya 2.5 atau -3.")):  # fmt: skip
        item.locator("input").fill(typed)
        item.locator("input").press("Enter")
        assert item.locator("[role=status]").inner_text() == told
    assert totals(page, "0 dari 5")
    page.close()


def test_the_keyboard_is_enough(browser: Browser, tmp_path: Path) -> None:
    page, problems = shown(browser, tmp_path, NAME)
    questions = kuis(NAME).questions
    page.keyboard.press("Tab")
    page.keyboard.type(str(questions[0].known[0].value))  # type: ignore[union-attr]
    page.keyboard.press("Enter")
    assert totals(page, "1 dari 5 terjawab, 1 tepat pada jawaban pertama.")
    order = page.locator(".soal").nth(1)
    last = order.locator("ol li").last
    line = last.locator("code").inner_text()
    last.get_by_role("button").first.focus()
    for place in (3, 2, 1, 1):
        page.keyboard.press("Enter")
        assert order.locator("ol code").all_inner_texts().index(line) == place - 1
    assert page.evaluate("document.activeElement.ariaLabel") == f"naikkan {line}", "the button keeps the focus"
    summary = page.locator(".soal").nth(3).locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".soal").nth(3).locator("details").first.get_attribute("open") is not None
    assert problems == []
    page.close()


def test_touch_is_enough_and_targets_are_large(browser: Browser, tmp_path: Path) -> None:
    page, problems = shown(browser, tmp_path, NAME, width=390, has_touch=True, is_mobile=True)
    for target in page.locator("summary, button, input").all():
        box = target.bounding_box()
        assert box and box["height"] >= 40 and box["width"] >= 40
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.locator(".soal").nth(4).locator("summary").first.tap()
    assert totals(page, "1 dari 5")
    assert problems == []
    page.close()


def test_two_quizzes_on_a_page_do_not_touch_each_other(browser: Browser, tmp_path: Path) -> None:
    page, problems = shown(browser, tmp_path, "00", "00")
    page.locator(".jejak-kuis").nth(1).locator("input").first.fill("0.8")
    page.locator(".jejak-kuis").nth(1).get_by_role("button", name="Periksa").first.click()
    texts = [page.locator(".jejak-kuis > [role=status]").nth(place).inner_text()[:1] for place in (0, 1)]
    assert texts == ["0", "1"]
    assert problems == []
    page.close()


def test_without_script_the_folds_still_answer(browser: Browser, tmp_path: Path) -> None:
    page, _ = shown(browser, tmp_path, "campuran 03", java_script_enabled=False)
    questions = kuis("campuran 03").questions
    assert page.locator("button, input").count() == 0
    for item, question in zip(page.locator(".soal").all(), questions, strict=True):
        fold = item.locator("details").first
        assert not fold.locator("p").first.is_visible()
        fold.locator("summary").click()
        said = fold.locator("p").first.inner_text()
        want = question.shown[0].say if isinstance(question, Choice) else expected(question, True)
        assert want.replace("`", "") in said
    page.close()


@pytest.mark.parametrize("width", SIZES.values(), ids=list(SIZES))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    page, _ = shown(browser, tmp_path, NAME, "ingat 05", width=width, color_scheme=scheme)
    for item, question in zip(page.locator(".soal").all(), kuis(NAME).questions, strict=False):
        answer(item, question, question.kind != "alasan")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    page.close()


CONTRAST = """() => {
  const bright = ([r, g, b]) => {
    const part = (x) => (x / 255 <= 0.03928 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const over = (colours) => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  return [...document.querySelectorAll('p, summary, pre, button, input, code')].map((part) => {
    const grounds = [];
    for (let box = part; box; box = box.parentElement) grounds.unshift(getComputedStyle(box).backgroundColor);
    const [a, b] = [over(grounds), over([getComputedStyle(part).color])].map(bright);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_light_and_dark(browser: Browser, tmp_path: Path, scheme: str) -> None:
    page, _ = shown(browser, tmp_path, NAME, color_scheme=scheme)
    for item, question in zip(page.locator(".soal").all(), kuis(NAME).questions, strict=True):
        answer(item, question, question.kind == "angka")
    contrasts = page.evaluate(CONTRAST)
    assert len(contrasts) > 40 and min(contrasts) >= 7
    page.close()


def test_every_control_has_a_name_and_no_id_is_used(browser: Browser, tmp_path: Path) -> None:
    page, problems = shown(browser, tmp_path, *PLANS)
    for role in ("button", "textbox"):
        assert page.get_by_role(role, name="").count() == page.get_by_role(role, name="", exact=False).count()
        for control in page.get_by_role(role).all()[:60]:
            assert control.evaluate("e => (e.ariaLabel || e.textContent).trim()")
    assert page.locator("[id]").count() == 0
    assert page.locator(".jejak-kuis > [role=status]").count() == len(PLANS), "all of them live"
    assert problems == []
    page.close()


def test_in_jupyterlab(browser: Browser, tmp_path: Path) -> None:
    source = f'from jejak import kuis\nkuis("{NAME}")'
    live = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("1 + 1")])
    output = nbformat.v4.new_output("execute_result", dict(kuis(NAME)._repr_mimebundle_()), execution_count=1)
    kept = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)])
    for name, notebook in (("live", live), ("stored", kept)):
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    with lab.serve(tmp_path) as server:
        page = browser.new_page(viewport={"width": 1366, "height": 1400})
        lab.open_notebook(page, server, "live.ipynb", mode="doc")
        lab.run_all(page)
        assert lab.errors(page) == []
        page.wait_for_selector(".jejak-kuis > [role=status]")
        cells = page.locator(".jp-Cell").count()
        page.locator(".soal input").first.click()
        page.keyboard.type("16xdda")  # letters that cut, delete and add cells when they reach JupyterLab
        for _ in range(4):
            page.keyboard.press("Backspace")
        assert page.locator(".soal input").first.input_value() == "16"
        page.keyboard.press("Enter")
        assert totals(page, "1 dari 5 terjawab, 1 tepat pada jawaban pertama.")
        page.locator(".soal").nth(3).locator("summary").first.focus()
        for key in ("Enter", "ArrowDown", "x", "a"):
            page.keyboard.press(key)
        assert page.locator(".jp-Cell").count() == cells, "no key reaches JupyterLab's own commands"
        assert totals(page, "2 dari 5")
        page.close()
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        lab.open_notebook(page, server, "stored.ipynb", mode="doc")
        lab.settle(page)
        assert page.locator(".jp-OutputArea script, .jp-OutputArea button").count() == 0, "untrusted: no script"
        fold = page.locator(".jp-OutputArea details").first
        assert not fold.locator("p").first.is_visible()
        fold.locator("summary").click()
        assert fold.locator("p").first.inner_text().startswith("● Tepat.")
        page.close()
