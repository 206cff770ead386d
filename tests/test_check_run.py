"""What a review finds in whole programs, and that it is silent about right ones."""

import ast
import json
import linecache
import re
import warnings
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import pytest
import torch

from autograd_viz import Recording, check_run, record
from autograd_viz.reviewing.table import CHECKS
from tests.applied_mend import applied

FOLDER = Path(__file__).with_name("reviews")
MARK = "# --- "


class Program(NamedTuple):
    """A whole program: what comes first in its file, and its own lines, which are recorded."""

    check: str
    wrong: bool
    title: str
    prelude: str
    body: str

    @property
    def id(self):
        return f"{self.check}: {'wrong' if self.wrong else 'right'}, {self.title}"

    @property
    def text(self):
        return f"{self.prelude}\nwith record() as run:\n{indent(self.body, '    ')}"

    def run(self, lines=None):
        lines = lines or self.text
        name = f"<{self.id}{', mended' * (lines != self.text)}>"
        linecache.cache[name] = (len(lines), None, lines.splitlines(keepends=True), name)
        space = {"record": record, "__name__": "program"}
        anomaly = torch.is_anomaly_enabled()
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", category=UserWarning)
                exec(compile(lines, name, "exec"), space)
        finally:
            torch.autograd.set_detect_anomaly(anomaly)
        return space["run"]


def programs():
    for path in sorted(FOLDER.glob("*.py")):
        prelude, *parts = path.read_text(encoding="utf-8").split(MARK)
        for part in parts:
            title, _, body = part.partition("\n")
            verdict, _, title = title.partition(": ")
            yield Program(path.stem, {"wrong": True, "right": False}[verdict], title, prelude, body)


PROGRAMS = list(programs())
IN_WORDS = {  # what no line of the program itself mends: the user must decide what to compute, or who holds what
    "sorted by NumPy",
    "rows are summed, so the factor must be spread over them",
    "the model is copied after the optimizer was made",
    "requires_grad is switched on",
    "a function makes it",
    "another tensor takes the gradient",
    "the module's own parameter is replaced",
    "a prediction is held against itself",
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: one.id)
def test_what_is_wrong_is_found_and_nothing_else(program):
    found = check_run(program.run()).findings
    assert [one.id for one in found] == [program.check] * program.wrong, found
    for one in found:
        assert one.evidence and one.sentence.endswith(".") and one.lesson == CHECKS[program.check].lesson
        assert one.place is not None and one.line is not None and one.line.strip() in indent(program.body, "    ")
        ast.parse(one.mend)
        mended = applied(program.text, one.mend)
        assert (mended is None) == (program.title in IN_WORDS), one.mend
        assert mended is None or not check_run(program.run(mended)).findings, one.mend


def test_every_check_has_its_programs():
    assert {one.check for one in PROGRAMS} == set(CHECKS)
    for check in CHECKS:
        mine = [one.wrong for one in PROGRAMS if one.check == check]
        assert mine.count(True) >= 2 and mine.count(False) >= 4, check


def test_a_review_survives_being_stored():
    run = next(one for one in PROGRAMS if one.wrong).run()
    again = Recording.from_json(run.to_json())
    assert repr(check_run(again)) == repr(check_run(run)) and json.loads(run.to_json())["circumstances"]


def alone(check):
    """The first wrong program of a check with every loop run once, and its right ones."""
    mine = [one for one in PROGRAMS if one.check == check]
    once = [one._replace(body=re.sub(r"range\(\d\)", "range(1)", one.body)) for one in mine]
    return next(one for one in once if one.wrong), [one for one in once if not one.wrong][:2]


@pytest.mark.parametrize("check", ["path_cut", "no_derivative", "staircase", "sampled", "grad_not_cleared"])
def test_one_step_tells_what_it_can_and_names_what_it_cannot(check):
    wrong, right = alone(check)
    found = check_run(wrong.run())
    assert [one.id for one in found.findings] == [check] * (CHECKS[check].steps == 1)
    waiting = [one.title for one in CHECKS.values() if one.steps > 1]
    assert list(found.waiting) == waiting and ", ".join(waiting) in repr(found) and waiting[0] in found._repr_html_()
    assert not any(check_run(one.run()).findings for one in right)
    assert not check_run(next(one for one in PROGRAMS if one.check == check).run()).waiting


def test_one_step_is_not_blamed_for_what_another_step_may_train():
    prelude = "import torch\nw, v = (torch.ones(1, requires_grad=True) for _ in range(2))\n"
    body = (
        "opt = torch.optim.SGD([w, v], lr=0.1)\n"
        "for turn in range(1):\n"
        "    loss = (w * (v * 2 > 0).float()).sum()\n"
        "    if turn % 2:\n"
        "        loss = loss + v.sum()\n"
        "    opt.zero_grad()\n"
        "    loss.backward()\n"
        "    opt.step()\n"
    )
    assert not check_run(Program("no_derivative", False, "now and then", prelude, body).run()).findings
    always = body.replace("    if turn % 2:\n        loss = loss + v.sum()\n", "")
    assert len(check_run(Program("no_derivative", True, "never", prelude, always).run())) == 1


def test_a_program_of_many_lines_is_mended_like_a_short_one():
    title = "one function makes the optimizer, and another one the new head"
    program = next(one for one in PROGRAMS if one.title == title)
    inside = f"def main():\n    {program.text.strip().replace(chr(10), chr(10) + '    ')}\n    return run\n"
    long = "".join(f"def unused_{number}():\n    return {number}\n\n\n" for number in range(150))
    whole = f"{long}{inside}\n\n{long}run = main()\n"
    (found,) = check_run(program.run(whole)).findings
    mended = applied(whole, found.mend)
    assert mended is not None and not check_run(program.run(mended)).findings, found.mend
