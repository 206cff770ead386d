"""Copies for Colab: made without outputs, behind a cell that installs the package and says what is missing."""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

import mulai
from jejak.ready import NEEDED, ready
from tests.test_architecture import package_name, project
from tools.address import Address
from tools.colab import PLACE, as_copy, sources, split, start_colab, write_copies
from tools.copies import ROOMS
from tools.key_markers import PROGRESS
from tools.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
HOME = Address("https://github.com/bu-sari/jejak", "bu-sari/jejak")


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    place = tmp_path_factory.mktemp("salinan") / "colab"
    count = write_copies(ROOT, place, HOME, "v1.0")
    found = {path.relative_to(place).as_posix(): nbformat.read(path, as_version=4)
             for path in sorted(place.rglob("*.ipynb"))}  # fmt: skip
    assert len(found) == count
    return found


def test_every_notebook_has_a_copy(copies):
    notebooks = [path for room in ROOMS for path in (ROOT / room).glob("*.ipynb")]
    assert list(copies) == sorted(path.relative_to(ROOT).as_posix() for path in notebooks)


def test_a_copy_is_its_notebook_without_outputs_behind_one_cell(copies):
    originals = dict(sources(ROOT))
    for name, copy in copies.items():
        nbformat.validate(copy)
        first, *rest = copy.cells
        code = [cell for cell in copy.cells if cell.cell_type == "code"]
        assert all(cell.outputs == [] and cell.execution_count is None for cell in code), name
        asked = "\n%pip install --quiet --no-deps autograd-viz@git+https://github.com/bu-sari/jejak@v1.0\n"
        assert asked in first.source
        assert [c.source for c in rest if c.cell_type == "code"] == [
            "".join(c["source"]) for c in originals[name]["cells"] if c["cell_type"] == "code"
        ]
        assert [c.metadata for c in rest] == [c["metadata"] for c in originals[name]["cells"]]


def test_links_between_pages_lead_there_from_colab_too(copies):
    seen = set()
    for name, copy in copies.items():
        text = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([^)\s]+)", text):
            assert re.match(r"https?://|#", target), f"{name}: {target}"
            seen.add(target)
    assert "https://colab.research.google.com/github/bu-sari/jejak/blob/colab/notebooks/12_tips.ipynb" in seen
    assert "https://github.com/bu-sari/jejak/blob/HEAD/notebooks/glosarium.md#vjp" in seen
    inside = [target.split("/blob/")[1].split("#")[0] for target in seen if HOME.repository in target]
    assert inside and all((ROOT / target.partition("/")[2]).exists() for target in inside), "no link into nothing"


def test_a_copy_says_nothing_that_is_false_there(copies):
    text = {name: "\n".join(cell.source for cell in copy.cells) for name, copy in copies.items()}
    assert [name for name, said in text.items() if PROGRESS in said] == []
    told = {name for name, said in text.items() if "Tabel ini hilang saat sesi ditutup." in said}
    assert told == {name for name in text if name.startswith("exercises/")}


def test_titles_of_links_are_kept_and_web_links_left_alone():
    cell = {"cell_type": "markdown", "metadata": {}, "id": "a",
            "source": '[v](glosarium.md#vjp "Sebuah kalimat.") [luar](https://x.org/a.md) [sini](#b) [js](js:x)'}
    told = as_copy({"cells": [cell]}, "notebooks/00_a.ipynb", HOME, "git+x")["cells"][1]["source"]
    start = "https://github.com/bu-sari/jejak/blob/HEAD/notebooks/glosarium.md"
    assert told == f'[v]({start}#vjp "Sebuah kalimat.") [luar](https://x.org/a.md) [sini](#b) [js](js:x)'
    local = as_copy({"cells": [cell]}, "notebooks/00_a.ipynb", Address("file:///a"), "git+x")["cells"][1]["source"]
    assert local == cell["source"], "where there are no pages a link stays as it was"


class Shell:
    """Stands in for IPython; pip is played."""

    def __init__(self):
        self.asked = []

    def run_line_magic(self, name, line, **more):
        self.asked.append((name, line))


def run_first_cell(copies, monkeypatch, found):
    code = TransformerManager().transform_cell(copies["notebooks/00_mulai_di_sini.ipynb"].cells[0].source)
    shell = Shell()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found)
    exec(compile(code, "sel", "exec"), {"get_ipython": lambda: shell})
    return shell.asked


