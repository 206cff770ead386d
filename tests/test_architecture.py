"""The house: who may import whom, what a public name owes its reader, what must not be committed."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from enum import Enum
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {  # each room of autograd_viz, and the rooms it may use
    "operations": set(),
    "layout": set(),
    "text": {"operations"},
    "recording": {"operations", "text"},
    "tracing": set(),
    "tape": {"operations", "text", "recording"},
    "simplifying": {"operations", "text"},
    "capturing": {"tracing", "recording"},
    "drawing": {"operations", "layout", "text", "recording", "tracing", "simplifying"},
    "narration": {"operations", "text", "recording"},
    "reviewing": {"operations", "recording"},
    "playing": {"operations", "layout", "text", "recording", "simplifying", "drawing", "narration"},
    "doctor": {"operations", "text", "recording", "tracing", "capturing", "simplifying", "drawing", "playing"},
}
WITH_TORCH = {"tracing", "capturing", "doctor"}
WITHOUT_TORCH = (
    "graph", "operations.ops", "text.titles", "simplifying.simplify", "layout.layout", "drawing.cards", "drawing.svg",
    "drawing.tree_text", "drawing.dot", "recording.recording", "recording.as_written", "narration.narrate",
    "tape.build", "playing.timeline", "playing.stage_svg",
)  # fmt: skip
OUTPUT_LIMIT, NOTEBOOK_LIMIT = 300_000, 2_000_000
LONGEST_MODULE = 260

PACKAGE = sorted((ROOT / "autograd_viz").rglob("*.py"))
CHECKS = sorted((ROOT / "jejak").rglob("*.py"))


def tracked():
    """Files of the project as git lists them; what git ignores is no part of it."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    return sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(path):
    """Absolute names of all modules that a file imports, wherever in the file."""
    package = module_name(path).split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *filter(None, [node.module])])
            inner = {f"{start}.{alias.name}" for alias in node.names}
            known = {name for name in inner if (ROOT / Path(*name.split("."))).with_suffix(".py").exists()}
            found |= known or {start}
    return found


def graph_of(paths):
    names = {module_name(path) for path in paths}
    return {module_name(path): imported(path) & names for path in paths}


def find_cycle(graph):
    done, trail = set(), []

    def visit(node):
        if node in trail:
            return [*trail[trail.index(node):], node]
        if node in done:
            return None
        trail.append(node)
        for other in sorted(graph.get(node, ())):
            if cycle := visit(other):
                return cycle
        trail.pop()
        done.add(node)
        return None

    return next(filter(None, map(visit, sorted(graph))), None)


def reached(graph, start):
    seen, left = set(), [start]
    while left:
        for other in graph.get(left.pop(), set()) - seen:
            seen.add(other)
            left.append(other)
    return seen


@pytest.mark.parametrize("paths", [PACKAGE, CHECKS], ids=["autograd_viz", "jejak"])
def test_imports_run_in_one_direction(paths):
    assert find_cycle(graph_of(paths)) is None


def test_a_cycle_is_found():
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert find_cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_the_package_knows_nothing_of_lessons():
    outside = {"jejak", "exercises", "tools", "tests", "benchmarks", "mulai"}
    assert {p.name: sorted(names) for p in PACKAGE if (names := {n.split(".")[0] for n in imported(p)} & outside)} == {}


def test_checks_know_nothing_of_tools():
    outside = {"tools", "tests", "benchmarks", "mulai"}
    assert {p.name: sorted(names) for p in CHECKS if (names := {n.split(".")[0] for n in imported(p)} & outside)} == {}


def room(name):
    """The room of a module of autograd_viz; None for what stands in the hall and serves all."""
    parts = name.split(".")
    return parts[1] if len(parts) > 2 else None


