"""A real JupyterLab in a real Chromium: open a notebook, run it, look at it.

Also a tool of its own, to read a lesson as a learner sees it:

    python tests/browser/lab.py notebooks/01_konsep_dasar.ipynb --out lesson.png [--dark] [--slice 1600] [--stored]
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools import programs

REPO = Path(__file__).resolve().parents[2]
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
LONGEST_PAGE = 30_000  # pixels; Chromium draws no taller picture

UNFINISHED = """() => {
  const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
  const source = c => c.querySelector('.jp-InputArea-editor .cm-content')?.textContent.trim();
  return cells.filter(c => source(c) && !/\\[\\d+\\]/.test(c.querySelector('.jp-InputPrompt').textContent)).length;
}"""
RUNNING = "() => [...document.querySelectorAll('.jp-InputPrompt')].some(p => p.textContent.includes('[*]'))"
KERNEL_READY = """async () => {
  const sessions = await (await fetch('/api/sessions')).json();
  const label = document.querySelector('.jp-Toolbar-kernelName')?.innerText ?? '';
  return !label.includes('No Kernel') &&
    sessions.some(s => s.kernel && s.kernel.execution_state === 'idle' && s.kernel.connections > 0); }"""
ERRORS = "() => [...document.querySelectorAll('.jp-Cell:has([data-mime-type=\"application/vnd.jupyter.error\"])')]" \
         ".map(c => c.textContent)"
# A cell out of sight has no size in JupyterLab, so each picture is scrolled to.
PICTURES = """async () => {
  const found = [];
  for (const image of document.querySelectorAll('.jp-OutputArea img')) {
    image.closest('.jp-Cell').scrollIntoView();
    await new Promise(done => setTimeout(done, 100));
    image.scrollIntoView({block: 'center'});
    await new Promise(done => setTimeout(done, 100));
    const width = image.complete ? image.naturalWidth : 0;
    const player = image.closest('.jp-OutputArea-child').querySelector('iframe');  // takes the picture's place
    const shown = [image, player].map(e => e ? e.getBoundingClientRect().width : 0);
    found.push({alt: image.alt, width, shown: Math.max(...shown)});
  }
  return found; }"""

# How tall the window must be so that no element of the notebook scrolls any more.
WANTED_HEIGHT = """() => {
  const panel = document.querySelector('.jp-NotebookPanel');
  const hidden = [panel, ...panel.querySelectorAll('.jp-Notebook, [class*=jp-WindowedPanel]')]
    .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowY))
    .map(e => { e.scrollTop = 0; return e.scrollHeight - e.clientHeight; });
  return Math.ceil(window.innerHeight + Math.max(0, ...hidden)); }"""


class Server(NamedTuple):
    url: str
    token: str
    process: subprocess.Popen[bytes]


class Picture(NamedTuple):
    alt: str
    width: int
    shown: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when the server answers; raise with its exit code when it ended or stays silent."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode}")
        try:
            urllib.request.urlopen(url + "/api", timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"no answer from {url} within {seconds} s")


@contextmanager
def serve(root: Path, settings: dict[str, dict[str, object]] | None = None) -> Iterator[Server]:
    """Serve `root` with the learner's configuration; nothing is written outside a temporary folder."""
    port, token = free_port(), "lab"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for name, values in (settings or {}).items():
            plugin, schema = name.split(":")
            file = Path(home, "settings", plugin, f"{schema}.jupyterlab-settings")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values), encoding="utf-8")
        folders = {key: str(Path(home, key.lower())) for key in
                   ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
        environment = {**os.environ, **folders, "JUPYTERLAB_SETTINGS_DIR": str(Path(home, "settings")),
                       "JUPYTER_CONFIG_DIR": str(Path(home, "config")), "JUPYTER_CONFIG_PATH": str(REPO / "jupyter")}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
                   "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"]
        log = Path(home, "server.log")
        with log.open("wb") as sink:
            process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_up(url, process)
            yield Server(url, token, process)
        except (RuntimeError, TimeoutError) as problem:
            raise RuntimeError(f"{problem}\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}") from problem
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium that the machine has."""
    program = programs.browser()
    if program is None:
        raise FileNotFoundError("no Chromium found; python mulai.py uji brings one or says how it comes")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_notebook(page: Page, server: Server, notebook: str, mode: str = "lab") -> None:
    """Open `notebook` (a path below the served folder); mode "doc" shows the document without side bars."""
    page.goto(f"{server.url}/{mode}/tree/{notebook}?reset&token={server.token}")  # no tabs of earlier pages
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function("() => !document.querySelector('#jupyterlab-splash')", timeout=60_000)


def wait_for_kernel(page: Page) -> None:
    """Wait for a kernel that is idle and connected; run before that, JupyterLab asks which kernel to take."""
    page.wait_for_function(KERNEL_READY, timeout=60_000, polling=200)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached", timeout=60_000)


def run_all(page: Page, seconds: float = 180) -> None:
    """Run > Run All Cells, as a learner does it, and wait until every code cell has run or an error stopped the run."""
    wait_for_kernel(page)
    page.wait_for_timeout(1000)
    for _ in range(3):  # JupyterLab drops requests that it sends in the first moments of a kernel
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_timeout(500)
        page.wait_for_function(f"() => !({RUNNING})()", timeout=seconds * 1000)
        if page.evaluate(UNFINISHED) == 0 or errors(page):
            break
    else:
        raise RuntimeError(f"{page.evaluate(UNFINISHED)} cells have not run")
    wait_for_kernel(page)
    settle(page)


def clear_all(page: Page) -> None:
    """Edit > Clear Outputs of All Cells, so that what shows afterwards is new."""
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()


def settle(page: Page) -> None:
    """Wait until pictures are decoded and formulas are set."""
    page.wait_for_function("() => [...document.images].every(i => i.complete)", timeout=30_000)
    page.wait_for_timeout(1500)


def errors(page: Page) -> list[str]:
    return list(page.evaluate(ERRORS))


def pictures(page: Page) -> list[Picture]:
    return [Picture(p["alt"], p["width"], p["shown"]) for p in page.evaluate(PICTURES)]


def shoot(page: Page, out: Path, slice_height: int | None = None) -> list[Path]:
    """Write the whole notebook as one picture, or as numbered slices of `slice_height` pixels."""
    width = page.viewport_size["width"] if page.viewport_size else 1200
    for _ in range(3):  # the first pass renders what was out of sight, which may change the height
        tall = page.evaluate(WANTED_HEIGHT)
        tall = max(600, min(int(tall), LONGEST_PAGE))
        page.set_viewport_size({"width": width, "height": tall})
        settle(page)
    step = slice_height or tall
    files = []
    for number, top in enumerate(range(0, tall, step)):
        file = out if slice_height is None else out.with_name(f"{out.stem}-{number + 1:02d}{out.suffix}")
        page.screenshot(path=file, clip={"x": 0, "y": top, "width": width, "height": min(step, tall - top)})
        files.append(file)
    return files


def picture_of(notebook: Path, out: Path, dark: bool = False, slice_height: int | None = None,
               width: int = 1100, stored: bool = False) -> tuple[list[Path], list[str]]:
    """Run a copy of `notebook` in JupyterLab and photograph it; returns the files and the error outputs."""
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    settings: dict[str, dict[str, object]] = {
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none", "scrollPastEnd": False},
        "@jupyterlab/apputils-extension:themes": {"theme": theme},
    }
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder, notebook.resolve().parent.name)
        shutil.copytree(notebook.resolve().parent, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        with serve(Path(folder), settings) as server, chromium() as browser:
            page = browser.new_page(viewport={"width": width, "height": 1200})
            open_notebook(page, server, f"{copy.name}/{notebook.name}", mode="doc")
            if stored:
                settle(page)
            else:
                clear_all(page)
                run_all(page)
            return shoot(page, out, slice_height), errors(page)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dark", action="store_true", help="JupyterLab's dark theme")
    parser.add_argument("--slice", type=int, metavar="PIXELS", help="several pictures of this height, numbered")
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--stored", action="store_true", help="show the stored outputs (untrusted) instead of running")
    options = parser.parse_args()
    files, problems = picture_of(options.notebook, options.out, options.dark, options.slice, options.width,
                                 options.stored)
    print(*files, sep="\n")
    print(*problems, sep="\n---\n", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
