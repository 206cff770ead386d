"""Running a lesson in a fresh kernel, and what its outputs may not hold."""

import os
import re
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from tools.twins import ROOT, code_cells, first_line

CELL_TIMEOUT = 120  # seconds
QUIET = Config(KernelManager={"transport_encryption": "auto"})  # else ipykernel warns of plain TCP at every start

TOP_FOLDERS = "home|root|tmp|usr|var|opt|work|mnt|private|Users|Library"
OWN_FOLDERS = "|".join(re.escape(str(path)) for path in (ROOT, Path.home(), tempfile.gettempdir()))

# Warnings carry the kernel's temporary file, tracebacks the library's place, default reprs an address: none of them
# is the same on the reader's machine, so none may be stored.
NOT_PORTABLE = {
    "alamat memori": re.compile(r"\b0x[0-9a-fA-F]{6,}\b"),
    "jalur di komputer ini": re.compile(
        rf"(?<![\w.:/-])(?:/(?:{TOP_FOLDERS})|{OWN_FOLDERS})[/\\]|\b[A-Za-z]:\\\w|~/\S*/|site-packages"
    ),
    "berkas sementara kernel": re.compile(r"ipykernel_\d+"),
    "id acak": re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
}
REMEDY = (
    "Peringatan: tangkap dengan warnings.catch_warnings(record=True) lalu cetak pesannya. "
    "Galat: tangkap dengan try/except lalu cetak pesannya. Alamat: cetak nama atau isinya, bukan objeknya."
)
BASE64 = re.compile(r"base64,[A-Za-z0-9+/=]+")
PACKED = re.compile(r'<script type="text/plain" data-part="\w+">.*?</script>', re.DOTALL)  # the player's own files


class ExecutionError(Exception):
    """A cell raised, hung or killed its kernel; the message says which one."""


def execute(notebook: NotebookNode, name: str, folder: Path) -> None:
    """Runs all cells and stores their outputs in place.

    Raises ExecutionError with notebook, cell and message.
    """
    running = {"index": 0}

    def remember(cell: NotebookNode, cell_index: int) -> None:
        running["index"] = cell_index

    client = NotebookClient(
        notebook,
        config=QUIET,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=remember,
    )
    try:
        client.execute(env={**os.environ, "AUTOGRAD_CEK_KETAT": "1"})  # a key that is not right stops the build
    except CellExecutionError as error:
        raise ExecutionError(
            place(notebook, name, running["index"]) + f"\n    {error.ename}: {error.evalue}"
        ) from error
    except CellTimeoutError as error:
        raise ExecutionError(
            place(notebook, name, running["index"]) + f"\n    tidak selesai dalam {CELL_TIMEOUT} detik"
        ) from error
    except DeadKernelError as error:
        raise ExecutionError(place(notebook, name, running["index"]) + "\n    kernel mati") from error


def place(notebook: NotebookNode, name: str, index: int) -> str:
    return f"{name}, sel {index + 1}: {first_line(notebook.cells[index])}"


def output_faults(notebook: NotebookNode) -> list[str]:
    """Outputs that another machine or another run would not write, and errors that no tag announces."""
    faults = []
    for cell in code_cells(notebook):
        number = notebook.cells.index(cell) + 1
        for text in map(_readable, cell.outputs):
            found = ((what, pattern.search(text)) for what, pattern in NOT_PORTABLE.items())
            what, match = next(((what, match) for what, match in found if match), ("", None))
            if match:
                faults.append(f"sel {number}: keluarannya memuat {what}: {_around(text, match)!r}. {REMEDY}")
        raised = any(output.output_type == "error" for output in cell.outputs)
        if raised and "raises-exception" not in cell.metadata.get("tags", []):
            faults.append(f"sel {number}: menyimpan galat tanpa label raises-exception")
    return faults


def _readable(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text)
    if output.output_type == "error":
        return "\n".join([output.evalue, *output.traceback])
    shown = [
        str(data) for kind, data in output.data.items() if kind.startswith("text/") or kind.endswith(("xml", "json"))
    ]
    return PACKED.sub("", BASE64.sub("", "\n".join(shown)))


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 20) : found.end() + 40]
