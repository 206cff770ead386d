"""Obat yang dapat ditempel: setiap obat yang dicetak adalah Python yang sah, dengan nama-nama program pengguna."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping

from autograd_viz.doctor.catalogue import WORDS, fill
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.source import read_text

_NUMBERED = re.compile(r"(?<![\w.])([A-Za-z_][\w.\[\]]*?)\.(\d+)(?!\w)")
_ASSIGNED = re.compile(r"^\s*\{(\w+)\}\s*[-+*/]?=[^=]")
_OWNER = re.compile(r"\{(\w+)\}(?=[.\[])")
_USUAL = {"torch", "nn", "F", "np", "autograd", "optim"}  # what any program imports under this name


def printable(template: str, words: Mapping[str, str]) -> str:
    """Obat dari katalog dengan nama-nama program pengguna, sebagai Python yang sah.

    >>> printable("antrean.put({tensor}.detach())", {"tensor": "w * 2"})
    'antrean.put((w * 2).detach())'
    """
    return compiling("\n".join(_lines(template, words)))


def _lines(template: str, words: Mapping[str, str]) -> Iterator[str]:
    for line in template.splitlines():
        mine = {name: _NUMBERED.sub(r"\1[\2]", text) for name, text in words.items()}
        assigned = _ASSIGNED.match(line)
        if assigned is not None and not _assignable(mine.get(assigned[1], "")):
            mine.pop(assigned[1], None)  # a result has no name of its own to be given
        for found in _OWNER.finditer(line):
            if found[1] in mine and not _primary(mine[found[1]]):
                mine[found[1]] = f"({mine[found[1]]})"
        filled = fill(line, mine)
        code, sign, note = filled.partition("#")
        if code.strip() != WORDS["line"]:
            yield filled
        elif sign:
            yield f"# …{note.rstrip()}"


def compiling(mend: str) -> str:
    """Obat yang sama sebagai Python yang sah: kepala tanpa badan diberi badan, dan yang tetap tidak sah jadi komentar.

    >>> print(compiling("for p in model.0.parameters():"))
    for p in model[0].parameters():
        ...
    """
    lines = [line if line.lstrip().startswith("#") else indexed(line) for line in mend.splitlines()]
    for tried in (lines, list(_with_bodies(lines))):
        if _parses("\n".join(tried)):
            return "\n".join(tried)
    return "\n".join(line if line.lstrip().startswith("#") else f"# {line}" for line in lines)


def known_names(evidence: Evidence, finding: Finding, mend: str) -> bool:
    """Apakah semua nama di obat itu ada di program pengguna, atau dibuat oleh obat itu sendiri."""
    known = {*vars(builtins), *_USUAL, *_names(ast.parse(mend), stored=True)}
    for frame in evidence.frames:
        known |= frame.variables.keys()
        text = read_text(frame.filename, frame.variables)
        known |= set(_names(text.tree)) if text is not None else set()
        known |= {name for one in frame.scope.statements for name in _names(one.node)}
    known |= {name for one in (finding.forward, finding.writer) if one is not None for name in _names(one.node)}
    return set(_names(ast.parse(mend))) <= known


def _names(tree: ast.AST, stored: bool = False) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and (not stored or isinstance(node.ctx, ast.Store)):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def indexed(line: str) -> str:
    """Nama atau baris yang sama dengan nomor lapisan dalam kurung siku.

    >>> indexed("net.0.weight")
    'net[0].weight'
    """
    while (new := _NUMBERED.sub(r"\1[\2]", line)) != line:
        line = new
    return line


def _with_bodies(lines: Iterable[str]) -> Iterator[str]:
    """A head that stands for a whole block gets a body."""
    waiting = ""
    for line in [*lines, ""]:
        inside = len(line) - len(line.lstrip())
        if waiting and (not line.strip() or inside <= len(waiting) - len(waiting.lstrip())):
            yield " " * (len(waiting) - len(waiting.lstrip()) + 4) + "..."
        if line:
            yield line
        if line.strip() and not line.lstrip().startswith("#"):
            waiting = line if line.partition("  #")[0].rstrip().endswith(":") else ""
        elif not line:
            waiting = ""


def _assignable(text: str) -> bool:
    return not text or _parses(f"{text} = 0")


def _primary(text: str) -> bool:
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return True
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True
