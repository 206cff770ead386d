"""Links between pages of the site: those of the course as the site has them, and whether all of them arrive."""

import re
from collections.abc import Collection
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

LINK = re.compile(r'(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s]+?)((?:\s+"[^"]*")?)\)')
KEY = "kunci-dan-pembahasan"  # the heading that a solution has in the page of its exercise


def resolve(page: str, target: str) -> str:
    """The address of a link of `page`, from the root of the course."""
    parts: list[str] = []
    for part in [*PurePosixPath(page).parent.parts, *PurePosixPath(target).parts]:
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return "/".join(parts)


def relative(page: str, address: str) -> str:
    """An address from the root of the course as one from the folder of `page`."""
    return "../" * (len(PurePosixPath(page).parts) - 1) + address


def adapt(text: str, page: str, names: Collection[str]) -> str:
    """The Markdown of a page with links that lead to pages of the site; the others become plain words."""

    def replace(found: re.Match[str]) -> str:
        words, target, title = found.groups()
        if urlsplit(target).scheme or target.startswith("#"):
            return found[0]
        path, _, anchor = target.partition("#")
        address = resolve(page, path)
        name, suffix = str(PurePosixPath(address).with_suffix("")), PurePosixPath(address).suffix
        if name.startswith("solutions/") and f"exercises/{name[10:]}" in names:
            return f"[{words}]({relative(page, f'exercises/{name[10:]}.ipynb')}#{KEY}{title})"
        if name not in names:
            return words
        kept = ".md" if suffix == ".html" else suffix
        return f"[{words}]({relative(page, name + kept)}{'#' + anchor if anchor else ''}{title})"

    return LINK.sub(replace, text)


class Broken(NamedTuple):
    """A link that leads nowhere, or a file that a page would load from elsewhere."""

    page: str
    target: str


class Reader(HTMLParser):
    """What a page links to or loads, and the anchors that it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.targets: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if about.get("id"):
            self.anchors.add(str(about["id"]))
        target = next((about[name] for name in TARGETS if about.get(name)), None) if tag in LINKING else None
        if target:
            self.targets.append((tag, target))


TARGETS = ("href", "src", "action")
LINKING = ("a", "form", "iframe", "img", "link", "script", "source", "use", "video", "audio")


def check(folder: Path) -> list[Broken]:
    """Links and files of a built site that aren't there, anchors included, and files that lie outside of it."""
    folder = folder.resolve()
    pages = {path: Reader(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    anchors = {path: page.anchors for path, page in pages.items()}
    return [
        Broken(path.relative_to(folder).as_posix(), target)
        for path, page in pages.items()
        for tag, target in page.targets
        if not _arrives(path, target, anchors, tag)
    ]


def _arrives(page: Path, target: str, anchors: dict[Path, set[str]], tag: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme == "data":
        return True
    if parts.scheme or parts.netloc:  # a reader may follow a link into the net; a page may load nothing from it
        return tag == "a"
    goal = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not goal.is_file():
        return False
    return not parts.fragment or goal.suffix != ".html" or unquote(parts.fragment) in anchors.get(goal, set())
