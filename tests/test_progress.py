import json
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from jejak import Verdict, folders, predict, progress
from jejak.catalog import CATALOG
from jejak.desk import latihan
from jejak.folders import data_folder, exercises_folder
from jejak.progress import Progress, place, remember, remember_guess, remember_hint

DAY = date(2026, 1, 1)
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


def kept(file, *names):
    entry = json.loads(file.read_text(encoding="utf-8"))
    for name in names:
        entry = entry[name]
    return entry


def test_checks_that_caught_an_answer_are_counted_until_it_is_right(file):
    for check in ("gradients", "value", "gradients"):
        remember(NAME, Verdict.wrong("b", check=check))
    remember(NAME, RIGHT)
    remember(NAME, Verdict.wrong("b", check="later"))
    assert kept(file, NAME, "checks") == {"gradients": 2, "value": 1}


def test_wrong_guesses_are_counted_and_only_a_dozen_are_told_apart(file):
    for guess in ("1", "2", "1", *map(str, range(3, 40))):
        remember_guess("00/1", guess, WRONG)
    remember_guess("00/1", "24", RIGHT)
    missed = kept(file, "tebakan", "00/1", "missed")
    assert missed["1"] == 2 and len(missed) == 12 and "24" not in missed


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
    (tmp_path / "berkas").write_text("")
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "berkas" / "k.json"))
    remember(NAME, RIGHT)
    assert state() == ["belum dikerjakan", 0]


def test_table_links_each_latihan_and_tells_its_state():
    shown = Progress(((NAME, "belum tepat", 2),))._repr_mimebundle_()
    assert f'<a href="{NAME}.ipynb">Sigmoid kustom</a>' in shown["text/html"]
    assert "△</span> belum tepat, 2 percobaan" in shown["text/html"]
    assert shown["text/plain"].splitlines()[0].split() == ["△", NAME, "belum", "tepat,", "2", "percobaan"]
    assert shown["text/plain"].endswith("0 dari 1 Latihan benar.")


def guesses(file):
    return json.loads(file.read_text(encoding="utf-8"))["tebakan"]


def test_a_guess_that_is_run_in_a_cell_is_kept(file):
    predict("02/2", ..., 5.0)
    predict("02/2", (5, 0), 5.0)
    assert not file.exists()
    predict("02/2", 7, 5.0)
    predict("02/2", "RuntimeError", 5.0)
    missed = {"7": 1, "'RuntimeError'": 1}
    assert guesses(file) == {
        "02/2": {"guess": "'RuntimeError'", "status": "belum tepat", "tries": 2, "missed": missed}
    }
    predict("02/2", 5, 5.0)
    predict("02/2", 6, 5.0)
    assert guesses(file)["02/2"] == {"guess": "6", "status": "benar", "tries": 3, "missed": missed}
    predict("01/1", True, True)
    predict(6, 5.0, hint="x")
    assert list(guesses(file)) == ["02/2"], "half an answer, and a guess without a name, are not kept"
    predict("01/1", (False, "a"), True)
    remember(NAME, RIGHT)
    assert progress().summary == f"1 dari {len(CATALOG)} Latihan benar. 1 dari 2 tebakan yang dicoba tepat."


@pytest.mark.parametrize("spoilt", [3, [], {"02/2": 3}, {"02/2": {"status": "<b>"}}])
def test_spoilt_guesses_cost_nothing(file, spoilt):
    file.write_text(json.dumps({"tebakan": spoilt, NAME: {"status": "benar"}}), encoding="utf-8")
    assert state() == ["benar", 1] and "1 dari" in progress().summary
    assert predict("02/2", 5, 5.0).status == "benar"
    assert guesses(file)["02/2"]["tries"] == 1


HOME = Path(Path.cwd().anchor) / "rumah"
ELSEWHERE = str(HOME.parent / "lain")


