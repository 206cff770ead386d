"""Indonesian for Sphinx's search: Snowball's stemmer, words that it gets wrong, and words that say nothing."""

import json
import tomllib
from pathlib import Path

import snowballstemmer
from sphinx.search import SearchLanguage, languages

TABLE = tomllib.loads(Path(__file__).with_name("search.toml").read_text(encoding="utf-8"))
STEMS = {word: stem for stem, words in TABLE["akar"].items() for word in words.split()}
SCRIPT = Path(__file__).with_name("static") / "stem.js"


class SearchIndonesian(SearchLanguage):
    """Finds "gradien" from "digradienkan", in the index as in the browser."""

    lang = "id"
    language_name = "Indonesian"
    js_stemmer_rawcode = "indonesian-stemmer.js"
    stopwords = frozenset(TABLE["kata_umum"].split())

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stemmer = snowballstemmer.stemmer("indonesian")

    @property
    def js_splitter_code(self) -> str:  # type: ignore[override]
        """The same exceptions for the browser; Sphinx puts this behind the stemmer."""
        table = json.dumps(STEMS, ensure_ascii=False, sort_keys=True)
        return SCRIPT.read_text(encoding="utf-8").replace("EXCEPTIONS", table)

    def split(self, input: str) -> list[str]:
        """The words of a text that say something."""
        return [word for word in super().split(input) if word.lower() not in self.stopwords]

    def stem(self, word: str) -> str:
        """What the forms of a word share: Snowball's stem, or what the table knows better."""
        lower = word.lower()
        stem: str = lower if lower in STEMS else self.stemmer.stemWord(lower)
        return STEMS.get(stem, stem)


def install() -> None:
    """Makes Sphinx know the language."""
    languages["id"] = SearchIndonesian
