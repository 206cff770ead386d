"""Berkas pendamping paket: CSS, JS, HTML, dan tabel, dibaca sebagai teks."""

import re
from functools import cache
from importlib import resources

_STRINGS = re.compile(r"""("(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\])*')""")


@cache
def script(name: str) -> str:
    """Skrip `name` tanpa komentar dan tanpa spasi yang tidak perlu; isi teksnya utuh.

    >>> script("film.js").splitlines()[0]
    '"use strict";'
    """
    lines = (line.strip() for line in read(name).splitlines())
    return "\n".join(_tight(line) for line in lines if line and not line.startswith("//"))


def _tight(line: str) -> str:
    """A line of code without spaces around signs; strings and templates stay, a comment at its end goes."""
    kept = _STRINGS.split(line)  # code and strings alternate
    code = [re.sub(r" *([{}()\[\];:,<>=*/?&|!]) *", r"\1", part) for part in kept[::2]]
    texts = [*kept[1::2], ""]
    out = ""
    for part, text in zip(code, texts, strict=True):
        if "//" in part:
            return (out + part.partition("//")[0]).rstrip()
        out += part + text
    return out


@cache
def read(name: str) -> str:
    """Isi berkas `name` dari folder `static`, tanpa spasi di ujungnya.

    Galat: FileNotFoundError bila berkas itu tidak ada.

    >>> read("player.js").startswith("<script")
    False
    """
    return resources.files("autograd_viz").joinpath("static", name).read_text(encoding="utf-8").strip()
