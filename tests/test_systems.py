"""Setting up on Windows and macOS, played here: what those systems do to folders, files, names and Pythons."""

import os
import re
import signal
import stat
import subprocess
import sys
import unicodedata
from importlib.metadata import distributions
from pathlib import Path, PureWindowsPath

import pytest

import mulai
from tests.test_architecture import tracked
from tests.test_mulai import AGAIN, WISH, Script, installs, place, set_up  # noqa: F401  (place is a fixture)
from tools import files, folders, install, pythons
from tools.copies import write
from tools.folders import DEEPEST, LIMIT, check_length, spelled, sync_warning, synced_by
from tools.problems import EXPLANATIONS, Problem, explain, explain_file, pick
from tools.pythons import call_again, is_base_there

ROOT = Path(__file__).resolve().parents[1]
HERE = "{}.{}".format(*sys.version_info[:2])

# --- the length of paths


def windows(*parts):
    return PureWindowsPath("C:\\", *parts)


def test_a_folder_too_deep_for_windows_is_refused_before_anything_is_downloaded():
    deep = windows("Users", "Siti Nurhaliza Putri", "OneDrive - SMA Negeri 1", "Documents", "jejak-gradien", ".venv")
    with pytest.raises(Problem, match="terlalu panjang") as problem:
        check_length(deep, AGAIN, long_paths=False)
    told = str(problem.value)
    assert str(deep.parent) in told and r"C:\jejak-gradien" in told and AGAIN in told
    assert check_length(deep, AGAIN, long_paths=True) is None
    for short in (windows("jejak-gradien", ".venv"), windows("jejak-gradien", ".venv-torch-2.14.1")):
        assert check_length(short, AGAIN, long_paths=False) is None


def test_the_limit_is_exact():
    def folder(letters):
        return windows("x" * (letters - 3))

    assert len(str(folder(LIMIT - DEEPEST))) + DEEPEST == LIMIT
    assert check_length(folder(LIMIT - DEEPEST), AGAIN, long_paths=False) is None
    with pytest.raises(Problem, match=", 1 huruf lebih"):
        check_length(folder(LIMIT - DEEPEST + 1), AGAIN, long_paths=False)


def test_no_installed_file_is_deeper_than_windows_is_asked_for():
    deepest = max((len(str(file)), str(file)) for found in distributions() for file in found.files or ())
    assert len(r"\Lib\site-packages" + "\\") + deepest[0] <= DEEPEST, deepest[1]


def test_elsewhere_paths_may_be_long(place, monkeypatch):  # noqa: F811
    monkeypatch.setattr(folders, "LIMIT", 10)
    assert folders.has_long_paths() is True
    set_up(place, Script(place))


class Registry:
    """Stands in for winreg."""

    HKEY_LOCAL_MACHINE = 0

    def __init__(self, value):
        self.value = value

    def OpenKey(self, root, name):
        if self.value is None:
            raise FileNotFoundError(2, "no such key")
        assert name == r"SYSTEM\CurrentControlSet\Control\FileSystem"
        return self

    def QueryValueEx(self, key, name):
        assert name == "LongPathsEnabled"
        return self.value, 4

    def __enter__(self):
        return self

    def __exit__(self, *about):
        return None


