"""The distribution: what wheel and sdist hold, and that the wheel works where only torch and numpy are installed."""

import email
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import numpy
import pytest
import torch

from tools.twins import ROOT

WHEEL = "import sys; out = sys.argv[1]; from setuptools import build_meta as b; b.build_wheel(out)"
OUTSIDE = {"tests", "tools", "notebooks", "exercises", "solutions", "benchmarks", "mulai.py"}

BLOCKER = '''
"""Nothing of the test environment is found but torch, numpy and what they require."""
import sys
from importlib.machinery import PathFinder

class Bare:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name.split(".")[0] in HIDDEN else PathFinder.find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Bare
'''


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def required(*names):
    """Distributions that these need, themselves among them, as installed here."""
    found, left = set(), list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name in found:
            continue
        try:
            asked = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # for another system
            continue
        found.add(name)
        left += [re.split(r"[\s<>=!~\[;(]", line, maxsplit=1)[0] for line in asked if "extra ==" not in line]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Wheel and sdist of the tracked files, built in a copy, without a network."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        if Path(name).parts[0] not in {"notebooks", "exercises", "solutions"}:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)
    command = [sys.executable, "-c", f"{WHEEL}; b.build_sdist(out)", str(out)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def sdist(built):
    (path,) = built.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def about(wheel):
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_wheel_holds_both_packages_whole_and_nothing_else(wheel):
    assert wheel.name == "autograd_viz-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        told = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
    assert held == {name for name in tracked() if Path(name).parts[0] in ("autograd_viz", "jejak")}
    assert {"autograd_viz/py.typed", "jejak/py.typed"} <= held
    assert [name.split("/licenses/")[1] for name in told] == ["LICENSE"]


def test_sdist_builds_the_same_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
        archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()
    assert {path.name for path in source.iterdir()} & OUTSIDE == set()
    assert {"CHANGELOG.md", "LICENSE", "docs"} <= {path.name for path in source.iterdir()}
    subprocess.run([sys.executable, "-c", WHEEL, str(tmp_path)], cwd=source, capture_output=True, check=True)
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(tmp_path / wheel.name) as two:
        first, second = ({item.filename: item.CRC for item in archive.infolist()} for archive in (one, two))
    assert first == second


def test_metadata(about):
    wanted = {line for line in about.get_all("Requires-Dist") if "extra ==" not in line}
    assert {re.split(r"[<>=]", line)[0] for line in wanted} == {"torch", "numpy"}
    assert set(about.get_all("Provides-Extra")) >= {"dot", "kursus", "dev", "bench"}
    assert (about["License-Expression"], about["Author"]) == ("MIT", "Para penulis Jejak Gradien")
    assert about["Keywords"] and "Typing :: Typed" in about.get_all("Classifier")
    assert "tests/data/sumber_autograd.md" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)$", changes, flags=re.M)[1] == about["Version"]


def test_readme_stands_alone(about):
    """On a package index a relative link leads nowhere."""
    readme = (ROOT / "docs" / "autograd_viz.md").read_text(encoding="utf-8")
    assert about.get_payload(decode=True).decode("utf-8").strip() == readme.strip()
    targets = re.findall(r"\]\(([^)\s]+)|(?:src|href)=\"([^\"]+)", readme)
    assert [t for pair in targets for t in pair if t and not re.match(r"https://|data:image/|#", t)] == []


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """The Python of an environment with the wheel, torch and numpy; no network, and torch is not copied."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = ["-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--disable-pip-version-check"]
    done = subprocess.run([sys.executable, *pip, str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    allowed = required("torch", "numpy")
    hidden = sorted(
        top
        for top, owners in metadata.packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} & allowed
        and top not in ("autograd_viz", "jejak")
    )
    (site / "blocker.py").write_text(f"HIDDEN = set({hidden!r})\n{BLOCKER}", encoding="utf-8")
    places = dict.fromkeys(Path(module.__file__).parents[1] for module in (torch, numpy))
    lines = [*map(str, places), "import blocker"]
    (site / "bare.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return python


SCRIPT = """
import sys
from pathlib import Path
for name in ("graphviz", "psutil", "IPython", "matplotlib", "pytest"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{name} is here: this environment is not bare")

import torch
import autograd_viz, jejak
from autograd_viz import draw, play, record
assert "site-packages" in autograd_viz.__file__ and "site-packages" in jejak.__file__, autograd_viz.__file__

model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
with record() as run:
    loss = model(torch.ones(2, 3)).pow(2).mean()
    loss.backward()
picture = draw(loss, names=model)
assert "<svg" in picture.svg and "0.weight" in str(picture)
assert "text/html" in picture._repr_mimebundle_()
assert "<svg" in draw(run).svg and "<iframe" in play(run)._repr_mimebundle_()["text/html"]
for name in ("a.svg", "a.txt", "a.html"):
    assert picture.save(name).stat().st_size > 300
for told in (lambda: picture.dot, lambda: picture.save("a.png"), lambda: picture.save("a.gv"),
             lambda: draw(loss, engine="graphviz")):
    try:
        told()
    except ModuleNotFoundError as error:
        assert 'pip install "autograd-viz[dot]"' in str(error), error
    else:
        raise SystemExit("graphviz is not here, and nobody said so")
print(jejak.predict(8, 8).status, "|", jejak.progress().summary)
try:
    jejak.judge("11_empat_tanda", {"make_leaf": lambda *a: a, "collects_grad": lambda *a: a})
except ModuleNotFoundError as error:
    assert 'pip install "autograd-viz[kursus]"' in str(error), error
else:
    raise SystemExit("psutil is not here, and nobody said so")
"""


def test_wheel_draws_records_plays_and_saves_with_torch_and_numpy_alone(bare, tmp_path):
    script = tmp_path / "kerja.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([str(bare), "-I", "-X", "utf8", str(script)], cwd=tmp_path, capture_output=True, text=True,
                          encoding="utf-8", env={"AUTOGRAD_KEMAJUAN": str(tmp_path / "k.json"), "PATH": ""})
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"benar \| 0 dari \d+ Latihan benar\.\n", done.stdout)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.svg", "a.txt", "kerja.py"]
