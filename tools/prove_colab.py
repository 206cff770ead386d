"""Menjalankan salinan untuk Colab jauh dari repositori ini, di Python lain yang menyerupai Colab.

    python tools/prove_colab.py --python /colab/bin/python [--alamat ALAMAT] [--versi TAG] [nama …]

Python itu sudah punya torch, ipykernel, dan paket lain yang ada di Colab, tetapi bukan paket kursus ini: sel pertama
setiap salinan yang memasangnya. Setiap salinan berjalan di folder kosong dengan folder data sendiri. Galat di sel
bertanda raises-exception memang disengaja; galat lain, dan torch yang berubah, membuat alat ini gagal. Tidak ikut
`python mulai.py uji`, sebab butuh seperempat jam.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.address import PACKAGE, parse
from tools.colab import write_copies

ROOT = Path(__file__).resolve().parents[1]
KERNEL = "seperti-colab"
CELL_TIMEOUT = 300  # seconds
OURS = ("PYTHONPATH", "JUPYTER_CONFIG_PATH", "AUTOGRAD_KEMAJUAN", "AUTOGRAD_CEK_DETIK")  # what Colab does not set
TORCH = "import torch, os; print(torch.__version__, os.stat(torch.__file__).st_mtime_ns)"


class Ran(NamedTuple):
    """Satu salinan yang dijalankan: selnya, gambarnya, galat yang disengaja, galat lain, dan lamanya dalam detik."""

    name: str
    cells: int
    pictures: int
    meant: int
    errors: tuple[str, ...]
    install: float
    seconds: float


def judge(name: str, notebook: NotebookNode, install: float, seconds: float) -> Ran:
    """Membedakan galat yang disengaja dari yang lain di sebuah notebook yang sudah dijalankan."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    meant, errors, pictures = 0, [], 0
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            pictures += "image/svg+xml" in output.get("data", {})
            if output.output_type == "error":
                if "raises-exception" in cell.metadata.get("tags", []):
                    meant += 1
                else:
                    errors.append(f"sel {number}: {output.ename}: {output.evalue.strip().splitlines()[:1]}")
    left = [number for number, cell in enumerate(notebook.cells, 1)
            if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None]
    errors += [f"sel {number}: tidak dijalankan" for number in left]
    return Ran(name, len(code), pictures, meant, tuple(errors), install, seconds)


def environment(folder: Path, name: str, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Lingkungan kernel tanpa milik kursus; kunci sebuah Latihan harus benar."""
    kept = {key: value for key, value in given.items() if key not in OURS}
    strict = {"AUTOGRAD_CEK_KETAT": "1"} if name.startswith("solutions/") else {}
    return {**kept, **strict, "XDG_DATA_HOME": str(folder / "data"), "PIP_ROOT_USER_ACTION": "ignore"}


def run_copy(path: Path, name: str, python: str, folder: Path) -> Ran:
    """Menjalankan satu salinan di folder kosong; paketnya dilepas dulu, seperti di mesin Colab yang baru."""
    subprocess.run([python, "-m", "pip", "uninstall", "-q", "-y", PACKAGE], check=True, capture_output=True)
    notebook = nbformat.read(path, as_version=4)
    spans: dict[int, float] = {}
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT, kernel_name=KERNEL, allow_errors=True, record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: spans.setdefault(cell_index, time.monotonic()),
    )  # fmt: skip
    start = time.monotonic()
    try:
        client.execute(env=environment(folder, name))
    except (CellTimeoutError, DeadKernelError) as error:
        return Ran(name, 0, 0, 0, (type(error).__name__,), 0.0, time.monotonic() - start)
    second = sorted(spans.values())[1]
    return judge(name, notebook, second - spans[0], time.monotonic() - start)


def write_kernel(place: Path, python: str) -> None:
    folder = place / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": command, "display_name": KERNEL, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(about), encoding="utf-8")


def table(runs: Sequence[Ran]) -> str:
    """Hasilnya sebagai tabel Markdown."""
    rows = [f"| {r.name} | {r.cells} | {r.pictures} | {r.meant} | {len(r.errors)} | {r.install:.1f} | {r.seconds:.1f} |"
            for r in runs]  # fmt: skip
    head = "| salinan | sel | gambar | galat disengaja | galat lain | pasang (d) | seluruhnya (d) |\n" + "| --- " * 7
    return "\n".join([head + "|", *rows])


def torch_of(python: str) -> str:
    return subprocess.run([python, "-c", TORCH], check=True, capture_output=True, text=True).stdout.strip()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Menjalankan salinan untuk Colab jauh dari repositori ini.")
    parser.add_argument("nama", nargs="*", help="hanya salinan yang alamatnya memuat ini, misalnya notebooks/00")
    parser.add_argument("--python", required=True, help="Python yang menyerupai Colab")
    parser.add_argument("--alamat", default=str(ROOT), help="alamat git tempat paketnya dipasang (biasanya folder ini)")
    parser.add_argument("--versi", default="", help="tag, cabang, atau commit")
    options = parser.parse_args(arguments)
    runs = []
    with tempfile.TemporaryDirectory(prefix="jauh ") as far:
        place = Path(far)
        write_copies(ROOT, place / "colab", parse(options.alamat, ROOT), options.versi)
        write_kernel(place / "jupyter", options.python)
        os.environ["JUPYTER_PATH"] = str(place / "jupyter")
        before = torch_of(options.python)
        names = [path.relative_to(place / "colab").as_posix() for path in sorted((place / "colab").rglob("*.ipynb"))]
        try:
            for name in [name for name in names if not options.nama or any(part in name for part in options.nama)]:
                folder = place / name.replace("/", " ").removesuffix(".ipynb")
                folder.mkdir()
                runs.append(run_copy(place / "colab" / name, name, options.python, folder))
                print(f"{name}: {runs[-1].seconds:.1f} detik", *runs[-1].errors, sep="\n    ", flush=True)
        finally:  # also of a run that was stopped
            print(table(runs))
        same = torch_of(options.python) == before
    print(f"torch {before.split()[0]}: {'tidak disentuh' if same else 'BERUBAH'}")
    return int(not runs or not same or any(run.errors for run in runs))


if __name__ == "__main__":
    sys.exit(main())
