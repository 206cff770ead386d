"""Whose code is it: the learner's, or a library's, wherever the library may lie."""

import dataclasses
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import torch

from autograd_viz import record
from autograd_viz.library_code import is_library
from jejak.watch import blame

HOME = Path(__file__).resolve().parents[1]


BOX = """
from dataclasses import dataclass, field
class Given:
    def __set__(self, box, x):
        box.total = x.sum()
@dataclass
class Box:
    x: object
    def __post_init__(self):
        pass
Box.x = Given()  # the generated __init__ calls on from a frame of its own
"""


def make(folder, package, code="def call(f):\n    return f()\n", installed=True):
    """A package on its own in a folder, as pip --target or an unpacked wheel leave it."""
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").write_text(code, encoding="utf-8")
    if installed:
        about = folder / f"{package}-1.0.dist-info"
        about.mkdir()
        (about / "RECORD").write_text(f"{package}/__init__.py,,\n{about.name}/RECORD,,\n", encoding="utf-8")
    return str(folder / package / "__init__.py")


def test_python_and_what_is_installed():
    assert is_library(os.__file__) and is_library(torch.nn.__file__) and is_library(pytest.__file__)
    assert is_library("<frozen importlib._bootstrap>")
    assert is_library(str(HOME / "autograd_viz" / "graph.py"))
    assert is_library(os.path.join(sysconfig.get_path("scripts"), "jupyter"))


@pytest.mark.parametrize(
    "name",
    ["latihan.py", __file__, "<stdin>", "<string>", "<ipython-input-3-ab>", "<doctest a.b[0]>", "<command-12>",
     "/tmp/ipykernel_4711/123.py", str(HOME / "autograd_viz_saya" / "model.py"),
     sysconfig.get_path("stdlib") + "_saya/model.py"],
)  # fmt: skip
def test_scripts_cells_and_folders_that_only_begin_alike(name):
    assert not is_library(name)


def test_reached_through_a_symbolic_link(tmp_path):
    link = tmp_path / "tautan"
    link.symlink_to(Path(torch.__file__).parents[1], target_is_directory=True)
    assert is_library(str(link / "torch" / "nn" / "functional.py"))
    linked = tmp_path / "site-packages" / "alat.py"
    linked.parent.mkdir()
    (tmp_path / "gudang.py").write_text("")
    linked.symlink_to(tmp_path / "gudang.py")  # as uv links packages out of its cache
    assert is_library(str(linked))


def test_installed_on_the_path_but_a_module_beside_it_is_the_learners(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    assert is_library(make(tmp_path, "terpasang"))
    assert not is_library(make(tmp_path, "milik_saya", installed=False))
    assert not is_library(str(tmp_path / "latihan.py"))


def test_user_site_follows_its_variable(tmp_path):
    code = (
        "import sys, site; from importlib.util import module_from_spec, spec_from_file_location as where;"
        f"spec = where('library_code', {str(HOME / 'autograd_viz' / 'library_code.py')!r});"
        "tool = module_from_spec(spec); spec.loader.exec_module(tool);"
        "print(tool.is_library(site.getusersitepackages() + '/alat/inti.py'), tool.is_library(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONUSERBASE": str(tmp_path / "dasar")}
    command = [sys.executable, "-c", code, str(tmp_path / "dasar" / "latihan.py")]
    assert subprocess.run(command, env=environment, capture_output=True, text=True).stdout.split() == ["True", "False"]


def test_a_zip_on_the_path_is_a_library_unless_it_is_the_program(tmp_path, monkeypatch):
    archive = tmp_path / "alat.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("alat_zip/__init__.py", "def call(f):\n    return f()\n")
    monkeypatch.syspath_prepend(str(archive))
    import alat_zip

    assert is_library(alat_zip.__file__)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(archive / "__main__.py"), raising=False)
    assert not is_library(str(archive / "model" / "inti.py"))


def test_generated_code_belongs_to_the_module_it_runs_in():
    @dataclasses.dataclass
    class Mine:
        w: float

    code = Mine.__init__.__code__
    assert code.co_filename == "<string>"
    assert not is_library(code.co_filename, __name__)
    assert is_library("<string>", "torch.fx.node") and is_library("<string>", "dataclasses")
    assert not is_library("<string>", "__main__") and not is_library("<string>", "jawaban")
    assert is_library("<eval_with_key>.3") and is_library("nn/modules/linear.py", "torch.nn.modules.linear")


def test_the_recorder_shows_no_library_and_takes_execd_code_for_the_learners(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    make(tmp_path, "penengah", BOX)
    import penengah

    x = torch.ones(2, requires_grad=True)
    with record() as run:
        y = penengah.Box(x).total
        exec("u = x.detach()", {"x": x})
        y.backward()
    assert [source.title for source in run.sources] == [Path(__file__).name]
    assert [step.how for step in run.steps if step.kind == "cut"] == ["detach"]
    assert [run.line(step).strip() for step in run.steps if step.kind == "forward"] == ["y = penengah.Box(x).total"]


def test_the_judge_blames_the_learner_and_no_library(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    make(tmp_path, "pembagi", "def divide(a):\n    return a / 0\n")
    import pembagi

    def answer():
        return pembagi.divide(1)  # the learner's line

    try:
        answer()
    except ZeroDivisionError as error:
        assert "the learner's line" in str(blame.place(error) or "")
    try:
        blame.meaning(None, 1)
    except TypeError as error:
        assert "blame.meaning(None, 1)" in str(blame.place(error) or "")
