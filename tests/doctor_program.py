"""A program that stops, with what its card must say, and the check that the mend followed to the letter cures it."""

from typing import NamedTuple

import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import HEAD, followed


class Program(NamedTuple):
    """The cause's id, a line of the mend, the program, and what holds in the cured one."""

    cause: str
    mend: str
    source: str
    holds: str


def check(program):
    """The only cause is proven and said once, and the program with its mend does what it is for."""
    source = HEAD + program.source.removeprefix("\n")
    torch.manual_seed(0)
    found = diagnose(run(source))
    first = found.causes[0]
    assert (first.id, first.proven, first.ready, len(found.causes), found.unread) == (program.cause, True, True, 1, "")
    assert program.mend in first.mend.splitlines() and "Begitu pula" not in first.evidence, (first.mend, first.evidence)
    torch.manual_seed(0)
    cured = followed(source, first.mend) + program.holds.removeprefix("\n") + "\n"
    assert run(cured, "mended.py") is None, first.mend
