"""Yang dihitung lebih dulu, beserta grafnya, untuk sebuah pernyataan di badan yang sama."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from autograd_viz.doctor.evidence import UserFrame, resolve
from autograd_viz.doctor.expressions import begins, definitions, heads, read_paths, stores
from autograd_viz.doctor.findings import above, moved
from autograd_viz.doctor.source import Statement


def made_again(frame: UserFrame, statement: Statement, loop: Statement) -> str:
    """Obat yang menghitung pernyataan itu dan semua hulunya di atas `loop`, pernyataan pertama putarannya.

    Yang dibaca pula di antaranya tetap di tempatnya, dan dihitung sekali lagi.
    """
    lines = [*upstream(frame, statement), statement]
    written = {store.path for one in lines for store in stores(one.node)}
    between = [
        one for one in frame.scope.statements
        if lines[0].place < one.place < loop.place and one not in lines and loop.blocks[: len(one.blocks)] == one.blocks
    ]  # fmt: skip
    read = [path for one in between for path in read_paths(*heads(one.node))]
    kept = any(begins(path, name) or begins(name, path) for path in read for name in written)
    return "\n".join(above(loop, one.text) if kept else moved(one, loop, "atas") for one in lines)


def upstream(frame: UserFrame, statement: Statement) -> list[Statement]:
    """Pernyataan sebelumnya di badan yang sama, yang hasilnya membawa graf dan sampai ke pernyataan itu."""
    found: dict[int, Statement] = {}
    waiting = [statement]
    while waiting:
        one = waiting.pop()
        for path in read_paths(*heads(one.node)):
            for made, store in definitions(frame.scope, path, one, 1):
                earlier = made.blocks == statement.blocks and made.place < one.place
                if earlier and made.place not in found and _carries(store.path, frame.variables):
                    found[made.place] = made
                    waiting.append(made)
    return [found[place] for place in sorted(found)]


def _carries(path: str, held: Mapping[str, Any]) -> bool:
    value, rest = resolve(path, held)
    parts = value if isinstance(value, (list, tuple)) else [value]
    return not rest and any(isinstance(one, torch.Tensor) and one.grad_fn is not None for one in parts)
