"""Places that show a notebook, each with what it lets through: kinds of outputs, elements, pictures written as data.

Played by rules; what they come from is told in docs/tempat_membaca.md, where a test looks for each name.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

HTML, SVG, PNG, PLAIN = "text/html", "image/svg+xml", "image/png", "text/plain"
RICHEST = (HTML, SVG, PNG, PLAIN)
VOID = {"img", "br", "hr", "input", "meta", "link", "source"}
WITH_CONTENT = frozenset({"script", "style"})  # dropped together with what stands inside
MARKUP = frozenset(
    "h1 h2 h3 h4 h5 h6 br b i strong em a pre code img div p span ul ol li table thead tbody tr td th blockquote dl dt "
    "dd kbd q samp var hr s sub sup summary details caption figure figcaption abbr mark small section".split()
)
CONTROLS = frozenset({"label", "button", "input"})
ALL = MARKUP | CONTROLS | {"iframe", "svg", "path", "text", "title", "desc", "g", "rect", "style", "script"}


class Seen(NamedTuple):
    """What a reader gets from one output."""

    text: str
    alts: tuple[str, ...]
    pictures: int


@dataclass(frozen=True)
class Place:
    """`shows` are the kinds of output in order of preference; `elements` those of HTML that stay."""

    name: str
    shows: tuple[str, ...] = RICHEST
    elements: frozenset[str] = ALL
    dropped: frozenset[str] = WITH_CONTENT
    data_pictures: bool = True
    scripts: bool = False
    keeps_hidden: bool = field(default=True)  # whether the attribute `hidden` stays


PLACES = (
    Place("JupyterLab, notebook tepercaya", scripts=True),
    Place("JupyterLab, notebook belum tepercaya", elements=MARKUP | CONTROLS, dropped=WITH_CONTENT | {"svg"}),
    Place("Colab", scripts=True),
    Place("Kaggle", scripts=True),
    Place("Binder", scripts=True),
    Place("VS Code, folder tepercaya", scripts=True),
    Place("VS Code, Restricted Mode", shows=(PNG, PLAIN)),
    Place("nbviewer", scripts=True),
    Place("GitHub, gambar data ditampilkan", elements=MARKUP, dropped=WITH_CONTENT | {"svg"}, keeps_hidden=False),
    Place("GitHub, gambar data dibuang", elements=MARKUP, dropped=WITH_CONTENT | {"svg"}, data_pictures=False,
          keeps_hidden=False),
)  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.text, self.alts, self.pictures = place, [], [], 0  # type: ignore[var-annotated]
        self.open: list[tuple[str, bool]] = []  # each element that is open, and whether its content is seen

    @property
    def seen(self) -> bool:
        return not self.open or self.open[-1][1]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        hidden = "hidden" in given and self.place.keeps_hidden
        shown = self.seen and tag not in self.place.dropped and not hidden
        if tag == "img" and shown:
            if given.get("src", "").startswith("data:") and not self.place.data_pictures:
                self.alts.append(given.get("alt") or "")
            else:
                self.pictures += 1
        if tag not in VOID:
            self.open.append((tag, shown))

    def handle_endtag(self, tag):
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if self.seen:
            self.text.append(data)


def look(bundle, place):
    """What a reader of `place` gets from one output, given as its kinds."""
    kind = next((kind for kind in place.shows if kind in bundle), None)
    if kind is None:
        return Seen("", (), 0)
    if kind in (SVG, PNG):
        return Seen("", (), 1)
    if kind == PLAIN:
        return Seen(bundle[PLAIN], (), 0)
    reader = _Reader(place)
    reader.feed(bundle[HTML])
    reader.close()
    return Seen(" ".join("".join(reader.text).split()), tuple(reader.alts), reader.pictures)
