"""`.grad` yang dibaca ke dalam loss: namanya, dan turunan yang sama dari `torch.autograd.grad` beserta grafnya."""

from __future__ import annotations

import ast
from typing import NamedTuple

from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.lost import Entry
from autograd_viz.reviewing.mending import instead, lines
from autograd_viz.reviewing.rewriting import expression, rewritten
from autograd_viz.reviewing.written import function_name, parsed


class Read(NamedTuple):
    """Ungkapan `.grad` yang dibaca program itu, dan perbaikannya."""

    name: str
    mend: str


def grad_read(facts: Facts, entry: Entry) -> Read | None:
    """Bacaan `.grad` di antara backward-nya dan tempat isinya masuk ke loss; None bila tidak tertulis di sana."""
    filling = statement_at(facts, entry.origin.place)
    if filling is None or entry.origin.place is None:
        return None
    after = [one for one in _simple(facts) if one.around == filling.around and one.place > filling.place]
    reading = [one for one in after if _grads(one.node)]
    names = dict.fromkeys(name for one in reading for name in _grads(one.node))
    if not names:
        entering = statement(facts.data.sources, facts.making[entry.node].place)
        names = dict.fromkeys(_grads(parsed(entering)))
    if not names:
        return None
    name = next(iter(names))
    return Read(name, _mend(facts, filling, [one for one in reading if name in _grads(one.node)], name))


def _simple(facts: Facts) -> list[Statement]:
    return [one for one in statements(facts) if not hasattr(one.node, "body")]


def _grads(tree: ast.AST | None) -> list[str]:
    return [
        ast.unparse(node)
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.Attribute) and node.attr == "grad" and isinstance(node.ctx, ast.Load)
        and ast.unparse(node.value) not in ("torch.autograd", "autograd")
    ]  # fmt: skip


def _mend(facts: Facts, filling: Statement, reading: list[Statement], name: str) -> str:
    root, weights = _root(filling)
    leaf = name.removesuffix(".grad")
    walked = _walked(reading[0].node, leaf) if len(reading) == 1 else None
    if root and walked is not None:
        new = rewritten(ast.unparse(reading[0].node), lambda node: _over(node, leaf))
        given = _derived(root, f"list({ast.unparse(walked)})", weights)
        if new:
            return f"{instead(facts, filling.place, f'grads = {given}')}\n{instead(facts, reading[0].place, new)}"
    new_name = f"grad_{leaf.replace('.', '_')}"
    if not root or not leaf.replace(".", "").isidentifier() or not reading or _inner(reading, leaf):
        where = lines(facts, reading[0].place) if reading else "baris yang membacanya"
        return (
            f"# di {lines(facts, filling.place)}: torch.autograd.grad(..., create_graph=True) di tempat backward(),\n"
            f"# dan di {where} pakai hasilnya di tempat `{name}`"
        )
    told = [instead(facts, filling.place, f"({new_name},) = {_derived(root, leaf, weights)}")]
    for one in reading:
        told.append(instead(facts, one.place, _put(one.node, name, new_name)))
    return "\n".join(told)


def _root(filling: Statement) -> tuple[str, str]:
    """What the statement sends backward, and with what weights; empty where it does something else too."""
    call = filling.node.value if isinstance(filling.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or function_name(call) != "backward" or not isinstance(call.func, ast.Attribute):
        return "", ""
    if ast.unparse(call.func.value) in ("torch.autograd", "autograd"):
        return "", ""
    named = {one.arg: ast.unparse(one.value) for one in call.keywords}
    weights = ast.unparse(call.args[0]) if call.args else named.get("gradient", "")
    if named.keys() - {"gradient", "retain_graph"} or len(call.args) > 1:
        return "", ""
    return ast.unparse(call.func.value), weights


def _derived(root: str, of: str, weights: str) -> str:
    return f"torch.autograd.grad({root}, {of}, {f'grad_outputs={weights}, ' if weights else ''}create_graph=True)"


def _put(node: ast.stmt, old: str, new: str) -> str:
    class Put(ast.NodeTransformer):
        def visit_Attribute(self, one: ast.Attribute) -> ast.AST:
            """Bacaan lama menjadi nama yang baru."""
            return expression(new) if ast.unparse(one) == old else self.generic_visit(one)

    return ast.unparse(Put().visit(ast.parse(ast.unparse(node))))


def _inner(reading: list[Statement], leaf: str) -> bool:
    """Whether the leaf is a name of a comprehension, or of the loop around the reading."""
    loops = [node for one in reading for node in ast.walk(one.node) if isinstance(node, ast.comprehension)]
    return any(isinstance(one, ast.Name) and one.id == leaf for loop in loops for one in ast.walk(loop.target))


def _walked(node: ast.AST, leaf: str) -> ast.expr | None:
    """The parameters over which a comprehension reads `.grad` and nothing else of them."""
    for one in ast.walk(node):
        if isinstance(one, ast.GeneratorExp | ast.ListComp) and len(one.generators) == 1:
            loop = one.generators[0]
            walk = loop.iter
            if not isinstance(walk, ast.Call) or function_name(walk) != "parameters":
                continue
            used = [name for name in ast.walk(one.elt) if isinstance(name, ast.Name) and name.id == leaf]
            if ast.unparse(loop.target) == leaf and len(used) == len(_grads(one.elt)):
                return walk
    return None


def _over(node: ast.expr, leaf: str) -> ast.expr | None:
    if not isinstance(node, ast.GeneratorExp | ast.ListComp) or _walked(node, leaf) is None:
        return None
    inner = _put(ast.Expr(node.elt), f"{leaf}.grad", "grad")
    whole = f"{inner} for grad in grads"
    return expression(f"[{whole}]" if isinstance(node, ast.ListComp) else f"({whole})")
