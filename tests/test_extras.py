"""What a reader or a teacher starts needs none of the packages that only authors install."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[A-Za-z0-9_.-]+")
BLOCKED = """import importlib, sys
sys.modules |= dict.fromkeys({blocked!r})
for one in {modules!r}:
    importlib.import_module(one)
"""
# a hub or nbgrader runs these, in an environment that has them
RUN_BY_OTHERS = ("kelas.proof", "kelas.jupyterhub_config", "kelas.nbgrader", "kelas.grading.preprocess")


def only_authors() -> list[str]:
    """The modules of the packages that `dev` names, and no other extra of what runs here."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = {extra: {found[0].lower() for one in rows if (found := NAME.match(one))} for extra, rows in extras.items()}
    authors = named["dev"] - named["kursus"] - named["situs"] - named["kelas"]
    return sorted(
        module for module, owners in packages_distributions().items() if authors & {one.lower() for one in owners}
    )


def modules(folder: str) -> list[str]:
    names = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted((ROOT / folder).rglob("*.py")))
    return [name for name in names if not name.endswith("__main__") and not name.startswith(RUN_BY_OTHERS)]


@pytest.mark.parametrize("folder", ["tools/site", "kelas"])
def test_it_starts_without_the_packages_of_authors(folder: str) -> None:
    blocked, names = only_authors(), modules(folder)
    assert {"jupytext", "pytest", "yaml"} <= set(blocked) and len(names) > 5
    ran = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(blocked=blocked, modules=names)], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
