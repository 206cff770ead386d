"""Tanda `requires_grad` yang terlupa, terlambat, atau dimatikan pada semua parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import definitions, read_paths
from autograd_viz.doctor.findings import Finding, at, below, defined, instead, moved
from autograd_viz.doctor.frozen_where import frozen_where
from autograd_viz.doctor.methods import stored_by_methods
from autograd_viz.doctor.slices import Step, tracked
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.torch_internals import children_of


def switched_on_late(steps: list[Step], only: str = "") -> Iterator[Finding]:
    """`requires_grad` yang dinyalakan sesudah tensornya dipakai; dengan `only` hanya milik tensor bernama itu."""
    for step in steps:
        for path in read_paths(step.expression):
            if only and path != only:
                continue
            value = step.context.value(path)
            if not (isinstance(value, torch.Tensor) and value.is_leaf and value.requires_grad) or not step.statement:
                continue
            for one in step.context.scope.statements:
                if one.place > step.statement.place and _switches_on(one, path):
                    yield Finding(
                        "tanda-terlambat",
                        f"`{step.statement.text}` ({at(step.statement)}) memakai `{path}` sebelum `{one.text}` "
                        f"({at(one)}).",
                        {"leaf": path, "tensor": path, "line": step.statement.text},
                        moved(one, step.statement, "atas"),
                        forward=step.statement,
                        writer=one,
                        tensors=(value,),
                        weight=4,
                    )
                    return


def _switches_on(statement: Statement, path: str) -> bool:
    return f"{path}.requires_grad" in statement.text


def frozen(evidence: Evidence, steps: list[Step]) -> Iterator[Finding]:
    """Modul yang semua parameternya dibekukan."""
    for step in steps:
        for path in read_paths(step.expression):
            value = step.context.value(path)
            if isinstance(value, torch.nn.Module):
                held = list(value.parameters())
                if held and not any(one.requires_grad for one in held):
                    place = frozen_where(evidence, value)
                    where = "sesudah dibekukan, sebelum forward" if place is None else place.where
                    told = f"Ke-{len(held)} parameter `{path}` requires_grad-nya False."
                    told += f" Pembekuannya di {at(place.statement)}." if place is not None else ""
                    yield Finding(
                        "beku",
                        told,
                        {"model": path},
                        f"# {where}; pilih lapisan yang hendak dilatih:\n"
                        f"{_last_layer(path if place is None else place.name, value)}.requires_grad_(True)",
                        forward=step.statement,
                        writer=place.statement if place is not None else None,
                        weight=4,
                        question="lapisan mana yang hendak dilatih? Yang ditulis di sini lapisan terakhir.",
                    )
                    return


def _last_layer(path: str, model: torch.nn.Module) -> str:
    """The layer that is most often trained alone: the last one with parameters."""
    layers = [name for name, child in children_of(model).items() if any(True for _ in child.parameters())]
    if not layers:
        return path
    return f"{path}[{layers[-1]}]" if layers[-1].isdigit() else f"{path}.{layers[-1]}"


def forgotten(evidence: Evidence, steps: list[Step]) -> Iterator[Finding]:
    """Tensor awal tanpa `requires_grad`: yang mana yang seharusnya memilikinya."""
    found: dict[str, Statement | None] = {}
    for step in reversed(steps):
        for path in read_paths(step.expression):
            value = step.context.value(path)
            if _could_have_grad(evidence, value):
                made = definitions(step.context.scope, path, step.statement, 1)
                if not made or _is_beginning(made[0][1].value, step):
                    found.setdefault(path, made[0][0] if made else defined(evidence, path) or _kept(step, path))
    here = evidence.here
    if not found and (here is None or not here.scope.statements):  # the code is out of sight: at a prompt, or exec'd
        found = {one.path: None for one in evidence.known if one.frame == 0 and _could_have_grad(evidence, one.tensor)}
    if not found:
        return
    wanted = [path for path in found if _wants_grad(evidence, path)]
    if not wanted and any(one.tensor.requires_grad for one in evidence.known):
        if not any(tracked(step, step.expression) for step in steps):
            yield _nothing_trained(evidence, found, steps)
        return  # a flag would only hide that the way was lost
    chosen = wanted or sorted(found, key=_looks_like_weight)[:1]
    if not wanted and chosen[0].startswith("self."):  # what one object was made with is trained together
        chosen = [path for path in found if path.startswith("self.") and found[path] is not None] or chosen
    path, line = chosen[0], found[chosen[0]]
    proof = f"`{path}` dibuat di {at(line)} tanpa requires_grad=True"
    if line is None:
        proof = f"`{path}` dibuat tanpa requires_grad=True"
    if wanted:
        proof = f"`{path}.grad` dipakai di program ini"
    yield Finding(
        "lupa-tanda",
        f"Semua masukannya ({', '.join(f'`{name}`' for name in found)}) requires_grad-nya False; {proof}.",
        {"leaf": path, "tensor": path, "line": line.text if line else ""},
        "\n".join(with_flag(found[one], one) for one in chosen),
        forward=line,
        weight=4 if _nobody_marked(evidence) else 3,
        question="" if wanted else f"apakah {', '.join(f'`{one}`' for one in chosen)} yang hendak dilatih?",
    )


def _kept(step: Step, path: str) -> Statement | None:
    """The statement that gave an attribute of the running object its content."""
    owner, _, attribute = path.rpartition(".")
    held = step.context.value(owner) if owner == "self" else None
    stored = stored_by_methods(held, attribute) if held is not None else None
    return stored.statement if stored is not None else None


def _nobody_marked(evidence: Evidence) -> bool:
    """Whether nothing in the program requires a gradient, and no line of it says that something should."""
    if any(one.tensor.requires_grad for one in evidence.known) or any(True for _ in evidence.modules()):
        return False
    scopes = [frame.scope for frame in evidence.frames] + [one.scope for one in called_scopes(evidence)]
    texts = [one.text for scope in scopes for one in scope.statements]
    return bool(texts) and all(frame.scope.statements for frame in evidence.frames) and not any(
        word in text for text in texts for word in ("requires_grad", "Parameter", "autograd.grad")
    )


def _nothing_trained(
    evidence: Evidence, found: Mapping[str, Statement | None], steps: list[Step]
) -> Finding:
    """What the loss was computed from, where each was made, and what could be trained."""
    listed = ", ".join(f"`{path}`" + (f" ({at(line)})" if line is not None else "") for path, line in found.items())
    trained = [name for name, module in evidence.modules() if any(one.requires_grad for one in module.parameters())]
    trained += [one.path for one in evidence.known if one.tensor.requires_grad and "." not in one.path]
    told = f"Yang dipakai menghitungnya: {listed}; requires_grad semuanya False."
    if trained:
        told += f" Yang requires_grad, {', '.join(f'`{name}`' for name in trained[:3])}, tidak sampai ke sana."
    asked = evidence.here.current if evidence.here is not None else None
    line = next((one.statement for one in steps if one.statement is not None and one.statement is not asked), None)
    return Finding("di-luar-hitungan", told, {}, "", forward=line, weight=3)


def _could_have_grad(evidence: Evidence, value: Any) -> bool:
    """Whether this is a tensor that was made without the flag, and not the result itself."""
    if not isinstance(value, torch.Tensor) or any(value is root for root in evidence.roots):
        return False
    return value.is_floating_point() and not value.requires_grad


def _is_beginning(value: ast.expr | None, step: Step) -> bool:
    """Whether this makes a tensor out of nothing but numbers."""
    if value is None:
        return True
    held = [step.context.value(path) for path in read_paths(value)]
    return not any(isinstance(one, (torch.Tensor, torch.nn.Module)) for one in held)


def _wants_grad(evidence: Evidence, path: str) -> bool:
    scopes = [frame.scope for frame in evidence.frames]
    return any(f"{path}.grad" in ast.unparse(one.node) for scope in scopes for one in scope.statements
               if not hasattr(one.node, "body"))  # fmt: skip


def _looks_like_weight(path: str) -> int:
    name = path.rsplit(".", 1)[-1].lower()
    starts = ("w", "b", "theta", "param", "bobot", "bias", "a", "m")
    return next((place for place, start in enumerate(starts) if name.startswith(start)), len(starts))


def with_flag(line: Statement | None, path: str) -> str:
    """Baris yang membuat tensornya, dengan requires_grad=True bila panggilannya menerima itu."""
    value = getattr(line.node, "value", None) if line is not None else None
    makers = ("tensor", "ones", "zeros", "randn", "rand", "full", "empty", "linspace", "arange", "eye")
    if line is None or not isinstance(value, ast.Call) or ast.unparse(value.func) not in [f"torch.{m}" for m in makers]:
        text = f"{path}.requires_grad_(True)"
        simple = line is not None and not hasattr(line.node, "body")
        return below(line, text) if line is not None and simple else f"{text}  # segera sesudah {path} dibuat"
    asked = ast.parse(ast.unparse(line.node)).body[0]
    call = getattr(asked, "value", None)
    if isinstance(call, ast.Call):
        call.keywords.append(ast.keyword("requires_grad", ast.Constant(True)))
    return instead(line, ast.unparse(asked))
