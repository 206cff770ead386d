"""Menyalin gambar pembuka README dari pelajaran 00: `python tools/picture.py [--periksa]`.

Gambarnya bingkai terakhir film pembuka, seperti yang tersimpan di notebook; bukan ilustrasi.
"""

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.twins import ROOT, code_cells, read_notebook

LESSON = ROOT / "notebooks" / "00_mulai_di_sini.ipynb"
PICTURE = ROOT / "docs" / "contoh.svg"
KIND = "image/svg+xml"


def first_picture(notebook: Path) -> str:
    """The first SVG that a notebook shows."""
    outputs = [output for cell in code_cells(read_notebook(notebook)) for output in cell.outputs]
    return next(str(output.data[KIND]) for output in outputs if KIND in output.get("data", {}))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Menyalin gambar pembuka README dari pelajaran 00.")
    parser.add_argument("--periksa", action="store_true", help="jangan ubah apa pun; gagal bila tidak sejalan")
    options = parser.parse_args(arguments)
    picture = first_picture(LESSON).rstrip("\n") + "\n"
    if not options.periksa:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(picture, encoding="utf-8", newline="\n")
        return 0
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == picture:
        return 0
    print("docs/contoh.svg tidak sejalan dengan pelajaran 00. Jalankan `python tools/picture.py`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
