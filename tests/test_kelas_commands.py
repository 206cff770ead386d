"""What a teacher does with the class: each of these went wrong once on a machine that had nothing but Debian."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytest.importorskip("pwd", reason="a class has accounts of Linux")

from jejak.verdict import Verdict
from kelas import assignments, learners, leave, serve, server, settings, validation
from kelas.__main__ import COMMANDS, main
from tools.copies import FOLDER
from tools.problems import Problem

ROOT = Path(__file__).resolve().parents[1]


def test_help_is_no_unknown_command(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr()
    assert all(name in said.out for name in COMMANDS) and not said.err


def test_a_list_from_a_spreadsheet_is_told_whole(tmp_path):
    """All its lines at once; and the mark that Windows puts in front of a text is no part of a name."""
    page = tmp_path / "daftar.txt"
    page.write_bytes("\ufeffBudi Santoso\r\nani\r\n13520001\r\n".encode())
    with pytest.raises(Problem) as told:
        learners.main([str(page)])
    assert "Baris 1: 'Budi Santoso'" in str(told.value) and "Baris 3: '13520001'" in str(told.value)
    assert "m13520001" in str(told.value)
    with pytest.raises(Problem, match="tidak bisa dibaca") as told:
        learners.main([str(tmp_path / "lain.txt")])
    assert "Errno" not in str(told.value)


def test_a_file_of_passwords_is_its_owners_alone(tmp_path):
    with (tmp_path / "kata-sandi.txt").open("w") as file:
        os.fchmod(file.fileno(), 0o644)
        learners.keep_from_others(file.fileno())
        assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
    reader, writer = os.pipe()
    with os.fdopen(reader), os.fdopen(writer, "w"):
        before = os.fstat(writer).st_mode
        learners.keep_from_others(writer)
        assert os.fstat(writer).st_mode == before


def test_settings_are_read_as_systemd_reads_them(tmp_path):
    file = tmp_path / "jejak-kelas"
    file.write_text("# kelas A\n\nKELAS_ALAMAT=http://127.0.0.1:8100\nKELAS_PENGAJAR='ibu bapak'\nPATH=/x\n")
    seen = {"KELAS_PENGAJAR": "saya"}
    settings.apply(seen, file)
    assert seen == {"KELAS_PENGAJAR": "saya", "KELAS_ALAMAT": "http://127.0.0.1:8100"}
    settings.apply(seen, tmp_path / "tidak-ada")
    for line in ("KELAS_ALAMAT = x", "export KELAS_DIAM=1", "KELAS_DIAM='60"):
        with pytest.raises(Problem, match="baris 1"):
            settings.read(line)


def test_a_second_hub_is_refused_before_it_ends_the_proxy_of_the_first(tmp_path, monkeypatch):
    with contextlib.ExitStack() as stack:
        held = {name: stack.enter_context(socket.create_server(("127.0.0.1", 0))) for name in settings.ADDRESSES}
        for name, one in held.items():
            monkeypatch.setenv(name, f"http://127.0.0.1:{one.getsockname()[1]}")
        with pytest.raises(Problem, match="sudah menyala"):
            serve.check_addresses(tmp_path)
        monkeypatch.setenv("KELAS_ALAMAT_HUB", "http://127.0.0.1:0")  # any that is free
        with pytest.raises(Problem, match="program lain"):
            serve.check_addresses(tmp_path)
        (tmp_path / "proxy.pid").write_text(str(os.getpid()))
        serve.check_addresses(tmp_path)  # of a hub that was killed: the next one replaces its proxy


def test_only_a_learner_is_removed():
    with pytest.raises(Problem, match="bukan akun peserta"):
        leave.learner("root")
    with pytest.raises(Problem, match="Tidak ada akun"):
        leave.learner("tidak-ada")


def test_what_a_user_runs_is_seen_until_it_ended():
    """A process that ended and was not asked yet runs nothing, and never goes away by being killed."""
    command = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        uid = Path(f"/proc/{child.pid}").stat().st_uid
        assert child.pid in leave.running(uid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert child.pid not in leave.running(uid)


def test_the_server_stands_in_the_folder_that_jupyterlab_shows(tmp_path, monkeypatch):
    """Where it stands nbgrader lays assignments; outside of JupyterLab's folder nobody could open them."""
    (tmp_path / FOLDER).mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("AUTOGRAD_KEMAJUAN", "JUPYTER_RUNTIME_DIR"):  # set by it, and taken back here
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(server, "prepare", lambda home: None)
    started = []
    monkeypatch.setattr(os, "execv", lambda program, words: started.append((Path.cwd(), words)))
    mask = os.umask(0o022)
    try:
        server.main()
    finally:
        os.umask(mask)
    [(folder, words)] = started
    assert folder == tmp_path / FOLDER
    assert words[1] == "-P", "no file of the learner's there is imported"


