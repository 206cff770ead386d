"""Jalan ke loss yang diputus dengan membaca isi tensor sebagai bilangan: `.tolist()`, `.item()`, `torch.tensor()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import Origin
from autograd_viz.reviewing import parameters
from autograd_viz.reviewing.arrays import in_torch
from autograd_viz.reviewing.blocks import Statement, statement_at, statements, together
from autograd_viz.reviewing.detached_part import detached_part
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import behind, entries, untouched
from autograd_viz.reviewing.made_anew import made_anew
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead, lines
from autograd_viz.reviewing.rewriting import expression, rewritten
from autograd_viz.reviewing.switched_off import switched_off
from autograd_viz.reviewing.written import function_name

MAKING = {"tensor", "as_tensor", "Tensor", "FloatTensor", "DoubleTensor"}
_OPTIONS = ("requires_grad", "dtype", "device")
_INSTEAD = "pakai operasi torch atas tensornya, tanpa .item(), .tolist(), .numpy(), atau torch.tensor(...)"
ELEMENTWISE = frozenset("sin cos tan asin acos atan atan2 sinh cosh tanh exp log log2 log10 log1p expm1 sqrt".split())


def path_cut(facts: Facts) -> Iterator[Found]:
    """Parameter yang dipegang optimizer tetapi jalannya ke loss diputus."""
    found = list(made_anew(facts)) or list(parameters.path_cut(facts))
    yield from found or list(_by_numbers(facts)) or list(detached_part(facts)) or switched_off(facts)


def _by_numbers(facts: Facts) -> Iterator[Found]:
    nothing = facts.trained <= set(untouched(facts, 1))
    for origin, (leaves, entry) in behind(facts, entries(facts, {"item", "numpy"}), 1 if nothing else None).items():
        if switched(facts, origin.place) or not _leads(facts, origin):
            continue
        made = f", dan menjadi tensor baru di {facts.line(origin.made)}" if origin.made != origin.place else ""
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: di jalannya ke loss isi "
            "tensor dibaca sebagai bilangan biasa, dan bilangan tidak punya graf.",
            (
                f"dibaca di {facts.line(origin.place)}{made}",
                f"hanya isinya yang masuk ke {facts.line(facts.making[entry.node].place)}",
                f"{len(leaves)} parameter tidak pernah dicapai {len(facts.rounds)} backward"
                + ("" if nothing else "; yang lain dicapai"),
            ),
            _mend(facts, origin),
            origin.place,
        )
        return


def _leads(facts: Facts, origin: Origin) -> bool:
    """Whether what was read goes into the tensor that was made, by the names of the function in between."""
    if origin.place == origin.made:
        return True
    first, last = statement_at(facts, origin.place), statement_at(facts, origin.made)
    if first is None or last is None or not together(facts, origin.place, origin.made):
        return False
    return _reads(last, _given(first).union(*map(_given, _between(facts, first, last))))


def _between(facts: Facts, first: Statement, last: Statement) -> list[Statement]:
    """The statements of the function that compute with what was read, before the tensor is made."""
    names, found = _given(first), []
    for one in statements(facts):
        if one.around == first.around and first.place.line < one.place.line < last.place.line and _reads(one, names):
            names |= _given(one)
            found.append(one)
    return found


def _given(one: Statement) -> set[str]:
    """What a statement gives a new content: the names it assigns, the list it appends to."""
    if isinstance(one.node, ast.AugAssign):
        return {node.id for node in ast.walk(one.node.target) if isinstance(node, ast.Name)}
    if isinstance(one.node, ast.Assign):
        return {node.id for target in one.node.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    call = one.node.value if isinstance(one.node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend"):
        return {ast.unparse(call.func.value)}
    return set()


def _reads(one: Statement, names: set[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(one.node))


def _mend(facts: Facts, origin: Origin) -> str:
    first, last = statement_at(facts, origin.place), statement_at(facts, origin.made)
    if first is None or last is None or origin.place is None or origin.made is None:
        return f"# {_INSTEAD}"
    if origin.how == "numpy" and (arrays := in_torch(first, _between(facts, first, last), last)):
        return "\n".join(instead(facts, one.place, text) for one, text in arrays)
    if origin.place == origin.made:
        whole = _as_tensor(last, None)
        if whole:
            return instead(facts, origin.made, whole)
    else:
        whole = _in_torch(first)
        one = whole or rewritten(ast.unparse(first.node), _without_item)
        other = _as_tensor(last, _given(first)) if _lists(first) and not whole else _itself(last, _given(first))
        if one and other:
            return f"{instead(facts, origin.place, one)}\n{instead(facts, origin.made, other)}"
    where = " dan ".join(dict.fromkeys((lines(facts, origin.place), lines(facts, origin.made))))
    return f"# di {where}: {_INSTEAD}"


def _without_item(node: ast.expr) -> ast.expr | None:
    """The tensor itself, not the numbers in it."""
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    if function_name(node) in ("item", "tolist") and isinstance(node.func, ast.Attribute) and not node.args:
        return node.func.value
    return node.args[0] if ast.unparse(node.func) == "float" and len(node.args) == 1 else None


def _lists(one: Statement) -> bool:
    """Whether a statement makes a list of numbers, or appends to one."""
    return isinstance(one.node, ast.Expr) or isinstance(getattr(one.node, "value", None), ast.List | ast.ListComp)


def _as_tensor(one: Statement, listed: set[str] | None) -> str:
    """The statement with the tensors themselves, stacked where they are many, in place of a tensor of their numbers."""

    def change(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.Call) or function_name(node) not in MAKING or len(node.args) != 1:
            return None
        if any(one.arg not in _OPTIONS for one in node.keywords):
            return None
        given = node.args[0]
        named = isinstance(given, ast.Name) and (listed is None or given.id in listed)
        inner = expression(rewritten(ast.unparse(given), _without_item, most=9) or ast.unparse(given))
        if named or isinstance(inner, ast.List | ast.ListComp):
            return expression(f"torch.stack({ast.unparse(inner)})")
        return _reduced(inner) if not isinstance(given, ast.Name) else None

    return rewritten(ast.unparse(one.node), change)


def _reduced(node: ast.expr) -> ast.expr:
    """NumPy's or Python's mean of a list, as that of a stack; what is left is arithmetic of tensors already."""
    method = ast.unparse(node.func).rpartition(".") if isinstance(node, ast.Call) else ("", "", "")
    if isinstance(node, ast.Call) and method[2] in ("mean", "sum") and method[0] in ("np", "numpy", "statistics"):
        if len(node.args) == 1 and not node.keywords:
            return expression(f"torch.stack({ast.unparse(node.args[0])}).{method[2]}()")
    return node


def _in_torch(one: Statement) -> str:
    """A list of `math` functions of every number, as the same functions of torch of the whole tensor."""

    def change(node: ast.expr) -> ast.expr | None:
        if not isinstance(node, ast.ListComp) or len(node.generators) != 1:
            return None
        loop = node.generators[0]
        each, given = loop.target, loop.iter
        if not isinstance(given, ast.Call) or function_name(given) != "tolist" or loop.ifs:
            return None
        if not isinstance(each, ast.Name) or not isinstance(given.func, ast.Attribute):
            return None
        calls = [part for part in ast.walk(node.elt) if isinstance(part, ast.Call)]
        if not all(ast.unparse(call.func) in {f"math.{name}" for name in ELEMENTWISE} for call in calls):
            return None
        names = _Whole(each.id, given.func.value)
        return expression(ast.unparse(names.visit(expression(ast.unparse(node.elt)))))

    return rewritten(ast.unparse(one.node), change)


class _Whole(ast.NodeTransformer):
    """The tensor in place of each of its numbers, and torch in place of math."""

    def __init__(self, each: str, whole: ast.expr) -> None:
        self.each, self.whole = each, whole

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Bilangan menjadi tensornya, `math` menjadi `torch`."""
        if node.id == self.each:
            return expression(ast.unparse(self.whole))
        return ast.Name("torch", node.ctx) if node.id == "math" else node


def _itself(one: Statement, names: set[str]) -> str:
    """The statement without `torch.tensor` around one of these names."""

    def change(node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Call) and function_name(node) in MAKING and len(node.args) == 1:
            if any(one.arg not in _OPTIONS for one in node.keywords):
                return None
            return node.args[0] if ast.unparse(node.args[0]) in names else None
        return None

    return rewritten(ast.unparse(one.node), change)
