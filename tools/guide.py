"""Menjalankan kode di docs/autograd_viz.md, menulis keluarannya di bawahnya, dan menyimpan gambarnya di docs/gambar.

    python tools/guide.py

Setiap blok ```python dijalankan berurutan di satu ruang nama; blok ```text tepat di bawahnya memuat yang dicetaknya.
Gambar .svg yang disimpan sebuah blok menjadi gambar resep itu.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.twins import ROOT

GUIDE = ROOT / "docs" / "autograd_viz.md"
PICTURES = ROOT / "docs" / "gambar"
_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```text\n(?P<printed>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)


class Made(NamedTuple):
    """Panduan dengan keluaran yang baru, dan setiap gambarnya: nama berkas → isinya."""

    text: str
    pictures: Mapping[str, str]


def make(text: str) -> Made:
    """Menjalankan semua blok `text`.

    Galat: galat sebuah blok diteruskan apa adanya.
    """
    before, threads = Path.cwd(), torch.get_num_threads()
    folder = Path(tempfile.mkdtemp())
    space: dict[str, object] = {"__name__": "__main__"}
    number = 0

    def run(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        file = folder / f"resep{number}.py"  # a file, so that a recording finds its lines
        file.write_text(found["code"], encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(found["code"], str(file), "exec"), space)
        said = printed.getvalue()
        if bool(said) != (found["printed"] is not None):
            did = "mencetak" if said else "tidak mencetak"
            raise ValueError(f"Blok ke-{number} {did} sesuatu:\n{found['code']}{said}")
        return f"```python\n{found['code']}```\n" + (f"\n```text\n{said}```\n" if said else "")

    try:
        os.chdir(folder)
        torch.set_num_threads(1)
        made = _BLOCK.sub(run, text)
        return Made(made, {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.svg"))})
    finally:
        os.chdir(before)
        torch.set_num_threads(threads)
        shutil.rmtree(folder)


def gallery(made: Made) -> str:
    """Halaman yang menunjukkan semua gambar di bawah judul resepnya."""
    titles: dict[str, str] = {}
    for block in _BLOCK.finditer(made.text):
        for name in re.findall(r'save\("([^"]+\.svg)"', block["code"]):
            titles[name] = _TITLE.findall(made.text[: block.start()])[-1]
    parts = [
        "# Gambar resep autograd_viz\n",
        "Dibuat dari kode di [panduannya](../autograd_viz.md) oleh `python tools/guide.py`.\n",
    ]
    before = ""
    for name, title in titles.items():
        alt = re.search(r"<desc>(.*?)</desc>", made.pictures[name], re.DOTALL)
        said = re.sub(r"([\[\]])", r"\\\1", alt[1] if alt else title)
        parts.append(f"![{said}]({name})\n" if title == before else f"## {title}\n\n![{said}]({name})\n")
        before = title
    return "\n".join(parts)


def main() -> None:
    made = make(GUIDE.read_text(encoding="utf-8"))
    GUIDE.write_text(made.text, encoding="utf-8", newline="\n")
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.svg"):
        if old.name not in made.pictures:
            old.unlink()
    for name, picture in made.pictures.items():
        (PICTURES / name).write_text(picture, encoding="utf-8", newline="\n")
    (PICTURES / "README.md").write_text(gallery(made), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
