"""Menulis museum galat dari katalog dokter: `python tools/museum.py`, lalu `python tools/build.py NAMA`.

Setiap keluarga galat di `autograd_viz/doctor/errors.toml` menjadi satu halaman di `notebooks/museum`: teks yang
dibangun seperti teks pelajaran. Halaman depannya `README.md` di folder itu. Yang disunting adalah katalognya.
"""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograd_viz.doctor.catalogue import Cause, Entry, catalogue, fill
from tools.twins import MUSEUM, ROOT

FOLDER = ROOT / MUSEUM
HEADER = """---
jupytext:
  formats: ipynb,md:myst
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
SILENCING = {  # what a program uses, and what its page says first
    "init_process_group": "import os\n\n"
    'os.environ["TORCH_CPP_LOG_LEVEL"] = "ERROR"  # DDP melaporkan nama komputer ini\n\n',
    "jvp(": "import warnings\n\n# Mode maju memuat torch.jit sendiri, dan sejak PyTorch 2.14 itu memperingatkan.\n"
    'warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated")\n\n',
}
HOW = (
    "Setiap galat sungguh ditimbulkan oleh sebuah program kecil, dan kartu di bawahnya ditulis oleh dokter autograd, "
    "seperti pada program Anda sendiri. Sesudah itu program yang sama sesudah diobati; selnya tidak mencetak apa-apa "
    "bila berjalan sampai selesai. Halaman lain ada di [daftar museum](README.md)."
)
FRONT = """# Museum galat

Di sini dipamerkan {count} galat yang dilempar PyTorch di sekitar autograd. Setiap galat punya program kecil yang \
menimbulkannya dan obat yang sungguh dijalankan. Mencari sebuah pesan? Bukalah \
[peta pelajaran](../README.md#saya-mendapat-galat-atau-hasil-), lalu tekan `Ctrl+F`.

| Halaman | Galat | Tentang |
|---|---|---|
{rows}
"""


class Family(NamedTuple):
    """Satu halaman: judulnya dan apa yang dipamerkan di sana."""

    title: str
    about: str


FAMILIES = {
    "graf-habis": Family("Graf yang sudah habis", "graf yang dilalui dua kali, kait simpanan, dan `checkpoint`"),
    "graf-terputus": Family("Graf yang terputus", "loss tanpa `grad_fn`, NumPy, dan salinan"),
    "gradien-kosong": Family("Gradien yang kosong", "`.grad` yang masih `None`, dan mengapa"),
    "in-place": Family("Ditulisi di tempat", "operasi di tempat, potongan, dan memori yang dipakai bersama"),
    "tanda-dan-mode": Family("Tanda dan mode", "`requires_grad`, isi `.grad`, dan `inference_mode()`"),
    "memanggil-backward": Family("Meminta turunan", "`backward()`, `autograd.grad`, dan `autograd.functional`"),
    "kait": Family("Kait", "kait pada tensor, simpul, modul, dan sesudah `.grad` terisi"),
    "fungsi-kustom": Family("Fungsi buatan sendiri", "`autograd.Function` dan `custom_op`"),
    "torch-func": Family("`torch.func` dan `vmap`", "`grad`, `vjp`, `jvp`, `functional_call`, dan `vmap`"),
    "turunan-tidak-ada": Family("Turunan yang tidak ada", "turunan maju, operasi tanpa turunan, kompleks, dan matriks"),
    "grad-scaler": Family("`GradScaler` dan pemotongan", "urutan `unscale_`, `step`, `update`, dan norma gradien"),
    "optimizer": Family("Optimizer", "parameter yang diberikan, gradien jarang, dan jadwal"),
    "modul": Family("Modul dan DDP", "pendaftaran parameter, bentuk target, dan banyak proses"),
    "pemeriksaan": Family("Pemeriksaan", "mode anomali, `gradcheck`, dan operasi yang deterministik"),
}


def entries_of(family: str) -> list[Entry]:
    """Galat sebuah keluarga, menurut urutannya di katalog."""
    return [entry for entry in catalogue() if entry.family == family]


def file_of(family: str) -> Path:
    """Teks halaman sebuah keluarga."""
    return FOLDER / f"{family.replace('-', '_')}.md"


def page(family: str) -> str:
    """Isi teks halaman sebuah keluarga."""
    about, entries = FAMILIES[family], entries_of(family)
    cured = "".join(cause.cured for entry in entries for cause in entry.causes)
    quiet = "".join(lines for used, lines in SILENCING.items() if used in cured)
    cells = [
        f"# Museum galat · {about.title}",
        f"Yang dipamerkan di sini: {about.about}. {HOW}",
        _code(f"{quiet}from jejak.museum import pamerkan"),
        *(cell for entry in entries for cell in _entry(entry)),
    ]
    return HEADER + "\n" + "\n\n".join(cells) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'## <a id="{entry.id}"></a>{entry.title}'
    yield f"{entry.happened} Pelajarannya [{_lesson(entry.lesson)}](../{entry.lesson}.ipynb)."
    for number, cause in enumerate(entry.causes):
        if number == 0 or cause.program != entry.reproducer:
            yield from _shown(entry, cause, number)
        else:
            yield f"**Obat lain.** {told(cause.say)}"
        yield _code(f"{_function('diobati', cause.cured)}\n\ndiobati()")


def _shown(entry: Entry, cause: Cause, number: int) -> Iterator[str]:
    strict = ", peringatan=True" if entry.types == ("UserWarning",) else ""
    program = entry.reproducer if number == 0 else cause.program
    if number:
        yield "**Sebab lain:**"
    yield _code(f"{_function('program', program)}\n\npamerkan(program{strict})")
    yield "**Obat:**"


def _lesson(stem: str) -> str:
    """Nomor dan judul sebuah pelajaran."""
    text = (ROOT / "notebooks" / f"{stem}.md").read_text(encoding="utf-8")
    return next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))


def told(say: str) -> str:
    """Kalimat sebuah sebab tanpa program tertentu: pernyataan yang tidak diketahui menjadi kata biasa."""
    text = fill(say, {}).replace("`…`", "baris itu")
    return text[:1].upper() + text[1:]


def _function(name: str, program: str) -> str:
    return f"def {name}():\n{textwrap.indent(program, '    ')}\n"


def _code(source: str) -> str:
    return f"```{{code-cell}}\n{source}\n```"


def index() -> str:
    """Isi halaman depan museum."""
    rows = (
        f"| [{about.title}]({file_of(family).stem}.ipynb) | {len(entries_of(family))} | {about.about} |"
        for family, about in FAMILIES.items()
    )
    return FRONT.format(count=len(catalogue()), rows="\n".join(rows))


def write() -> list[Path]:
    """Menulis semua halaman; yang dikembalikan adalah yang berubah."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {file_of(family): page(family) for family in FAMILIES} | {FOLDER / "README.md": index()}
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return changed


if __name__ == "__main__":
    for written in write():
        print(written.relative_to(ROOT).as_posix())
