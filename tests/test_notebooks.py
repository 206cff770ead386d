"""The stored notebooks; that their outputs come out the same again is nbval's work."""

import re

import pytest

from tools.build import check
from tools.twins import ROOT, find_lessons, find_orphans, find_texts, is_executed, read_notebook

TEXTS = find_texts()
UNCOMPARED = re.compile(r"#\s*(?:NBVAL|PYTEST_VALIDATE)_IGNORE_OUTPUT")
SKIPPED = re.compile(r"#\s*NBVAL_SKIP")

lessons = pytest.mark.parametrize("text", TEXTS, ids=[text.stem for text in TEXTS])


def uncompared(notebook):
    return [c for c in notebook.cells if "nbval-ignore-output" in tags(c) or UNCOMPARED.search(c.source)]


def skipped(notebook):
    return [c for c in notebook.cells if "nbval-skip" in tags(c) or SKIPPED.search(c.source)]


def tags(cell):
    return cell.metadata.get("tags", [])


def test_there_are_lessons():
    numbers = [text.stem[:2] for text in find_lessons()]
    assert numbers == [f"{number:02}" for number in range(17)]


def test_every_notebook_has_its_text():
    assert find_orphans() == []


@lessons
def test_notebook_is_in_step_with_its_text(text):
    assert check(text) == []


@lessons
def test_every_code_cell_was_executed(text):
    assert is_executed(read_notebook(text.with_suffix(".ipynb")))


@lessons
def test_at_most_one_cell_is_kept_out_of_comparison(text):
    notebook = read_notebook(text.with_suffix(".ipynb"))
    assert len(uncompared(notebook)) <= 1
    assert skipped(notebook) == []


@lessons
def test_nothing_is_written_to_stderr(text):
    streams = [o for c in read_notebook(text.with_suffix(".ipynb")).cells for o in c.get("outputs", [])]
    assert [o.text for o in streams if o.get("name") == "stderr"] == []


def test_sanitizer_touches_devices_and_numbers_of_cells_only():
    lines = (ROOT / "tests" / "nbval_sanitize.cfg").read_text(encoding="utf-8")
    pairs = re.findall("^regex: (.*)$\n^replace: (.*)$", lines, flags=re.MULTILINE)
    text = "tensor([8.], device='cuda:0') tensor([8.], device='cuda:0', dtype=torch.float64) cuda 0.5 sel [13] baris 3"
    for regex, replacement in pairs:
        text = re.sub(regex, replacement, text)
    assert text == "tensor([8.]) tensor([8.], dtype=torch.float64) cpu 0.5 sel [nomor] baris 3"
    assert len(pairs) == 3
