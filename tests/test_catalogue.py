"""Every widespread problem of the catalogue is met in a lesson, with its real message or its silent wrong number."""

import tomllib
from collections import Counter

import pytest

from tools.twins import ROOT, code_cells, read_notebook

CATALOGUE = tomllib.loads((ROOT / "tests" / "data" / "catalogue.toml").read_text(encoding="utf-8"))
TIERS = {"A": 11, "B": 26}  # as many as were found; a problem may be added, none may get lost


def shown(cell):
    """What a cell prints and what its pictures say."""
    streams = [output.text for output in cell.outputs if output.output_type == "stream"]
    drawn = [output.data.get("text/plain", "") for output in cell.outputs if "data" in output]
    return "\n".join(streams + drawn)


@pytest.mark.parametrize("problem", CATALOGUE)
def test_problem_is_met_in_its_lesson(problem):
    entry = CATALOGUE[problem]
    assert entry["cell"] and entry["shows"]
    notebook = read_notebook(ROOT / "notebooks" / f"{entry['lesson']}.ipynb")
    places = [place for place, cell in enumerate(notebook.cells) if entry["cell"] in cell.source]
    found = [place for place in places if notebook.cells[place] in code_cells(notebook)]
    assert found, f"{entry['lesson']}: no code cell holds {entry['cell']!r}"
    said = {place: shown(notebook.cells[place]) for place in found}
    assert any(entry["shows"] in text for text in said.values()), f"{entry['lesson']}, cells {found}: {said}"


def test_no_problem_is_missing():
    assert Counter(entry["tier"] for entry in CATALOGUE.values()) >= Counter(TIERS)
