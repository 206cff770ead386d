"""Sebab yang hanya mungkin bagi graf yang sudah habis, dan apa di program itu yang membantahnya."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.catalogue import Cause
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import begins, definitions, dotted, heads, read_paths
from autograd_viz.doctor.findings import asked_expression, method_call


def spent_otherwise(cause: Cause, evidence: Evidence, words: Mapping[str, str]) -> bool:
    """Apakah program itu membantah sebab ini: loss-nya baru, perulangannya tidak ada, atau namanya tidak dikenal."""
    disproves = _DISPROVED.get(cause.id)
    return disproves is not None and disproves(evidence, words)


def _fresh(evidence: Evidence, _: Mapping[str, str]) -> bool:
    """Whether what is asked for was computed right above, in the same turn, and nothing has gone through it since."""
    here = evidence.here
    current = here.current if here is not None else None
    asked = asked_expression(current, here.call) if here is not None else None
    if here is None or current is None or asked is None or _asking(evidence, called=True):
        return False
    path = dotted(asked)
    if path is None:
        return True
    made = definitions(here.scope, path, current, 1)
    if not made or made[0][1].kind != "assign" or dotted(made[0][1].value) is not None:
        return False
    line = made[0][0]
    between = [one for one in here.scope.statements if line.place < one.place < current.place]
    read = any(begins(one, path) for between_one in between for one in read_paths(*heads(between_one.node)))
    return line.place < current.place and line.loops == current.loops and not read


def _asking(evidence: Evidence, called: bool = False) -> int:
    """How many statements ask for a derivative, in the functions that have returned or in all of them."""
    scopes = [one.scope for one in called_scopes(evidence)]
    scopes += [] if called else [frame.scope for frame in evidence.frames]
    return len({
        (one.title, one.line) for scope in scopes for one in scope.statements
        if any(method_call(head, "backward", "grad") for head in heads(one.node))
    })  # fmt: skip


def _not_outside(evidence: Evidence, words: Mapping[str, str]) -> bool:
    loops = [frame.current.loops for frame in evidence.frames if frame.current is not None]
    return not any(loops) or _fresh(evidence, words)


def _not_shared(evidence: Evidence, words: Mapping[str, str]) -> bool:
    return _fresh(evidence, words) and _asking(evidence) < 2


def _unnamed(_: Evidence, words: Mapping[str, str]) -> bool:
    return "state" not in words


_DISPROVED: Mapping[str, Callable[[Evidence, Mapping[str, str]], bool]] = {
    "dua-kali": _fresh,
    "luar-lingkaran": _not_outside,
    "keadaan-terbawa": _unnamed,
    "batang-bersama": _not_shared,
    "loss-dicatat": _unnamed,
}
