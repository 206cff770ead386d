"""Frames of films and drawings for the site: what many of them share travels once, in a file of its own."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from html import escape, unescape

# As autograd_viz/static/shell.html and layers_shell.html write them.
FRAME = re.compile(
    r"<iframe hidden (?P<attributes>[^>]*?) onload=\"(?P<onload>[^\"]*)\" srcdoc='(?P<page>[^']*)'></iframe>"
)
TITLE = re.compile(r'title="([^"]*)"')
PART = re.compile(
    r"<script(?: type=\"text/plain\")?(?: data-part=\"?\w+\"?)?>.*?</script>|<style>.*?</style>", re.DOTALL
)
LEAST = 300  # letters; a shorter part isn't worth a place in the file
MARK = "<@"  # stands for what must not appear inside a script element
PLACE = "<@{}@>"


class Shared:
    """Parts of frames that occur more than once, numbered in the order in which they were first met."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._numbers: dict[str, int] = {}

    def notice(self, html: str) -> None:
        """Counts the parts of the frames in an output."""
        for frame in FRAME.finditer(html):
            page = unescape(frame["page"])
            self._counts.update(part[0] for part in PART.finditer(page) if len(part[0]) >= LEAST)
            self._counts[unescape(frame["onload"])] += 2  # code of the shell: never worth a copy of its own

    def lift(self, html: str) -> str:
        """The output with each frame as data, from which the site's script makes it once it comes near the window."""
        return FRAME.sub(lambda frame: self._data(frame["attributes"], frame["onload"], frame["page"]), html)

    def _data(self, attributes: str, onload: str, page: str) -> str:
        whole = unescape(page)
        if MARK in whole:
            raise ValueError(f"Halaman bingkai memuat {MARK!r}, tanda yang dipakai situs. Pilih yang lain.")
        body = PART.sub(lambda part: self._place(part[0]), whole)
        body = body.replace("</script", MARK + "/script").replace("<!--", MARK + "!--")
        title = TITLE.search(attributes)
        told = escape(title[1] if title else "Bingkai")
        shell = self._number(unescape(onload))
        return f'<script type="text/plain" class="bingkai" data-judul="{told}" data-pasang="{shell}">{body}</script>'

    def _place(self, part: str) -> str:
        return PLACE.format(self._number(part)) if self._counts[part] > 1 else part

    def _number(self, part: str) -> int:
        return self._numbers.setdefault(part, len(self._numbers))

    @property
    def script(self) -> str:
        """The file that the pages load."""
        parts = json.dumps(list(self._numbers), ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\u0021--")
        return f"window.jejakBagian = {parts};\n"


def notice_all(shared: Shared, outputs: Iterable[str]) -> None:
    """Counts what all outputs share, before any of them is lifted."""
    for html in outputs:
        shared.notice(html)
