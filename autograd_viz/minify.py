"""Skrip yang lebih pendek dengan arti yang sama: tanpa komentar dan spasi, dengan nama-nama setempat yang pendek."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<gap>(?:\s|//[^\n]*)+)"
    r"|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<sign>\.\.\.|\?\.|=>|.)",
    re.S,
)
# A piece of a template, up to its end or to what it holds.
_CHUNK = re.compile(r"[`}](?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.S)
_PATTERN = re.compile(r"/(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/[a-z]*")
_BEFORE_PATTERN = ("(", ",", "=", ":", "&", "|", "?", "!", "return")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KEYWORDS = frozenset("as do if in is of for let new try var".split())
_OPENING, _CLOSING = ("(", "[", "{", "${"), (")", "]", "}")
_BLOCK, _BEFORE_BLOCK = "{;", ("", ")", "=>", ";", "{", "}", "else", "try", "finally")


class Token(NamedTuple):
    """Satu potong skrip; `part` pada sebuah nama: "property", "key", "short" untuk singkatan `{nama}`, atau kosong.

    `line` True bila ada baris baru di depannya.
    """

    kind: str
    text: str
    part: str = ""
    line: bool = False


def minify(source: str) -> str:
    """Skrip `source` yang dipendekkan; isi teks, sifat objek, dan nama milik peramban tetap.

    Nama yang dibuat skrip itu mendapat satu nama pendek yang sama di mana-mana, jadi yang membayangi tetap membayangi.

    >>> minify("const frames = film.frames, wide = {frames}; // films")
    'const a=film.frames,b={frames:a};'
    >>> minify("const word = `${word} of ${find('word')}`;")
    "const a=`${a} of ${find('word')}`;"
    """
    tokens = _tokens(source)
    declared = set(_declared(tokens)) - _KEYWORDS
    names = [token for token in tokens if token.kind == "name"]
    taken = {token.text for token in names if token.text not in declared} | _KEYWORDS
    used = Counter(token.text for token in names if token.part in ("", "short") and token.text in declared)
    fresh = (name for name in _short() if name not in taken)
    return _written(tokens, dict(zip(sorted(used, key=lambda name: (-used[name], name)), fresh, strict=False)))


def _short() -> Iterator[str]:
    yield from _LETTERS
    for number in count():
        yield from (f"{letter}{number}" for letter in _LETTERS)


def _tokens(source: str) -> list[Token]:
    found: list[Token] = []
    inside: list[str] = []
    at, line = 0, False
    while at < len(source):
        before = found[-1].text if found else ""
        template = source[at] == "`" or (source[at] == "}" and inside[-1:] == ["${"])
        pattern = source[at] == "/" and before in _BEFORE_PATTERN and source[at + 1] not in "/*"
        match = (_CHUNK if template else _PATTERN if pattern else _TOKEN).match(source, at)
        if match is None:
            raise ValueError(f"Skrip ini tidak dapat dibaca mulai dari {source[at : at + 30]!r}.")
        kind, text = "text" if template or pattern else str(match.lastgroup), match.group()
        at = match.end()
        if kind == "gap":
            line = line or "\n" in text
            continue
        if template and text[0] == "}" or kind == "sign" and text in _CLOSING:
            inside.pop()
        if template and text.endswith("${"):
            inside.append("${")
        elif kind == "sign" and text in _OPENING:
            inside.append(_BLOCK if text == "{" and before in _BEFORE_BLOCK else text)
        found.append(Token(kind, text, _part(before, inside, source, at) if kind == "name" else "", line))
        line = False
    return found


def _part(before: str, inside: Sequence[str], source: str, at: int) -> str:
    if before in (".", "?."):
        return "property"
    if inside[-1:] != ["{"] or before not in ("{", ","):
        return ""
    after = source[at:].lstrip()[:2]
    return "key" if after[:1] == ":" else "short" if after[:1] in (",", "}") or after == "= " else ""


def _declared(tokens: Sequence[Token]) -> Iterator[str]:
    """Names behind const, let and function, and names of parameters; one that is overlooked just stays long."""
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else token
        if token.text in ("const", "let", "function") and after.kind == "name":
            yield after.text
        if token.text in ("const", "let") or (token.kind == "name" and tokens[place - 1].text == "function"):
            yield from _bound(tokens, place + 1)
        elif token.text == "=>":
            yield from _parameters(tokens, place - 1)
        elif token.text == "," and after.kind == "name" and not after.part and tokens[place + 2].text == "=":
            yield after.text


def _bound(tokens: Sequence[Token], start: int) -> Iterator[str]:
    """What a pattern or a list of parameters, from its opening bracket on, binds."""
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth <= 0:
            return
        if token.kind == "name" and token.part in ("", "short") and tokens[place - 1].text in "([{,...:":
            yield token.text


def _parameters(tokens: Sequence[Token], end: int) -> Iterator[str]:
    if tokens[end].kind == "name":
        yield tokens[end].text
    depth = 0
    for place in range(end, -1, -1):
        depth += (tokens[place].text in _CLOSING) - (tokens[place].text in _OPENING)
        if depth <= 0:
            if place < end:
                yield from _bound(tokens, place)
            return


def _written(tokens: Sequence[Token], short: dict[str, str]) -> str:
    out: list[str] = []
    for token in tokens:
        text = token.text
        if token.part in ("", "short") and token.kind == "name" and text in short:
            text = f"{text}:{short[text]}" if token.part == "short" else short[text]
        last = out[-1][-1] if out else ""
        if token.line and last and last not in "{([,;:=" and token.text not in ("}", ")", "]"):
            out.append("\n")
        elif (_wordy(last) and _wordy(text[0])) or (last in "+-" and last == text[0]):
            if last:
                out.append(" ")
        out.append(text)
    return "".join(out)


def _wordy(letter: str) -> bool:
    return letter.isalnum() or letter in "_$"
