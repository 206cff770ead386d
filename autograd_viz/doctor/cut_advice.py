"""Obat bagi pemutus yang tidak hilang hanya dengan dihapus: apa yang ditulis sebagai gantinya."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import torch

from autograd_viz.doctor.cuts import Cut, find_cuts
from autograd_viz.doctor.expressions import definitions, dotted, stores
from autograd_viz.doctor.findings import backward_calls, called, method_call
from autograd_viz.doctor.slices import Step
from autograd_viz.doctor.source import Scope, Statement

_DROPPED = ("numpy", "detach", "cpu", "item", "tolist")
_WRAPPERS = ("tensor", "as_tensor", "from_numpy", "FloatTensor", "Tensor")


def advice(cut: Cut, statement: Statement, scope: Scope, steps: Sequence[Step]) -> str | None:
    """Obat sebagai kode, dengan baris yang harus diganti sebagai komentar; None bila obat katalog yang dipakai."""
    if cut.cause == "argmax":
        return _by_scores(cut, statement, scope, steps)
    if cut.cause == "numpy":
        return _in_torch(cut, statement, steps)
    if cut.cause == "tanpa-create-graph" and isinstance(cut.node, ast.Attribute):
        return _asked_again(cut.node, statement, scope)
    return None


def _by_scores(cut: Cut, statement: Statement, scope: Scope, steps: Sequence[Step]) -> str:
    """A loss on scores instead of one on choices, with the names of the scores and of the targets."""
    left = cut.operand.elts[0] if isinstance(cut.operand, ast.Tuple) else cut.operand
    scores, binary = _scores(left, statement, scope)
    target = _target(cut, statement, steps)
    loss = "binary_cross_entropy" if binary else "cross_entropy"
    target = f"{target}.float()" if binary and target != "target" else target
    return (
        f"# {statement.text}  # boleh untuk ketepatan, tetapi bukan untuk loss\n"
        f"loss = torch.nn.functional.{loss}({scores}, {target})"
    )


def _scores(node: ast.expr, statement: Statement, scope: Scope) -> tuple[str, bool]:
    """What went into softmax, or the probabilities that sigmoid gave."""
    path = dotted(node)
    made = definitions(scope, path, statement, 1) if path is not None else []
    value = made[0][1].value if made else node
    softened = method_call(value, "softmax") if value is not None else None
    if softened is not None and softened.args:
        return ast.unparse(softened.args[0]), False
    if value is not None and method_call(value, "sigmoid") is not None:
        return ast.unparse(node), True
    return ast.unparse(node), False


def _target(cut: Cut, statement: Statement, steps: Sequence[Step]) -> str:
    """What the choice is compared with."""
    chosen = [ast.unparse(cut.node), *(store.path for store in stores(statement.node))]
    for step in steps:
        for node in ast.walk(step.expression):
            if isinstance(node, ast.Compare) and len(node.comparators) == 1:
                sides = [node.left, node.comparators[0]]
                others = [side for side in sides if dotted(side) is not None and dotted(side) not in chosen]
                if len(others) == 1 and any(ast.unparse(side) in chosen for side in sides):
                    return ast.unparse(others[0])
    return "target"


class _Torch(ast.NodeTransformer):
    """The same expression with torch's functions; `missing` holds those that torch does not have."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = called(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in _DROPPED and owner is not None and not node.args:
            return owner
        if name in _WRAPPERS and node.args and not isinstance(node.args[0], (ast.List, ast.Constant)):
            return node.args[0]
        pair = name in ("maximum", "minimum") and len(node.args) == 2
        if owner is not None and dotted(owner) in ("np", "numpy") and pair:
            first, second = node.args if not isinstance(node.args[0], ast.Constant) else node.args[::-1]
            bound = ast.keyword("min" if name == "maximum" else "max", second)  # a tensor or a plain number
            return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), "clamp", ast.Load()), [first], [bound])
        if owner is not None and dotted(owner) in ("np", "numpy") and name in ("array", "asarray") and node.args:
            if not isinstance(node.args[0], (ast.List, ast.ListComp)):
                return node.args[0]
            return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), "stack", ast.Load()), node.args[:1], [])
        if owner is not None and dotted(owner) in ("np.linalg", "numpy.linalg"):
            linalg = ast.Attribute(ast.Name("torch", ast.Load()), "linalg", ast.Load())
            named = {"axis": "dim", "keepdims": "keepdim"}
            keywords = [ast.keyword(named.get(one.arg or "", one.arg), one.value) for one in node.keywords]
            return ast.Call(ast.Attribute(linalg, name, ast.Load()), node.args, keywords)
        if owner is not None and dotted(owner) in ("np", "numpy") and all(map(_is_number, node.args)):
            return node  # a constant: NumPy may go on computing it
        if owner is not None and dotted(owner) in ("np", "numpy"):
            if not callable(getattr(torch, name, None)):
                self.missing.append(name)
            node.func = ast.Attribute(ast.Name("torch", ast.Load()), name, ast.Load())
        return node


def _is_number(node: ast.expr) -> bool:
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    return all(one.id in ("np", "numpy", "math") for one in names)


def _in_torch(cut: Cut, statement: Statement, steps: Sequence[Step]) -> str:
    """All statements from the cut to the loss that went through NumPy, written with torch."""
    lines: dict[int, str] = {}
    missing: list[str] = []
    for step in steps:
        one = step.statement
        causes = [found.cause for found in find_cuts(step.expression)]
        if one is not None and (one is statement or "numpy" in causes):
            change = _Torch()
            lines.setdefault(one.line, ast.unparse(change.visit(ast.parse(_alone(one)))))
            missing += change.missing
    head = "# dengan fungsi torch, tanpa detach() dan numpy():\n"
    if missing:
        head = f"# torch tidak punya {', '.join(dict.fromkeys(missing))}; tulislah dengan operasi torch yang lain:\n"
    return head + "\n".join(lines[line] for line in sorted(lines))


def in_torch(statement: Statement) -> tuple[str, bool]:
    """Pernyataan ini dengan fungsi torch, dan apakah torch punya semuanya."""
    change = _Torch()
    text = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(_alone(statement)))))
    return text, not change.missing


def _alone(statement: Statement) -> str:
    return ast.unparse(statement.node)


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
