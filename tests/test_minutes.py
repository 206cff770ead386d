"""What a lesson promises for its core, computed at the rates of a timed reading; and what the core may weigh."""

import re

import nbformat
import pytest

from tools.minutes import CHANGE, FILM, GUESS, LONGEST, core_minutes, minutes_of, parts, split_core, stated_minutes
from tools.myst_text import read_text
from tools.twins import ROOT, find_texts

LESSONS = [text for text in find_texts() if text.parent.name == "notebooks" and re.match(r"\d\d_", text.stem)]
lessons = pytest.mark.parametrize("text", LESSONS, ids=[text.stem for text in LESSONS])
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| \[(\d\d)\]\(notebooks/\S+\) \| (.+) \| (\d+) \|$", re.MULTILINE)


@lessons
def test_the_core_takes_the_stated_minutes(text):
    computed, stated = core_minutes(read_text(text).cells), stated_minutes(text)
    assert 0.9 <= computed / stated <= 1.1, f"{computed:.1f} minutes, stated {stated}"
    assert stated <= LONGEST and computed <= LONGEST + 0.5
    assert re.search(rf"^\| {text.stem[:2]} \|.*\| {stated} menit \|$", README, re.MULTILINE)


@lessons
def test_core_and_notebook_have_no_more_cells_than_they_may(text):
    core, more = split_core(read_text(text).cells)
    assert len(core) <= 40 and len(core) + len(more) <= 60


@lessons
def test_no_cell_of_a_core_is_long(text):
    core, _ = split_core(read_text(text).cells)
    long = [cell.source for cell in core if cell.cell_type == "code" and len(lines(cell)) > 15]
    assert long == []


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


@lessons
def test_more_begins_with_a_cell_of_its_own_and_holds_code(text):
    """Where the heading is hidden in a cell, the core would be taken for longer than it is."""
    cells = read_text(text).cells
    _, more = split_core(cells)
    assert sum(cell.source.count("## Lebih dalam") for cell in cells) == bool(more)
    assert not more or any(cell.cell_type == "code" for cell in more)


def test_the_path_of_ninety_minutes_adds_up():
    rows = ROW.findall(README)
    total = 0.0
    for number, names, stated in rows:
        (text,) = (text for text in LESSONS if text.stem.startswith(number))
        core = {part.title: part.minutes for part in parts(split_core(read_text(text).cells)[0])}
        minutes = sum(core[name] for name in names.split(" · "))
        assert abs(minutes - int(stated)) <= 1, f"{number}: {minutes:.1f}"
        total += minutes
    assert len(rows) >= 3 and 80 <= total <= 95


def markdown(text):
    return nbformat.v4.new_markdown_cell(text)


def code(text):
    return nbformat.v4.new_code_cell(text)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        (markdown("kata " * 130), 1.0),
        (markdown("**Tebak dulu.** " + "kata " * 128), GUESS + 1.0),
        (markdown("**Coba ubah.** " + "kata " * 128 + "<details>\n\n" + "x " * 90 + "</details>"), CHANGE + 1.0),
        (markdown("[" + "kata " * 130 + '](glosarium.md#x "Penjelasan yang tidak dibaca.") | --- | > #'), 1.0),
        (code("x = 1"), 1.1),
        (code("x = 1\n\n" * 16), 2.2),
        (code("play(rekaman)"), 1.1 + FILM),
        (code('kuis("05")'), 0.0),
    ],
)  # fmt: skip
def test_rates(cell, minutes):
    assert minutes_of(cell) == pytest.approx(minutes, abs=0.02)


def test_core_ends_where_more_begins():
    opening = markdown("# 01 · X\n\n## Satu\n\nkata\n\n## Dua")
    cells = [opening, code("x"), markdown("## Lebih dalam\n\nkata"), code("y")]
    assert split_core(cells) == (cells[:2], cells[2:])
    assert [part.title for part in parts(cells)] == ["", "Satu", "Dua", "Lebih dalam"]
    assert core_minutes(cells) == pytest.approx(minutes_of(cells[0]) + 1.1)
