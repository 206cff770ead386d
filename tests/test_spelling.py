"""Spelling of everything that a learner reads, by hunspell's Indonesian dictionary and the word list kata.txt."""

import ast
import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

import autograd_viz
import jejak
from tools.prose import read_prose
from tools.twins import ROOT

WORDS = ROOT / "tests" / "kata.txt"
ROOT_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
FOLDERS = ("notebooks", "solutions", "exercises", "docs", "kelas")
PAGES = [*sorted(page for folder in FOLDERS for page in (ROOT / folder).glob("*.md")), *(ROOT / p for p in ROOT_PAGES)]
CODE = sorted(path for folder in ("autograd_viz", "jejak") for path in (ROOT / folder).rglob("*.py"))
TABLES = sorted(path for folder in ("autograd_viz", "jejak") for path in (ROOT / folder).rglob("*.toml"))
# Entries of a table that are words.
SPOKEN = {"name", "sentence", "title", "right", "hints", "meaning", "ask", "text", "say", "other", "happened", "brief"}
EXPORTED = {*autograd_viz.__all__, *jejak.__all__}

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
GLOSS = re.compile(r"\(\*[^*]+\*\)")  # a foreign name in brackets and italics: (*leaf*)
ENCLITIC = re.compile(r"(?:nya|lah|kah|pun)$")
CODE_LIKE = re.compile(r"[_=()\[\]{}<>\"'\d]|\w\.\w")
EXAMPLE = re.compile(r"^ *>>>.*?(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
ENGLISH = "## In English"  # the last section of the README
SHORTEST = 3  # shorter ones are symbols: dx, pᵢ

pytestmark = pytest.mark.needs("hunspell")


def hunspell(words):
    """The words that the dictionary does not know."""
    done = subprocess.run(
        ["hunspell", "-d", "id_ID", "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise FileNotFoundError(done.stderr)
    return set(done.stdout.split())


def page_texts(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index(ENGLISH) + 1 if ENGLISH in lines else len(lines) + 1
    return [(block.line, GLOSS.sub("", block.text)) for block in read_prose(path) if block.line < end]


def code_texts(path):
    """Docstrings of modules, functions and exported classes without their examples, and the messages of errors."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            texts += [(node.lineno, text) for text in spoken(node.exc)]
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and is_public(node):
            texts.append((getattr(node, "lineno", 1), EXAMPLE.sub("", ast.get_docstring(node) or "")))
    return [(line, without_code(text)) for line, text in texts]


def spoken(node):
    """The texts below a node; of an f-string the words around its values, and no name of a check."""
    if isinstance(node, ast.keyword) and node.arg == "check":
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "0" for part in node.values)]
    return [text for child in ast.iter_child_nodes(node) for text in spoken(child)]


def is_public(node):
    if isinstance(node, ast.ClassDef):
        return node.name in EXPORTED
    return isinstance(node, ast.Module) or not node.name.startswith("_")


def without_code(text):
    text = re.sub(r"(?:\w+-)?`[^`]*`", "", text)
    return " ".join(chunk for chunk in text.split() if not CODE_LIKE.search(chunk.strip("().,:;\"'")))


def table_texts(path):
    """Names and sentences of a table such as ops.toml."""
    texts, pending = [], [tomllib.loads(path.read_text(encoding="utf-8"))]
    while pending:
        for key, value in pending.pop().items():
            if isinstance(value, dict):
                pending.append(value)
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                pending += value
            elif key in SPOKEN:
                texts += [(1, without_code(part)) for part in ([value] if isinstance(value, str) else value)]
    return texts


@cache
def places():
    """Every word that a learner reads, in small letters, with the place where it stands first."""
    found = {}
    for read, paths in ((page_texts, PAGES), (code_texts, CODE), (table_texts, TABLES)):
        for path in paths:
            for line, text in read(path):
                for word in WORD.findall(text):
                    if len(word) >= SHORTEST:
                        found.setdefault(word.lower(), f"{path.relative_to(ROOT).as_posix()}:{line}")
    return found


def parts(word):
    """The word without its enclitic, and the halves of a doubled word."""
    halves = [half for half in word.split("-") if len(half) >= SHORTEST and half != "nya"]
    return {half: ENCLITIC.sub("", half) for half in halves}


def misspelt(words, known):
    """The words that neither the dictionary nor the list knows, and what they needed of the list."""
    doubtful = hunspell(words)
    pieces = {piece for word in doubtful for pair in parts(word).items() for piece in pair}
    unknown = hunspell(pieces)
    wrong, used = set(), set()
    for word in doubtful:
        for half, stem in parts(word).items():
            if half in unknown and stem in unknown:
                entry = half if half in known else stem
                (used if entry in known else wrong).add(entry if entry in known else word)
    return wrong, used


def word_list():
    return WORDS.read_text(encoding="utf-8").split()


def test_every_word_is_spelt_right_or_listed():
    found = places()
    wrong, _ = misspelt(found, set(word_list()))
    assert sorted(f"{found[word]} {word}" for word in wrong) == []


def test_word_list_is_sorted_and_every_entry_is_needed():
    entries = word_list()
    assert entries == sorted(set(entries))
    _, used = misspelt(places(), set(entries))
    assert sorted(set(entries) - used) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("menghitung gradien dari hasilnya", set()),
        ("setiap masing-masing berkali-kali", set()),
        ("gradiennya graf-graf tensornya", set()),
        ("mengihtung gradein", {"mengihtung", "gradein"}),
        ("gradeinnya", {"gradeinnya"}),
        ("tensro-tensor", {"tensro-tensor"}),
    ],
)
def test_checker_knows_right_from_wrong(text, wrong):
    assert misspelt(set(WORD.findall(text)), {"tensor", "graf"})[0] == wrong


def test_code_formulas_links_and_glosses_are_not_spelt(tmp_path: Path):
    page = tmp_path / "x.md"
    page.write_text(
        "---\nkunci: abcxyz\n---\n\n> **Juudul.** Iisi (*leafxyz*).\n\n"
        "`kodexyz` $rumusxyz$ [taut](http://urlxyz) ![Gamabr](srcxyz.png)\n\n```python\nkodexyz\n```\n",
        encoding="utf-8",
    )
    words = {word for _, text in page_texts(page) for word in WORD.findall(text)}
    assert words == {"Juudul", "Iisi", "taut", "Gamabr"}
