"""Tests marked needs("dot") need that program: skipped where it is missing, failed in CI, named once at the end."""

import functools
import os
import signal
from pathlib import Path

import pytest

from tools.programs import PROGRAMS
from tools.system import TOLD_LATER, is_strict, tell_missing

# Programs that tests read as text and run themselves; collecting doctests would run them.
collect_ignore = ["answers", "doctor_programs", "reviews"]
LACKING = "lacking"  # property of a test's report: a program that was missing


def pytest_configure(config):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background by a shell
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "needs(*programs): names of tools.programs.PROGRAMS without which it is skipped")


@functools.cache
def is_found(name):
    return PROGRAMS[name].found()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    lacking = [name for mark in item.iter_markers("needs") for name in mark.args if not is_found(name)]
    item.user_properties += [(LACKING, name) for name in lacking]
    reason = f"tidak terpasang: {', '.join(lacking)}"
    if lacking and is_strict():
        pytest.fail(reason, pytrace=False)
    if lacking:
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter):
    reports = [report for group in terminalreporter.stats.values() for report in group]
    properties = [pair for report in reports for pair in getattr(report, "user_properties", ())]
    lacking = [name for name in PROGRAMS if (LACKING, name) in map(tuple, properties)]
    if file := os.environ.get(TOLD_LATER):
        Path(file).write_text("\n".join(lacking), encoding="utf-8")
    elif lacking:
        terminalreporter.write_line("\n" + tell_missing(lacking))
