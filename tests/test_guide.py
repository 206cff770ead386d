"""docs/autograd_viz.md: its code runs, prints what stands below it, and makes the pictures beside it."""

import re
import tomllib

import pytest

from tools.guide import GUIDE, PICTURES, gallery, make
from tools.twins import ROOT


@pytest.fixture(scope="module")
def made():
    return make(GUIDE.read_text(encoding="utf-8"))


def test_every_block_prints_what_stands_below_it(made):
    text = GUIDE.read_text(encoding="utf-8")
    assert made.text == text
    assert made.text.count("```python\n") >= 14 and "```text\n```" not in text


def test_pictures_are_those_that_the_code_saves(made):
    stored = {path.name: path.read_text(encoding="utf-8") for path in PICTURES.glob("*.svg")}
    assert stored.keys() == made.pictures.keys() and len(stored) >= 10
    assert [name for name in stored if stored[name] != made.pictures[name]] == []
    assert (PICTURES / "README.md").read_text(encoding="utf-8") == gallery(made)


def test_every_recipe_of_the_gallery_shows_a_picture_that_exists():
    page = (PICTURES / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^!\[.+\]\((\S+\.svg)\)$", page, re.MULTILINE)
    assert sorted(shown) == sorted(path.name for path in PICTURES.glob("*.svg"))


def test_code_that_cannot_run_here_is_no_python():
    text = GUIDE.read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) == {"bash", "python", "text", ""}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = re.findall(r"autograd-viz\[(\w+)\]", text)
    assert asked and set(asked) <= project["optional-dependencies"].keys()
    assert re.findall(r"^(?:pip install) (\S+)$", text, re.MULTILINE) == [project["name"]]


def test_a_block_whose_output_is_not_shown_is_an_error():
    with pytest.raises(ValueError, match="Blok ke-1 mencetak sesuatu"):
        make("```python\nprint(1)\n```\n")
    with pytest.raises(ValueError, match="Blok ke-1 tidak mencetak"):
        make("```python\nx = 1\n```\n\n```text\n1\n```\n")
    assert make("```python\nprint(1 + 1)\n```\n\n```text\n1\n```\n").text.endswith("```text\n2\n```\n")