@pytest.mark.parametrize(
    "system, environ, expected",
    [
        ("linux", {}, HOME / ".local" / "share"),
        ("linux", {"XDG_DATA_HOME": ELSEWHERE}, Path(ELSEWHERE)),
        ("linux", {"XDG_DATA_HOME": "data"}, HOME / ".local" / "share"),
        ("linux", {"XDG_DATA_HOME": ""}, HOME / ".local" / "share"),
        ("freebsd14", {"LOCALAPPDATA": ELSEWHERE}, HOME / ".local" / "share"),
        ("darwin", {"XDG_DATA_HOME": ELSEWHERE}, HOME / "Library" / "Application Support"),
        ("win32", {"LOCALAPPDATA": ELSEWHERE}, Path(ELSEWHERE)),
        ("win32", {}, HOME / "AppData" / "Local"),
    ],
)
def test_each_system_has_its_folder_for_data(system, environ, expected):
    assert data_folder(system, environ, HOME) == expected / "jejak-gradien"


def test_progress_lies_in_the_course_or_with_the_users_data(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRAD_KEMAJUAN")
    assert place() == exercises_folder() / ".kemajuan.json"
    module = import_module("jejak.progress")  # the name in the package is the function
    monkeypatch.setattr(module, "exercises_folder", lambda: exercises_folder(tmp_path))
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path / "baru" / "jejak-gradien")
    remember(NAME, WRONG)
    assert (tmp_path / "baru" / "jejak-gradien" / "kemajuan.json").is_file()
    assert state() == ["belum tepat", 1]


def test_a_folder_of_another_project_is_not_the_course(tmp_path):
    (tmp_path / "exercises").mkdir()
    assert exercises_folder(tmp_path) is None
    (tmp_path / "mulai.py").write_text("")
    assert exercises_folder(tmp_path) == tmp_path / "exercises"
    assert folders.ROOT == Path(__file__).resolve().parents[1]


def advice(days=0):
    return progress(DAY + timedelta(days=days)).advice


def test_unfinished_comes_first_then_the_next_lesson():
    assert advice().startswith("Berikutnya: 1") and "sesudah pelajaran 0" in advice()
    remember(NAME, WRONG, DAY)
    assert advice() == "Berikutnya: 02 · Sigmoid kustom, yang belum selesai."


def test_solved_comes_again_after_days_and_each_time_later():
    remember(NAME, RIGHT, DAY)
    assert "02 · Sigmoid" not in advice(6)
    again = "ulangi 02 · Sigmoid kustom dari notebook kosong; terakhir selesai 7 hari yang lalu."
    assert advice(7) == f"Berikutnya: {again}"
    remember(NAME, RIGHT, DAY + timedelta(days=7))
    assert "02 · Sigmoid" not in advice(20) and "02 · Sigmoid" in advice(21)


def test_solving_twice_on_one_day_is_one_time():
    for _ in range(3):
        remember(NAME, RIGHT, DAY)
    assert "02 · Sigmoid" in advice(7)


def test_solved_after_hints_comes_again_soon():
    remember_hint(NAME, 3)
    assert state() == ["belum dikerjakan", 0]
    remember(NAME, RIGHT, DAY)
    assert "02 · Sigmoid" not in advice(2)
    assert "kali ini tanpa petunjuk; 3 hari yang lalu" in advice(3)
    remember(NAME, RIGHT, DAY + timedelta(days=3))
    assert "02 · Sigmoid" not in advice(9)


def test_the_first_hint_alone_is_no_help():
    remember_hint(NAME, 1)
    remember(NAME, RIGHT, DAY)
    assert "02 · Sigmoid" not in advice(6)


def test_reading_a_hint_is_remembered(file):
    _, hint = latihan(NAME)
    hint(2)
    hint(1)
    hint(9)
    assert json.loads(file.read_text(encoding="utf-8"))[NAME] == {"reading": 2}


@pytest.mark.parametrize(
    "entry", [{"day": 3}, {"day": "kemarin"}, {"reviews": "x"}, {"reviews": 10**9, "day": "2026-01-01"}]
)
def test_a_spoilt_memory_costs_nothing(file, entry):
    file.write_text(json.dumps({NAME: {"status": "benar", "tries": 1, **entry}}), encoding="utf-8")
    assert state() == ["benar", 1] and advice()


def test_when_all_is_done_it_says_so(file):
    file.write_text(json.dumps({name: {"status": "benar"} for name in CATALOG}), encoding="utf-8")
    assert advice() == "Semua Latihan sudah benar, dan belum ada yang perlu diulang."
