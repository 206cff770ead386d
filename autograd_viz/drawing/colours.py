"""Warna gambar dan pemutar, dari satu daftar: `static/colours.css`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from autograd_viz.assets import read


@cache
def light() -> Mapping[str, str]:
    """Warna tema terang menurut namanya.

    >>> light()["leaf"]
    '#0f766e'
    """
    first, _, _ = read("colours.css").partition("}")
    return dict(re.findall(r"--([\w-]+):([^;}]+)", first))


@cache
def standalone(name: str) -> str:
    """Berkas CSS `name` dengan warna terang di tempat setiap `var(--…)`, untuk gambar yang dibuka di mana pun.

    Galat: KeyError bila sebuah warna tidak ada di daftar.

    >>> "var(" in standalone("card.css")
    False
    """
    return re.sub(r"var\(--([\w-]+)\)", lambda found: light()[found[1]], read(name))