@pytest.mark.parametrize(("value", "allowed"), [(1, True), (0, False), (None, False)])
def test_windows_is_asked_whether_long_paths_are_switched_on(monkeypatch, value, allowed):
    monkeypatch.setattr(folders.sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", Registry(value))
    assert folders.has_long_paths() is allowed


# --- how a folder is spelt, and who copies it away


def test_one_folder_is_one_folder_however_it_is_typed():
    typed = Path("/Users/Ayu/Documents/Jéjak")
    other = Path(unicodedata.normalize("NFD", "/users/ayu/documents/jéjak"))
    assert str(typed) != str(other)
    assert spelled(typed, "darwin") == spelled(other, "darwin")
    assert spelled(windows("Jejak"), "win32") == spelled(PureWindowsPath(r"c:\jejak"), "win32")
    assert spelled(typed, "linux") != spelled(other, "linux"), "there these are two"


def test_another_spelling_on_macos_is_not_installed_again(place, monkeypatch):  # noqa: F811
    monkeypatch.setattr(install, "spelled", lambda folder: spelled(folder, "darwin"))
    set_up(place, Script(place))
    stamp = install.fingerprint(place)
    typed = install.Place(Path(unicodedata.normalize("NFD", str(place.root).upper())))
    monkeypatch.setattr(install.Path, "read_bytes", lambda path: b"")
    monkeypatch.setattr(install.os.path, "realpath", lambda path: "python")
    assert install.fingerprint(typed) == install.fingerprint(place) != stamp


@pytest.mark.parametrize(
    ("folder", "environ", "service"),
    [
        (windows("Users", "Ayu", "OneDrive", "jejak"), {}, "OneDrive"),
        (windows("Users", "Ayu", "OneDrive - Universitas", "jejak"), {}, "OneDrive"),
        (windows("Users", "Ayu", "Dokumen", "jejak"), {"OneDrive": r"c:\users\ayu\Dokumen"}, "OneDrive"),
        (Path("/Users/ayu/Library/Mobile Documents/com~apple~CloudDocs/jejak"), {}, "iCloud Drive"),
        (Path("/Users/ayu/Library/CloudStorage/OneDrive-Personal/jejak"), {}, "penyimpanan awan"),
        (Path("/Users/ayu/Dropbox (Kelas)/jejak"), {}, "Dropbox"),
        (windows("jejak-gradien"), {"OneDrive": r"C:\Users\Ayu\OneDrive"}, ""),
        (Path("/Users/ayu/jejak"), {"OneDrive": ""}, ""),
    ],
)  # fmt: skip
def test_a_folder_that_is_copied_away_is_known(folder, environ, service):
    assert synced_by(folder, environ) == service


def test_a_learner_is_told_before_gigabytes_land_in_onedrive_and_only_then(place, capsys):  # noqa: F811
    assert sync_warning(place.root, 3) == ""
    cloud = install.Place(place.root.parent / "OneDrive - Sekolah" / "jejak")
    cloud.root.mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt"):
        (cloud.root / name).write_text("")
    set_up(cloud, Script(cloud))
    assert "disalin oleh OneDrive; sekitar 3 GB" in capsys.readouterr().out
    (cloud.root / "constraints.txt").write_text("numpy==2")
    set_up(cloud, Script(cloud))
    assert "OneDrive" not in capsys.readouterr().out, "once is enough"


# --- which Python


class Machine:
    """Programs on the path of a Windows that is played here; a stub opens the Microsoft Store."""

    STUB = r"C:\Users\Ayu\AppData\Local\Microsoft\WindowsApps\python.exe"

    def __init__(self, **programs):
        self.programs = programs

    def __call__(self, name):
        return self.programs.get(name)


OWN = r"C:\Users\Ayu\AppData\Local\Programs\Python\Python313\python.exe"
STORE = r"C:\Users\Ayu\AppData\Local\Microsoft\WindowsApps\PythonSoftwareFoundation.Python.3.13_q\python.exe"


@pytest.mark.parametrize(
    ("executable", "which", "python"),
    [
        (OWN, Machine(python=OWN, py=r"C:\Windows\py.exe"), "python"),
        (OWN, Machine(python=Machine.STUB, py=r"C:\Windows\py.exe"), f"py -{HERE}"),
        (OWN, Machine(py=r"C:\Windows\py.exe"), f"py -{HERE}"),
        (OWN, Machine(python=Machine.STUB), f'"{OWN}"'),
        (OWN, Machine(), f'"{OWN}"'),
        (STORE, Machine(python=Machine.STUB), "python"),
    ],
    ids=["on the path", "a stub", "py alone", "a stub without py", "nothing on the path", "from the Store"],
)
def test_what_is_to_be_typed_again_works_on_windows(executable, which, python):
    assert call_again(["uji", "-k", "svg"], executable, "win32", which) == f"{python} mulai.py uji -k svg"


def test_what_is_to_be_typed_again_works_elsewhere(tmp_path):
    own = tmp_path / "Python ku" / "python3.13"
    own.parent.mkdir()
    own.write_text("")
    assert call_again([], str(own), "darwin", lambda name: str(own)) == "python3.13 mulai.py"
    assert call_again([], str(own), "darwin", lambda name: None) == f"'{own}' mulai.py"
    assert call_again([], str(own), "linux", lambda name: "/usr/bin/python3.13") == f"'{own}' mulai.py"


@pytest.mark.parametrize(
    ("config", "there"),
    [("home = {home}\nversion = 3.13.1\n", True), ("home = {home}{sep}gone\n", False), ("", True), (None, True)],
)
def test_windows_is_asked_whether_the_python_behind_venv_is_still_there(tmp_path, config, there):
    if config is not None:
        (tmp_path / "pyvenv.cfg").write_text(config.format(home=tmp_path, sep=os.sep), encoding="utf-8")
    assert is_base_there(tmp_path, "win32") is there
    assert is_base_there(tmp_path, "linux"), "there .venv has a link, which says it itself"


def test_the_folder_of_the_store_counts_as_there_though_nobody_may_look(tmp_path, monkeypatch):
    (tmp_path / "pyvenv.cfg").write_text("home = C:\\Program Files\\WindowsApps\\Python\n", encoding="utf-8")

    def denied(path, **more):
        raise PermissionError(13, "Access is denied", path)

    monkeypatch.setattr(pythons.os, "stat", denied)
    assert is_base_there(tmp_path, "win32") is True


def test_a_venv_whose_python_was_removed_is_made_anew(place, monkeypatch):  # noqa: F811
    set_up(place, Script(place))
    monkeypatch.setattr(install, "is_base_there", lambda venv: False)
    assert not install.is_ready(place, WISH)
    script = Script(place, **{"-c": (103, "No Python at 'C:\\Python313\\python.exe'")})
    set_up(place, script)
    assert script.kinds() == ["venv", "install"]


# --- files that are read-only, or held


@pytest.fixture
def stubborn(monkeypatch):
    """As on Windows: a file marked read-only is not deleted, also not by root."""

    def guarded(real):
        def call(path, *rest, **more):
            target = os.path.join(*[p for p in (_folder(more.get("dir_fd")), os.fspath(path)) if p])
            if not os.lstat(target).st_mode & stat.S_IWRITE:
                raise PermissionError(13, "Access is denied", path)
            return real(path, *rest, **more)

        return call

    def _folder(handle):
        return os.readlink(f"/proc/self/fd/{handle}") if handle is not None else ""

    monkeypatch.setattr(files.shutil, "_use_fd_functions", False, raising=False)  # the way that Windows takes
    for name in ("unlink", "remove"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))


