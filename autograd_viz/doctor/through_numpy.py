"""Hitungan yang melewati NumPy sampai ke loss: setiap barisnya, ditulis dengan fungsi torch sekaligus."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, stores, value_paths
from autograd_viz.doctor.findings import instead
from autograd_viz.doctor.numpy_calls import InTorch
from autograd_viz.doctor.source import Statement


def in_torch(evidence: Evidence, needed: Statement) -> tuple[str, list[str]]:
    """Pernyataan yang gagal dan yang sesudahnya memakai hasilnya, dengan fungsi torch, beserta yang torch tidak punya.

    Hasil yang dikembalikan sebuah fungsi diikuti ke pemanggilnya, sampai backward() `needed`.
    """
    told: list[str] = []
    missing: list[str] = []
    for frame, one, arrays in _along(evidence, needed):
        change = InTorch(lambda path, held=frame.variables: resolve(path, held), arrays)  # type: ignore[misc]
        before = ast.unparse(one.node)
        after = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(before))))
        if after != before or not told:
            told.append(instead(one, after))
            missing += change.missing
    return "\n".join(told), missing


def _along(evidence: Evidence, needed: Statement) -> Iterator[tuple[UserFrame, Statement, set[str]]]:
    """The statements that compute with what the failing one makes, in the order in which they run."""
    for frame in evidence.frames:
        current = frame.current
        if current is None or hasattr(current.node, "body"):
            return
        arrays = {store.path for store in stores(current.node)}
        yield frame, current, set()
        if current is needed:
            return
        returned = isinstance(current.node, ast.Return)
        for one in frame.scope.statements[current.place + 1 :] if not returned else ():
            if one is needed:
                return
            if hasattr(one.node, "body") or not _reads(one, arrays) or _only_told(one):
                continue
            yield frame, one, arrays
            arrays |= {store.path for store in stores(one.node)}
            returned = returned or isinstance(one.node, ast.Return)
        if not returned:
            return


def _only_told(one: Statement) -> bool:
    """A statement for a reader alone, such as log.append(loss.item()): it may take the number out of the graph."""
    return isinstance(one.node, ast.Expr) and not any(f"{name}." in one.text for name in ("np", "numpy"))


def _reads(one: Statement, names: set[str]) -> bool:
    return any(begins(path, name) for path in value_paths(getattr(one.node, "value", None)) for name in names)
