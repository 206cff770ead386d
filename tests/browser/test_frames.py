"""Players, drawings, guess boxes, quizzes and sliders where other programs put them: in frames, and as VS Code does."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from autograd_viz import draw, play, record
from benchmarks.models import build
from jejak import kuis, predict, tangent
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

# Colab and Kaggle put outputs into a frame inside a frame; their own origin is another than the notebook's, or none.
SANDBOXES = {"no origin": "allow-scripts", "an origin": "allow-scripts allow-same-origin"}
# What VS Code lets an output do, and how it runs the scripts of one: beside it, from copies.
VSCODE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src https: http: data:; font-src https:; connect-src https:; child-src https: data:"
)
VSCODE_RUNS = """([name, html]) => {
  const output = document.body.appendChild(document.createElement('section')), inner = document.createElement('div');
  output.id = name;
  inner.innerHTML = html;
  output.appendChild(inner);
  for (const old of [...inner.getElementsByTagName('script')]) {
    const fresh = document.createElement('script');
    fresh.text = old.innerText;
    if (old.type) fresh.setAttribute('type', old.type);
    inner.appendChild(fresh).parentNode.removeChild(fresh);
  }
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The HTML of one output of each kind that lives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path_factory.mktemp("k") / "k.json"))
        w = torch.tensor(2.0, requires_grad=True)
        with record() as run:
            loss = (w * 3 - 1) ** 2
            loss.backward()
        many, model = build("gpt2-small")
        things = {"film": play(run), "gambar": draw((w * 3) ** 2), "lapis": draw(many, names=model),
                  "tebakan": predict("00/1", ..., torch.tensor(24.0)), "kuis": kuis("05"),
                  "geser": tangent(torch.sin, -3, 3, at=0, step=0.5)}  # fmt: skip
        return {name: thing._repr_mimebundle_()["text/html"] for name, thing in things.items()}


def watched(browser: Browser) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    return page, problems


def nested(html: str, sandbox: str) -> str:
    """A page whose frame holds a frame that holds the output."""
    page = f"<!doctype html><meta charset=utf-8><body>{html}</body>"
    for _ in range(2):
        style = "width:100%;height:4000px;border:0"
        frame = f'<iframe sandbox="{sandbox}" style="{style}" srcdoc="{escape(page)}"></iframe>'
        page = f"<!doctype html><meta charset=utf-8><body style='margin:0'>{frame}</body>"
    return page


def shown(browser: Browser, folder: Path, html: str, sandbox: str) -> tuple[Page, Frame, list[str]]:
    page, problems = watched(browser)
    file = folder / "page.html"
    file.write_text(nested(html, sandbox), encoding="utf-8")
    page.goto(file.as_uri())
    frame = page.frame_locator("iframe").frame_locator("iframe").locator("body").element_handle().owner_frame()
    assert frame is not None
    return page, frame, problems


def boxed(output: tuple[str, str]) -> str:
    return f'<section id="{output[0]}">{output[1]}</section>'


def plays(place: Locator) -> None:
    film = place.frame_locator(".jejak-player iframe")
    expect(film.locator(".keys .next")).to_be_visible()
    expect(place.locator(".jejak-player figure")).to_be_hidden()
    before = film.locator(".words").inner_text()
    film.locator(".keys .next").click()
    expect(film.locator(".words")).not_to_have_text(before)


def draws(place: Locator) -> None:
    picture = place.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 100


def opens(place: Locator) -> None:
    inside = place.frame_locator(".jejak-layers iframe")
    card = inside.locator('[aria-label$=": buka isinya"]').first
    expect(card).to_be_visible()
    before = inside.locator(".sheet").get_attribute("style") or ""
    card.click()
    expect(inside.locator(".sheet")).not_to_have_attribute("style", before)


def judges(place: Locator) -> None:
    place.get_by_label("Atau tebak di sini").fill("24")
    place.get_by_role("button", name="Periksa").click()
    expect(place.get_by_role("status")).to_contain_text("Tepat. Hasilnya")


def answers(place: Locator) -> None:
    expect(place.get_by_role("button", name="Ulangi")).to_have_count(1)
    field = place.locator(".jejak-kuis input").first
    field.fill("x")
    field.press("Enter")
    expect(place.locator(".jejak-kuis").get_by_text("Tulis satu bilangan saja").first).to_be_visible()


def slides(place: Locator) -> None:
    slider = place.get_by_role("slider")
    before = place.get_by_role("status").inner_text()
    slider.press("ArrowRight")
    expect(place.get_by_role("status")).not_to_have_text(before)


LIVES = {"film": plays, "gambar": draws, "lapis": opens, "tebakan": judges, "kuis": answers, "geser": slides}


def live(frame: Frame) -> None:
    for kind, does in LIVES.items():
        does(frame.locator(f"#{kind}"))


@pytest.mark.parametrize("sandbox", SANDBOXES.values(), ids=SANDBOXES)
def test_all_live_in_a_frame_inside_a_frame(
    browser: Browser, tmp_path: Path, outputs: dict[str, str], sandbox: str
) -> None:
    page, frame, problems = shown(browser, tmp_path, "".join(map(boxed, outputs.items())), sandbox)
    live(frame)
    assert problems == []
    page.close()


def test_all_live_in_a_trusted_vscode(browser: Browser, tmp_path: Path, outputs: dict[str, str]) -> None:
    page, problems = watched(browser)
    file = tmp_path / "page.html"
    head = f'<meta charset=utf-8><meta http-equiv="Content-Security-Policy" content="{VSCODE_POLICY}">'
    file.write_text(f"<!doctype html>{head}<body></body>", encoding="utf-8")
    page.goto(file.as_uri())
    for name, html in outputs.items():
        page.evaluate(VSCODE_RUNS, [name, html])
    live(page.main_frame)
    assert problems == []
    page.close()


def test_without_scripts_the_pictures_stay(browser: Browser, tmp_path: Path, outputs: dict[str, str]) -> None:
    page, frame, problems = shown(browser, tmp_path, "".join(map(boxed, outputs.items())), "")
    for kind in ("film", "gambar", "lapis", "geser"):
        picture = frame.locator(f"#{kind} img").first
        assert picture.is_visible() and picture.evaluate("image => image.naturalWidth") > 100, kind
        assert len(picture.get_attribute("alt") or "") > 30 and problems == []
    page.close()


def test_no_film_may_reach_the_notebook_around_it(outputs: dict[str, str]) -> None:
    assert "allow-same-origin" not in json.dumps(outputs)
