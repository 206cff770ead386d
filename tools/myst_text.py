"""The text of a notebook, as it is edited: md:myst. Only authors need it; what a learner or a teacher runs does not."""

import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from tools.twins import canonical

HEADER = {
    "jupytext": {"formats": "ipynb,md:myst", "text_representation": {"extension": ".md", "format_name": "myst"}},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
}
VERSION = re.compile(r"^ +(?:format_version|jupytext_version): .*\n", re.MULTILINE)  # would change with the tool


def read_text(path: Path) -> NotebookNode:
    """The text as a notebook without outputs, in the form in which notebooks are kept."""
    return canonical(jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst"))


def write_text(notebook: NotebookNode) -> str:
    """The text of a notebook, in the form in which lessons are written."""
    titled = NotebookNode(notebook, metadata=nbformat.from_dict(HEADER))
    return VERSION.sub("", jupytext.writes(titled, fmt="md:myst"))
