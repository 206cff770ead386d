"""Notebook di bawah torch yang lain: sel yang keluarannya di sana memang berbeda tidak dibandingkan, tetapi diuji.

Dipakai nbval lewat `-p tools.other_torch`. Sel itu terdaftar di tests/data/torch_2_14.toml menurut notebook dan id,
masing-masing dengan pernyataan `assert` yang dijalankan di kernel setelah selnya, pada setiap versi torch. Di dalamnya
`output` memuat teks keluaran sel. Semua sel lain tetap harus sama persis dengan yang tersimpan.
"""

import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from nbval.plugin import IPyNbCell

from tools.torch_versions import pinned, release

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "data" / "torch_2_14.toml"
SINCE = (2, 14)
TIMEOUT = 60.0  # seconds


class Differing(NamedTuple):
    """Satu sel yang keluarannya berbeda sejak torch 2.14, sebabnya, dan yang harus benar pada setiap versi."""

    notebook: str
    cell: str
    why: str
    holds: str


def differing() -> dict[tuple[str, str], Differing]:
    """Sel-sel di dalam tabel, menurut notebook dan id."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8")).get("cell", [])
    return {(row["notebook"], row["cell"]): Differing(**row) for row in rows}


def torch_here() -> str:
    """Versi torch di lingkungan ini, tanpa keterangan seperti +cpu."""
    return version("torch").split("+")[0]


def of(item: pytest.Item) -> Differing | None:
    """Baris tabel untuk sel ini."""
    if not isinstance(item, IPyNbCell):
        return None
    return differing().get((item.path.relative_to(ROOT).as_posix(), item.cell.id))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sel di dalam tabel tidak dibandingkan, kecuali torch di sini yang membuat keluaran tersimpan."""
    for item in items:
        if torch_here() != pinned(ROOT) and of(item) is not None:
            item.options["check"] = False  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Setelah sebuah sel di dalam tabel: pernyataannya, lalu apakah ia masih perlu di sana."""
    yield
    row = of(item)
    if row is None:
        return
    cell: Any = item
    error = run_quietly(cell.parent.kernel, row.holds, text_of(cell.test_outputs))
    if error:
        cell.raise_cell_error(f"Tidak benar di torch {torch_here()}", f"{row.holds}\n{error}")
    if release(torch_here()) >= SINCE and cell.compare_outputs(cell.test_outputs, cell.cell.outputs):
        cell.raise_cell_error("Keluarannya sama di versi ini; hapus barisnya dari tests/data/torch_2_14.toml")


def text_of(outputs: list[Any]) -> str:
    """Semua teks keluaran sebuah sel."""
    return "".join(one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)


def run_quietly(kernel: Any, code: str, output: str) -> str:
    """Menjalankan kode di kernel tanpa mengubah namanya; isinya galat, atau kosong."""
    quoted = f"exec({code!r}, {{**globals(), 'output': {output!r}}})"
    asked = kernel.kc.execute(quoted, silent=True, store_history=False, stop_on_error=False)
    while True:
        reply = kernel.get_message("shell", timeout=TIMEOUT)
        if reply["parent_header"].get("msg_id") == asked:
            break
    kernel.await_idle(asked, TIMEOUT)
    return "\n".join(reply["content"].get("traceback", ()))
