"""Parameter modul yang tidak dipakai forward-nya, di antara yang diturunkan terhadapnya: gradiennya memang nol."""

from __future__ import annotations

import ast

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.graph_state import leaves, upstream
from autograd_viz.doctor.printable import indexed


def unused_parameters(evidence: Evidence) -> list[Finding]:
    """Temuan bila beberapa parameter satu modul dipakai dan yang lain tidak; kosong bila bukan itu sebabnya."""
    here = evidence.here
    call = here.call if here is not None else None
    if here is None or here.current is None or not isinstance(call, ast.Call) or called(call) != "grad":
        return []
    used = {id(one) for one in leaves(upstream(evidence.roots))}
    idle = [one for one in evidence.inputs if id(one) not in used]
    asked = len(evidence.inputs)
    if not 0 < len(idle) < asked or any(not isinstance(one, torch.nn.Parameter) for one in evidence.inputs):
        return []
    names = _names(evidence)
    if any(id(one) not in names for one in idle):
        return []
    told = ", ".join(f"`{names[id(one)]}`" for one in idle[:4])
    rest = f" dan {len(idle) - 4} lagi" if len(idle) > 4 else ""
    new = ast.parse(ast.unparse(here.current.node)).body[0]
    again = next(node for node in ast.walk(new) if isinstance(node, ast.Call) and ast.dump(node) == ast.dump(call))
    again.keywords = [one for one in again.keywords if one.arg not in ("allow_unused", "materialize_grads")]
    again.keywords.append(ast.keyword("materialize_grads", ast.Constant(True)))
    return [Finding(
        "di-luar-graf",
        f"{told}{rest} tidak dilewati hitungan itu, jadi turunannya nol; {asked - len(idle)} parameter lainnya "
        f"dilewati. materialize_grads=True memberi nol sebagai ganti "
        f"galat di {at(here.current)}.",
        {"tensor": names[id(idle[0])]},
        instead(here.current, ast.unparse(new)),
        tensors=tuple(idle),
        weight=4,
        question="apakah lapisan itu memang tidak dipakai? Bila seharusnya dipakai, periksa forward-nya.",
    )]  # fmt: skip


def _names(evidence: Evidence) -> dict[int, str]:
    """What each parameter of a known module is called."""
    return {
        id(param): indexed(f"{path}.{name}") for path, module in reversed(list(evidence.of_type(torch.nn.Module)))
        for name, param in module.named_parameters()
    }  # fmt: skip
