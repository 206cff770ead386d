"""`python mulai.py colab`: copies of all notebooks that run in Colab and Kaggle, where nothing is installed yet."""

import argparse
import json
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.address import COPIES, KEY, TABLE, Address, below, read_address
from tools.badges import write_links
from tools.copies import ROOMS
from tools.files import empty
from tools.key_markers import PROGRESS
from tools.problems import Problem

PLACE = Path("build", "colab")
LINK = re.compile(r"\]\((?!#|[a-z]+:)([^)\s#]+)(#[^)\s]*)?((?: \"[^\"]*\")?)\)")
SETUP = """\
# Jalankan sel ini lebih dulu. Ia memasang gambar, tebakan, dan pemeriksa kursus ini; torch yang ada dibiarkan.
# Yang Anda ubah hilang saat sesi ditutup, kecuali disimpan: File > Save a copy in Drive (di Kaggle: Save Version).
%pip install --quiet --no-deps {package}
import importlib.util

importlib.invalidate_caches()
if not importlib.util.find_spec("jejak"):
    raise RuntimeError(
        "Paket kursus belum terpasang; sebabnya tertulis di atas. Biasanya internet mati: di Kaggle nyalakan lewat "
        "Settings > Turn on internet. Lalu jalankan sel ini lagi."
    )
from jejak.ready import ready

print(ready())
"""
ELSEWHERE = {  # sentences that are not true there
    PROGRESS: "Tabel ini hilang saat sesi ditutup.",
}
ABOUT = """# Salinan untuk Colab

Notebook di cabang ini dibuat dari [Jejak Gradien]({home}) oleh `python mulai.py colab`: tanpa keluaran, dan dengan sel pertama yang memasang paketnya. Jangan disunting di sini.
"""  # noqa: E501  (Markdown: one paragraph, one line)


def split(arguments: Sequence[str]) -> str:
    """The tag, branch or commit whose package the copies install; empty for the newest."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--versi", default="")
    try:
        options, rest = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        raise Problem("Sesudah --versi disebut tag, cabang, atau commit, misalnya: --versi v0.2.0") from error
    if rest:
        raise Problem(f"Pilihan ini tidak dikenal: {' '.join(rest)}\nYang ada: python mulai.py colab [--versi TAG]")
    return str(options.versi)


def start_colab(root: Path, arguments: Sequence[str]) -> int:
    """Write the copies, and the addresses in README.md and in the list of Latihan."""
    version, start = split(arguments), time.monotonic()
    address = read_address(root)
    for page in write_links(root, address):
        print(f"- Tautan di {page} disesuaikan.")
    if not address.git:
        raise Problem(
            "Alamat repositori belum diisi, jadi salinan untuk Colab tidak tahu dari mana paketnya dipasang.\n"
            f"Isi di pyproject.toml, di bawah [tool.{TABLE}], misalnya: "
            f'{KEY} = "https://github.com/nama/jejak-gradien"\nLalu jalankan lagi: python mulai.py colab'
        )
    count = write_copies(root, root / PLACE, address, version)
    seconds = f"{time.monotonic() - start:.1f}".replace(".", ",")
    print(f"- {count} salinan ditulis ke {PLACE.as_posix()} dalam {seconds} detik.")
    if address.repository:
        print(f"Colab membukanya dari cabang {COPIES} di {address.git}; isi cabang itu dengan folder ini.")
    return 0


def write_copies(root: Path, place: Path, address: Address, version: str = "") -> int:
    """Write all copies anew; says how many."""
    package, notebooks = address.package(version), dict(sources(root))
    if place.exists():
        empty(place)
    for name, notebook in notebooks.items():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(as_copy(notebook, name, address, package), ensure_ascii=False, indent=1)
        target.write_text(text + "\n", encoding="utf-8", newline="\n")
    (place / "README.md").write_text(ABOUT.format(home=address.git), encoding="utf-8", newline="\n")
    return len(notebooks)


def sources(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every notebook of the course with its address below the root."""
    for room in ROOMS:
        for path in sorted((root / room).glob("[!.]*.ipynb")):
            yield f"{room}/{path.name}", json.loads(path.read_text(encoding="utf-8"))


def as_copy(notebook: dict[str, Any], name: str, address: Address, package: str) -> dict[str, Any]:
    """The notebook `name` without outputs, behind a cell that installs `package`."""
    first: dict[str, Any] = {
        "cell_type": "code", "id": "pasang", "metadata": {}, "execution_count": None, "outputs": [],
        "source": SETUP.format(package=package).rstrip("\n"),
    }  # fmt: skip
    return {**notebook, "cells": [first, *(_without_outputs(cell, name, address) for cell in notebook["cells"])]}


def _without_outputs(cell: dict[str, Any], name: str, address: Address) -> dict[str, Any]:
    if cell["cell_type"] == "code":
        return {**cell, "execution_count": None, "outputs": []}
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    for here, there in ELSEWHERE.items():
        source = source.replace(here, there)
    return {**cell, "source": LINK.sub(lambda found: _absolute(found, name, address), source)}


def _absolute(found: re.Match[str], name: str, address: Address) -> str:
    """A link that leads from Colab to the same page; as it was where the address has no pages."""
    path = below(name, found[1])
    link = address.colab(path) if path.endswith(".ipynb") else address.file(path)
    anchor = (found[2] or "") if not path.endswith(".ipynb") else ""  # Colab knows no anchors of headings
    return f"]({link}{anchor}{found[3]})" if link else found[0]
