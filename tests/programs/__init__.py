"""Six programs in the shapes of public ones, each leaving its recording as `run`."""

import runpy
from pathlib import Path

from autograd_viz import Recording

FOLDER = Path(__file__).parent
NAMES = sorted(file.stem for file in FOLDER.glob("*.py") if file.stem != "__init__")


def recorded(name: str) -> Recording:
    """The recording of one program."""
    run: Recording = runpy.run_path(str(FOLDER / f"{name}.py"))["run"]
    return run


def source(name: str) -> str:
    """A program as it would stand in the cell of a notebook."""
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")
