"""Obat bagi hitungan yang tidak dicatat: baris yang dikeluarkan dari blok `no_grad`, atau dekorator yang dihapus."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import at, rows
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.source import Statement


def recorded_again(chosen: Sequence[Statement], steps: Sequence[Step]) -> str:
    """Obat yang membuat pernyataan-pernyataan `chosen`, dan yang sejalan dengannya di blok yang pertama, dicatat."""
    statement = chosen[0]
    switch = statement.switch
    if isinstance(switch, (ast.With, ast.AsyncWith)):
        last = switch.end_lineno or switch.lineno
        head = at(statement).replace(f"baris {statement.line}", rows(switch.lineno, last))
        return f"# menggantikan {head}:\n" + "\n".join(_without_block(switch, chosen, steps))
    if switch is not None:
        where = at(statement).replace(f"baris {statement.line}", f"baris {switch.lineno}")
        return f"# hapus {where}, {statement.silenced}"
    return f"# di luar blok itu:\n{statement.text}"


def _without_block(
    block: ast.With | ast.AsyncWith, chosen: Sequence[Statement], steps: Sequence[Step]
) -> list[str]:
    """The block in pieces: what leads to the loss through these statements stands outside."""
    used = {id(step.statement.node) for step in steps if step.statement is not None}
    own = [one for one in chosen if one.switch is block]
    direct = all(any(one.node is other for other in block.body) for one in own)
    inside = [other for one in own for other in _together(block.body, one.node, used)] if direct else list(block.body)
    told: list[str] = []
    waiting: list[ast.stmt] = []
    for one in [*block.body, None]:
        if one is not None and all(one is not other for other in inside):
            waiting.append(one)
            continue
        if waiting:
            told.append(ast.unparse(block).splitlines()[0])
            told += textwrap.indent("\n".join(map(ast.unparse, waiting)), "    ").splitlines()
            waiting = []
        if one is not None:
            told += ast.unparse(one).splitlines()
    return told if len(block.items) == 1 else _in_others(block, chosen[0].silenced, told)


def _in_others(block: ast.With | ast.AsyncWith, silenced: str, lines: Sequence[str]) -> list[str]:
    """The same lines in what else the block opens."""
    others = [ast.unparse(one) for one in block.items if f"with {ast.unparse(one)}:" != silenced]
    return [f"with {', '.join(others)}:", *(f"    {line}" for line in lines)]


def _together(body: Sequence[ast.stmt], first: ast.stmt, used: set[int]) -> list[ast.stmt]:
    """This statement, what it is computed from in the block, and what of the loss is computed from it there."""
    place = next(number for number, one in enumerate(body) if one is first)
    found, needed = [first], set(_read(first))
    for one in reversed(body[:place]):
        if any(begins(path, store.path) for path in needed for store in stores(one)):
            found.append(one)
            needed |= set(_read(one))
    made = {store.path for one in found for store in stores(one)}
    for one in body[place + 1 :]:
        reads = any(begins(path, name) for path in _read(one) for name in made)
        if reads and (id(one) in used or any(id(inner) in used for inner in ast.walk(one))):
            found.append(one)
            made |= {store.path for store in stores(one)}
    return found


def _read(one: ast.stmt) -> list[str]:
    return read_paths(getattr(one, "value", None) or one)
