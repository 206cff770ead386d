"""The site, built once for all tests that look at it, whichever process they run in."""

import functools
import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tools.site.build import Built, build

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def _here(folder: Path) -> Built:
    return build(ROOT, folder, zip_it=True)


def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `build` of this run, with the site in it; what Sphinx said lies beside it in `warnings.txt`."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-site"
    with FileLock(f"{folder}.lock"):
        done = folder / "warnings.txt"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            done.write_text(_here(folder).warnings, encoding="utf-8")
    return folder
