"""Notebooks under another torch: listed cells are asserted, and compared on the pinned torch only."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools import other_torch
from tools.twins import ROOT

PATCHED = """
from pathlib import Path
from tools import other_torch

here = Path(__file__).parent
other_torch.ROOT, other_torch.TABLE = here, here / "table.toml"
other_torch.pinned = lambda root: "2.13.0"
other_torch.torch_here = lambda: "{version}"
"""
ROW = '[[cell]]\nnotebook = "{name}.ipynb"\ncell = "second"\nwhy = "ties"\nholds = """\n{holds}\n"""\n'
RIGHT, WRONG = "assert x in (0.0, 1.0)\nassert float(output) == x", "assert x == 1.0"
DIFFERENT, EQUAL = "1.0\n", "0.0\n"  # what is stored of a cell that prints 0.0
CASES = {  # notebook → what is stored, what must hold
    "different_right": (DIFFERENT, RIGHT),
    "different_wrong": (DIFFERENT, WRONG),
    "different_unlisted": (DIFFERENT, None),
    "equal_right": (EQUAL, RIGHT),
    "equal_wrong": (EQUAL, WRONG),
}
DIFFERS, UNTRUE, NEEDLESS = "Cell outputs differ", "Tidak benar di torch {}", "hapus barisnya"


def make(folder, version):
    rows = []
    for name, (stored, holds) in CASES.items():
        cells = [("first", "y = 1\nprint(y)", "1\n"), ("second", "x = 0.0\nprint(x)", stored)]
        made = [
            new_code_cell(code, id=key, execution_count=1, outputs=[new_output("stream", name="stdout", text=text)])
            for key, code, text in cells
        ]
        nbformat.write(new_notebook(cells=made), folder / f"{name}.ipynb")
        rows += [ROW.format(name=name, holds=holds)] if holds else []
    (folder / "table.toml").write_text("".join(rows), encoding="utf-8")
    (folder / "conftest.py").write_text(PATCHED.format(version=version), encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("2.14.1", {"different_wrong": UNTRUE, "different_unlisted": DIFFERS, "equal_right": NEEDLESS,
                    "equal_wrong": UNTRUE}),
        ("2.13.0", {"different_right": DIFFERS, "different_wrong": DIFFERS, "different_unlisted": DIFFERS,
                    "equal_wrong": UNTRUE}),
    ],
)  # fmt: skip
def test_what_fails_and_why(tmp_path, version, wanted):
    make(tmp_path, version)
    options = ["-p", "tools.other_torch", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "--color=no"]
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    environment["PYTHONPATH"] = str(ROOT)  # in CI pytest repeats whole messages in its summary
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=tmp_path, env=environment,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    failed = re.findall(r"^FAILED (\w+)\.ipynb::Cell 1", done.stdout, flags=re.MULTILINE)
    assert sorted(failed) == sorted(wanted), done.stdout
    assert f"{len(wanted)} failed, {2 * len(CASES) - len(wanted)} passed" in done.stdout
    told = dict(zip(failed, re.findall(r"^Cell 1: (.*)$", done.stdout, flags=re.MULTILINE), strict=True))
    assert all(text.format(version) in told[name] for name, text in wanted.items()), told


def test_every_listed_cell_is_there():
    for row in other_torch.differing().values():
        notebook = nbformat.read(ROOT / row.notebook, as_version=4)
        assert row.cell in [cell.id for cell in notebook.cells if cell.cell_type == "code"], row
        assert "assert " in row.holds and row.why
