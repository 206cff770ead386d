"""Apakah tempat ini siap untuk kursus: dipanggil sel pertama salinan untuk Colab dan Kaggle."""

import re
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version

# Oldest versions that the course was tried with; () where any will do.
NEEDED: Mapping[str, tuple[int, ...]] = {
    "torch": (2, 10), "numpy": (2,), "matplotlib": (), "psutil": (), "graphviz": (),
}  # fmt: skip


def ready(version_of: Callable[[str], str] = version) -> str:
    """Satu kalimat: siap, atau paket mana yang belum ada atau terlalu lama dan bagaimana memasangnya.

    Galat: tidak ada.

    >>> print(ready(lambda name: "9.0"))
    Siap. Kursus ini memakai torch 9.0 yang sudah ada di sini.
    """
    lacking = [told for name, oldest in NEEDED.items() if (told := _lacking(name, oldest, version_of))]
    if not lacking:
        return f"Siap. Kursus ini memakai torch {version_of('torch')} yang sudah ada di sini."
    names = " ".join(name for name, oldest in NEEDED.items() if _lacking(name, oldest, version_of))
    told = "; ".join(lacking)
    return f"Belum lengkap: {told}. Jalankan `%pip install --upgrade {names}`, lalu mulai ulang kernelnya."


def _lacking(name: str, oldest: tuple[int, ...], version_of: Callable[[str], str]) -> str:
    try:
        here = version_of(name)
    except PackageNotFoundError:
        return f"{name} tidak ada"
    numbers = tuple(int(part) for part in re.findall(r"\d+", here.split("+")[0])[: len(oldest)])
    return f"{name} {here} terlalu lama, butuh {'.'.join(map(str, oldest))}" if numbers < oldest else ""
