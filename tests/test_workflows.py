"""What runs on GitHub and on Binder, read and never run: short, pinned by hash, allowed as little as it needs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_architecture import project

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
LONGEST = 90  # lines
STEP = re.compile(r"^ *(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
GIVEN = {  # what each job may do
    ("uji", "uji"): {"contents": "read"},
    ("terbit", "bangun"): {"contents": "read"},
    ("terbit", "situs"): {"pages": "write", "id-token": "write"},
    ("terbit", "colab"): {"contents": "write"},
}


def read(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def jobs():
    for path in FILES:
        for name, job in read(path.stem)["jobs"].items():
            yield pytest.param((path.stem, name), job, id=f"{path.stem}.{name}")


every_job = pytest.mark.parametrize(("place", "job"), list(jobs()))


def test_there_are_two_and_they_are_short():
    assert [path.name for path in FILES] == ["terbit.yml", "uji.yml"]
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES) <= LONGEST


def test_every_action_is_pinned_by_its_hash_and_says_its_version():
    seen = {}
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        used = STEP.findall(text)
        assert len(used) == len(re.findall(r"\buses:", text)), "none is written another way"
        for action, comment in used:
            assert PINNED.fullmatch(action), f"{path.name}: {action}"
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{path.name}: {action}{comment}"
            assert seen.setdefault(action.split("@")[0], (action, comment)) == (action, comment), "one version each"
    assert len(seen) == 4


def test_a_branch_or_a_tag_is_no_hash():
    assert not any(PINNED.fullmatch(f"actions/checkout@{ref}") for ref in ("v7", "main", "3d3c42e", "v7.0.1"))


@every_job
def test_a_job_may_do_what_it_needs_and_no_more(place, job):
    assert read(place[0])["permissions"] == {}, "nothing unless a job says so"
    assert job["permissions"] == GIVEN[place]
    assert 0 < job["timeout-minutes"] <= 120


@every_job
def test_the_token_is_not_left_in_the_checkout(place, job):
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@every_job
def test_nothing_from_outside_is_pasted_into_a_script(place, job):
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


def test_the_tests_run_on_three_systems_and_every_python():
    job = read("uji")["jobs"]["uji"]
    matrix = job["strategy"]["matrix"]
    assert matrix == {"system": ["ubuntu-latest", "macos-latest", "windows-latest"],
                      "python": ["3.11", "3.12", "3.13", "3.14"]}  # fmt: skip
    assert matrix["python"][0] == project()["project"]["requires-python"].removeprefix(">=")
    assert "Python 3.11 sampai 3.14" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert job["runs-on"] == "${{ matrix.system }}" and job["strategy"]["fail-fast"] is False
    (setup,) = [step for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert setup["with"]["python-version"] == "${{ matrix.python }}"
    assert job["steps"][-1] == {"run": "python mulai.py uji"}
    triggers = read("uji")[True]  # YAML 1.1 reads the key `on` so
    assert set(triggers) == {"push", "pull_request"} and "pull_request_target" not in triggers


def test_a_tag_publishes_the_site_and_the_copies():
    workflow = read("terbit")
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    built, site, copies = (workflow["jobs"][name] for name in ("bangun", "situs", "colab"))
    assert built["steps"][-2]["run"] == "python mulai.py situs --tanpa-peramban"
    assert built["steps"][-1]["with"]["path"] == "build/situs"
    assert site["needs"] == "bangun" and site["environment"]["name"] == "github-pages"
    assert len(site["steps"]) == 1, "no code of the repository runs with the right to publish"
    script = copies["steps"][-1]
    assert script["env"].keys() == {"TAG", "TOKEN"} and 'python mulai.py colab --versi "$TAG"' in script["run"]
    assert "cd build/colab" in script["run"] and "push --quiet --force" in script["run"]


BUILD = ROOT / "postBuild"


def test_binder_reads_these_files_at_the_root():
    assert not any((ROOT / name).exists() for name in ("binder", ".binder")), "Binder would look there only"
    assert BUILD.read_bytes().startswith(b"#!/usr/bin/env bash\n") and b"\r" not in BUILD.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Binder is Linux")
def test_binder_opens_the_learners_copies(tmp_path):
    """As repo2docker does it: the repository lies in the home folder, and `python` is that of environment.yml."""
    for folder in ("tools", "jupyter"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for room in ("notebooks", "exercises", "solutions"):
        (tmp_path / room).mkdir()
        shutil.copy(next((ROOT / room).glob("*.ipynb")), tmp_path / room)
    shutil.copy(ROOT / "notebooks" / "00_mulai_di_sini.ipynb", tmp_path / "notebooks")
    shutil.copy(BUILD, tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {"HOME": str(tmp_path), "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "./postBuild"], cwd=tmp_path, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    config = json.loads((tmp_path / ".jupyter" / "jupyter_server_config.json").read_text(encoding="utf-8"))
    more = json.loads((tmp_path / ".jupyter" / "jupyter_server_config.d" / "belajar.json").read_text(encoding="utf-8"))
    assert Path(more["ServerApp"]["root_dir"]) == tmp_path / "belajar"
    page = config["LabApp"]["default_url"].removeprefix("/lab/tree/")
    assert (tmp_path / "belajar" / page).exists() and page == "notebooks/00_mulai_di_sini.ipynb"
