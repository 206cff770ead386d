"""Kotak berwarna yang membawa pesan ke notebook."""

import re
from html import escape
from importlib.resources import files
from string import Template
from typing import NamedTuple


class Look(NamedTuple):
    mark: str
    line: str
    fill: str


def box(look: Look, heading: str, message: str) -> str:
    """HTML sebuah kotak; teksnya aman dari tanda HTML, dan yang di antara tanda petik terbalik tampil sebagai kode.

    >>> "<code>x &lt; 1</code>" in box(Look("○", "#7d8590", "transparent"), "Petunjuk", "Lihat `x < 1`.")
    True
    """
    template = Template(files("jejak").joinpath("box.html").read_text(encoding="utf-8").strip())
    return template.substitute(look._asdict(), heading=escape(heading), message=mark_up(message))


def mark_up(message: str) -> str:
    """Teks dengan `kode` dan baris baru, sebagai HTML.

    >>> mark_up("`a < b`")
    '<code>a &lt; b</code>'
    """
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(message)).replace("\n", "<br>")
