"""Fungsi yang menulisi potongan yang diterimanya: pemanggilnya memberikan salinan, bila hasilnya dipakai."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import read_paths
from autograd_viz.doctor.findings import Finding, at, span
from autograd_viz.doctor.slices import frame_context
from autograd_viz.doctor.writers import Write


def piece_given(evidence: Evidence, write: Write) -> Iterator[Finding]:
    """Pemanggilnya, dan panggilan yang sama dengan salinan; tanpa obat bila hasil fungsi itu tidak dipakai."""
    here, given = evidence.frames[0], frame_context(evidence, 0).given.get(write.path)
    outer = evidence.frames[1] if len(evidence.frames) > 1 else None
    if given is None or outer is None or outer.current is None or here.current is None:
        return
    returned = any(
        isinstance(one.node, ast.Return) and write.path in read_paths(one.node.value) for one in here.scope.statements
    )
    told = f"`{here.current.text}` di {at(here.current)} menulis ke `{ast.unparse(given[1])}`, satu dari beberapa " \
           f"potongan sekaligus, yang diberikan di {at(outer.current)}."
    call = outer.call
    used = not (isinstance(outer.current.node, ast.Expr) and outer.current.node.value is call)
    mend = None
    if returned and used and isinstance(call, ast.Call):
        old = ast.unparse(call)
        asked = ast.unparse(given[1])
        new = old.replace(f"({asked}", f"({asked}.clone()", 1)
        text = ast.unparse(outer.current.node) if not hasattr(outer.current.node, "body") else ""
        changed = text.replace(old, new)
        mend = f"# menggantikan {span(outer.current)}:\n{changed}" if text and changed != text else None
    yield Finding(
        "potongan-ditulisi", told, {"tensor": write.path}, mend, forward=outer.current, writer=here.current, weight=4,
    )  # fmt: skip
