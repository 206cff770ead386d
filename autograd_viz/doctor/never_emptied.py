"""Daftar yang dikumpulkan untuk satu backward dan tidak dikosongkan sesudahnya: isinya yang lama ikut lagi."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from autograd_viz.doctor.carried_state import after_backward
from autograd_viz.doctor.evidence import UserFrame, resolve
from autograd_viz.doctor.expressions import begins, heads, read_paths, stores
from autograd_viz.doctor.methods import stored_by_methods
from autograd_viz.doctor.source import Statement
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import attributes

_KINDS = (list, deque)


def emptied_after_backward(frame: UserFrame, path: str, added: Statement) -> str:
    """Obat yang mengosongkan `path` dan daftar yang terisi bersamanya; kosong bila ia hanya catatan satu putaran.

    Daftar yang diisi di fungsi lain, atau di putaran yang lebih dalam daripada backward, memang dikumpulkan dulu.
    """
    current = frame.current
    if current is None or not isinstance(resolve(path, frame.variables)[0], _KINDS):
        return ""
    here = any(added is one for one in frame.scope.statements)
    if here and len(added.loops) <= len(current.loops) and added.blocks == current.blocks:
        return ""
    lists = _filled_together(frame, path)
    last = _last_reader(frame, current, lists)
    return after_backward(frame._replace(current=last), "\n".join(f"{one}.clear()" for one in lists))


def _filled_together(frame: UserFrame, path: str) -> list[str]:
    """The list, and the others of its owner or function that grow with it: they belong together, item by item."""
    owner, _, name = path.rpartition(".")
    holder = resolve(owner, frame.variables)[0] if owner else None
    if holder is not None and is_library_class(type(holder)):
        return [path]
    held: Mapping[str, Any] = (attributes(holder) or {}) if owner else frame.variables
    size = len(held[name]) if name in held else 0
    grown = {store.path for one in frame.scope.statements for store in stores(one.node) if store.kind == "append"}
    found = []
    for other, value in held.items():
        if isinstance(value, _KINDS) and len(value) == size:
            method = stored_by_methods(holder, other) if owner else None
            grows = method is not None and method.store.kind == "append" if owner else (
                other in grown and not _read_behind_the_loop(frame, other)
            )
            found += [f"{owner}.{other}" if owner else other] if grows else []
    return found if path in found else [path]


def _read_behind_the_loop(frame: UserFrame, name: str) -> bool:
    """Whether a list is read where the loop has ended: it is a record of the whole training."""
    loops = frame.current.loops if frame.current is not None else ()
    inside = frame.scope.inside(loops[0]) if loops else list(frame.scope.statements)
    end = inside[-1].place if inside else 0
    return any(
        one.place > end and any(begins(read, name) for read in read_paths(*heads(one.node)))
        for one in frame.scope.statements
    )


def _last_reader(frame: UserFrame, current: Statement, lists: list[str]) -> Statement:
    """The last statement beside the backward() that still reads one of the lists."""
    readers = [
        one for one in frame.scope.statements
        if one.place > current.place and one.blocks == current.blocks and not hasattr(one.node, "body")
        and any(begins(read, path) for read in read_paths(*heads(one.node)) for path in lists)
    ]  # fmt: skip
    return readers[-1] if readers else current
