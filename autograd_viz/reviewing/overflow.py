"""Nilai yang hampir meluap, dan obatnya: dalam logaritma, dengan batas, atau di jenis bilangan yang lebih lebar."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.events import Forward
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead, lines, removed
from autograd_viz.reviewing.rewriting import expression, operand, rewritten
from autograd_viz.reviewing.written import parsed, readings

LARGEST = {"float16": 65504.0, "float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}
WIDER = {"float16": "float", "float32": "double"}
NEAR = 8  # a value within this factor of the largest one
GROWING = {f"{name}Backward{digit}" for digit in range(3)
           for name in "Exp Exp2 Expm1 Pow Square Mul Div Addmm Mm Bmm Mv Dot Sum Prod Cosh".split()}  # fmt: skip
BOUNDS = {"exp": "max=80", "expm1": "max=80", "exp2": "max=120", "cosh": "-80, 80"}
BINARY = {"mul": ast.Mult, "div": ast.Div, "pow": ast.Pow, "mm": ast.MatMult, "bmm": ast.MatMult, "mv": ast.MatMult,
          "dot": ast.MatMult}  # fmt: skip
CALLED = {"pow": ("pow", "square"), "square": ("square",), "sum": ("sum",), "prod": ("prod",)}
# What takes in one kind of number only.
_STRICT = (
    "Mm",
    "Addmm",
    "Bmm",
    "Baddbmm",
    "Mv",
    "Dot",
    "Convolution",
    "Scatter",
    "IndexPut",
    "Norm",
    "Loss",
    "Embedding",
)


def near_overflow(facts: Facts) -> Iterator[Found]:
    """Nilai maju yang terhingga, tetapi tinggal beberapa kali lipat dari batas jenis bilangannya."""
    for node, step in facts.making.items():
        if node not in facts.ran or not isinstance(step, Forward) or facts.nodes[node].op not in GROWING:
            continue
        for value in step.values:
            top = LARGEST.get(value.dtype) if value is not None else None
            if value is None or top is None or not value.finite or value.high is None:
                continue
            if top / NEAR < value.high < top and not any(_as_large(one, top) for one in step.inputs):
                yield Found(
                    f"Hasil `{facts.nodes[node].op}` hampir meluap: nilai terbesarnya {number(value.high)}, sedang "
                    f"{value.dtype} hanya sampai {number(top)}.",
                    (f"dihitung di {facts.line(step.place)}; kurang dari {NEAR} kali lipat lagi menjadi Inf",),
                    _mend(facts, node, step, value.dtype),
                    step.place,
                )
                return


def _as_large(value: Value | None, top: float) -> bool:
    return value is not None and value.high is not None and value.high > top / NEAR


def _mend(facts: Facts, node: int, step: Forward, dtype: str) -> str:
    place, stem = step.place, facts.nodes[node].op.partition("Backward")[0].lower()
    if place is None:
        return "# hitung dalam logaritma (logsumexp, log_softmax), atau di jenis bilangan yang lebih lebar"
    text = statement(facts.data.sources, place)
    if stem in BOUNDS:
        if stem == "exp" and (code := in_logarithm(facts, place)):
            return code
        if dtype != "float16" and (new := _bounded(text, stem)):
            why = "nilai yang lebih besar tidak sampai ke sana; gradiennya di situ nol"
            return f"# pangkatnya dibatasi: {why}\n{instead(facts, place, new)}"
    new = _widened(text, stem, step, WIDER.get(dtype, ""))
    after = {facts.nodes[one].op.partition("Backward")[0] for one in facts.below(node) - {node}}
    if new and not any(op.endswith(_STRICT) for op in after):
        return f"# hitung di {WIDER[dtype]}, yang batasnya jauh lebih besar\n{instead(facts, place, new)}"
    other = "bfloat16 atau float32" if dtype == "float16" else "float64"
    return f"# di {lines(facts, place)}: hitung dalam {other}, atau kecilkan masukannya lebih dulu"


def in_logarithm(facts: Facts, place: Place) -> str:
    """Hasil yang sama tanpa pangkatnya sendiri, dalam satu pernyataan atau sampai satu-satunya pembaca namanya."""
    new = _stable(statement(facts.data.sources, place))
    if new:
        return instead(facts, place, new)
    here = statement_at(facts, place)
    node = here.node if here is not None else None
    if here is None or not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return ""
    name, power = node.targets[0].id, operand(node.value, ("exp",))
    readers = [
        one
        for one in statements(facts)
        if not hasattr(one.node, "body") and one.around == here.around and one.place.source == place.source
        and (one.node is not node) and _reads(one.node, name)
    ]  # fmt: skip
    if power is None or len(readers) != 1 or readers[0].body != here.body:
        return ""
    reader, inner = readers[0], ast.unparse(power)
    if _writes(facts, here, reader, power):
        return ""
    there = statement(facts.data.sources, reader.place) or ""
    new = _stable(rewritten(there, _reading(name, f"torch.exp({inner})"), most=2))
    if new and _reads_of(parsed(there), name) == readings(facts.data.sources, name) and name not in _names(new):
        return f"{removed(facts, place)}\n{instead(facts, reader.place, new)}"
    return ""


def _reading(name: str, new: str) -> Callable[[ast.expr], ast.expr | None]:
    def change(node: ast.expr) -> ast.expr | None:
        return expression(new) if isinstance(node, ast.Name) and node.id == name else None

    return change


def _reads(node: ast.AST, name: str) -> bool:
    return _reads_of(node, name) > 0


def _reads_of(tree: ast.AST | None, name: str) -> int:
    return sum(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)
        for one in (ast.walk(tree) if tree else ())
    )


def _names(text: str) -> set[str]:
    tree = parsed(text)
    return {one.id for one in (ast.walk(tree) if tree else ()) if isinstance(one, ast.Name)}


def _writes(facts: Facts, first: Statement, last: Statement, power: ast.expr) -> bool:
    """Whether something between the two statements gives a name of the exponent another content."""
    needed = {one.id for one in ast.walk(power) if isinstance(one, ast.Name)}
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in needed
        for between in statements(facts)
        if between.place.source == first.place.source and first.place.line < between.place.line < last.place.line
        for one in ast.walk(between.node)
    )


def _stable(text: str | None) -> str:
    """`log(sum(exp(x)))` as logsumexp, `exp(x) / sum(exp(x))` as softmax, `log(1 + exp(x))` as softplus.

    >>> _stable("a = torch.log(torch.exp(z).sum(dim=1))"), _stable("p = z.exp() / z.exp().sum(1, keepdim=True)")
    ('a = torch.logsumexp(z, dim=1)', 'p = torch.softmax(z, 1)')
    """
    return rewritten(text, _stably)


def _stably(node: ast.expr) -> ast.expr | None:
    inside = operand(node, ("log",))
    summed = _summed(inside)
    if summed is not None:
        power, dims = summed
        return expression(f"torch.logsumexp({power}, {dims})" if dims else f"torch.logsumexp(({power}).flatten(), 0)")
    added = inside if inside is not None else None
    if isinstance(added, ast.BinOp) and isinstance(added.op, ast.Add):
        for one, other in ((added.left, added.right), (added.right, added.left)):
            power_ = operand(other, ("exp",))
            if isinstance(one, ast.Constant) and one.value == 1 and power_ is not None:
                return expression(f"torch.nn.functional.softplus({ast.unparse(power_)})")
    grown = operand(node, ("log1p",))
    power_ = operand(grown, ("exp",)) if grown is not None else None
    if power_ is not None:
        return expression(f"torch.nn.functional.softplus({ast.unparse(power_)})")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        top, summed = operand(node.left, ("exp",)), _summed(node.right)
        if top is not None and summed is not None and ast.unparse(top) == summed[0]:
            dims = summed[1].partition(", keepdim=True")[0] if "keepdim=True" in summed[1] else ""
            if dims:
                return expression(f"torch.softmax({summed[0]}, {dims})")
    return None


def _summed(node: ast.expr | None) -> tuple[str, str] | None:
    """The exponent and the axes of a sum of exponentials; no axes where all is summed."""
    inside = operand(node, ("sum",)) if node is not None else None
    power = operand(inside, ("exp",)) if inside is not None else None
    if not isinstance(node, ast.Call) or inside is None or power is None:
        return None
    rest = node.args[1:] if node.args and node.args[0] is inside else node.args
    if any(one.arg not in ("dim", "axis", "keepdim") for one in node.keywords):
        return None
    words = [f"{'dim' if one.arg == 'axis' else one.arg}={ast.unparse(one.value)}" for one in node.keywords]
    return ast.unparse(power), ", ".join([*map(ast.unparse, rest), *words])


def _bounded(text: str | None, stem: str) -> str:
    """The statement with a bound on what is raised."""

    def change(node: ast.expr) -> ast.expr | None:
        inner = operand(node, (stem,))
        if inner is None or not isinstance(node, ast.Call):
            return None
        return expression(f"torch.{stem}(({ast.unparse(inner)}).clamp({BOUNDS[stem]}))")

    return rewritten(text, change)


def _widened(text: str | None, stem: str, step: Forward, wider: str) -> str:
    """The statement with the operation computed in the next wider kind of number."""

    def change(node: ast.expr) -> ast.expr | None:
        inner = operand(node, CALLED.get(stem, (stem,)))
        if inner is not None and isinstance(node, ast.Call):
            old, new = ast.unparse(inner), f"({ast.unparse(inner)}).{wider}()"
            return _on(node, old, new)
        if isinstance(node, ast.BinOp) and isinstance(node.op, BINARY.get(stem, ())):
            sides = [one for one in (node.left, node.right) if not isinstance(one, ast.Constant)]
            tensors = sum(value is not None and value.shape != () for value in step.inputs)
            if len(sides) > 1 and tensors < 2:  # one of them may be a number of Python
                return None
            for one in sides:
                made = expression(f"({ast.unparse(one)}).{wider}()")
                node = ast.BinOp(made, node.op, node.right) if one is node.left else ast.BinOp(node.left, node.op, made)
            return node
        return None

    return rewritten(text, change, most=4) if wider else ""


def _on(node: ast.Call, old: str, new: str) -> ast.expr:
    """A call with its first input, written before the dot or in the brackets, made anew."""
    if node.args and ast.unparse(node.args[0]) == old:
        return ast.Call(node.func, [expression(new), *node.args[1:]], node.keywords)
    owner = node.func
    return (
        ast.Call(ast.Attribute(expression(new), owner.attr), node.args, node.keywords)
        if isinstance(owner, ast.Attribute)
        else node
    )
