"""Membangun notebook dari teksnya: `python tools/build.py [nama …] [--semua | --periksa]`.

Teks `notebooks/NN_*.md` dan `solutions/NN_*.md` disunting; `.ipynb` di sebelahnya dibuat oleh alat ini, dengan
keluaran. Dari setiap solusi dibuat juga Latihannya di `exercises/`: teks dan notebook tanpa kunci.

Tanpa pilihan, yang dijalankan hanya notebook yang sel kodenya berbeda dari teksnya atau belum dijalankan. Bila hanya
prosanya yang berubah, keluarannya tetap dipakai. Waktu ubah berkas tidak pernah dilihat. Setelah `autograd_viz`
berubah, pakai `--semua`.

Keluaran yang tidak sama di komputer lain (jalur, alamat memori, berkas sementara dalam sebuah peringatan) menghentikan
pembangunan notebook itu; pesannya menyebut sel dan cara memperbaikinya.
"""

import argparse
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nbformat import NotebookNode

from tools.execute import ExecutionError, execute, output_faults
from tools.exercises import MarkerError, exercise_of, exercise_text, find_strays, is_solution
from tools.glossary import titled
from tools.myst_text import read_text, write_text
from tools.twins import (
    ROOT,
    code_cells,
    differences,
    find_orphans,
    find_texts,
    is_executed,
    key,
    read_notebook,
    write_notebook,
)


class BuildError(Exception):
    """What stops a notebook from being built."""


def build(text_path: Path, force: bool = False) -> str:
    """Brings one notebook in step with its text; says what was done: "tetap", "disusun ulang" or "dijalankan"."""
    notebook_path = text_path.with_suffix(".ipynb")
    write_titles(text_path)
    notebook = read_text(text_path)
    stored = read_notebook(notebook_path) if notebook_path.exists() else None
    reusable = stored is not None and not force and reuse(notebook, stored)
    if not reusable:
        execute(notebook, text_path.stem, text_path.parent)
    if faults := output_faults(notebook):
        raise BuildError("\n".join(f"{text_path.stem}, {fault}" for fault in faults))
    if is_solution(text_path):
        write_exercises(text_path, notebook)
    content = write_notebook(notebook)
    if reusable and notebook_path.read_text(encoding="utf-8") == content:
        return "tetap"
    notebook_path.write_text(content, encoding="utf-8", newline="\n")
    return "disusun ulang" if reusable else "dijalankan"


def write_titles(text_path: Path) -> None:
    """Give the links to the glossary the definitions that stand there now."""
    content = titled(text_path)
    if content != text_path.read_text(encoding="utf-8"):
        text_path.write_text(content, encoding="utf-8", newline="\n")


def exercise_files(text_path: Path, solution: NotebookNode) -> dict[Path, str]:
    """The two files of the exercise that a solution gives, with what they should hold."""
    exercise = exercise_of(solution, text_path.stem)
    text = exercise_text(text_path)
    return {text: write_text(exercise), text.with_suffix(".ipynb"): write_notebook(exercise)}


def write_exercises(text_path: Path, solution: NotebookNode) -> None:
    for path, content in exercise_files(text_path, solution).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def check_exercises(text_path: Path) -> list[str]:
    """What differs between the exercise and its solution."""
    try:
        wanted = exercise_files(text_path, read_text(text_path))
    except MarkerError as error:
        return [str(error)]
    return [
        f"{path.parent.name}/{path.name}: tidak sejalan dengan solusinya; jalankan python tools/build.py {path.stem}"
        for path, content in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]


def reuse(notebook: NotebookNode, stored: NotebookNode) -> bool:
    """Takes over the stored outputs if they belong to this very code; says whether they do."""
    cells, old_cells = code_cells(notebook), code_cells(stored)
    if not is_executed(stored) or [key(cell) for cell in cells] != [key(cell) for cell in old_cells]:
        return False
    for cell, old in zip(cells, old_cells, strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return True


def check(text_path: Path) -> list[str]:
    """What is wrong with the stored notebook; runs nothing."""
    notebook_path = text_path.with_suffix(".ipynb")
    if not notebook_path.exists():
        return [f"{text_path.stem}: notebook belum dibangun"]
    text, stored = read_text(text_path), read_notebook(notebook_path)
    faults = differences(text, stored)
    if titled(text_path) != text_path.read_text(encoding="utf-8"):
        faults.append("tautan ke glosarium tidak membawa penjelasannya yang sekarang")
    if not is_executed(stored):
        faults.append("tidak semua sel kode dijalankan berurutan dalam satu kernel baru")
    faults += output_faults(stored)
    if not faults and write_notebook(stored) != notebook_path.read_text(encoding="utf-8"):
        faults.append("berkasnya ditulis bukan oleh alat ini (metadata atau id sel lain)")
    return [f"{text_path.stem}: {fault}" for fault in faults]


def choose(names: list[str], texts: list[Path]) -> list[Path]:
    """The texts with these names (`02_graf_komputasi`, its file, or `02`); without names all of them."""
    chosen = []
    for name in names:
        stem = Path(name).stem
        found = [text for text in texts if text.stem == stem or text.stem[:2] == stem]
        if not found:
            raise BuildError(f"Tidak ada notebook {name!r}. Yang ada: {', '.join(text.stem for text in texts)}.")
        chosen += found
    return chosen or texts


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Membangun notebook dari teksnya.", add_help=True)
    parser.add_argument("nama", nargs="*", help="hanya notebook ini, misalnya 02_graf_komputasi atau 02")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--semua", action="store_true", help="jalankan juga yang tidak berubah")
    mode.add_argument("--periksa", action="store_true", help="jangan ubah apa pun; gagal bila ada yang tidak sejalan")
    options = parser.parse_args(arguments)
    try:
        texts = choose(options.nama, find_texts())
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    faults = [f"{path.relative_to(ROOT).as_posix()}: teksnya tidak ada" for path in [*find_orphans(), *find_strays()]]
    for text in texts:
        if options.periksa:
            faults += check(text) + (check_exercises(text) if is_solution(text) else [])
            continue
        start = time.perf_counter()
        try:
            done = build(text, force=options.semua)
        except (BuildError, ExecutionError, MarkerError) as error:
            done = "gagal"
            faults.append(str(error))
        print(f"{text.stem}: {done} ({time.perf_counter() - start:.1f} detik)", flush=True)
    for fault in faults:
        print(fault, file=sys.stderr)
    if options.periksa and not faults:
        print(f"{len(texts)} notebook sejalan dengan teksnya.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
