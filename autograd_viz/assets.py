"""Berkas pendamping paket: CSS, JS, HTML, dan tabel, dibaca sebagai teks."""

from functools import cache
from importlib import resources


@cache
def read(name: str) -> str:
    """Isi berkas `name` dari folder `static`, tanpa spasi di ujungnya.

    Galat: FileNotFoundError bila berkas itu tidak ada.

    >>> read("player.js").startswith("<script")
    False
    """
    return resources.files("autograd_viz").joinpath("static", name).read_text(encoding="utf-8").strip()
