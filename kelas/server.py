"""The server of one learner: brings the copies in step with the course, then becomes JupyterHub's own program."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from kelas.folders import ROOT
from kelas.notice import write_notice
from tools.copies import FOLDER, update
from tools.problems import Problem

LONGEST = 107  # bytes that the name of a socket may have
SOCKET = f"kernel-{'0' * 36}-ipc-1"


def sign(notebooks: Iterable[Path]) -> None:
    """Trust what the course wrote itself, so that stored interactive pictures live at once."""
    from nbformat import read
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for notebook in notebooks:
        page = read(notebook, as_version=4)
        if any(cell.get("outputs") for cell in page.cells):
            notary.sign(page)


def prepare(home: Path) -> None:
    """Lay out or bring up to date what the learner works in; a problem is told in the log, and keeps nobody out."""
    try:
        news = update(ROOT, home)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return
    write_notice(home / FOLDER)
    written = [home / FOLDER / name for name in (*news.made, *news.updated) if name.endswith(".ipynb")]
    if written:
        sign(written)


def transport(runtime: Path) -> list[str]:
    """Kernels talk through sockets of this folder, not through ports: two that start at once may choose the same."""
    if len(os.fsencode(runtime / SOCKET)) > LONGEST:
        return []
    os.environ["JUPYTER_RUNTIME_DIR"] = str(runtime)
    return ["--KernelManager.transport=ipc"]


def main() -> None:
    home = Path.home()
    os.umask(0o077)  # what a learner writes is the learner's
    prepare(home)
    os.environ["AUTOGRAD_KEMAJUAN"] = str(home / FOLDER / ".kemajuan.json")
    if (home / FOLDER).is_dir():
        os.chdir(home / FOLDER)  # nbgrader lays assignments where the server stands; JupyterLab opens what is below
    program = [sys.executable, "-P", "-m", "kelas.singleuser"]
    os.execv(sys.executable, [*program, *sys.argv[1:], *transport(home / ".kernel")])


if __name__ == "__main__":
    main()