def read_only(folder):
    (folder / "objects" / "ab").mkdir(parents=True)
    for file in (folder / "objects" / "ab" / "cdef", folder / "HEAD"):
        file.write_text("x")
        file.chmod(stat.S_IREAD)
    return folder


@pytest.mark.skipif(os.name == "nt", reason="there it need not be played")
def test_read_only_files_are_deleted(stubborn, tmp_path):
    with pytest.raises(PermissionError):
        os.unlink(read_only(tmp_path / "a") / "HEAD")
    files.remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_link_in_place_of_the_folder_stays_and_what_it_leads_to_is_emptied(tmp_path):
    real = tmp_path / "besar"
    (real / "lib").mkdir(parents=True)
    link, other = tmp_path / ".venv", tmp_path / "milik lain"
    other.mkdir()
    (other / "a").write_text("x")
    try:
        link.symlink_to(real, target_is_directory=True)
        (real / "lib64").symlink_to(other, target_is_directory=True)
    except OSError:  # Windows asks for a right
        pytest.skip("no links here")
    files.empty(link)
    assert link.is_symlink() and list(real.iterdir()) == [] and (other / "a").exists()


@pytest.mark.skipif(os.name == "nt", reason="there it need not be played")
def test_a_broken_venv_with_read_only_files_is_made_anew(stubborn, place):  # noqa: F811
    place.python.parent.mkdir(parents=True)
    place.python.write_text("")
    read_only(place.venv / "git")
    install.make_venv(place, WISH, Script(place, **{"-c": (1, "")}))
    assert place.python.exists() and not (place.venv / "git").exists()


def test_a_file_that_is_held_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    draft, target, naps = tmp_path / "a", tmp_path / "b", []
    real, held = Path.replace, [1, 1]

    def replace(self, other):
        if held:
            held.pop()
            raise PermissionError(13, "being used by another process")
        return real(self, other)

    monkeypatch.setattr(Path, "replace", replace)
    draft.write_text("baru")
    target.write_text("lama")
    target.chmod(stat.S_IREAD)
    files.replace(draft, target, naps.append)
    assert target.read_text() == "baru" and len(naps) == 2


def test_a_file_that_is_never_let_go_costs_its_copy_alone(tmp_path, monkeypatch):
    def never(self, *rest, **more):
        raise PermissionError(32, "being used by another process")

    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(files.replace, "__defaults__", (lambda seconds: None,))
    (tmp_path / "00.ipynb").write_text("milik pelajar")
    monkeypatch.setattr(Path, "replace", never)
    monkeypatch.setattr(Path, "unlink", never)
    assert write(tmp_path / "00.ipynb", b"baru") is False
    assert (tmp_path / "00.ipynb").read_text() == "milik pelajar"


# --- what the systems say, and what a learner reads

