"""Obat bagi pemutus yang tidak hilang hanya dengan dihapus: apa yang ditulis sebagai gantinya."""

from __future__ import annotations

import ast

from autograd_viz.doctor.cuts import Cut
from autograd_viz.doctor.findings import backward_calls
from autograd_viz.doctor.source import Scope, Statement


def advice(cut: Cut, statement: Statement, scope: Scope) -> str | None:
    """Obat sebagai kode, dengan baris yang harus diganti sebagai komentar; None bila obat katalog yang dipakai."""
    if cut.cause == "argmax":
        return (
            f"# ganti `{cut.word}` pada baris ini dengan besaran yang dapat diturunkan, misalnya peluang atau skor:\n"
            f"# {statement.text}\n"
            "loss = torch.nn.functional.cross_entropy(skor, target)  # bila yang dinilai ketepatan tebakan"
        )
    if cut.cause == "numpy":
        return f"# tulis ulang baris ini dengan fungsi torch, tanpa detach() dan numpy():\n# {statement.text}"
    if cut.cause == "tanpa-create-graph" and isinstance(cut.node, ast.Attribute):
        return _asked_again(cut.node, statement, scope)
    return None


def _asked_again(read: ast.Attribute, statement: Statement, scope: Scope) -> str:
    """`.grad` has no graph; what autograd.grad gives with create_graph=True has one."""
    earlier = [(one, root) for one, root in backward_calls(scope) if one.place < statement.place]
    root = ast.unparse(earlier[-1][1]) if earlier else "loss"
    leaf, whole = ast.unparse(read.value), ast.unparse(read)
    instead = f"  # menggantikan {earlier[-1][0].text}" if earlier else ""
    return (
        f"gradien, = torch.autograd.grad({root}, {leaf}, create_graph=True){instead}\n"
        f"{ast.unparse(statement.node).replace(whole, 'gradien')}"
    )
