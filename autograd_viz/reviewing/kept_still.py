"""Langkah yang ditulis sendiri tetapi tidak sampai ke parameternya: `p = p - lr * p.grad` hanya memindahkan nama."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import indent

from autograd_viz.recording.events import OptimizerStep
from autograd_viz.reviewing.blocks import Statement, inside, statement_at, statements
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.from_gradients import reads_gradient
from autograd_viz.reviewing.meant import moved_by_hand
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import readings

RETURNING = ("sub", "add", "addcdiv", "addcmul", "subtract")  # they return the new tensor, and leave the old one
AROUND = ("detach", "clone", "requires_grad_")
QUIET = ("no_grad", "set_grad_enabled(False)", "inference_mode")


def name_moved(facts: Facts) -> Iterator[Found]:
    """Nama perulangan atau nama argumen diberi hasil langkahnya, dan parameternya tetap."""
    if any(isinstance(step, OptimizerStep) for step in facts.steps):
        return
    rounds = [one for one in facts.rounds if one.start.call == "backward"]
    still = [
        leaf
        for leaf in sorted(set().union(*(one.reached for one in rounds)) if rounds else ())
        if len(facts.accumulated(leaf)) > 1
        and all(norm(came.value) for _, came in facts.accumulated(leaf))
        and not moved_by_hand(facts, leaf)
    ]
    if not still:
        return
    for one in statements(facts):
        new = _step(facts, one)
        if not new:
            continue
        name, rest = new
        quiet = _is_quiet(facts, one)
        first = facts.accumulated(still[0])
        yield Found(
            f"{_told(one.node, name)}, sedang parameternya sendiri tidak pernah berubah.",
            (
                f"{facts.names(still)} mendapat gradien pada {len(first)} backward (norma "
                f"{number(norm(first[0][1].value))} di `{facts.name(still[0])}`), tetapi isinya tidak berubah satu "
                "kali pun",
                "tidak ada optimizer torch yang melangkah, dan hasil baris ini tidak sampai ke parameternya",
            ),
            instead(facts, one.place, rest if quiet else f"with torch.no_grad():\n{indent(rest, '    ')}"),
            one.place,
        )
        return


def _told(node: ast.stmt, name: str) -> str:
    if isinstance(node, ast.Expr):
        return f"Hasil baris ini dibuang: `{name}` tetap"
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return f"`{name}` di baris ini hanya tempat di sebuah daftar: sesudahnya di sana ada tensor baru"
    return f"`{name}` di baris ini hanya nama: sesudahnya ia menunjuk tensor baru"


def _step(facts: Facts, one: Statement) -> tuple[str, str] | None:
    """What the statement leaves as it was, and the step written into its tensor."""
    node = one.node
    if isinstance(node, ast.Expr):
        written = _written(node.value)
        given = written is not None and reads_gradient(facts, one, node.value)
        return written if given else None
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    target, written = node.targets[0], _written(node.value)
    if written is None or not reads_gradient(facts, one, node.value):
        return None
    name, told = written
    if isinstance(target, ast.Subscript):
        return (name, told) if ast.unparse(target) == name else None
    if not isinstance(target, ast.Name):
        return None
    if target.id == name:
        left = _is_passed_in(facts, one, name) or _is_argument(facts, one, name)
    else:
        left = not readings(facts.data.sources, target.id)
    return (target.id, told) if left else None


def _written(value: ast.expr) -> tuple[str, str] | None:
    """The tensor from which a step starts, and the same step written into it: `p - a` is `p -= a`."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in AROUND:
        value = value.func.value
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub | ast.Add):
        sign = "-" if isinstance(value.op, ast.Sub) else "+"
        name = _tensor(value.left)
        if name is None and sign == "+" and (name := _tensor(value.right)) is not None:
            return name, f"{name} += {ast.unparse(value.left)}"
        return (name, f"{name} {sign}= {ast.unparse(value.right)}") if name is not None else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr not in RETURNING:
        return None
    of_torch = isinstance(value.func.value, ast.Name) and value.func.value.id == "torch"
    start = value.args[0] if of_torch and value.args else value.func.value
    name = _tensor(start)
    if name is None:
        return None
    call = ast.Call(ast.Name(f"{name}.{value.func.attr}_"), value.args[1:] if of_torch else value.args, value.keywords)
    return name, ast.unparse(call)


def _tensor(node: ast.expr) -> str | None:
    """`p` of `p`, `p.data`, `p.detach()`, or `params[i]`; None where it is computed."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in AROUND:
        node = node.func.value
    if isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    base = node.value if isinstance(node, ast.Subscript) else node
    while isinstance(base, ast.Attribute):
        base = base.value
    return ast.unparse(node) if isinstance(base, ast.Name) else None


def _is_quiet(facts: Facts, one: Statement) -> bool:
    """Whether the statement stands where nothing is recorded."""
    for other in statements(facts):
        if isinstance(other.node, ast.With):
            texts = [ast.unparse(item) for item in other.node.items]
            around = inside(one.place, other.place)
        elif isinstance(other.node, ast.FunctionDef) and (*other.around, other.node.name) == one.around:
            texts, around = [ast.unparse(each) for each in other.node.decorator_list], True
        else:
            continue
        if around and any(word in text for text in texts for word in QUIET):
            return True
    return False


def _is_argument(facts: Facts, one: Statement, name: str) -> bool:
    """Whether the name is an argument of the function, which neither reads it after the step nor gives it back."""
    following = [other for other in statements(facts) if other.around == one.around and other.place > one.place]
    function = next(
        (
            other.node
            for other in statements(facts)
            if isinstance(other.node, ast.FunctionDef) and (*other.around, other.node.name) == one.around
        ),
        None,
    )
    if function is None or name not in {word.arg for word in function.args.args} or one.loop is not None:
        return False
    return not any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for other in following
        for node in ast.walk(other.node)
    )


def _is_passed_in(facts: Facts, one: Statement, name: str) -> bool:
    """Whether the name is the turn's own of a loop over parameters, and is not read after the step."""
    loop = statement_at(facts, one.loop)
    if loop is None or not isinstance(loop.node, ast.For):
        return False
    targets = {node.id for node in ast.walk(loop.node.target) if isinstance(node, ast.Name)}
    after = [
        node
        for other in statements(facts)
        if inside(other.place, loop.place) and other.place.line > one.place.end
        for node in ast.walk(other.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return name in targets and not any(_hands_on(facts, node) for node in after)


def _hands_on(facts: Facts, node: ast.Name) -> bool:
    """Whether such a reading gives the new tensor on; `p.grad` and the like do not."""
    return not any(
        isinstance(part, ast.Attribute) and part.value is node and part.attr in ("grad", "requires_grad")
        for other in statements(facts)
        for part in ast.walk(other.node)
    )
