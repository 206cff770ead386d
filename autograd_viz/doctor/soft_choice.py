"""Pilihan yang masuk ke hitungan: yang dikalikan dan dijumlahkan peluangnya sendiri, bukan pilihannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.choices import TYPES, made, softened
from autograd_viz.doctor.cuts import Cut
from autograd_viz.doctor.expressions import dotted, heads, stores
from autograd_viz.doctor.findings import called, instead, method_call, removed
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.slices import Context, Step, callee
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.substitute import with_nodes

_SHAPED = (
    "float", "double", "view", "reshape", "flatten", "squeeze", "unsqueeze", "contiguous", "permute", "transpose", "to",
)  # fmt: skip
_SUMMED = ("sum", "mean")
_DEEPEST = 2  # functions inside functions to which the choice is given


def soft_choice(cut: Cut, step: Step) -> tuple[str, str] | None:
    """Obat dan kalimat buktinya; None bila pilihan itu tidak hanya dihitung, atau peluangnya tidak terbaca."""
    statement = step.statement
    wrote = stores(statement.node) if statement is not None else []
    if statement is None or len(wrote) != 1 or wrote[0].kind != "assign" or wrote[0].value is None:
        return None
    soft = _threshold(cut.node, step) if isinstance(cut.node, ast.Compare) else _second_class(cut.node, cut, step)
    whole = _with_types(wrote[0].value, cut.node)
    if soft is None or whole is None or not _only_counted(step.context.scope, wrote[0].path, step, statement.place):
        return None
    name = wrote[0].path
    mend = removed(statement) if soft == name else instead(statement, with_nodes(statement.node, {id(whole): soft}))
    told = f" `{name}` sesudahnya ikut dihitung sebagai bilangan; peluangnya sendiri dapat dihitung begitu " \
           "juga, dan punya turunan. Pilihannya tetap boleh untuk ketepatan."
    return mend, told


def _with_types(value: ast.expr, cut: ast.expr) -> ast.expr | None:
    """The choice with its conversion to another type of number: all that the statement computes."""
    node = value
    while node is not cut:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and called(node) in TYPES):
            return None
        node = node.func.value
    return value


def _threshold(node: ast.Compare, step: Step) -> str | None:
    """The probability that was compared with a half; the sigmoid of a score that was compared with 0."""
    bound = node.comparators[0]
    level = bound.value if isinstance(bound, ast.Constant) else step.context.value(ast.unparse(bound))
    if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Gt, ast.GtE)) or not isinstance(level, (int, float)):
        return None
    computed = made(node.left, step)
    if any(method_call(computed, name) is computed for name in ("sigmoid", "softmax")):
        return ast.unparse(node.left)
    if 0 < level < 1 and _given_probability(computed, step):
        return ast.unparse(node.left)
    return f"torch.sigmoid({ast.unparse(node.left)})" if level == 0 else None


def _given_probability(computed: ast.expr, step: Step) -> bool:
    """Whether the caller hands over what a sigmoid or a softmax has just computed."""
    path = dotted(computed)
    outer, value, _ = step.context.given.get(path or "", (None, None, None))
    held = outer.value(ast.unparse(value)) if outer is not None and value is not None else None
    node = held.grad_fn if isinstance(held, torch.Tensor) else None
    return node is not None and node.name() in ("SigmoidBackward0", "SoftmaxBackward0")


def _second_class(node: ast.expr, cut: Cut, step: Step) -> str | None:
    """Of two classes the probability of the second: the mean of their numbers 0 and 1."""
    if not isinstance(node, ast.Call) or called(node) != "argmax":
        return None
    given = node.args[1:] if cut.operand in node.args else node.args
    named = {one.arg: one.value for one in node.keywords}
    axis = _number(named.get("dim", next(iter(given), None)))
    keep = getattr(named.get("keepdim"), "value", False)
    computed = made(cut.operand, step)
    probable = method_call(computed, "softmax") is computed
    scores = (softened(computed) if probable else None) or computed
    value = step.context.value(ast.unparse(scores)) if dotted(scores) is not None else None
    if axis is None or axis < -1 or not isinstance(value, torch.Tensor) or value.dim() <= axis:
        return None
    if value.shape[axis] != 2:
        return None
    text = ast.unparse(cut.operand) if probable else f"torch.softmax({ast.unparse(cut.operand)}, dim={axis})"
    where = ", ".join([*[":"] * axis, "1:2" if keep else "1"]) if axis >= 0 else f"..., {'1:2' if keep else '1'}"
    return f"{text}[{where}]"


def _number(node: ast.expr | None) -> int | None:
    try:
        value = ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None
    return value if isinstance(value, int) else None


def _only_counted(scope: Scope, name: str, step: Step, after: int, depth: int = 0) -> bool:
    """Whether everything that reads it multiplies, adds or sums it, also in a function to which it is given."""
    uses = [
        _counts(use, step.context, step, depth) or _reshaped(one, name, use, scope, step, depth)
        for one in scope.statements if one.place > after for use in _uses(one.node, name)
    ]  # fmt: skip
    return bool(uses) and all(uses)


def _reshaped(one: Statement, name: str, use: list[ast.AST], scope: Scope, step: Step, depth: int) -> bool:
    """Whether it only takes another shape or type, and is counted with under the name that it then has."""
    wrote = stores(one.node)
    if len(wrote) != 1 or wrote[0].value is not use[-1]:
        return False
    whole = use[-1]
    shaped = isinstance(whole, ast.Call) and isinstance(whole.func, ast.Attribute) and called(whole) in _SHAPED
    if not shaped and len(use) > 1:
        return False
    return wrote[0].path == name or _only_counted(scope, wrote[0].path, step, one.place, depth)


def _uses(node: ast.stmt, name: str) -> Iterator[list[ast.AST]]:
    """Each reading of this name, with what is around it from the inside out."""
    for head in heads(node):
        above = {id(child): parent for parent in ast.walk(head) for child in ast.iter_child_nodes(parent)}
        for one in ast.walk(head):
            if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load):
                chain: list[ast.AST] = [one]
                while id(chain[-1]) in above:
                    chain.append(above[id(chain[-1])])
                yield chain


def _counts(chain: list[ast.AST], context: Context, step: Step, depth: int) -> bool:
    for inner, outer in zip(chain, chain[1:], strict=False):
        if isinstance(outer, ast.Attribute):
            continue
        if isinstance(outer, ast.BinOp):
            return True
        if not isinstance(outer, ast.Call):
            return False
        name = called(outer)
        if outer.func is inner or inner in outer.args[:1]:
            if name in _SUMMED:
                return True
            if name in _SHAPED and outer.func is inner:
                continue
        function = code_of(callee(outer, context)) if inner in outer.args and depth < _DEEPEST else None
        if function is None:
            return False
        there = scope_of_function(function)
        own = [one for one in there.parameters if one != "self"]
        place = outer.args.index(inner)  # type: ignore[arg-type]
        return place < len(own) and _only_counted(there, own[place], step, -1, depth + 1)
    return False
