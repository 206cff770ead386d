import json

import pytest

from jejak import Verdict, progress
from jejak.catalog import CATALOG
from jejak.progress import Progress, remember

NAME = "02_sigmoid_kustom"
RIGHT, WRONG, BLANK = Verdict.right("a"), Verdict.wrong("b"), Verdict.not_attempted("c")


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "kemajuan.json"))
    return tmp_path / "kemajuan.json"


def state():
    return {name: rest for name, *rest in progress().rows}[NAME]


def test_nothing_is_begun_at_first(file):
    assert [name for name, *_ in progress().rows] == list(CATALOG)
    assert {status for _, status, _ in progress().rows} == {"belum dikerjakan"}
    assert not file.exists()


def test_tries_are_counted_and_right_stays_right():
    for verdict, expected in (
        (BLANK, ["belum dikerjakan", 0]),
        (WRONG, ["belum tepat", 1]),
        (WRONG, ["belum tepat", 2]),
        (RIGHT, ["benar", 3]),
        (WRONG, ["benar", 3]),
        (BLANK, ["benar", 3]),
    ):
        remember(NAME, verdict)
        assert state() == expected
    assert progress().summary == f"1 dari {len(CATALOG)} Latihan benar."


def test_the_key_is_not_counted(tmp_path, monkeypatch, file):
    (tmp_path / "solutions").mkdir()
    monkeypatch.chdir(tmp_path / "solutions")
    remember(NAME, RIGHT)
    assert not file.exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"02_sigmoid_kustom": 3}', '{"02_sigmoid_kustom": {"status": "<b>"}}', '{"lain": {}}'],
)
def test_a_spoilt_file_counts_as_empty(file, content):
    file.write_text(content, encoding="utf-8")
    assert state() == ["belum dikerjakan", 0]
    remember(NAME, RIGHT)
    assert state() == ["benar", 1]


def test_a_strange_count_is_one(file):
    file.write_text(json.dumps({NAME: {"status": "benar", "tries": "<b>"}}), encoding="utf-8")
    assert state() == ["benar", 1]


def test_a_folder_that_cannot_be_written_costs_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "tidak" / "ada" / "k.json"))
    remember(NAME, RIGHT)
    assert state() == ["belum dikerjakan", 0]


def test_table_links_each_latihan_and_tells_its_state():
    shown = Progress(((NAME, "belum tepat", 2),))._repr_mimebundle_()
    assert f'<a href="{NAME}.ipynb">Sigmoid kustom</a>' in shown["text/html"]
    assert "△</span> belum tepat, 2 percobaan" in shown["text/html"]
    assert shown["text/plain"].splitlines()[0].split() == ["△", NAME, "belum", "tepat,", "2", "percobaan"]
    assert shown["text/plain"].endswith("0 dari 1 Latihan benar.")
