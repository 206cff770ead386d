"""Reading the Markdown of lessons: its prose, its links, and the anchors that links may reach."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

PARSER = MarkdownIt("commonmark").enable("table")
for plugin in (front_matter_plugin, myst_block_plugin, dollarmath_plugin):
    PARSER.use(plugin)

ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')
CODE = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands where inline code or a formula stood


class Block(NamedTuple):
    line: int  # 1-based, in the file
    text: str


def read_prose(path: Path) -> list[Block]:
    """The words a reader reads, block by block, without code, formulas and addresses.

    *Italics* stay marked, because they tell a foreign name from a word of the text.
    """
    return [Block(line, _words(token)) for line, token in _inline(path.read_text(encoding="utf-8"))]


def read_links(path: Path) -> list[tuple[int, str]]:
    """Line and target of every link and image."""
    found = []
    for line, token in _inline(path.read_text(encoding="utf-8")):
        for child in token.children or []:
            target = child.attrs.get("href") or child.attrs.get("src")
            if target:
                found.append((line, str(target)))
    return found


def read_anchors(path: Path) -> set[str]:
    """Headings as GitHub names them, and `<a id="…">`."""
    text = path.read_text(encoding="utf-8")
    tokens, anchors = PARSER.parse(text), set(ANCHOR.findall(text))
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "heading_open":
            words = (child.content for child in inline.children or [] if child.type != "html_inline")
            anchors.add(slug("".join(words)))
    return anchors


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _inline(text: str) -> Iterator[tuple[int, Token]]:
    """Every run of inline text with its line; code blocks are not opened."""
    for token in PARSER.parse(text):
        if token.type == "inline":
            yield 1 + (token.map[0] if token.map else 0), token


def _words(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "text_special", "image"):  # of an image, its alt text
            parts.append(child.content)
        elif child.type in ("em_open", "em_close"):
            parts.append("*")
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type in ("code_inline", "math_inline", "math_single"):
            parts.append(CODE)
    return "".join(parts)