def test_rooms_are_used_in_one_direction():
    graph = graph_of(PACKAGE)
    assert {room(name) for name in graph} == {None, *ROOMS}
    wrong = []
    for name, used in graph.items():
        if name == "autograd_viz.__init__" or name == "autograd_viz":
            continue
        allowed = {None, room(name), *ROOMS.get(room(name), ())}
        wrong += [f"{name} uses {other}" for other in sorted(used) if room(other) not in allowed]
    assert wrong == []


def test_only_rooms_that_read_tensors_touch_torch():
    users = {module_name(p) for p in PACKAGE if any(n.split(".")[0] == "torch" for n in imported(p))}
    assert {room(name) for name in users} == WITH_TORCH


PRIVATE = re.compile(r"(?<!\w)_[A-Za-z]\w*")
OF_PYTHON = {"_asdict", "_exit", "_field_defaults", "_fields", "_getframe", "_replace"}
NO_TORCH_NAME = {"_copy", "_on_"}  # endings and beginnings of names that are made up, in strings


def private_names(path):
    """Names with a leading underscore that a file reads from something else: attributes, imports, words in strings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in alias.name.split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield from PRIVATE.findall(node.value)


def own_names(path):
    """Names that a file makes itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_private_names_of_torch_stand_in_one_place():
    torch_internals = importlib.import_module("autograd_viz.tracing.torch_internals")
    known = {part for row in torch_internals.internals() for part in row.path.split(".") if PRIVATE.fullmatch(part)}
    paths = [p for p in [*PACKAGE, *CHECKS] if not p.name.endswith("_internals.py")]
    own = {name for path in paths for name in own_names(path)} - known | OF_PYTHON | NO_TORCH_NAME
    found = {(module_name(p), name) for p in paths for name in private_names(p) if PRIVATE.fullmatch(name)}
    assert sorted((place, name) for place, name in found if name not in own) == []


def test_layout_knows_neither_graph_nor_torch():
    graph = graph_of(PACKAGE)
    family = reached(graph, "autograd_viz.layout.layout") | {"autograd_viz.layout.layout"}
    assert "autograd_viz.graph" not in family
    assert not any("torch" in name for module in family for name in imported(ROOT / (module.replace(".", "/") + ".py")))


@pytest.mark.parametrize("path", [*PACKAGE, *CHECKS], ids=module_name)
def test_module_stays_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def public_names():
    """Everything in __all__ of the two packages, with its docstring, found without running anything twice."""
    for package in ("autograd_viz", "jejak"):
        module = importlib.import_module(package)
        for name in module.__all__:
            yield pytest.param(getattr(module, name), id=f"{package}.{name}")


@pytest.mark.parametrize("thing", list(public_names()))
def test_public_name_is_documented_with_an_example(thing):
    text = thing.__doc__ or ""
    assert text.strip() and not text.startswith(f"{thing.__name__}("), "no docstring of its own"
    if isinstance(thing, type) and (hasattr(thing, "_fields") or issubclass(thing, Enum)):
        return  # plain data: its fields are its documentation
    methods = "".join(m.__doc__ or "" for n, m in vars(thing).items() if callable(m) and not n.startswith("_")) \
        if isinstance(thing, type) else ""
    assert ">>>" in text + methods, "no example that runs"


