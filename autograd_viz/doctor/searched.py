"""Pernyataan program menurut dekatnya dengan galat: yang disalahkan, yang di sekitarnya, lalu seluruh berkasnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from typing import NamedTuple

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.source import Statement, read_text

_MOST = 8000  # statements of a file that are looked at


class Candidate(NamedTuple):
    """Satu pernyataan, dan kelas yang memuatnya; kosong bila tidak di dalam kelas."""

    statement: Statement
    owner: str


class Around:
    """Pernyataan di bingkai-bingkai galat, di fungsi yang dipanggilnya, dan di berkasnya; dibaca sekali, bila perlu."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    @cached_property
    def tiers(self) -> list[list[Candidate]]:
        """Dari yang dekat; yang sudah ada di tempat yang lebih dekat tidak diulang."""
        seen: set[tuple[str, int, int]] = set()
        found = []
        for tier in _tiers(self.evidence):
            new = {(one.statement.title, one.statement.line, one.statement.node.col_offset): one for one in tier}
            found.append([one for place, one in new.items() if place not in seen])
            seen |= new.keys()
        return found


def _tiers(evidence: Evidence) -> Iterator[list[Candidate]]:
    yield [one for frame in evidence.frames for one in nested(frame.scope.statements)]
    yield [one for called in called_scopes(evidence, ran=True) for one in nested(called.scope.statements)]
    texts = {frame.filename: read_text(frame.filename, frame.variables) for frame in evidence.frames}
    yield [
        one for text in texts.values() if text is not None
        for one in nested([Statement(node, 0, head_of(node), text.title) for node in text.tree.body])
    ]  # fmt: skip


def blamed(evidence: Evidence, finding: Finding | None) -> Iterator[Statement]:
    """Pernyataan yang disalahkan: yang menulis atau memutus, operasi majunya, lalu tempat galatnya muncul."""
    if finding is not None:
        yield from (one for one in (finding.writer, finding.forward) if one is not None)
    yield from (frame.current for frame in evidence.frames if frame.current is not None)


def nested(statements: Sequence[Statement]) -> Iterator[Candidate]:
    """Pernyataan-pernyataan ini beserta isi fungsi dan kelas di antaranya, masing-masing sekali."""
    known = {id(one.node) for one in statements}
    waiting = [Candidate(one, "") for one in reversed(statements)]
    for _ in range(_MOST):
        if not waiting:
            return
        one = waiting.pop()
        yield one
        node = one.statement.node
        owner = node.name if isinstance(node, ast.ClassDef) else one.owner
        inner = [part for part in _inside(node) if id(part) not in known]
        found = [Statement(part, 0, head_of(part), one.statement.title) for part in reversed(inner)]
        waiting += [Candidate(part, owner) for part in found]


def _inside(node: ast.AST) -> Iterator[ast.stmt]:
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.stmt):
            yield part
        elif isinstance(part, (ast.ExceptHandler, ast.match_case)):
            yield from _inside(part)


def head_of(node: ast.stmt) -> str:
    """Teks sebuah pernyataan; dari yang majemuk kepalanya, tanpa dekorator.

    >>> head_of(ast.parse("@a\\ndef f(x):\\n    return x").body[0])
    'def f(x):'
    """
    if not hasattr(node, "body"):
        return ast.unparse(node)
    head = copy(node)  # what it holds would only be written to be thrown away
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        if hasattr(head, field):
            setattr(head, field, [ast.Pass()] if field == "body" else [])
    return next((line for line in ast.unparse(head).splitlines() if not line.startswith("@")), "")
