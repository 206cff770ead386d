"""Program yang berjalan sebagai proses tersendiri: dibaca, dijalankan, dan boleh disalin pelajar."""

from importlib.resources import files
from pathlib import Path


def program(name: str) -> Path:
    """Berkas program dengan nama itu, untuk `launch` atau untuk disalin ke folder sendiri.

    Galat: `ValueError` bila tidak ada; pesannya menyebut semua yang ada.

    >>> program("dua_proses").name
    'dua_proses.py'
    """
    folder = Path(str(files("jejak.programs")))
    found = {path.stem: path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")}
    if name not in found:
        raise ValueError(f"Program {name!r} tidak ada: namanya mungkin salah ketik. Yang ada: {', '.join(found)}.")
    return found[name]