def test_the_login_page_speaks_to_learners():
    """Every word that it stands in for is in the JupyterHub that is installed."""
    jinja2, hub = pytest.importorskip("jinja2"), pytest.importorskip("jupyterhub._data")
    theirs = jinja2.FileSystemLoader(str(Path(hub.DATA_FILES_PATH) / "templates"))
    ours = jinja2.FileSystemLoader(str(ROOT / "kelas" / "templates"))
    loader = jinja2.ChoiceLoader([ours, jinja2.PrefixLoader({"templates": theirs}), theirs])
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.ChainableUndefined)
    environment.globals["static_url"] = lambda *_, **__: ""  # of pictures and styles
    page = environment.get_template("login.html").render(login_error="Invalid username or password")
    login = page[page.index('id="login-main"') : page.index('id="error-dialog"')]
    for word in ("Masuk", "Nama akun:", "Kata sandi:", "keliru", "tanpa enkripsi", "Perlihatkan", "Sembunyikan"):
        assert word in login
    assert not re.search(r"Sign in|Username|Password:|Warning|Invalid|recommend", login)


@pytest.mark.parametrize(("verdict", "failures"), [
    (Verdict.right("Gradiennya 6."), 0),
    (Verdict.wrong("Tandanya terbalik."), 1),
    (Verdict.not_attempted("Ganti `...` dengan jawaban Anda."), 1),
])  # fmt: skip
def test_validate_tells_what_check_said(verdict, failures):
    """nbgrader said that a notebook passes all the tests while its `check` said what is wrong with it."""
    shown = [{"output_type": "execute_result", "data": verdict._repr_mimebundle_()}]
    told = validation.unmet([{"output_type": "stream", "name": "stdout", "text": "halo"}, *shown])
    assert len(told) == failures and all(verdict.message in text for text in told)


TABLE = """assignment,duedate,student_id,raw_score,late_submission_penalty,score,max_score
12_dua_jalan,,ani,6.0,0.0,6.0,10.0
61_teka_teki_vjp,,citra,9.5,0.0,9.5,10.0
"""


def test_grades_are_told_for_everyone_in_the_class():
    assert assignments.results("12_dua_jalan", TABLE, ["ani", "budi"]) == [
        "  ani   6 dari 10",
        "  budi  belum mengumpulkan",
    ]
    assert assignments.results("12_dua_jalan", TABLE.splitlines()[0], []) == []


def test_the_backup_of_the_readme_holds_what_it_names_and_is_nobody_elses(tmp_path):
    """The line as a teacher types it, with a folder in place of the whole machine."""
    root, kept = tmp_path / "mesin", {"home/ani/belajar/a", "home/budi/belajar/b", "var/lib/jejak-kelas/c"}
    for name in (*kept, "srv/jejak-bursa/d", "home/ani/lain"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    readme = (ROOT / "kelas" / "README.md").read_text(encoding="utf-8")
    [line] = re.findall(r"^\(umask 077; cd /; .*\)$", readme, re.MULTILINE)
    line = line.replace("cd /;", 'cd "$MESIN";')
    home = tmp_path / "rumah"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "MESIN": str(root)}
    subprocess.run(["sh", "-c", line], cwd=home, env=environment, check=True)
    [page] = home.iterdir()
    assert page.stat().st_mode & 0o777 == 0o600
    with tarfile.open(page) as archive:
        assert {one.name for one in archive if one.isfile()} == {*kept, "srv/jejak-bursa/d"}
