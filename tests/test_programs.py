"""Programs outside Python, on machines played by a script: what is brought, skipped and told."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from tools import programs, system
from tools.install import Result
from tools.problems import PACKAGES
from tools.programs import INSTALLERS, PROGRAMS, Advice, Module, Packages, Program
from tools.system import TOLD_LATER, bring_modules, bring_packages, tell_missing

ROOT = Path(__file__).resolve().parents[1]
AGAIN = "python mulai.py uji"
ROOT_APT = ["env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", "apt-get"]


class Machine:
    """Stands in for this machine: `says` is what commands answer that have that word."""

    def __init__(self, names=("debian",), there=(), commands=("apt-get",), root=True, **says):
        self.names, self.there, self.commands, self.root = names, set(there), commands, root
        self.says, self.calls = says, []

    def programs(self, **packages):
        """One program for each keyword: it is found when its packages are there."""
        return {
            name: Program(name, lambda names=names: set(names.split()) <= self.there,
                          {"debian": Packages(names), "fedora": Packages(names), "": Advice(names)})
            for name, names in packages.items()
        }

    def which(self, name):
        return f"/usr/bin/{name}" if name in self.commands else None

    def run(self, command):
        words = [str(word) for word in command]
        self.calls.append(words)
        code, output = next((answer for word, answer in self.says.items() if word in words), (0, ""))
        if code == 0 and "install" in words:
            self.there |= set(words)
        return Result(code, output)

    def installed(self):
        return [words[words.index("--no-install-recommends") + 1 :] for words in self.calls if "install" in words]


@pytest.fixture
def on(monkeypatch):
    def enter(machine):
        monkeypatch.setattr(system, "system_names", lambda: machine.names)
        monkeypatch.setattr(shutil, "which", machine.which)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if machine.root else 1000, raising=False)
        return machine
    return enter


def test_what_is_there_is_left_alone(on):
    machine = on(Machine(there=["graphviz"]))
    bring_packages(AGAIN, machine.run, machine.programs(dot="graphviz"))
    assert machine.calls == []


def test_root_on_debian_gets_what_is_missing_and_is_told(on, capsys):
    machine = on(Machine(there=["graphviz"]))
    bring_packages(AGAIN, machine.run, machine.programs(dot="graphviz", chromium="chromium", spell="hunspell words"))
    assert [words[:4] for words in machine.calls] == [ROOT_APT] * 2
    assert "update" in machine.calls[0]
    assert machine.installed() == [["chromium", "hunspell", "words"]]
    told = capsys.readouterr().out
    assert "Memasang paket sistem untuk tes: chromium, hunspell, words" in told and "Tidak berhasil" not in told


def test_sudo_is_used_where_it_asks_for_no_password(on):
    machine = on(Machine(root=False, commands=("apt-get", "sudo")))
    bring_packages(AGAIN, machine.run, machine.programs(dot="graphviz"))
    assert machine.calls[0] == ["sudo", "-n", "true"]
    assert [words[:6] for words in machine.calls[1:]] == [["sudo", "-n", *ROOT_APT]] * 2
    assert machine.installed() == [["graphviz"]]


NO_WAY = {
    "sudo asks for a password": Machine(root=False, commands=("apt-get", "sudo"), sudo=(1, "a password is required")),
    "no sudo": Machine(root=False),
    "no apt": Machine(commands=("sudo",)),
    "Fedora": Machine(names=("fedora",), commands=("dnf", "apt-get")),
    "macOS": Machine(names=("macos",), commands=("brew",), root=False),
    "a system without a name": Machine(names=()),
}


@pytest.mark.parametrize("machine", NO_WAY.values(), ids=NO_WAY)
def test_elsewhere_nothing_is_installed(on, machine, capsys):
    on(machine)
    bring_packages(AGAIN, machine.run, machine.programs(dot="graphviz"))
    assert machine.installed() == [] and capsys.readouterr().out == ""


FAILURES = {
    "no network": ("update", "W: Failed to fetch http://x/  Temporary failure resolving 'x'\n", "sambungan internet"),
    "lock": ("install", "E: Could not get lock /var/lib/dpkg/lock. It is held by process 812", "pembaruan otomatis"),
    "interrupted": ("install", "E: dpkg was interrupted, you must manually run 'dpkg -x'", "dpkg --configure -a"),
    "unknown package": ("install", "E: Unable to locate package hunspell-id", "universe"),
    "full disk": ("install", "E: You don't have enough free space in /var/cache/apt/archives/.", "Ruang disk"),
    "conflict": ("install", "E: Unable to correct problems, you have held broken packages.", "--fix-broken"),
    "read-only": ("install", "E: List directory is missing. - Open (30: Read-only file system)", "pengelolanya"),
    "Playwright": ("install", "Error: getaddrinfo ENOTFOUND cdn.playwright.dev", "sambungan internet"),
    "unheard of": ("install", "E: The value 'x' is invalid for APT::Default-Release", "The value 'x' is invalid"),
}  # fmt: skip


@pytest.mark.parametrize("step, output, words", FAILURES.values(), ids=FAILURES)
def test_failure_of_apt_is_explained_and_stops_nothing(on, step, output, words, capsys):
    machine = on(Machine(install=(100, output if step == "install" else "E: Unable to locate package graphviz"),
                         update=(0, output if step == "update" else "")))
    bring_packages(AGAIN, machine.run, machine.programs(dot="graphviz"))
    told = capsys.readouterr().out
    assert "Tidak berhasil dipasang: dot." in told and words in told and AGAIN in told


def test_every_explanation_of_apt_is_tried():
    known = [next(p for p, _ in PACKAGES if re.search(p, out)) for _, out, _ in list(FAILURES.values())[:-1]]
    assert set(known) == {pattern for pattern, _ in PACKAGES}


def test_a_package_that_does_not_exist_keeps_no_other_away(on, capsys):
    machine = on(Machine(chromium=(100, "E: Unable to locate package chromium")))
    bring_packages(AGAIN, machine.run, machine.programs(chromium="chromium", dot="graphviz"))
    assert machine.installed() == [["chromium", "graphviz"], ["chromium"], ["graphviz"]]
    assert "Tidak berhasil dipasang: chromium.\n" in capsys.readouterr().out


def on_ubuntu(machine, arrives=True):
    """A program that only the Python of the tests can bring."""
    def found():
        return arrives and any("playwright" in words for words in machine.calls)
    return {"chromium": Program("a", found, {"ubuntu": Module(("-m", "playwright")), "debian": Packages("chromium")})}


def test_chromium_of_ubuntu_comes_by_playwright_once(on, capsys):
    machine = on(Machine(names=("ubuntu", "debian")))
    bring_packages(AGAIN, machine.run, on_ubuntu(machine))
    assert machine.calls == []
    for _ in range(2):
        bring_modules(AGAIN, machine.run, on_ubuntu(machine))
    assert machine.calls == [[sys.executable, "-m", "playwright"]]
    assert "Memasang chromium untuk tes" in capsys.readouterr().out


def test_a_download_that_fails_is_explained(on, capsys):
    machine = on(Machine(names=("ubuntu", "debian"), playwright=(1, "Error: connect ECONNREFUSED")))
    bring_modules(AGAIN, machine.run, on_ubuntu(machine, arrives=False))
    assert "Tidak berhasil dipasang: chromium.\nGudang paket sistem tidak terjangkau" in capsys.readouterr().out


def test_playwright_downloads_nothing_for_who_is_not_root(on):
    machine = on(Machine(names=("ubuntu", "debian"), root=False))
    bring_modules(AGAIN, machine.run, on_ubuntu(machine))
    assert machine.calls == []


@pytest.mark.parametrize(
    ("about", "names"),
    [
        ("ID=debian\n", ("debian",)),
        ('ID=ubuntu\nID_LIKE="debian"\n', ("ubuntu", "debian")),
        ('ID=elementary\nID_LIKE="ubuntu"\n', ("elementary", "ubuntu", "debian")),
        ('ID=rocky\nID_LIKE="rhel centos fedora"\n', ("rocky", "rhel", "centos", "fedora")),
        ("ID=alpine\n", ("alpine",)),
        (None, ()),
    ],
)
def test_names_of_a_linux(monkeypatch, tmp_path, about, names):
    def read():
        if about is None:
            raise OSError
        return dict(line.replace('"', "").split("=") for line in about.splitlines())
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system.platform, "freedesktop_os_release", read)
    assert system.system_names() == names


COMMANDS = {
    ("debian",): {"chromium": "sudo apt install chromium", "hunspell": "sudo apt install hunspell hunspell-id",
                  "dot": "sudo apt install graphviz", "fonts": "sudo apt install fonts-liberation fonts-dejavu-core"},
    ("ubuntu", "debian"): {"chromium": f"{sys.executable} -m playwright install --with-deps chromium",
                           "dot": "sudo apt install graphviz"},
    ("rocky", "rhel", "fedora"): {"chromium": "sudo dnf install chromium", "dot": "sudo dnf install graphviz"},
    ("macos",): {"chromium": "brew install --cask google-chrome", "dot": "brew install graphviz"},
    ("windows",): {"chromium": "winget install Google.Chrome", "git": "winget install Git.Git"},
    ("alpine",): {"chromium": f"{sys.executable} -m playwright install chromium"},
}  # fmt: skip


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_a_missing_program_is_named_once_with_what_brings_it_here(monkeypatch, names):
    monkeypatch.setattr(system, "system_names", lambda: names)
    monkeypatch.delenv("CI", raising=False)
    head, *lines = tell_missing(PROGRAMS).splitlines()
    assert "tesnya dilewati" in head
    assert [re.match(r"- (\w+) \(", line)[1] for line in lines] == list(PROGRAMS)
    told = {name: line.partition("): ")[2] for name, line in zip(PROGRAMS, lines, strict=True)}
    assert {name: told[name] for name in COMMANDS[names]} == COMMANDS[names]
    assert all(told.values())


def test_every_row_of_the_table_is_complete():
    systems = {"ubuntu", *INSTALLERS, ""}
    for name, program in PROGRAMS.items():
        assert set(program.ways) <= systems and {"debian", "fedora", ""} <= set(program.ways), name
        assert not isinstance(program.ways[""], Packages), "an unknown system has no known installer"
        assert program.tests and isinstance(program.found(), bool)


def test_every_program_has_its_tests_and_every_mark_its_program():
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    marks = [mark for path in files for mark in re.findall(r"mark\.needs\(([^)]*)\)", path.read_text(encoding="utf-8"))]
    assert {name for mark in marks for name in re.findall(r'"(\w+)"', mark)} == set(PROGRAMS)


def test_every_test_in_a_browser_is_marked():
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if "lab.chromium()" in path.read_text("utf-8")]
    mark = 'pytestmark = pytest.mark.needs("chromium", "fonts", "node")'
    others = [path for path in files if path != Path(__file__)]
    assert others and [path.name for path in others if mark not in path.read_text(encoding="utf-8").splitlines()] == []


def program_file(path, text="#!/bin/sh\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_snap_is_no_browser(tmp_path, monkeypatch):
    snap = program_file(tmp_path / "snap")
    (tmp_path / "chromium").symlink_to(snap)
    program_file(tmp_path / "chromium-browser", "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "own_browser", lambda: "playwright's")
    monkeypatch.setattr(programs, "BROWSER_PLACES", {})
    assert programs.browser() == "playwright's"
    chrome = program_file(tmp_path / "google-chrome")
    assert programs.browser() == chrome


def test_a_browser_off_the_path_is_found_where_installers_put_it(tmp_path, monkeypatch):
    place = program_file(tmp_path / "Google" / "chrome.exe")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PLACE_OF_PROGRAMS", str(tmp_path))
    monkeypatch.setattr(programs, "own_browser", lambda: None)
    places = ("/nowhere", "${PLACE_OF_PROGRAMS}/Google/chrome.exe")
    monkeypatch.setattr(programs, "BROWSER_PLACES", {sys.platform: places})
    assert programs.browser() == place
    Path(place).unlink()
    assert programs.browser() is None


def test_node_of_playwright_needs_its_libraries(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(programs, "NODE_LIBRARIES", ("libc.so.6", "libnowhere.so.1"))
    assert not programs.has_node()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert programs.has_node()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere node finds all it needs")
def test_those_are_the_libraries_that_node_asks_for():
    node, _ = compute_driver_executable()
    asked = set(re.findall(rb"lib[a-z+]+\.so\.\d+", Path(node).read_bytes()[: 2**22]))  # the table of the linker
    assert set(programs.NODE_LIBRARIES) <= {name.decode() for name in asked}


def test_a_font_as_wide_as_helvetica_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(programs, "FONT_FOLDERS", (str(tmp_path), "/nowhere"))
    assert not programs.has_font()
    program_file(tmp_path / "truetype" / "DejaVuSans.ttf")
    assert not programs.has_font()
    program_file(tmp_path / "truetype" / "LiberationSans-Regular.ttf")
    assert programs.has_font()
    monkeypatch.setattr(programs, "FONT_FOLDERS", ())
    monkeypatch.setattr(sys, "platform", "darwin")
    assert programs.has_font()


@pytest.mark.parametrize(("output", "found"), [("xqzv\n", True), ("", False), ("tanah\nxqzv\n", False), (None, False)])
def test_hunspell_without_its_dictionary_counts_as_missing(monkeypatch, output, found):
    def answer(command, **options):
        if output is None:
            raise FileNotFoundError(command[0])
        return subprocess.CompletedProcess(command, 0, output)
    monkeypatch.setattr(programs.subprocess, "run", answer)
    assert programs.spells_indonesian() is found


MARKED = """
import pytest

