"""Mengapa `.grad` masih None: tensornya bukan daun, tidak ikut loss, belum backward, atau sudah dikosongkan."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import definitions, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, backward_calls
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.source import Statement


def none_grad(evidence: Evidence) -> Iterator[Finding]:
    """Tensor yang `.grad`-nya None di pernyataan ini, dan sebabnya; kosong bila galatnya bukan soal `.grad`."""
    here = evidence.here
    if here is None or here.current is None:
        return
    for path in _asked(here, here.current):
        value, rest = resolve(path, here.variables)
        if rest or not isinstance(value, torch.Tensor):
            continue
        if node_of(value) is not None:
            yield _rebound(here, here.current, path, value)
            return
        if value.grad is None:
            yield _empty(evidence, here, here.current, path, value)
            return


def _asked(here: UserFrame, current: Statement) -> list[str]:
    """The owners of every .grad that the statement reads, or that a name in it was given."""
    values = [current.node, *(
        store.value for path in read_paths(current.node)
        for _, store in definitions(here.scope, path, current, 1) if store.value is not None
    )]  # fmt: skip
    found = [
        ast.unparse(node.value)
        for value in values for node in ast.walk(value)
        if isinstance(node, ast.Attribute) and node.attr == "grad"
    ]  # fmt: skip
    return [path for path in dict.fromkeys(found) if path.replace(".", "").replace("_", "").isalnum()]


def _rebound(here: UserFrame, current: Statement, path: str, value: torch.Tensor) -> Finding:
    """The name stands for the result of an operation now: only leaves get a .grad."""
    updates = [
        (one, store) for one in here.scope.statements for store in stores(one.node)
        if store.kind == "assign" and _is_update(store.path, store.value)
    ]  # fmt: skip
    made = next((one for one, store in updates if store.path == path), None)
    made = made or next((one for one, _ in definitions(here.scope, path, current, 1)), None)
    lines = [
        f"    {store.path} {_sign(store.value)}= {ast.unparse(store.value.right)}"
        for _, store in updates if isinstance(store.value, ast.BinOp)
    ]  # fmt: skip
    names = dict.fromkeys(store.path for _, store in updates)
    mend = None
    if lines:
        cleared = "".join(f"{name}.grad = None\n" for name in names).rstrip()
        mend = "with torch.no_grad():\n" + "\n".join(dict.fromkeys(lines)) + f"\n{cleared}"
    told = f"`{path}` bukan daun: ia hasil `{type(node_of(value)).__name__}`"
    return Finding(
        "variabel-baru",
        f"{told}, dari `{made.text}` di {at(made)}." if made is not None else f"{told}.",
        {"param": path, "tensor": path, "leaf": path},
        mend,
        forward=made,
        tensors=(value,),
        weight=4,
    )


def _is_update(path: str, value: ast.expr | None) -> bool:
    return isinstance(value, ast.BinOp) and ast.unparse(value.left) == path and ".grad" in ast.unparse(value.right)


def _sign(value: ast.expr) -> str:
    return "+" if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) else "-"


def _empty(evidence: Evidence, here: UserFrame, current: Statement, path: str, value: torch.Tensor) -> Finding:
    words = {"param": path, "tensor": path, "leaf": path}
    outside = "di-luar-loss" if isinstance(evidence.error, TypeError) else "tidak-ikut-loss"
    never = "di-luar-loss" if isinstance(evidence.error, TypeError) else "belum-backward"
    if not value.requires_grad:
        mend = f"{path}.requires_grad_(True)  # segera sesudah {path} dibuat"
        return Finding(outside, f"requires_grad `{path}` False.", words, mend, tensors=(value,), weight=4)
    before = [(one, root) for one, root in backward_calls(here.scope) if one.place < current.place]
    cleared = [one for one in here.scope.statements if one.place < current.place and "zero_grad(" in one.text]
    if cleared and (not before or cleared[-1].place > before[-1][0].place):
        told = f"`{cleared[-1].text}` di {at(cleared[-1])} mengosongkannya menjadi None; sesudahnya belum backward()."
        mend = f"{current.text}  # sebelum {cleared[-1].text}, sesudah backward()"
        return Finding(never, told, words, mend, writer=cleared[-1], tensors=(value,), weight=4)
    if not before:
        return Finding(never, f"Belum ada backward() sebelum {at(current)}.", words, tensors=(value,), weight=4)
    statement, expression = before[-1]
    roots = [resolve(one, here.variables)[0] for one in read_paths(expression)]
    nodes = upstream([one for one in roots if isinstance(one, torch.Tensor)])
    proven = bool(nodes) and not any(leaf is value for leaf in leaves(nodes))
    told = f"`{statement.text}` di {at(statement)} sudah berjalan, tetapi `{path}` tidak ada di grafnya."
    return Finding(outside, told, words, forward=statement, tensors=(value,), weight=4 if proven else 3)
