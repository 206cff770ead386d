"""The teacher's page: what is added up, who is named, and that a learner's file can do no harm."""

import json
import os
import re

import pytest

pytest.importorskip("pwd", reason="a class has accounts of Linux")

from kelas.report.collect import read_progress
from kelas.report.page import begin, page
from kelas.report.summary import summarize

TASK = "12_dua_jalan"


def learner(status="belum tepat", tries=3, checks=None, **guesses):
    told = {"00/1": {"guess": "1", "status": "belum tepat", "tries": 2, "missed": {"1": 2, "120": 1}}} | guesses
    return {TASK: {"status": status, "tries": tries, "checks": checks or {"gradients": 3}}, "tebakan": told}


CLASS = {
    "ani": learner(),
    "budi": learner("benar", 2, {"gradients": 1, "value": 1}),
    "citra": learner(tries=1, checks={"value": 1},
                     **{"00/1": {"guess": "24", "status": "benar", "tries": 1}}),
}  # fmt: skip


def test_guesses_are_counted_by_learners_and_not_by_tries():
    [row] = summarize(CLASS).guesses
    assert (row.name, row.tried, row.right) == ("00/1", ["ani", "budi", "citra"], ["citra"])
    assert row.often_missed() == [("1", 2), ("120", 2)] and row.open == ["ani", "budi"]


def test_latihan_stall_after_three_tries_and_checks_tell_whom_they_caught():
    [row] = summarize(CLASS).tasks
    assert row.stalled == ["ani"] and row.right == ["budi"]
    [(first, by), (second, _)] = row.often_caught()
    assert (first, dict(by), second) == ("gradients", {"ani": 3, "budi": 1}, "value")


def test_names_appear_only_where_the_teacher_asks():
    summary = summarize(CLASS)
    plain, named = page(summary), page(summary, names=True)
    assert not any(name in plain for name in CLASS)
    assert "ani (3), budi (1)" in named and "ani, budi" in named
    assert plain == page(summarize(dict(reversed(CLASS.items())))), "the same class gives the same bytes"


def test_it_says_where_to_begin():
    told = begin(summarize(CLASS))
    assert told.startswith("Mulailah dari tebakan 00/1, yang dijawab 1 oleh 2 orang, lalu Latihan 12 (Dua jalan), ")
    assert told.endswith("tempat 1 orang terhenti.")
    assert "lanjutkan saja" in begin(summarize({}))


@pytest.mark.parametrize(
    "kept",
    [{}, {"tebakan": 3, TASK: []}, {TASK: {"status": "<b>", "tries": "x"}}, {"tebakan": {"00/1": {"missed": [1]}}},
     {TASK: {"status": "belum tepat", "tries": -4, "checks": {"a": -1, "b": True, "c": "9"}}},
     {"lain": {"status": "benar"}}],
    ids=str,
)  # fmt: skip
def test_a_broken_file_costs_nobody_the_page(kept):
    assert page(summarize({"ani": kept})).startswith("<!DOCTYPE html>")


def test_what_a_learner_wrote_is_text_and_short():
    evil = "<script>alert(1)</script>" * 9
    entry = {"guess": evil, "status": "belum tepat", "tries": 1, "missed": {evil: 10**30}}
    kept = {"tebakan": {"00/1": entry}, TASK: {"status": "belum tepat", "tries": 9, "checks": {evil: 1}}}
    text = page(summarize({"<b>ani</b>": kept}), names=True)
    assert "<script" not in text and "<b>ani" not in text
    assert max(map(len, re.findall(r"&lt;script.*?</code>", text))) < 200


def test_only_a_plain_small_file_of_its_owner_is_read(tmp_path):
    file, uid = tmp_path / "kemajuan.json", os.getuid()
    assert read_progress(file, uid) is None
    file.write_text(json.dumps({"a": 1}), encoding="utf-8")
    assert read_progress(file, uid) == {"a": 1}
    assert read_progress(file, uid + 1) is None, "somebody else's"
    link, pipe, broken, large = (tmp_path / name for name in ("link", "pipe", "broken", "large"))
    link.symlink_to(file)
    os.mkfifo(pipe)
    broken.write_text("{", encoding="utf-8")
    large.write_text(json.dumps({"a": "x" * 2**20}), encoding="utf-8")
    assert [read_progress(path, uid) for path in (link, pipe, broken, large, tmp_path)] == [None] * 5
