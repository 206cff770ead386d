"""The glossary's definitions as titles of the links that lead to it: a reader sees one by hovering."""

import re
from pathlib import Path

from tools.prose import ANCHOR, slug

GLOSSARY = Path(__file__).resolve().parents[1] / "notebooks" / "glosarium.md"
LINK = re.compile(r'(\[[^\]]+\]\((?:\.\./notebooks/)?glosarium\.md#([\w-]+))(?: "[^"]*")?\)')
ENTRY = re.compile(r"^## (.+)\n+(.+)$", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=\S)")
LONGEST = 200  # letters; browsers cut what is much longer


def definitions(glossary: str) -> dict[str, str]:
    """The first sentence of each entry in plain words, by the anchor that a link names."""
    return {slug(ANCHOR.sub("", term)): plain(body) for term, body in ENTRY.findall(glossary)}


def plain(entry: str) -> str:
    """One sentence without Markdown, and without what would end a title or a link."""
    sentence = SENTENCE_END.split(entry.partition(" Contoh: ")[0])[0].rstrip(";")
    words = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", sentence)
    words = re.sub(r"\s*\([^()]+\)", "", words)
    return re.sub(r'[`*"()\[\]]', "", words).rstrip(".") + "."


def with_titles(text: str, known: dict[str, str]) -> str:
    """A page whose links to the glossary carry their definition; a link to an unknown term keeps no title."""

    def title(found: re.Match[str]) -> str:
        return f'{found[1]} "{known[found[2]]}")' if found[2] in known else f"{found[1]})"

    return LINK.sub(title, text)


def titled(path: Path) -> str:
    """What the text at `path` should hold."""
    return with_titles(path.read_text(encoding="utf-8"), definitions(GLOSSARY.read_text(encoding="utf-8")))
