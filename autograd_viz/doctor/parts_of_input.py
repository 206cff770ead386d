"""Masukan yang disalin atau dipotong dari tensor lain, padahal keluarannya dihitung dari tensor lain itu."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, definitions, read_paths, stores, value_paths
from autograd_viz.doctor.findings import asked_expression, at, removed, span
from autograd_viz.doctor.slices import slice_from
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_names

_MOST, _WIDEST = 10_000_000, 64  # numbers that are compared, and columns that are looked at


class Rebuilt(NamedTuple):
    """Kalimat buktinya, baris yang menghitung keluarannya, dan obatnya."""

    told: str
    line: Statement
    mend: str


class _Part(NamedTuple):
    first: int
    width: int  # 0: one column without its dimension
    name: str


def rebuilt(evidence: Evidence, unused: torch.Tensor) -> Rebuilt | None:
    """Tensor di hulu keluaran yang isinya memuat `unused`, dan keluaran yang dihitung dari potongan-potongannya."""
    here = evidence.here
    asked = asked_expression(here.current, here.call) if here is not None else None
    if here is None or asked is None:
        return None
    for step in slice_from(evidence, asked, here.current, 0):
        line, number = step.statement, step.context.frame
        if line is None or number is None or hasattr(line.node, "body"):
            continue
        frame = evidence.frames[number]
        mine = next((name for name, value in frame.variables.items() if value is unused), "")
        for path in value_paths(step.expression) if mine else ():
            whole = resolve(path, frame.variables)[0]  # here it still runs: its own value, argument or not
            if isinstance(whole, torch.Tensor) and whole is not unused:
                parts = _parts(frame, whole, line, mine)
                if any(one.name == mine for one in parts):
                    late = [made for one in parts for made in _below(frame, one.name, line)]
                    return _told(mine, path, line, _joined(parts, path, whole), list(dict.fromkeys(late)))
    return None


def _parts(frame: UserFrame, whole: torch.Tensor, line: Statement, first: str) -> list[_Part]:
    """The variables that hold columns of this tensor, the one that was asked for first; no two the same columns."""
    found: list[_Part] = []
    taken: set[int] = set()
    for name, value in _floats(frame.variables, first):
        known = definitions(frame.scope, name, line, 1) or name in frame.scope.parameters
        if value is whole or not (known or _below(frame, name, line)):
            continue
        part = next((one for one in _matches(whole, value, name) if taken.isdisjoint(_columns(one))), None)
        if part is not None:
            found.append(part)
            taken |= _columns(part)
    return sorted(found)


def _below(frame: UserFrame, name: str, line: Statement) -> list[Statement]:
    """Where a part is cut only below that line, from what is known above it: the one statement, which can move up."""
    if definitions(frame.scope, name, line, 1) or name in frame.scope.parameters:
        return []
    made = [one for one in frame.scope.statements if any(store.path == name for store in stores(one.node))]
    if len(made) != 1 or made[0].place < line.place or made[0].blocks != line.blocks:
        return []
    above = {store.path for one in frame.scope.statements[line.place : made[0].place] for store in stores(one.node)}
    read = read_paths(getattr(made[0].node, "value", made[0].node))
    return [] if any(begins(path, one) for path in read for one in above) else made


def _floats(held: Mapping[str, Any], first: str) -> Iterator[tuple[str, torch.Tensor]]:
    for name, value in sorted(held.items(), key=lambda item: item[0] != first):
        if isinstance(value, torch.Tensor) and value.requires_grad:
            yield name, value


def _columns(part: _Part) -> set[int]:
    return set(range(part.first, part.first + max(part.width, 1)))


def _matches(whole: torch.Tensor, value: torch.Tensor, name: str) -> Iterator[_Part]:
    if not 0 < whole.dim() or whole.numel() > _MOST or value.dtype != whole.dtype or value.device != whole.device:
        return
    flat = value.shape == whole.shape[:-1]
    if not flat and (value.dim() != whole.dim() or value.shape[:-1] != whole.shape[:-1]):
        return
    columns = value.detach().unsqueeze(-1) if flat else value.detach()
    width = columns.shape[-1]
    for first in range(min(whole.shape[-1] - width + 1, _WIDEST)):
        if torch.equal(whole.detach().narrow(-1, first, width), columns):
            yield _Part(first, 0 if flat else width, name)


def _joined(parts: list[_Part], path: str, whole: torch.Tensor) -> str:
    """The tensor put together from its parts; columns that nobody holds are cut from it."""
    if len(parts) == 1 and parts[0].width == whole.shape[-1]:
        return parts[0].name
    if all(one.width == 0 for one in parts) and len(parts) == whole.shape[-1]:
        return f"torch.stack([{', '.join(one.name for one in parts)}], dim=-1)"
    texts, place = [], 0
    for one in (*parts, _Part(whole.shape[-1], 1, "")):
        if place < one.first:
            texts.append(f"{path}[..., {place}:{one.first}]")
        if one.name:
            texts.append(one.name if one.width else f"{one.name}.unsqueeze(-1)")
        place = one.first + max(one.width, 1)
    return f"torch.cat([{', '.join(texts)}], dim=-1)"


def _told(mine: str, path: str, line: Statement, joined: str, late: list[Statement]) -> Rebuilt:
    whole = joined == mine
    told = f"Isi `{mine}` sama dengan {'' if whole else 'sebagian '}isi `{path}`, tetapi ia tensor lain, dan " \
           f"`{line.text}` di {at(line)} menghitung dari `{path}`, bukan dari `{mine}`."
    new = ast.unparse(with_names(line.node, {path: ast.parse(joined, mode="eval").body}))
    gone = [removed(one) for one in late]
    told += f" Potongannya baru dibuat di {', '.join(map(at, late))}, sesudah itu." if late else ""
    first = [one.text for one in late]
    early = "; yang dihapus itu dijalankan lebih dulu" if late else ""
    return Rebuilt(told, line, "\n".join([*gone, f"# menggantikan {span(line)}{early}:", *first, new]))
