"""Target tetap yang dihitung sekali: tidak ada yang dilatih di hulunya, jadi ia bilangan dan tidak perlu graf."""

from __future__ import annotations

import ast
import textwrap
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import dotted, stores
from autograd_viz.doctor.findings import rows
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.made_before import Maker
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.containers import attributes, reachable

FIXED = " Tidak satu daun pun di hulunya dilatih optimizer: ia target yang tetap."


def untrained(evidence: Evidence, tensor: torch.Tensor) -> bool:
    """Apakah tidak satu daun pun di hulu `tensor` dipegang optimizer, sedangkan ada daun loss-nya yang dipegang."""
    held = {
        id(param) for _, one in evidence.of_type(torch.optim.Optimizer)
        for group in one.param_groups for param in group["params"]
    }  # fmt: skip
    behind = {id(one) for one in leaves(upstream([tensor]))}
    asked = {id(one) for one in leaves(upstream(evidence.roots))}
    return bool(behind) and not behind & held and bool(asked & held)


def without_recording(maker: Maker) -> str:
    """Obat yang menghitungnya tanpa dicatat, di tempatnya; kosong bila yang menghitung bukan satu pernyataan."""
    statement = maker.statement
    plain = statement is not None and isinstance(statement.node, ast.Assign) and not maker.given and not maker.passed
    return _blocks([statement]) if statement is not None and plain else ""


def targets_of_init(evidence: Evidence, owner: Any, statement: Statement) -> str:
    """Obat bagi semua target tetap yang disimpan `__init__` milik `owner`; kosong bila ia tidak terbaca."""
    for kind in type(owner).__mro__:
        function = code_of(vars(kind).get("__init__"))
        lines = scope_of_function(function).statements if function is not None else ()
        if any(one.line == statement.line and one.title == statement.title for one in lines):
            kept = attributes(owner) or {}
            chosen = [
                one for one in lines if isinstance(one.node, ast.Assign)
                and any(_fixed(evidence, kept.get(store.path.removeprefix("self."))) for store in stores(one.node))
            ]  # fmt: skip
            return _blocks(chosen)
    return ""


def _fixed(evidence: Evidence, value: Any) -> bool:
    found = [value] if isinstance(value, torch.Tensor) else [
        one for _, one in reachable({"x": value}, lambda _: False) if isinstance(one, torch.Tensor)
    ]  # fmt: skip
    graphed = [one for one in found if node_of(one) is not None]
    return bool(graphed) and all(untrained(evidence, one) for one in graphed)


def _blocks(statements: list[Statement]) -> str:
    """One no_grad for statements in a row, one for each that stands alone."""
    rows: list[list[Statement]] = []
    for one in statements:
        joined = rows and not _only_names(one) and not _only_names(rows[-1][-1])
        if joined and rows[-1][-1].place + 1 == one.place and rows[-1][-1].blocks == one.blocks:
            rows[-1].append(one)
        else:
            rows.append([one])
    return "" if any(_only_names(one) and dotted(_value(one)) is None for one in statements) else "\n".join(
        _block(row) for row in rows
    )


def _value(statement: Statement) -> ast.expr:
    return statement.node.value  # type: ignore[attr-defined]


def _only_names(statement: Statement) -> bool:
    """Whether nothing is computed there that no_grad could leave unrecorded."""
    return not any(isinstance(one, (ast.Call, ast.BinOp, ast.UnaryOp)) for one in ast.walk(_value(statement)))


def _block(row: list[Statement]) -> str:
    first, last = row[0], row[-1].node.end_lineno or row[-1].line
    title = f"{first.title} " if first.title.startswith("sel") else ""
    where = rows(first.line, last)
    if _only_names(first):
        text = with_nodes(first.node, {id(_value(first)): f"{ast.unparse(_value(first))}.detach()"})
        return f"# menggantikan {title}{where}; target tetap, tanpa graf:\n{text}"
    lines = "\n".join(ast.unparse(one.node) if one.node.end_lineno != one.line else one.text for one in row)
    return f"# menggantikan {title}{where}; target tetap, tanpa graf:\nwith torch.no_grad():\n" \
           f"{textwrap.indent(lines, '    ')}"
