"""Tensor dari `inference_mode()` yang ikut dilatih: tensor yang mana, siapa yang membuatnya, dan obatnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import torch

from autograd_viz.doctor.evidence import Evidence, Known, UserFrame, resolve
from autograd_viz.doctor.expressions import heads, stores, value_paths
from autograd_viz.doctor.findings import Finding, at
from autograd_viz.doctor.inference_origin import (
    Origin,
    Place,
    Region,
    Search,
    all_regions,
    inference_operands,
    is_inference,
    places_of,
)
from autograd_viz.doctor.source import Function, Statement


def made_for_inference(evidence: Evidence) -> Iterator[Finding]:
    """Tensor inferensi di pernyataan yang galat, tempat pembuatnya, lalu dua obat: `no_grad` di sana atau salinan."""
    here = evidence.here
    operands = inference_operands(evidence)
    places = places_of(evidence)
    origins: list[Origin] = []
    if here is not None and here.current is not None:
        search = Search(evidence, places)
        for one in operands:
            search.name(one.path, Place(None, here.scope), here.current)
        if not operands:
            for node in heads(here.current.node):
                search.expression(node, Place(None, here.scope), here.current, ())
        origins = list(search.found.values())
    seen = all_regions(places)
    only = not origins and len(seen) == 1
    regions = [one.region for one in origins] or (seen if only else [])
    subject = _subject(operands)
    if regions:
        yield Finding(
            "cukup-no-grad", f"{subject} {_made(regions, only)}", {"tensor": operands[0].path if operands else ""},
            "\n".join(_mended(evidence, one) for one in regions), writer=regions[0].head,
            tensors=tuple(one.tensor for one in operands[:1]), weight=3 if only or not operands else 5,
        )  # fmt: skip
    direct = _read_directly(here, operands)
    if here is None or here.current is None or (regions and not direct):
        return
    if direct:
        told = f"{subject} {_unknown(seen)}"
        if regions:
            told = "Satu dari kedua obat sudah cukup: salinan yang dibuat di luar `inference_mode` adalah tensor biasa."
        mend = _copied(evidence, here.current, direct, origins)
        yield Finding("dibawa-keluar", told, {"tensor": direct[0].path}, mend, weight=4)
    else:
        yield Finding("dibawa-keluar", f"{subject} {_unknown(seen)}", {"tensor": "tensor"}, example=True, weight=1)


def _subject(operands: Sequence[Known]) -> str:
    if not operands:
        return "Tidak satu pun tensor bernama di baris itu yang `is_inference()`-nya True; yang dimaksud dibuat di " \
               "tengah ungkapan atau di dalam pustaka."  # fmt: skip
    names = ", ".join(f"`{one.path}`" for one in operands[:3]) + (", …" if len(operands) > 3 else "")
    return f"Di baris itu {names} yang `is_inference()`-nya True."


def _made(regions: Sequence[Region], only: bool) -> str:
    where = ", ".join(f"`{one.head.text}` ({at(one.head)})" for one in regions)
    if only:
        return f"Satu-satunya `inference_mode` di kode yang terlihat: {where}."
    return f"Pembuatnya berjalan di bawah {where}."


def _unknown(seen: Sequence[Region]) -> str:
    if not seen:
        return "Tempat pembuatnya tidak terlihat dari sini."
    where = ", ".join(f"`{one.head.text}` ({at(one.head)})" for one in seen[:4])
    return f"Tempat pembuatnya tidak dapat dipastikan; `inference_mode` yang terlihat: {where}."


def _mended(evidence: Evidence, region: Region) -> str:
    """The head of the function or block again, with `no_grad`; the whole where it stands in one line."""
    old, head = region.owner, region.head
    whole = old.body[0].lineno == old.lineno
    last = (old.end_lineno or old.lineno) if whole else _first(old.body[0]) - 1
    text = ast.unparse(old if whole else _bodiless(old)).replace(
        ast.unparse(region.mode), _without_inference(region.mode), 1
    )
    lines = text.splitlines()
    first = _first(old)
    where = f"# menggantikan {at(head)}"
    if not whole:
        lines[-1:] = ["    ...  # isinya tetap di situ"]
    if first != head.line:
        where = where.replace(f"baris {head.line}", f"baris {first}")
    where += f" sampai {last}:" if last > first else ":"
    known = evidence.here is not None and evidence.here.variables.get("torch") is torch
    return "\n".join([where, *([] if known else ["import torch"]), *lines])


def _first(statement: ast.stmt) -> int:
    return min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])


def _bodiless(owner: Function | ast.With | ast.AsyncWith) -> ast.stmt:
    kept = ast.parse(ast.unparse(owner)).body[0]
    assert isinstance(kept, ast.FunctionDef | ast.AsyncFunctionDef | ast.With | ast.AsyncWith)
    kept.body = [ast.Pass()]
    return kept


def _without_inference(mode: ast.expr) -> str:
    given = [*mode.args, *(one.value for one in mode.keywords)] if isinstance(mode, ast.Call) else []
    if given and not isinstance(given[0], ast.Constant):
        return f"torch.set_grad_enabled(not ({ast.unparse(given[0])}))"
    return "torch.no_grad()"


def _read_directly(here: UserFrame | None, operands: Sequence[Known]) -> list[Known]:
    read = value_paths(*heads(here.current.node)) if here is not None and here.current is not None else []
    return [one for one in operands if any(path == one.path or path.startswith(f"{one.path}.") for path in read)]


def _copied(
    evidence: Evidence, current: Statement, direct: Sequence[Known], origins: Sequence[Origin]
) -> str:
    """The copy where the tensor leaves the block, if one plain assignment does that; else above the failing line."""
    ways = {(one.way[0].title, one.way[0].line) if one.way else None: one.way[:1] for one in origins}
    first = next(iter(next(iter(ways.values()))), None) if len(ways) == 1 and len(direct) == 1 else None
    if first is not None and isinstance(first.node, ast.Assign) and len(first.node.targets) == 1:
        made = stores(first.node)
        if len(made) == 1 and made[0].kind == "assign" and _holds(evidence, made[0].path, direct[0].path):
            value = ast.unparse(first.node.value)
            plain = isinstance(first.node.value, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))
            copied = value if plain else f"({value})"
            last = first.node.end_lineno or first.line
            where = at(first, last)
            return f"# menggantikan {where}:\n{ast.unparse(first.node.targets[0])} = {copied}.clone()"
    lines = "\n".join(f"{one.path} = {one.path}.clone()" for one in direct)
    return f"# di atas {at(current)}:\n{lines}"


def _holds(evidence: Evidence, written: str, read: str) -> bool:
    """Whether what is written there is the tensor itself, not a container of it."""
    if "." in written and "." in read and written.rpartition(".")[2] == read.rpartition(".")[2]:
        return True
    held = [resolve(written, frame.variables) for frame in evidence.frames]
    return any(isinstance(value, torch.Tensor) and is_inference(value) and not rest for value, rest in held)
