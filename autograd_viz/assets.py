"""Berkas pendamping paket: CSS, JS, HTML, dan tabel, dibaca sebagai teks."""

from functools import cache
from importlib import resources

from autograd_viz.minify import minify

_EXPORTS = "\nif (typeof module"  # what node alone needs stands at the end of a script, from here on


@cache
def script(*names: str, exports: bool = False, package: str = "autograd_viz") -> str:
    """Skrip-skrip `names` milik `package` menjadi satu skrip yang dipendekkan, dan tanpa ekspornya kecuali diminta.

    >>> script("film.js").startswith('"use strict";const ')
    True
    """
    texts = [read(name, package) for name in names]
    return minify("\n".join(text if exports else text.partition(_EXPORTS)[0] for text in texts))


@cache
def read(name: str, package: str = "autograd_viz") -> str:
    """Isi berkas `name` dari folder `static` milik `package`, tanpa spasi di ujungnya.

    Galat: FileNotFoundError bila berkas itu tidak ada.

    >>> read("player.js").startswith("<script")
    False
    """
    return resources.files(package).joinpath("static", name).read_text(encoding="utf-8").strip()
