"""Each lesson as one file that needs nothing beside it: phones open files one at a time, without their folder."""

import base64
import re
from collections.abc import Iterable
from pathlib import Path
from string import Template
from urllib.parse import unquote

FOLDER = "satu-berkas"
TEMPLATE = Path(__file__).with_name("templates") / "lepas.html"
SCRIPTS = ("bagian.js", "situs.js")
TITLE = re.compile(r"<h1>(.*?)<a class=\"headerlink\"", re.DOTALL)
ARTICLE = re.compile(r"<article.*</article>", re.DOTALL)
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
STYLES = re.compile(r'<link rel="stylesheet"[^>]* href="([^"?]+)[^"]*"[^>]*>|(<style>.*?</style>)', re.DOTALL)
BEFORE = re.compile(r"<script>.*?</script>", re.DOTALL)
PICTURE = re.compile(r'(<img\b[^>]* src=")([^":]+)(")')
LINK = re.compile(r'<a\b[^>]*? href="(?!#|https?:)([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
TOLD = re.compile(r'\btitle="([^"]*)"')
TAG = re.compile(r"<[^>]+>")
ELSEWHERE = (  # what holds in the site alone, and what a file of its own says in its place
    (re.compile(r", dan tampil di halaman (?:<[^>]+>)*Kemajuan(?:</\w+>)*"), ""),
    (re.compile("Di situs ini kode"), "Di halaman ini kode"),
)
DATA = re.compile(r'<script type="text/plain".*?</script>', re.DOTALL)
TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}


def write_lone_pages(site: Path, names: Iterable[str]) -> None:
    """Writes the pages of these names once more, each with all that it loads inside."""
    target = site / FOLDER
    target.mkdir()
    for name in names:
        page = site / f"{name}.html"
        (target / page.name).write_text(lone_page(page), encoding="utf-8", newline="\n")


def lone_page(page: Path) -> str:
    """A page of the built site with its rules, scripts and pictures inside; links to other pages become words."""
    html = page.read_text(encoding="utf-8")
    head, article = HEAD.search(html), ARTICLE.search(html)
    if head is None or article is None:
        raise ValueError(f"Halaman {page.name} tidak tersusun seperti yang dibuat Furo.")
    title = TITLE.search(article[0])
    folder = page.parent
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=TAG.sub("", title[1]) if title else page.stem,
        styles="\n".join(_style(folder, file, own) for file, own in STYLES.findall(head[0])),
        before="\n".join(BEFORE.findall(head[0])),
        article=_article(folder, article[0]),
        scripts="\n".join(f"<script>\n{_read(site_static(page) / name)}</script>" for name in SCRIPTS),
    )


def site_static(page: Path) -> Path:
    """The folder with the scripts of the site that a page belongs to."""
    return next(folder / "_static" for folder in page.parents if (folder / "_static").is_dir())


def _style(folder: Path, file: str, own: str) -> str:
    return own or f"<style>\n{_read(folder / file)}</style>"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _article(folder: Path, article: str) -> str:
    """The page's own part; what stands in the data of frames is no part of the page and stays as it is."""
    kept = DATA.findall(article)
    drawn = [PICTURE.sub(lambda found: _inside(folder, found), piece) for piece in DATA.split(article)]
    pieces = [_alone(LINK.sub(_words, piece)) for piece in drawn]
    return "".join(piece + data for piece, data in zip(pieces, [*kept, ""], strict=True))


def _alone(piece: str) -> str:
    for pattern, words in ELSEWHERE:
        piece = pattern.sub(words, piece)
    return piece


def _inside(folder: Path, picture: re.Match[str]) -> str:
    file = folder / unquote(picture[2])
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return f"{picture[1]}data:{TYPES[file.suffix]};base64,{data}{picture[3]}"


def _words(link: re.Match[str]) -> str:
    """What a link says; a term of the glossary keeps its explanation, which a tap shows."""
    told = TOLD.search(link[0].partition(">")[0])
    return f'<abbr title="{told[1]}" tabindex="0">{link[3]}</abbr>' if told else link[3]