@pytest.mark.needs("git")
def test_nothing_names_the_machine_it_was_made_on():
    stray = re.compile(r"\.\./shared|/work/(main|shared)|/root/")
    temporary = re.compile(r"/tmp/|/home/\w+/|[A-Z]:\\\\Users")
    found = []
    for file in tracked():
        if file.suffix in {".png", ".pdf", ".gz"} or file == Path(__file__).resolve():
            continue
        text = file.read_text(encoding="utf-8")
        found += [f"{file.relative_to(ROOT)}: {match[0]}" for match in stray.finditer(text)]
        if file.relative_to(ROOT).parts[0] != "tests":
            found += [f"{file.relative_to(ROOT)}: {match[0]}" for match in temporary.finditer(text)]
    assert found == []


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def package_name(requirement):
    return re.split(r"[\s<>=!~\[;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def pinned():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(";")[0].strip().split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pairs), "every line pins one version"
    return {package_name(name): version for name, version in pairs}


def test_every_dependency_is_pinned():
    about = project()["project"]
    asked = [*about["dependencies"], *(r for extra in about["optional-dependencies"].values() for r in extra)]
    assert {package_name(r) for r in [*asked, "jupyterlab-language-pack-id-ID"]} - pinned().keys() == set()
    assert pinned()["torch"] == "2.13.0"


def test_every_dependency_is_argued_for():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dot|kursus|kelas|situs|dev|bench) = \[\n(.*?)^\]", text, flags=re.M | re.S)
    assert len(lists) == 1 + len(project()["project"]["optional-dependencies"])
    assert [line for block in lists for line in block.splitlines() if not re.search(r'",\s+# \S', line)] == []


def test_environment_asks_for_what_pyproject_asks():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    lines = [line.split("  #")[0].strip().removeprefix("- ") for line in text.splitlines()]
    assert "-e .[kursus]" in lines and "-c constraints.txt" in lines, "from pyproject.toml, and pinned"
    python = next(line.removeprefix("python=") for line in lines if line.startswith("python="))
    oldest = project()["project"]["requires-python"].removeprefix(">=")
    assert tuple(map(int, python.split("."))) >= tuple(map(int, oldest.split(".")))
    about = project()["project"]
    asked = [*about["dependencies"], *about["optional-dependencies"]["kursus"]]
    allowed = {"python", "pip", "pip:", *map(package_name, asked)}
    conda = lines[lines.index("dependencies:") + 1 : lines.index("pip:")]
    assert {line.split("=")[0] for line in conda} <= allowed, "a package that pyproject.toml does not know"


def test_python_versions_agree():
    about = project()
    oldest = about["project"]["requires-python"].removeprefix(">=")
    assert about["tool"]["mypy"]["python_version"] == oldest
    assert about["tool"]["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    assert "({}, {})".format(*oldest.split(".")) in (ROOT / "mulai.py").read_text(encoding="utf-8")


@pytest.mark.needs("git")
def test_every_data_file_belongs_to_the_installed_package():
    patterns = project()["tool"]["setuptools"]["package-data"]["*"]
    data = [f for f in tracked() if f.relative_to(ROOT).parts[0] in ("autograd_viz", "jejak")
            and f.suffix not in (".py", ".md", ".ipynb")]
    assert data, "there are templates and tables"
    assert [str(f.relative_to(ROOT)) for f in data if not any(f.match(pattern) for pattern in patterns)] == []


@pytest.mark.needs("git")
def test_data_folders_are_packages_or_lie_in_one():
    for file in tracked():
        if file.relative_to(ROOT).parts[0] in ("autograd_viz", "jejak") and file.suffix == ".py":
            assert (file.parent / "__init__.py").exists(), file


@pytest.mark.needs("git")
def test_notebooks_stay_light():
    notebooks = [path for path in tracked() if path.suffix == ".ipynb"]
    assert notebooks
    assert [path.name for path in notebooks if path.stat().st_size > NOTEBOOK_LIMIT] == []
    heavy = []
    for path in notebooks:
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            for output in cell.get("outputs", []):
                parts = {**output.get("data", {}), "text": output.get("text", "")}
                heavy += [f"{path.name} {number} {kind}" for kind, p in parts.items() if len(str(p)) > OUTPUT_LIMIT]
    assert heavy == []


def test_painters_load_without_torch():
    """Said by the imports above; here an interpreter that has no torch tries it."""
    wanted = "; ".join(f"import autograd_viz.{name}" for name in WITHOUT_TORCH)
    code = (
        "import sys; from importlib import util; sys.modules['torch'] = None;"
        "spec = util.find_spec('autograd_viz'); sys.modules['autograd_viz'] = util.module_from_spec(spec);"
        f"{wanted}"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == ""
