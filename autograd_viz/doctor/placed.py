"""Obat yang menyebut tempatnya: tambalan dari katalog dicocokkan dengan pernyataan program, dan dicetak per baris."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from autograd_viz.doctor.catalogue import WORDS, Cause
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import definitions, heads, within
from autograd_viz.doctor.findings import Finding, above, at, below, instead, last_line, removed
from autograd_viz.doctor.patches import Bound, Hunk, filled, holes, literals, read_patch
from autograd_viz.doctor.pattern_match import matched
from autograd_viz.doctor.printable import compiling, indexed, known_names
from autograd_viz.doctor.searched import Around, Candidate, blamed, head_of, nested
from autograd_viz.doctor.source import Statement, read_text
from autograd_viz.doctor.substitute import with_nodes

_WORD = re.compile(r"\{(" + "|".join(WORDS) + r")\}")
_MOST = 12  # ways to fit a patch that are compared
EXAMPLE = "# contoh"  # what is not made of the program's lines alone says so


_Spot = tuple[str, str, int, int, int | None]


class _Hit(NamedTuple):
    statement: Statement
    bound: Bound
    node: ast.AST
    owner: str = ""
    tier: int = 0  # how far from the error it was found


@dataclass(frozen=True)
class _Search:
    """Where the patterns of one patch are looked for."""

    evidence: Evidence
    tiers: Sequence[Sequence[Candidate]]
    function: str


def placed(cause: Cause, around: Around, finding: Finding | None, words: Mapping[str, str]) -> str | None:
    """Obat sebuah sebab sebagai perubahan pada baris-baris program ini; None bila tidak ada tambalan yang cocok."""
    if not cause.change:
        return None
    evidence = around.evidence
    first = [Candidate(one, "") for one in blamed(evidence, finding)]
    search = _Search(evidence, [first, *around.tiers], words.get("function", "").removesuffix("Backward"))
    for text in cause.change:
        try:
            known = _with_words(text, words)
            hunks = read_patch(known) if known is not None else ()
        except ValueError:  # a name of the program that cannot stand there
            continue
        found = islice(_matches(search, hunks, (), {}), _MOST) if hunks else ()
        ways = [hits for hits in found if not any(_shares_its_line(hit.statement, search.tiers) for hit in hits)]
        if ways and not any(_as_likely(ways[0], other) for other in ways[1:]):
            return "\n".join([*_imported(hunks, evidence), *_printed(hunks, ways[0])])
    return None


def _printed(hunks: Sequence[Hunk], hits: Sequence[_Hit]) -> list[str]:
    bound = hits[-1].bound
    return [step for hunk, hit in zip(hunks, hits, strict=True) for step in _steps(hunk, hit, bound)]


def _as_likely(one: Sequence[_Hit], other: Sequence[_Hit]) -> bool:
    """Whether nothing tells which of two ways is meant: they part at statements that are equally near."""
    parted = ((a, b) for a, b in zip(one, other, strict=True) if _place(a) != _place(b))
    return any(a.tier == b.tier > 0 for a, b in islice(parted, 1))


def _spot(hit: _Hit) -> _Spot:
    node = hit.node
    start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
    return hit.statement.title, type(node).__name__, getattr(node, "lineno", 0), start, end


def _place(hit: _Hit) -> tuple[str, int]:
    return hit.statement.title, hit.statement.line


def _imported(hunks: Sequence[Hunk], evidence: Evidence) -> Iterator[str]:
    """The import that a program needs which has not named torch until now."""
    wants = any("torch." in line for hunk in hunks for line in (hunk.above, hunk.below, hunk.inside))
    here = evidence.frames[0]
    text = read_text(here.filename, here.variables)
    if wants and text is not None and "torch" not in here.variables:
        yield _first_inside(Statement(text.tree, 0, "", text.title))  # type: ignore[arg-type]
        yield "import torch"


def pointed(mend: str, evidence: Evidence, finding: Finding | None) -> str:
    """Contoh yang tidak cocok dengan pernyataan mana pun, dengan baris yang perlu dilihat.

    >>> pointed("x = 1", Evidence(ValueError(), (), (), (), ()), None)
    'x = 1'
    """
    looked_at = next(iter(blamed(evidence, finding)), None)
    if looked_at is None or not mend.strip():
        return mend
    return f"{EXAMPLE} bagi {at(looked_at)}, `{looked_at.text}`:\n{mend}"


def of_the_program(mend: str, evidence: Evidence, finding: Finding) -> bool:
    """Apakah obat ini tersusun dari baris dan nama program itu sendiri, dan bukan contoh."""
    return EXAMPLE not in mend and known_names(evidence, finding, compiling(mend))


def _with_words(text: str, words: Mapping[str, str]) -> str | None:
    """The patch with the program's names; None where it wants one that is not known."""
    if any(not words.get(name) for name in _WORD.findall(text)):
        return None
    return _WORD.sub(lambda found: indexed(words[found[1]]), text)


