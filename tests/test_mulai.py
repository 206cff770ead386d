"""Setting up, with pip and venv played by a script: what goes wrong, what the learner reads, what the next run does."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mulai
from tools import run_tests, server, small_torch, testing, torch_versions
from tools.copies import News
from tools.install import (
    LANGUAGE_PACK,
    OWN_PROOF,
    PROOF,
    Place,
    Result,
    Wish,
    check_folder,
    install,
    is_ready,
    make_venv,
    read_stamp,
    run,
    tell,
)
from tools.problems import Problem, explain
from tools.server import choose_port, command, environment, is_free, trust
from tools.small_torch import SIGNS, TORCH_CPU, has_nvidia
from tools.testing import split, start_tests
from tools.torch_versions import check_version, constraints_for, oldest, pinned

PLENTY = 10**12
KINDS = ("index", "torch==2.99.0", "venv", "ensurepip", "nbformat.sign", "--version", "install", "-c")
AGAIN = "python mulai.py --port 9000"


class Script:
    """Stands in for pip and venv; `says` maps a word of the command to (code, output) of the first such call."""

    def __init__(self, place, **says):
        self.place, self.says, self.calls = place, says, []

    def __call__(self, command, cwd=None, line=None, limit=None):
        words = [str(part) for part in command]
        self.calls.append(words)
        if "index" in words:
            self.limit = limit
        kind = "proof" if words[-1] in (OWN_PROOF, PROOF) else next(kind for kind in KINDS if kind in words)
        code, output = self.says.pop(kind, (0, ""))
        if isinstance(code, BaseException):
            raise code
        if kind == "venv" and code == 0:
            self.place.python.parent.mkdir(parents=True, exist_ok=True)
            self.place.python.write_text("")
        return Result(code, output)

    def kinds(self):
        """What was done, in order; torch and the packages after it are one installation."""
        found = [next((w for w in ("venv", "ensurepip", "install") if w in c), "") for c in self.calls]
        return [kind for kind, before in zip(found, ["", *found]) if kind and kind != before]


@pytest.fixture
def place(tmp_path):
    root = tmp_path / "Kelas Bu Sari – ünïcode"
    (root / "notebooks").mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    (root / "constraints.txt").write_text("")
    return Place(root)


WISH = Wish(again=AGAIN)


def set_up(place, script, wish=WISH, free=PLENTY):
    install(place, wish, run=script, free=lambda folder: free)


def test_first_start_installs_and_second_start_runs_nothing(place):
    script = Script(place)
    set_up(place, script)
    assert script.kinds() == ["venv", "install"]
    again = Script(place)
    set_up(place, again)
    assert again.calls == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_packages_are_installed_without_a_new_venv(place, name):
    set_up(place, Script(place))
    (place.root / name).write_text("numpy==1")
    script = Script(place)
    set_up(place, script)
    assert script.kinds() == ["install"]


def test_moved_folder_is_installed_again(place):
    set_up(place, Script(place))
    moved = Place(place.root.rename(place.root.with_name("pindah")))
    assert not is_ready(moved, Wish())


def test_extras_are_kept_when_a_later_start_asks_for_less(place):
    set_up(place, Script(place), Wish(dev=True, menu=True))
    assert is_ready(place, Wish()) and is_ready(place, Wish(dev=True)) and is_ready(place, Wish(menu=True))
    (place.root / "constraints.txt").write_text("numpy==1")
    script = Script(place)
    set_up(place, script)
    pip = installs(script)[-1]
    assert ".[kursus,dev,situs]" in pip and LANGUAGE_PACK in pip


@pytest.fixture(autouse=True)
def linux_without_gpu(monkeypatch):
    monkeypatch.setattr(small_torch.sys, "platform", "linux")
    monkeypatch.setattr(small_torch, "has_nvidia", lambda: False)


def installs(script):
    return [call for call in script.calls if "install" in call]


def test_pip_is_held_to_the_constraints_and_takes_the_small_torch(place):
    script = Script(place)
    set_up(place, script)
    pip, rest = installs(script)
    assert pip[pip.index("-c") + 1] == "constraints.txt" and pip[pip.index("--extra-index-url") + 1] == TORCH_CPU
    assert pip[-1] == "torch" and TORCH_CPU not in rest and rest[rest.index("-c") + 1] == "constraints.txt"
    (ask,) = [call for call in script.calls if "index" in call]
    assert ask[ask.index("--index-url") + 1] == TORCH_CPU and 0 < script.limit <= 10


ELSEWHERE = f"Could not fetch URL {TORCH_CPU}/torch/: connection error: …\nAvailable versions: 2.13.0+cpu"


@pytest.mark.parametrize(("code", "output"), [(1, ""), (-9, ""), (0, ELSEWHERE)])
def test_an_index_that_does_not_answer_is_passed_over(place, code, output):
    script = Script(place, index=(code, output))
    set_up(place, script)
    assert len(installs(script)) == 1 and TORCH_CPU not in installs(script)[0]


def test_an_index_that_breaks_off_gives_way_to_the_usual_one(place, capsys):
    broken = "ReadTimeoutError(HTTPSConnectionPool(host='download.pytorch.org'): Read timed out"
    script = Script(place, install=(1, broken))
    set_up(place, script)
    first, second = installs(script)
    assert TORCH_CPU in first and TORCH_CPU not in second and is_ready(place, Wish())
    assert "diambil dari gudang biasa" in capsys.readouterr().out


def test_other_failures_are_not_tried_twice(place):
    script = Script(place, install=(1, "OSError: [Errno 28] No space left on device"))
    with pytest.raises(Problem, match="Ruang disk habis"):
        set_up(place, script)
    assert len(installs(script)) == 1


@pytest.mark.parametrize(("system", "gpu"), [("linux", True), ("win32", False), ("darwin", False)])
def test_with_a_gpu_or_another_system_the_index_is_not_asked(place, monkeypatch, system, gpu):
    monkeypatch.setattr(small_torch.sys, "platform", system)
    monkeypatch.setattr(small_torch, "has_nvidia", lambda: gpu)
    script = Script(place)
    set_up(place, script)
    assert not any(TORCH_CPU in call for call in script.calls)


def test_a_gpu_is_seen_by_its_tool_or_its_driver(monkeypatch, tmp_path):
    monkeypatch.setattr(small_torch.shutil, "which", lambda name: None)
    assert not has_nvidia(tmp_path)
    for sign in SIGNS:
        root = tmp_path / sign.replace("/", "_")
        (root / sign).parent.mkdir(parents=True)
        (root / sign).touch()
        assert has_nvidia(root)
    monkeypatch.setattr(small_torch.shutil, "which", lambda name: "/usr/bin/" + name)
    assert has_nvidia(tmp_path)


def test_a_program_that_takes_too_long_is_ended():
    assert run([sys.executable, "-c", "import time; time.sleep(60)"], limit=0.5).code != 0


FAILURES = {
    "no venv": ("venv", "The virtual environment was not created successfully because ensurepip is not\navailable. "
                        "apt install python3.11-venv", "sudo apt install python3-venv"),
    "full disk": ("install", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
                  "Ruang disk habis"),
    "no network": ("install", "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\n"
                              "ERROR: No matching distribution found for torch", "sambungan internet"),
    "no network, build": ("install", "Could not find a version that satisfies the requirement setuptools>=80 "
                          "(from versions: none)\nerror: subprocess-exited-with-error", "sambungan internet"),
    "certificate": ("install", "SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED]", "Sambungan aman"),
    "read-only": ("install", "OSError: [Errno 30] Read-only file system: '/x'", "tidak boleh ditulisi"),
    "no torch": ("install", "ERROR: No matching distribution found for torch==2.13.0", "macOS 14"),
    "unknown": ("install", "ERROR: metadata-generation-failed", "metadata-generation-failed"),
}


@pytest.mark.parametrize("step, output, words", FAILURES.values(), ids=FAILURES)
def test_failure_is_explained_and_the_next_run_recovers(place, step, output, words):
    with pytest.raises(Problem) as problem:
        set_up(place, Script(place, **{step: (1, output)}))
    assert words in str(problem.value)
    assert AGAIN in str(problem.value) or "di komputer lain" in str(problem.value)
    assert read_stamp(place) == {}
    set_up(place, Script(place))
    assert is_ready(place, Wish())


@pytest.mark.parametrize("step", ["venv", "install", "proof"])
def test_interrupted_run_is_taken_up_again(place, step):
    with pytest.raises(KeyboardInterrupt):
        set_up(place, Script(place, **{step: (KeyboardInterrupt(), "")}))
    assert not is_ready(place, Wish())
    set_up(place, Script(place))
    assert is_ready(place, Wish())


def test_half_a_package_leads_to_a_fresh_venv_once(place):
    script = Script(place, proof=(1, "ImportError: cannot import name 'nn'"))
    set_up(place, script)
    assert script.kinds() == ["venv", "install", "venv", "install"]


def test_working_venv_is_never_cleared(place):
    place.python.parent.mkdir(parents=True)
    place.python.write_text("")
    script = Script(place)
    set_up(place, script)
    assert "venv" not in script.kinds()


def test_venv_without_pip_is_completed_and_broken_venv_is_made_anew(place):
    place.python.parent.mkdir(parents=True)
    place.python.write_text("")
    without_pip = Script(place, **{"--version": (1, "No module named pip")})
    make_venv(place, Wish(), without_pip)
    assert without_pip.kinds()[-1] == "ensurepip"
    broken = Script(place, **{"-c": (1, "")})
    make_venv(place, Wish(), broken)
    assert broken.calls[-1][-2] == "--clear"


def test_too_little_space_is_told_before_anything_is_made(place):
    script = Script(place)
    with pytest.raises(Problem, match=r"Ruang disk tinggal 1,2 GB; pemasangan butuh sekitar 3 GB"):
        set_up(place, script, free=1_200_000_000)
    assert script.calls == []


def test_folder_that_cannot_be_written_is_named(place):
    place.venv.write_text("a file in the way")  # also stops root, who may write everywhere
    with pytest.raises(Problem):
        set_up(place, Script(place))
    message = str(explain("[Errno 13] Permission denied: '.venv'", place.root, AGAIN))
    assert str(place.root) in message and AGAIN in message


def test_path_separator_in_the_folder_name_is_refused(tmp_path):
    with pytest.raises(Problem, match="Ganti nama folder"):
        check_folder(Place(tmp_path / f"a{os.pathsep}b"), AGAIN, lambda folder: PLENTY)


def test_broken_stamp_counts_as_none(place):
    set_up(place, Script(place))
    place.stamp.write_text('{"fingerprint": ')
    assert not is_ready(place, Wish())


PYPROJECT = '[project]\ndependencies = ["torchvision>=9", "torch>=2.10", "numpy>=2"]\n'
CONSTRAINTS = "numpy==2.4.6\nsetuptools==84.2.1\ntorch==2.13.0\ntorchlens==2.36.1\n"
DEV = Wish(dev=True, again=AGAIN)


@pytest.fixture
def second(place):
    """Where another torch is tried; its numbers exist nowhere."""
    (place.root / "pyproject.toml").write_text(PYPROJECT)
    (place.root / "constraints.txt").write_text(CONSTRAINTS)
    return Place(place.root, "2.99.0")


def test_another_torch_gets_an_environment_of_its_own(second):
    learner = Place(second.root)
    assert second.venv == second.root / ".venv-torch-2.99.0" and second.venv != learner.venv
    script = Script(second)
    set_up(second, script, DEV)
    alone, rest = installs(script)
    assert alone[-1] == "torch==2.99.0" and rest[-1] == ".[kursus,dev,situs]"
    constraints = str(Path(".venv-torch-2.99.0", "constraints.txt"))
    assert [call[call.index("-c") + 1] for call in (alone, rest)] == [constraints] * 2
    assert script.calls[-1][-1] == PROOF, "whether autograd_viz works there is for the tests to say"
    again = Script(second)
    set_up(second, again, DEV)
    assert again.calls == [] and not learner.venv.exists()


def test_its_constraints_are_the_same_but_for_torch(second):
    set_up(second, Script(second), DEV)
    assert second.constraints.read_text() == "numpy==2.4.6\ntorch==2.99.0\ntorchlens==2.36.1\n"
    assert (second.root / "constraints.txt").read_text() == CONSTRAINTS
    (second.root / "constraints.txt").write_text(CONSTRAINTS.replace("2.4.6", "2.5.0"))
    script = Script(second)
    set_up(second, script, DEV)
    assert len(installs(script)) == 2 and "numpy==2.5.0" in second.constraints.read_text()


@pytest.mark.parametrize("step", ["venv", "torch==2.99.0", ".[kursus,dev,situs]", "proof"])
def test_interrupted_second_environment_is_taken_up_again(second, step, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "KINDS", (".[kursus,dev,situs]", *KINDS))
    with pytest.raises(KeyboardInterrupt):
        set_up(second, Script(second, **{step: (KeyboardInterrupt(), "")}), DEV)
    assert not is_ready(second, DEV)
    set_up(second, Script(second), DEV)
    assert is_ready(second, DEV)


UNAVAILABLE = {
    "pip lists what there is": (
        "ERROR: Could not find a version that satisfies the requirement torch==2.99.0 (from versions: 2.9.1, 2.10.0, "
        "2.13.0+cpu, 2.14.1)\nERROR: No matching distribution found for torch==2.99.0",
        "Yang tersedia di sini: 2.10.0, 2.13.0+cpu, 2.14.1.",
    ),
    "a limit of this computer": (
        "ERROR: Cannot install torch==2.99.0 because these package versions have conflicting dependencies.\n"
        "    The user requested torch==2.99.0\n    The user requested (constraint) torch<=2.14.1\n",
        "pypi.org/project/torch",
    ),
}


@pytest.mark.parametrize(("output", "listed"), UNAVAILABLE.values(), ids=UNAVAILABLE)
def test_a_torch_that_does_not_exist_is_told_and_leaves_nothing(second, output, listed):
    script = Script(second, **{"torch==2.99.0": (1, output)})
    with pytest.raises(Problem) as problem:
        set_up(second, script, DEV)
    told = str(problem.value)
    assert "torch 2.99.0 tidak bisa dipasang" in told and listed in told and "uji --torch 2.14.1" in told
    assert len(installs(script)) == 1 and not second.venv.exists()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (FAILURES["no network"][1].replace("for torch", "for torch==2.99.0"), "sambungan internet"),
        ("ERROR: No matching distribution found for torch==2.99.0 (from versions: none)", "torch tidak tersedia untuk"),
        ("OSError: [Errno 28] No space left on device", f"sekitar {7 if sys.platform == 'linux' else 3} GB"),
        ("The user requested (constraint) numpy==2.4.6\nERROR: ResolutionImpossible", "ResolutionImpossible"),
    ],
)
def test_other_failures_of_the_second_environment_are_told_as_they_are(second, output, told):
    with pytest.raises(Problem, match=told):
        set_up(second, Script(second, **{"torch==2.99.0": (1, output)}), DEV)
    assert second.venv.exists(), "what has come so far is kept"


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("", "belum disebut"),
        ("terbaru", "tidak dimengerti: 'terbaru'"),
        ("2", "tidak dimengerti"),
        ("2.14.1/../../x", "tidak dimengerti"),
        ("tests/test_svg.py", "tidak dimengerti"),
        ("2.9.1", "lebih lama daripada versi tertua yang didukung, 2.10"),
        ("1.13.0", "lebih lama"),
    ],
)
def test_a_wrong_number_is_refused_before_anything_is_made(second, monkeypatch, version, told):
    for name in ("bring_packages", "install"):
        monkeypatch.setattr(testing, name, lambda *_: pytest.fail("went on"))
    with pytest.raises(Problem, match=told) as problem:
        start_tests(second.root, ["--torch", version] if version else ["--torch"], AGAIN)
    assert "uji --torch 2.14.1" in str(problem.value)


@pytest.mark.parametrize("version", ["2.10", "2.10.0", "2.14.1", "2.15.0rc2", "3.0.0.dev20270101", "2.14.1+cpu"])
def test_other_numbers_are_for_pip_to_judge(second, version):
    check_version(second.root, version)
    assert f"torch=={version}\n" in constraints_for(second.root, version)


def test_versions_are_read_from_the_files_of_the_project():
    root = Path(mulai.__file__).parent
    assert check_version(root, pinned(root)) is None
    assert torch_versions.release(oldest(root)) <= torch_versions.release(pinned(root))
    assert constraints_for(root, pinned(root)).count("\ntorch==") == 1


def test_torch_may_stand_anywhere_among_the_options_of_pytest():
    rest = ["-k", "svg", "tests/test_svg.py", "-x", "--maxfail=2"]
    assert split(rest) == (None, rest)
    for at in (0, 2, 3, len(rest)):
        assert split([*rest[:at], "--torch", "2.14.1", *rest[at:]]) == ("2.14.1", rest)
    assert split(["--torch=2.14.1", "--tor"]) == ("2.14.1", ["--tor"])


@pytest.mark.parametrize("torch", [None, "2.99.0"])
def test_tests_run_in_the_environment_that_was_asked_for(second, monkeypatch, torch):
    done = []
    monkeypatch.setattr(testing, "bring_packages", lambda again: done.append("packages"))
    monkeypatch.setattr(testing, "install", lambda place, wish: done.append((place, wish)))
    monkeypatch.setattr(testing.subprocess, "call", lambda command, cwd: done.append(command) or 3)
    asked = [] if torch is None else ["--torch", torch]
    assert start_tests(second.root, [*asked, "-k", "svg"], AGAIN) == 3
    place = Place(second.root, torch)
    assert done[:2] == ["packages", (place, DEV)]
    assert done[2] == [str(place.python), str(second.root / "tools" / "run_tests.py"), "-k", "svg"]


@pytest.fixture
def stages(monkeypatch):
    """Plays all stages of run_tests on a torch; gives their commands and the exit code."""

    def play(torch, codes=(), lacking=()):
        commands, left = [], list(codes)

        def run(command, more=None):
            commands.append(command)
            if lacking and "tests" in command:
                Path(more[run_tests.TOLD_LATER]).write_text("\n".join(lacking))
            for report in (Path(word) for word in command if word.endswith(".xml")):
                report.write_text('<testsuite><testcase classname="a" time="2"/></testsuite>')
            return left.pop(0) if left else 0

        monkeypatch.setattr(run_tests, "run", run)
        monkeypatch.setattr(run_tests, "version", lambda name: torch)
        monkeypatch.setattr(run_tests, "kernel_start", lambda: 1.0)
        monkeypatch.setattr(run_tests, "bring_modules", lambda again: None)
        return commands, run_tests.main([])

    return play


def test_the_torch_of_the_stored_outputs_runs_every_stage(stages):
    commands, code = stages(pinned(run_tests.ROOT) + "+cpu")
    assert [command[0] for command in commands] == ["ruff", "mypy", *["pytest"] * 3] and code == 0
    assert not any("--ignore" in command for command in commands)
    assert [command[command.index("-p") + 1] for command in commands[3:]] == ["tools.other_torch"] * 2


def test_another_torch_runs_units_and_every_notebook_by_its_own_rules(stages):
    commands, code = stages("2.99.0")
    units, *notebooks = commands
    assert {"tests", "autograd_viz", "jejak"} <= set(units) and units[units.index("--ignore") + 1] == "tests/browser"
    folders = {folder for command in notebooks for folder in command if (run_tests.ROOT / folder).is_dir()}
    assert folders == {"notebooks", "solutions", "exercises"}
    assert all(command[command.index("-p") + 1] == "tools.other_torch" for command in notebooks) and code == 0


@pytest.mark.parametrize("failing", range(5))
def test_one_failing_stage_fails_the_whole_and_stops_no_other(stages, failing, capsys):
    commands, code = stages(pinned(run_tests.ROOT), [int(n == failing) for n in range(5)])
    assert code == 1 and len(commands) == 5
    assert capsys.readouterr().out.count("GAGAL") == 1


def test_missing_programs_are_told_after_the_last_stage(stages, capsys):
    stages(pinned(run_tests.ROOT), lacking=["dot", "hunspell"])
    told = capsys.readouterr().out
    assert told.count("- dot (") == told.count("- hunspell (") == 1
    assert told.index("== nbval: exercises") < told.index("- dot (")
    assert "- chromium" not in told


def test_news_from_pip():
    assert tell("  Downloading torch-2.13.0-cp311-manylinux.whl (196.3 MB)") == "mengunduh torch (196,3 MB)"
    assert tell("Installing collected packages: a, b, c") == "memasang 3 paket"
    assert tell("Collecting torch") is None
    assert tell("  Downloading six-1.17.0-py3-none-any.whl (11 kB)") is None


def test_run_gives_every_line_as_it_comes():
    lines = []
    result = run([sys.executable, "-c", "print('satu'); print('dué'); raise SystemExit(3)"], line=lines.append)
    assert (result.code, lines) == (3, ["satu", "dué"])


def test_port_in_use_is_refused_when_asked_for_and_passed_over_otherwise():
    with pytest.raises(Problem, match="Port 9000 sedang dipakai"):
        choose_port(9000, lambda port: False)
    with pytest.raises(Problem, match="Port 70000 tidak ada"):
        choose_port(70000)
    with pytest.raises(Problem, match="Semua port"):
        choose_port(None, lambda port: False)
    assert choose_port(None, lambda port: port > 8890) == 8891


def test_a_listening_port_is_not_free():
    with server.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not is_free(other.getsockname()[1])


def test_notebooks_are_trusted_once_and_again_when_they_change(place):
    set_up(place, Script(place))
    (place.root / "notebooks" / "00_a.ipynb").write_text("{}")
    lesson = place.root / "belajar" / "notebooks" / "00_a.ipynb"
    lesson.parent.mkdir(parents=True)
    lesson.write_text("{}")
    (lesson.parent / "catatan saya.ipynb").write_text("{}")
    for expected in (1, 0):
        script = Script(place)
        trust(place, script)
        assert len(script.calls) == expected
    lesson.write_text('{"a": 1}')
    script = Script(place)
    trust(place, script)
    assert script.calls[0][3:] == [str(lesson.relative_to(place.root))]
    assert is_ready(place, Wish())


def test_failed_trust_does_not_stop_the_start(place, capsys):
    set_up(place, Script(place))
    for folder in ("notebooks", "belajar/notebooks"):
        (place.root / folder).mkdir(parents=True, exist_ok=True)
        (place.root / folder / "00_a.ipynb").write_text("{}")
    trust(place, Script(place, **{"nbformat.sign": (1, "")}))
    assert "Gambarnya tetap tampil" in capsys.readouterr().out
    assert "trusted" not in read_stamp(place)


def test_lab_reads_the_settings_of_this_folder(place, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/lain")
    paths = environment(place, menu=False, token="t")["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert paths == [str(place.root / "jupyter"), "/lain"]
    menu = environment(place, menu=True, token="t")["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]
    assert "id_ID" in Path(menu, "labconfig", "default_setting_overrides.json").read_text(encoding="utf-8")


def test_lab_command(place):
    words = command(place, 9000, browser=False, superuser=True)
    assert {"--no-browser", "--allow-root", "--ServerApp.port=9000"} <= set(words)
    assert not {"--no-browser", "--allow-root"} & set(command(place, 9000, browser=True, superuser=False))
    assert f"--ServerApp.root_dir={place.root / 'belajar'}" in words
    page = place.root / "belajar" / "exercises" / "02_a b.ipynb"
    assert "--LabApp.default_url=/lab/tree/exercises/02_a%20b.ipynb" in command(place, 9000, True, False, page)
    assert not any("token" in word for word in words), "a command line is visible to everyone on the machine"


def test_launcher_can_be_read_by_python_3_6():
    source = Path(mulai.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    top = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert all(getattr(n, "module", None) != "__future__" for n in top)
    assert not any((getattr(n, "module", None) or "").startswith("tools") for n in top)


@pytest.mark.parametrize("words", [[], ["--ulang", "05"]])
def test_a_start_installs_then_copies_then_opens(monkeypatch, capsys, words):
    done = []
    monkeypatch.setattr("tools.install.install", lambda place, wish: done.append("install"))
    monkeypatch.setattr("tools.copies.update", lambda root: done.append("update") or News(made=("a",)))
    monkeypatch.setattr("tools.copies.renew", lambda root, name: done.append(name) or root / "belajar" / "x.ipynb")
    monkeypatch.setattr("tools.server.trust", lambda place: done.append("trust"))
    monkeypatch.setattr("tools.server.open_lab", lambda *about, **more: done.append(more["first"]))
    assert mulai.start([*words, "--tanpa-peramban"]) == 0
    first = mulai.ROOT / "belajar" / "x.ipynb" if words else None
    assert done == ["install", "update", *words[1:], "trust", first]
    assert "1 salinan untuk Anda dibuat" in capsys.readouterr().out


def test_old_python_is_told_what_it_lacks(monkeypatch, capsys):
    monkeypatch.setattr(mulai.sys, "version_info", (3, 10, 4))
    assert mulai.main([]) == 1
    told = capsys.readouterr().out
    assert "versi 3.10" in told and "3.11 atau lebih baru" in told


def test_help_and_bad_commands_are_indonesian():
    def call(*words):
        return subprocess.run([sys.executable, mulai.__file__, *words], capture_output=True, encoding="utf-8",
                              env={**os.environ, "PYTHONUTF8": "1"})
    helped = call("--help")
    assert helped.returncode == 0
    for flag in ("--tanpa-peramban", "--port", "--ulang", "--menu-indonesia", "uji", "--torch VERSI"):
        assert flag in helped.stdout
    assert "torch-cpu" not in helped.stdout
    assert "usage" not in helped.stdout and "show" not in helped.stdout
    for words in (("situs", "-h"), ("colab", "--help"), ("uji", "--help")):  # nothing is installed for it
        assert (call(*words).stdout, call(*words).returncode) == (helped.stdout, 0), words
    wrong = call("--salah")
    assert wrong.returncode == 2 and "tidak dimengerti: --salah" in wrong.stderr


def test_ctrl_c_ends_politely(monkeypatch, capsys):
    def interrupted(arguments):
        raise KeyboardInterrupt
    monkeypatch.setattr(mulai, "start", interrupted)
    assert mulai.main([]) == 130
    assert "Jalankan lagi kapan saja" in capsys.readouterr().err
