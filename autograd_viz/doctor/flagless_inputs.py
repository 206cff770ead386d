"""Yang diturunkan terhadapnya tidak tercatat: tensor mana itu, dari mana ia datang, dan di mana ia ditandai."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import read_paths
from autograd_viz.doctor.findings import Finding, asked_expression, at, called, defined, instead
from autograd_viz.doctor.parameter_copies import parameter_copies
from autograd_viz.doctor.printable import indexed
from autograd_viz.doctor.slices import Step, slice_from
from autograd_viz.doctor.source import Statement


class Reader(NamedTuple):
    """Pernyataan pertama yang menghitung dengan tensor itu, namanya di sana, dan apakah ia datang sebagai argumen."""

    statement: Statement
    path: str
    given: bool


def flagless_inputs(evidence: Evidence) -> Iterator[Finding]:
    """Sebab `does not require grad` pada yang diturunkan terhadapnya, dengan obat di atas pemakaiannya."""
    here = evidence.here
    flagless = [one for one in evidence.inputs if not one.requires_grad]
    if here is None or here.current is None or not flagless:
        return
    found = list(parameter_copies(evidence, steps_to_inputs(evidence)))
    yield from found
    expression = asked_expression(here.current, here.call)
    if found or expression is None:
        return
    steps = slice_from(evidence, expression, here.current, 0)
    for tensor in flagless[:1]:
        yield from _unmarked(evidence, tensor, _first_reader(evidence, tensor, steps))


def steps_to_inputs(evidence: Evidence) -> list[Step]:
    """Langkah-langkah yang membuat tensor yang diturunkan terhadapnya; kosong bila tidak terbaca."""
    here = evidence.here
    call = here.call if here is not None else None
    if here is None or not isinstance(call, ast.Call) or called(call) not in ("grad", "backward"):
        return []
    keywords = [one.value for one in call.keywords if one.arg == "inputs"]
    given = keywords or (call.args[1:2] if called(call) == "grad" else [])
    return slice_from(evidence, given[0], here.current, 0) if given else []


def _first_reader(evidence: Evidence, tensor: torch.Tensor, steps: Sequence[Step]) -> Reader | None:
    """Where the output begins to be computed from this tensor, in the outermost frame that knows it."""
    found = [
        (-step.context.frame, step.statement.place, Reader(step.statement, path, path in step.context.scope.parameters))
        for step in steps if step.statement is not None and step.context.frame is not None
        for path in read_paths(step.expression)
        if step.context.value(path) is tensor and step.statement is not evidence.frames[step.context.frame].current
    ]  # fmt: skip
    return min(found, key=lambda one: one[:2])[2] if found else None


def _unmarked(evidence: Evidence, tensor: torch.Tensor, reader: Reader | None) -> Iterator[Finding]:
    name = reader.path if reader is not None else evidence.name(tensor)
    if name is None:
        return
    name = indexed(name)
    made = defined(evidence, name)
    told = f"`{name}` requires_grad-nya False"
    told += f"; ia dibuat di {at(made)} (`{made.text}`)" if made is not None else ""
    told += f" dan mulai dipakai di {at(reader.statement)}." if reader is not None else "."
    words = {"leaf": name, "tensor": name, "line": made.text if made is not None else ""}
    known = Finding(
        "masukan-belum-ditandai", told, words, "", forward=reader.statement if reader is not None else None,
        writer=made, tensors=(tensor,), weight=4,
    )  # fmt: skip
    thawed = _trainable_only(evidence) if isinstance(tensor, torch.nn.Parameter) else ""
    if thawed:
        question = f"apakah `{name}` memang dibekukan? Bila tidak, tandai ia dengan requires_grad_(True) lebih dulu."
        yield known._replace(mend=thawed, question=question)
    elif not tensor.is_floating_point() and not tensor.is_complex():
        dtype = f" Isinya bilangan bulat ({tensor.dtype}), dan terhadap bilangan bulat tidak ada turunan."
        yield known._replace(evidence=told + dtype)
    elif reader is not None:
        given = reader.given and name.isidentifier()
        marked = f"{name} = {name}.clone().requires_grad_(True)" if given else f"{name}.requires_grad_(True)"
        yield known._replace(mend=f"# tepat di atas {at(reader.statement)}, {reader.statement.text}:\n{marked}")
    elif made is not None and not hasattr(made.node, "body"):
        yield known._replace(mend=instead(made, f"{made.text}\n{name}.requires_grad_(True)"))
    else:
        yield known


def _trainable_only(evidence: Evidence) -> str:
    """The failing statement, asking for the parameters that are not frozen; empty where it lists them otherwise."""
    here = evidence.here
    if here is None or here.current is None:
        return ""
    for node in [one for one in ast.walk(here.current.node) if isinstance(one, ast.Call)]:
        inner = node.args[0] if called(node) in ("list", "tuple") and len(node.args) == 1 else node
        if isinstance(inner, ast.Call) and called(inner) == "parameters":
            kept = f"[p for p in {ast.unparse(inner)} if p.requires_grad]"
            new = ast.unparse(here.current.node).replace(ast.unparse(node), kept)
            return instead(here.current, new)
    return ""
