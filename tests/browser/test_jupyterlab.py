"""What a learner sees after `python mulai.py`, in a real JupyterLab and a real browser."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from tests.browser import lab
from tests.browser.lab import REPO
from tools.copies import FOLDER

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

FIRST = REPO / "notebooks" / "00_mulai_di_sini.ipynb"
LESSON = REPO / "notebooks" / "01_konsep_dasar.ipynb"
LATIHAN = REPO / "exercises" / "02_sigmoid_kustom.ipynb"
FEWEST_PICTURES = 4
ANSWER = """class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        s, = ctx.saved_tensors
        return grad_output * s * (1 - s)


def my_sigmoid(x):
    return MySigmoid.apply(x)
"""
STAGES = (  # what stands in the place of what, and what the learner is told
    ("return s * (1 - s)", "return grad_output * s * (1 - s)", "tidak memakai grad_output"),
    ("return s\n", "return s\n", "Benar."),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    port, home = lab.free_port(), tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "AUTOGRAD_KEMAJUAN": str(home / "kemajuan.json"),
    }
    command = [sys.executable, str(REPO / "mulai.py"), "--tanpa-peramban", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        lab.wait_until_up(f"http://127.0.0.1:{port}", process, seconds=240)
        token = ""
        while not token:
            line = process.stdout.readline().decode("utf-8")
            assert line, "mulai.py ended without printing the address"
            token = "".join(re.findall(r"token=(\w+)", line))
        yield lab.Server(f"http://127.0.0.1:{port}", token, process)
        if os.name != "nt":
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
    finally:
        lab.stop(process)


def keep_the_lessons(route):
    """On a slow machine JupyterLab would save a lesson that is only looked at."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.continue_()


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.route("**/api/contents/notebooks/**", keep_the_lessons)
    yield page
    page.close()


@contextmanager
def copied(original):
    """A copy of a notebook below the served folder, that no signature knows; the original stays untouched."""
    folder = REPO / FOLDER / f"salinan_{os.getpid()}"
    folder.mkdir()
    notebook = json.loads(original.read_text(encoding="utf-8"))
    notebook["metadata"]["copy"] = folder.name
    file = folder / original.name
    file.write_text(json.dumps(notebook), encoding="utf-8")
    try:
        yield file
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def copy():
    with copied(FIRST) as file:
        yield file


def served(file: Path) -> str:
    """Where a page of the course, or a copy, lies for the learner's server."""
    return file.relative_to(REPO).as_posix().removeprefix(f"{FOLDER}/")


def stored_pictures(file):
    outputs = [o for c in json.loads(file.read_text(encoding="utf-8"))["cells"] for o in c.get("outputs", [])]
    return sum("image/png" in data or "<img" in "".join(data.get("text/html", "")) for data in
               (output.get("data", {}) for output in outputs))


def is_trusted(page, server, file):
    model = page.request.get(f"{server.url}/api/contents/{served(file)}?content=1&token={server.token}").json()
    return all(c["metadata"].get("trusted", False) for c in model["content"]["cells"] if c["cell_type"] == "code")


def test_first_lesson_opens_without_a_pop_up(page, server):
    page.goto(f"{server.url}/?token={server.token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    assert page.url.split("?")[0].endswith("/" + served(FIRST))
    lab.wait_for_kernel(page)
    lab.settle(page)
    assert page.locator(".jp-Notebook h1").first.inner_text().startswith("00 · Mulai di sini")
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_file_browser_shows_notebooks_and_hides_their_twins(page, server):
    lab.open_notebook(page, server, served(FIRST))
    page.wait_for_selector(f".jp-DirListing-item:has-text('{FIRST.name}')")
    names = page.locator(".jp-DirListing-itemName").all_inner_texts()
    assert "glosarium.md" in names
    assert [name for name in names if re.match(r"\d\d_.*\.md", name)] == []


def test_call_outs_are_boxes(page, server):
    lab.open_notebook(page, server, served(FIRST))
    page.wait_for_selector(".jp-Notebook blockquote")
    assert ":::" not in page.locator(".jp-Notebook").inner_text()


def test_first_lesson_runs(page, server, copy):
    lab.open_notebook(page, server, served(copy))
    lab.clear_all(page)
    lab.run_all(page)
    assert lab.errors(page) == []
    shown = lab.pictures(page)
    assert len(shown) >= FEWEST_PICTURES
    assert [p for p in shown if p.width == 0 or p.shown == 0] == []


def test_untrusted_copy_shows_its_pictures(page, server, copy):
    lab.open_notebook(page, server, served(copy))
    count = stored_pictures(copy)
    assert count >= FEWEST_PICTURES
    page.wait_for_function("count => document.querySelectorAll('.jp-OutputArea img').length === count", arg=count)
    lab.settle(page)
    assert not is_trusted(page, server, copy)
    shown = lab.pictures(page)
    assert [p for p in shown if p.width == 0 or p.shown == 0] == []


def test_first_lesson_is_trusted(page, server):
    assert is_trusted(page, server, FIRST)


def test_lessons_are_copies_without_outputs(page, server):
    lab.open_notebook(page, server, served(LESSON))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    assert page.locator(".jp-OutputArea-output").count() == 0
    assert (REPO / FOLDER / served(LESSON)).exists()


def test_glossary_opens_rendered(page, server):
    lab.open_notebook(page, server, served(LESSON))
    lab.settle(page)
    link = page.locator("a[href*='/files/notebooks/glosarium.md']", has_text="autograd").first  # made ready by Lab
    for _ in range(4):  # the page still moves while its films load: a click may miss
        link.click()
        with suppress(TimeoutError):
            page.wait_for_selector(".jp-MarkdownViewer h1", timeout=8000)
            break
    assert page.locator(".jp-MarkdownViewer h1").inner_text() == "Glosarium"


def cell_with(page, code):
    return page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=code)).first


def run_cell(page, cell):
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(500)
    lab.wait_for_kernel(page)


def test_latihan_is_solved_wrongly_first(page, server):
    """From the generated exercise: untouched, wrong, right, and the table that remembers it."""
    with copied(LATIHAN) as file:
        lab.open_notebook(page, server, served(file))
        lab.run_all(page)
        assert lab.errors(page) == []
        check = cell_with(page, "check(MySigmoid, my_sigmoid)")
        assert "Belum dikerjakan" in check.locator(".jp-OutputArea").inner_text()
        for wrong, right, told in STAGES:
            cell_with(page, "class MySigmoid").locator(".cm-content").click()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(ANSWER.replace(right, wrong))
            run_cell(page, cell_with(page, "class MySigmoid"))
            run_cell(page, check)
            assert told in check.locator(".jp-OutputArea").inner_text()
        progress = cell_with(page, "progress()")
        run_cell(page, progress)
        row = progress.locator("tr", has_text="Sigmoid kustom").inner_text()
        assert row.split()[-3:] == ["benar,", "2", "percobaan"]