def _matches(
    search: _Search, hunks: Sequence[Hunk], hits: tuple[_Hit, ...], bound: Bound
) -> Iterator[tuple[_Hit, ...]]:
    """All ways in which these hunks fit the program, the likeliest first."""
    if not hunks:
        yield hits
        return
    hunk, *rest = hunks
    for hit in _found(search, hunk, bound, set(map(_spot, hits))):
        inner = search
        if isinstance(hit.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not hunk.replaced:
            inner = _Search(search.evidence, [[], list(nested([hit.statement]))], search.function)
        yield from _matches(inner, rest, (*hits, hit), hit.bound)


def _found(search: _Search, hunk: Hunk, bound: Bound, taken: set[_Spot]) -> Iterator[_Hit]:
    if hunk.anywhere:
        current = search.evidence.here.current if search.evidence.here is not None else None
        if current is not None and not (hunk.replaced and hasattr(current.node, "body")):
            hit = _Hit(current, {**bound, "galat": current.node}, current.node)
            yield from [hit] if _spot(hit) not in taken else []
        return
    yield from (hit for hit in _reaching(search, hunk, bound) if _spot(hit) not in taken)
    for number, tier in enumerate(search.tiers):
        hits = [hit._replace(tier=number) for one in tier for hit in _in_statement(search, hunk, one, bound)]
        hits = [hit for hit in hits if _spot(hit) not in taken]
        yield from [hit for hit in hits if hit.owner and hit.owner == search.function] or hits


def _reaching(search: _Search, hunk: Hunk, bound: Bound) -> Iterator[_Hit]:
    """Where the pattern gives a known name its value: the statement whose value arrives at the error."""
    target = hunk.anchor.targets[0] if isinstance(hunk.anchor, ast.Assign) else None
    if target is None or any(name not in bound for name in holes(target)):
        return
    path = filled(ast.unparse(target), bound)
    for frame in search.evidence.frames:
        for one, store in definitions(frame.scope, path, frame.current, 1):
            if store.path == path:
                yield from _in_statement(search, hunk, Candidate(one, ""), bound)


def _in_statement(search: _Search, hunk: Hunk, one: Candidate, bound: Bound) -> Iterator[_Hit]:
    node = one.statement.node
    if any(word not in one.statement.text for word in literals(hunk.anchor)):
        return
    if hunk.part is None:
        found = matched(hunk.anchor, node, bound)
        if found is not None:
            yield _Hit(one.statement, found, node, one.owner)
        return
    calls = [frame.call for frame in search.evidence.frames if frame.call is not None]
    inner = [part for head in heads(node) for part in within(head)]
    for part in sorted(inner, key=lambda part: part not in calls):  # what raised comes first
        found = matched(hunk.part, part, bound)
        if found is not None:
            yield _Hit(one.statement, found, part, one.owner)


def _steps(hunk: Hunk, hit: _Hit, bound: Bound) -> Iterator[str]:
    one = hit.statement
    if hunk.above:
        yield above(one, filled(hunk.above, bound))
    if hunk.below and not hunk.replaced:
        code = filled(hunk.below, bound)
        yield f"{_first_inside(one)}\n{code}" if hunk.entering else below(one, code)
    if hunk.inside:
        last = one.node.body[-1]  # type: ignore[attr-defined]
        yield below(one._replace(node=last, text=ast.unparse(last)), filled(hunk.inside, bound))
    if hunk.replaced:
        yield instead(one, _replacement(hunk, hit, bound)) if hunk.below else removed(one)


def _first_inside(one: Statement) -> str:
    """Above the first statement of a block, below what documents it."""
    body = one.node.body  # type: ignore[attr-defined]
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1
    first = body[1] if documented else body[0]
    decorators = getattr(first, "decorator_list", [])
    line = min([first.lineno, *(mark.lineno for mark in decorators)])
    title = f"{one.title} " if one.title.startswith("sel") else ""
    text = f"@{ast.unparse(decorators[0])}" if decorators else head_of(first)
    return f"# baris baru, tepat di atas {title}baris {line}, `{text}`:"


def _replacement(hunk: Hunk, hit: _Hit, bound: Bound) -> str:
    """The new text of the statement: what does not change stays as it was typed."""
    new = filled(hunk.below, bound)
    node, part = hit.statement.node, hit.node
    if hunk.part is None or not isinstance(part, ast.expr):
        return new
    code, sign, note = new.partition("  #")
    whole = with_nodes(node, {id(part): code})
    if hasattr(node, "body"):
        return f"{whole.splitlines()[0]}{sign}{note}"
    first, text = part.col_offset - node.col_offset, hit.statement.text
    if part.lineno == node.lineno == node.end_lineno and text.isascii() and part.end_col_offset is not None:
        typed = text[:first] + code + text[part.end_col_offset - node.col_offset :]
        whole = typed if _same(typed, whole) else whole
    return f"{whole}{sign}{note}"


def _same(text: str, other: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return False


def _shares_its_line(statement: Statement, tiers: Sequence[Sequence[Candidate]]) -> bool:
    """Whether another statement stands in its lines, which a new line in its place would lose."""
    lines = range(statement.line, last_line(statement.node) + 1)
    text = ast.dump(statement.node)
    return any(
        one.statement.title == statement.title and one.statement.line in lines and ast.dump(one.statement.node) != text
        for tier in tiers for one in tier
    )  # fmt: skip
