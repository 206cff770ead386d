"""Berkas pendamping paket: CSS, JS, HTML, dan tabel, dibaca sebagai teks."""

from functools import cache
from importlib import resources

from autograd_viz.minify import minify

_EXPORTS = "\nif (typeof module"  # what node alone needs stands at the end of a script, from here on


@cache
def script(*names: str, exports: bool = False) -> str:
    """Skrip-skrip `names` berurutan menjadi satu skrip yang dipendekkan, dan tanpa ekspornya kecuali diminta.

    >>> script("film.js").startswith('"use strict";const ')
    True
    """
    return minify("\n".join(read(name) if exports else read(name).partition(_EXPORTS)[0] for name in names))


@cache
def read(name: str) -> str:
    """Isi berkas `name` dari folder `static`, tanpa spasi di ujungnya.

    Galat: FileNotFoundError bila berkas itu tidak ada.

    >>> read("player.js").startswith("<script")
    False
    """
    return resources.files("autograd_viz").joinpath("static", name).read_text(encoding="utf-8").strip()
