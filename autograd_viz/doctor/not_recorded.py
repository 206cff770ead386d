"""Tensor tanpa graf yang diminta menyimpan gradiennya atau digambar: masukan mana yang belum ditandai, dan di mana."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.catalogue import match
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding
from autograd_viz.doctor.flagless_inputs import flagless_inputs
from autograd_viz.doctor.flow import carries
from autograd_viz.doctor.missing_flag import forgotten
from autograd_viz.doctor.no_graph import causes_in
from autograd_viz.doctor.slices import slice_from


def not_recorded(evidence: Evidence) -> Iterator[Finding]:
    """Masukan yang lupa ditandai; kosong bila ada sebab lain, misalnya pemutus di jalannya."""
    yield from flagless_inputs(evidence)
    here, entry = evidence.here, match(evidence.error)
    call = here.call if here is not None else None
    if here is None or entry is None or evidence.inputs or not isinstance(call, ast.Call):
        return
    owner = call.func.value if isinstance(call.func, ast.Attribute) and not call.args else None
    asked = owner if owner is not None else next(iter(call.args), None)
    if asked is None:
        return
    steps = slice_from(evidence, asked, here.current, 0, carries)
    if not list(causes_in(evidence, steps)):
        for one in forgotten(evidence, steps):
            if one.cause == "lupa-tanda":
                yield one._replace(cause=entry.causes[0].id)