SAID = {
    "long path": (
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\x'\n"
        "HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
        "terlalu panjang",
    ),
    "letters": (
        "UnicodeEncodeError: 'charmap' codec can't encode character '\\u1e24' in position 9: character maps to "
        "<undefined>\nERROR: Failed building editable for autograd-viz", "huruf yang tidak dikenal",
    ),
    "a stick": ("Error: [Errno 1] Operation not permitted: 'lib' -> '/media/stik/jejak/.venv/lib64'", "flashdisk"),
    "in use": (
        "ERROR: Could not install packages due to an OSError: [WinError 5] Access is denied: "
        "'C:\\\\jejak\\\\.venv\\\\Lib\\\\site-packages\\\\torch\\\\lib\\\\c10.dll'", "sedang dipakai program lain",
    ),
    "held": ("[WinError 32] The process cannot access the file because it is being used by another process: 'x'",
             "sedang dipakai program lain"),
    "not allowed": ("[WinError 5] Access is denied: 'C:\\\\Program Files\\\\jejak\\\\.venv\\\\probe'",
                    "tidak boleh ditulisi"),
    "macOS keeps Documents": ("[Errno 1] Operation not permitted: '/Users/ayu/Documents/jejak/.venv'",
                              "tidak boleh ditulisi"),
    "no library": ('OSError: [WinError 126] The specified module could not be found. Error loading "C:\\x\\c10.dll" or '
                   "one of its dependencies.", "vc_redist"),
}  # fmt: skip


@pytest.mark.parametrize(("output", "words"), SAID.values(), ids=SAID)
def test_what_windows_and_macos_say_is_explained(output, words):
    told = str(explain(output, ROOT, AGAIN))
    assert words in told and AGAIN in told
    assert sum(words in message for _, message in EXPLANATIONS) == 1


def test_documents_are_nowhere_recommended():
    assert not any("Documents" in message for _, message in EXPLANATIONS), "OneDrive or macOS keeps them"


def test_a_missing_library_of_windows_is_not_met_by_installing_all_anew(place):  # noqa: F811
    script = Script(place, proof=(1, SAID["no library"][0]))
    with pytest.raises(Problem, match="vc_redist"):
        set_up(place, script)
    assert len([call for call in installs(script) if "-e" in call]) == 1 and script.kinds() == ["venv", "install"]


def test_a_file_that_cannot_be_written_is_no_traceback(monkeypatch, capsys):
    def locked(arguments):
        raise PermissionError(13, "Zugriff verweigert", "C:\\jejak\\README.md")

    monkeypatch.setattr(mulai, "start", locked)
    assert mulai.main(["colab"]) == 1
    told = capsys.readouterr().err
    assert "mulai.py colab" in told and "README.md" in told and "Traceback" not in told
    strange = str(explain_file(OSError(22, "Invalid argument", "a?b"), ROOT, AGAIN))
    assert "a?b (Invalid argument)" in strange and AGAIN in strange
    assert pick(EXPLANATIONS, "Invalid argument") is None


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
def test_an_old_console_does_not_stop_the_start(tmp_path, encoding):
    done = subprocess.run(
        [sys.executable, mulai.__file__, "--port", "70000"], capture_output=True, cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 1 and b"Port 70000 tidak ada" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(signal, "SIGUSR2"), reason="there it need not be played")
def test_a_window_that_is_closed_on_windows_ends_all_as_ctrl_c_does(monkeypatch):
    names = [name for name in ("SIGTERM", "SIGHUP", "SIGUSR2") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR2, raising=False)
    monkeypatch.setattr(mulai, "start", lambda arguments: 0)
    try:
        assert mulai.main([]) == 0
        assert signal.getsignal(signal.SIGUSR2) is signal.default_int_handler
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


# --- what lies in the repository

RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
STRANGE = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$|[^\x00-\x7f]')


@pytest.mark.needs("git")
def test_every_name_in_the_repository_can_stand_on_every_system():
    names = [path.relative_to(ROOT) for path in tracked()]
    parts = {part for name in names for part in name.parts}
    assert sorted(part for part in parts if STRANGE.search(part) or part.split(".")[0].casefold() in RESERVED) == []
    folded = {}
    for name in names:
        folded.setdefault(name.as_posix().casefold(), []).append(name)
    assert [same for same in folded.values() if len(same) > 1] == [], "macOS and Windows keep one of them"
    assert [name for name in names if (ROOT / name).is_symlink()] == [], "Windows writes a text in its place"
    assert max(len(name.as_posix()) for name in names) + len(r"C:\Users\nama panjang sekali\Downloads\jejak") < LIMIT


def test_line_endings_are_the_same_on_every_system():
    lines = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* text=auto eol=lf" in lines