def test_the_first_cell_installs_and_says_that_all_is_there(copies, monkeypatch, capsys):
    ((name, line),) = run_first_cell(copies, monkeypatch, found=object())
    assert name == "pip" and "--no-deps" in line.split()
    assert capsys.readouterr().out.startswith("Siap. Kursus ini memakai torch")


def test_a_failed_installation_stops_the_notebook_with_a_reason(copies, monkeypatch):
    with pytest.raises(RuntimeError, match="internet"):
        run_first_cell(copies, monkeypatch, found=None)


def installed(**versions):
    def version_of(name):
        if versions.get(name, "9.9.9") is None:
            raise PackageNotFoundError(name)
        return versions.get(name, "9.9.9")

    return version_of


def test_ready_names_what_is_missing_or_too_old():
    assert ready(installed(torch="2.14.1+cu126")).startswith("Siap. Kursus ini memakai torch 2.14.1+cu126")
    assert ready(installed(torch="2.10.0")).startswith("Siap.") and ready(installed(numpy="2")).startswith("Siap.")
    old = ready(installed(torch="2.9.1"))
    assert "torch 2.9.1 terlalu lama, butuh 2.10" in old and "--upgrade torch`" in old
    both = ready(installed(numpy="1.26.4", psutil=None))
    assert "numpy 1.26.4 terlalu lama, butuh 2; psutil tidak ada" in both and "--upgrade numpy psutil`" in both


def test_ready_asks_for_what_pyproject_asks():
    about = project()["project"]
    core = {package_name(r): r.partition(">=")[2] for r in about["dependencies"]}
    course = {package_name(r) for r in about["optional-dependencies"]["kursus"]} - {"jupyterlab"}
    assert set(NEEDED) == core.keys() | course
    assert {name: ".".join(map(str, NEEDED[name])) for name in core} == core


def repository(tmp_path, address):
    for page in ("README.md", "exercises/README.md"):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).write_text("| 01 | [A](01_a.ipynb) | x |\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(f'[tool.jejak-gradien]\nalamat = "{address}"\n', encoding="utf-8")
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": ["1 + 1\n", "2"], "outputs": [{}],
            "execution_count": 3}
    (tmp_path / "exercises" / "01_a.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


def test_without_an_address_nothing_is_written_and_the_setting_is_named(tmp_path):
    repository(tmp_path, "")
    with pytest.raises(Problem, match=r"pyproject\.toml.*\[tool\.jejak-gradien\]"):
        start_colab(tmp_path, [])
    assert not (tmp_path / PLACE).exists()


def test_copies_of_another_address_replace_the_old_ones(tmp_path, capsys):
    repository(tmp_path, "https://github.com/a/b")
    stray = tmp_path / PLACE / "notebooks" / "dulu.ipynb"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    assert start_colab(tmp_path, ["--versi", "v2"]) == 0
    told = capsys.readouterr().out
    assert not stray.exists() and "1 salinan" in told and "cabang colab" in told
    first = (tmp_path / PLACE / "exercises" / "01_a.ipynb").read_bytes()
    assert b"autograd-viz@git+https://github.com/a/b@v2" in first and b"\r" not in first
    assert "· [Colab](https://colab.research.google.com/github/a/b/blob/colab/exercises/01_a.ipynb)" in (
        tmp_path / "exercises" / "README.md").read_text(encoding="utf-8")
    start_colab(tmp_path, ["--versi", "v2"])
    assert (tmp_path / PLACE / "exercises" / "01_a.ipynb").read_bytes() == first, "the same bytes each time"


@pytest.mark.parametrize("words", [["--versi"], ["--salah"], ["05"]])
def test_a_wrong_option_is_told(words):
    with pytest.raises(Problem, match="--versi"):
        split(words)


def test_the_command_is_known_and_needs_no_package():
    helped = subprocess.run([sys.executable, "-S", mulai.__file__, "colab", "--salah"], capture_output=True,
                            encoding="utf-8", env={"PYTHONUTF8": "1", "SYSTEMROOT": ""}, timeout=60)
    assert helped.returncode == 1 and "python mulai.py colab [--versi TAG]" in helped.stderr