@pytest.mark.needs("dot")
@pytest.mark.parametrize("n", range(3))
def test_dot(n):
    raise AssertionError("runs without dot")

@pytest.mark.needs("dot", "hunspell")
def test_both():
    raise AssertionError("runs without both")

def test_neither():
    pass
"""


@pytest.fixture
def bare(tmp_path):
    """Runs marked tests where PATH leads nowhere; gives the exit code and what is told."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_marked.py").write_text(MARKED, encoding="utf-8")

    def call(*options, **variables):
        left_out = {"CI", TOLD_LATER, *(name for name in os.environ if name.startswith("PYTEST"))}
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment |= {"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        environment |= variables
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", *options, "."]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
        return done.returncode, done.stdout
    return call


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "two"])
def test_marked_tests_are_skipped_and_each_program_is_named_once(bare, options):
    code, told = bare(*options)
    assert code == 0 and "1 passed, 4 skipped" in told
    assert told.count("- dot (") == told.count("- hunspell (") == 1 and "- chromium" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="CI is strict on Linux only")
def test_in_ci_a_missing_program_is_a_failure(bare):
    code, told = bare(CI="true")
    assert code == 1 and "1 passed, 4 errors" in told
    assert "tidak terpasang: dot" in told and "karena CI=true, tesnya gagal" in told


@pytest.mark.parametrize(
    ("platform", "value", "strict"),
    [("linux", "true", True), ("linux", "1", True), ("linux", "false", False), ("linux", "", False),
     ("darwin", "true", False), ("win32", "true", False)],
)  # fmt: skip
def test_only_ci_on_linux_is_strict(monkeypatch, platform, value, strict):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("CI", value)
    assert system.is_strict() is strict


def test_what_is_told_later_is_not_told_twice(bare, tmp_path):
    later = tmp_path / "later.txt"
    _, told = bare(**{TOLD_LATER: str(later)})
    assert later.read_text(encoding="utf-8").split() == ["dot", "hunspell"]
    assert "- dot (" not in told
