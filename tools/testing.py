"""`python mulai.py uji`: the programs and packages that the tests need, then the tests in their own Python."""

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.install import Place, Wish, install
from tools.system import bring_packages
from tools.torch_versions import check_version


def split(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The version behind `--torch`, wherever it stands, and the rest, which is for pytest."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--torch", nargs="?", const="")
    options, rest = parser.parse_known_args(arguments)
    return options.torch, rest


def start_tests(root: Path, arguments: Sequence[str], again: str) -> int:
    """Runs the tests on the torch of constraints.txt, or on the one that is asked for."""
    torch, rest = split(arguments)
    if torch is not None:
        check_version(root, torch)
    place = Place(root, torch)
    bring_packages(again)
    install(place, Wish(dev=True, again=again))
    return subprocess.call([str(place.python), str(root / "tools" / "run_tests.py"), *rest], cwd=str(root))
