"""Salinan parameter yang tidak tercatat: `state_dict()` dan `detach()` di pernyataan yang membuatnya, dan gantinya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import stores
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.slices import Context, Step, requires_grad
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stepped import optimizers

_COMPREHENSIONS = (ast.DictComp, ast.ListComp, ast.SetComp, ast.GeneratorExp)
_PARAMETERS = ("parameters", "named_parameters")


class Copies(NamedTuple):
    """Satu ungkapan yang menyalin parameter tanpa grafnya: namanya di program, modelnya, dan cara menyalinnya."""

    name: str
    statement: Statement
    model: str
    module: torch.nn.Module
    how: str
    value: Any


def parameter_copies(evidence: Evidence, steps: Sequence[Step]) -> Iterator[Finding]:
    """Salinan parameter di antara langkah-langkah ini, dengan obat yang mengambil parameternya sendiri."""
    for step in steps:
        found = _copied(step)
        if found is not None:
            yield _finding(evidence, found)
            return


def _copied(step: Step) -> Copies | None:
    statement = step.statement
    if statement is None:
        return None
    for node in ast.walk(step.expression):
        owner = _loose(node, step.context)
        if owner is None:
            continue
        wrote = stores(statement.node)
        value = step.context.value(wrote[0].path) if wrote else None
        if value is not None and requires_grad(value):
            return None
        data = any(isinstance(one, ast.Attribute) and one.attr == "data" for one in ast.walk(step.expression))
        how = "state_dict()" if _with_state(step.expression) else ".data" if data else "detach()"
        name = wrote[0].path if isinstance(value, (dict, list, tuple)) else ""
        return Copies(name, statement, *owner, how, value)
    return None


def _loose(node: ast.AST, context: Context) -> tuple[str, torch.nn.Module] | None:
    """The model whose parameters this expression copies without their graph."""
    owner = _owner_of_state(node)
    if owner is None and isinstance(node, _COMPREHENSIONS) and _parted(_element(node)):
        iterated = node.generators[0].iter
        if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Attribute):
            owner = iterated.func.value if iterated.func.attr in _PARAMETERS else None
    value = context.value(ast.unparse(owner)) if owner is not None else None
    if owner is None or not isinstance(value, torch.nn.Module) or not requires_grad(value):
        return None
    return ast.unparse(owner), value


def _owner_of_state(node: ast.AST) -> ast.expr | None:
    """`model` of model.state_dict(), which gives detached tensors unless it keeps the variables."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "state_dict":
        return node.func.value if not node.args and not node.keywords else None
    return None


def _with_state(expression: ast.expr) -> bool:
    return any(_owner_of_state(node) is not None for node in ast.walk(expression))


def _element(node: ast.AST) -> ast.expr | None:
    return node.value if isinstance(node, ast.DictComp) else getattr(node, "elt", None)


def _parted(element: ast.expr | None) -> bool:
    """Whether a comprehension takes its elements out of the graph."""
    return element is not None and any(
        (isinstance(node, ast.Call) and called(node) == "detach") or
        (isinstance(node, ast.Attribute) and node.attr == "data") for node in ast.walk(element)
    )  # fmt: skip


def _finding(evidence: Evidence, one: Copies) -> Finding:
    held = one.value if isinstance(one.value, (dict, list, tuple)) else ()
    name = f"`{one.name}`" if one.name else "Bobot yang dipakai"
    told = f"{name} dibuat di {at(one.statement)} dengan {one.how}"
    told += f", dan ke-{len(held)} tensornya requires_grad-nya False" if held else ""
    told += f", sedangkan parameter `{one.model}` sendiri requires_grad-nya True."
    mended = ast.unparse(ast.fix_missing_locations(_Tracked().visit(ast.parse(ast.unparse(one.statement.node)))))
    question = ""
    if _trained(evidence, one.module):
        told += f" Menandai salinannya dengan requires_grad_() memang menghilangkan galat ini, tetapi `{one.model}` " \
                "lalu tidak mendapat gradien, jadi optimizer-nya tidak melatih apa pun."
    elif one.how != "state_dict()":
        question = f"apakah gradiennya harus sampai ke `{one.model}`? Bila salinannya yang hendak dilatih sendiri, " \
                   f"biarkan {one.how} dan beri setiap salinannya requires_grad_(True)."
    return Finding(
        "salinan-parameter",
        told,
        {"tensor": one.name, "model": one.model, "line": one.statement.text},
        instead(one.statement, mended),
        writer=one.statement,
        weight=5,
        question=question,
    )


def _trained(evidence: Evidence, module: torch.nn.Module) -> bool:
    mine = list(module.parameters())
    held = [tensor for _, one in optimizers(evidence) for group in one.param_groups for tensor in group["params"]]
    return any(one is other for one in mine for other in held)


class _Tracked(ast.NodeTransformer):
    """The parameters themselves in place of their detached copies."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        owner = _owner_of_state(node)
        if owner is not None:
            return _call(ast.Name("dict", ast.Load()), _of(owner, "named_parameters"))
        inner = _owner_of_state(node.func.value) if isinstance(node.func, ast.Attribute) else None
        if inner is not None and called(node) in ("items", "values"):
            return _of(inner, "named_parameters" if called(node) == "items" else "parameters")
        given = _owner_of_state(node.args[0]) if node.args else None
        if given is not None and called(node) in ("dict", "OrderedDict"):
            return _call(node.func, _of(given, "named_parameters"))
        if given is not None and called(node) in ("deepcopy", "copy"):
            return ast.parse(f"{{k: p.clone() for k, p in {ast.unparse(given)}.named_parameters()}}", mode="eval").body
        if called(node) == "detach" and isinstance(node.func, ast.Attribute):
            return self.visit(node.func.value)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self.visit(node.value) if node.attr == "data" else self.generic_visit(node)


def _of(owner: ast.expr, method: str) -> ast.Call:
    return _call(ast.Attribute(owner, method, ast.Load()))


def _call(function: ast.expr, *given: ast.expr) -> ast.Call:
    return ast.Call(function, list(given), [])
