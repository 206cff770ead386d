"""Sentences that are true in a notebook only, and what the site says in their place: `words.toml`."""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("words.toml")


class Row(NamedTuple):
    """A pattern, and what stands in its place."""

    pattern: re.Pattern[str]
    text: str


@cache
def rows() -> tuple[Row, ...]:
    """The rows of the table, in the order in which they are applied."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(Row(re.compile(row["dari"], re.MULTILINE), row["jadi"]) for row in table["ganti"])


def for_site(text: str, link: Callable[[str], str] = str) -> str:
    """The text as the site says it; `link` turns an address from the site's root into one from this page."""
    for row in rows():
        text = row.pattern.sub(lambda found, row=row: found.expand(_linked(row.text, link)), text)  # type: ignore[misc]
    return text


def _linked(text: str, link: Callable[[str], str]) -> str:
    return re.sub(r"\]\(/([^)]+)\)", lambda found: f"]({link(found[1])})", text)
