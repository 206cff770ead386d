"""`backward` sebuah `autograd.Function` buatan sendiri yang tidak memakai gradien yang datang."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.graph import Value
from autograd_viz.recording.events import Gradient
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.facts import Facts, is_zero, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import function_name, parsed

ENDING = "Backward"  # torch names the node of `class Cube` CubeBackward
OUTSIDE = {"shape", "dtype", "device", "layout", "ndim", "is_cuda", "requires_grad"}  # nothing of its numbers
MAKERS = {"size", "dim", "numel", "new_zeros", "new_ones", "new_empty", "new_full", "new_tensor"}
LIKE = {"zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like"}


class Written(NamedTuple):
    """`backward` sebuah Function di sumber: nama gradien yang datang, dan semua `return`-nya beserta tempatnya."""

    names: tuple[str, ...]
    reads: bool
    returns: tuple[tuple[ast.expr, Place], ...]


def gradient_ignored(facts: Facts) -> Iterator[Found]:
    """`backward` mengirim gradien yang tidak dikalikan dengan gradien yang datang."""
    told: set[str] = set()
    for one in facts.rounds:
        for node, step in one.ran.items():
            op = facts.nodes[node].op
            name = op.removesuffix(ENDING)
            if not op.endswith(ENDING) or name in told or not _scales(step) or _passes_on(facts, node):
                continue
            written = _written(facts, name)
            if written is None or written.reads or not written.returns:
                continue
            told.add(name)
            came = next(value for value in step.values if norm(value))
            sent = next(flow.value for flow in step.sent if norm(flow.value))
            place = written.returns[-1][1]
            gradient = written.names[0]
            yield Found(
                f"`{name}.backward` tidak memakai isi `{gradient}`, yaitu gradien yang datang: yang dikirimnya sama "
                "untuk loss mana pun, jadi gradien di hulunya bukan gradien loss.",
                (
                    f"di {facts.line(place)} hasilnya tidak dikalikan dengan `{gradient}`",
                    f"pada {facts.line(one.start.place)}, gradien bernorma {number(norm(came))} datang dari "
                    f"{facts.line(facts.place_of(node))}, dan yang dikirim "
                    f"bernorma {number(norm(sent))}",
                    "keduanya hanya akan cocok bila gradien yang datang seluruhnya 1",
                ),
                _multiplied(facts, written, step),
                place,
            )


def _scales(step: Gradient) -> bool:
    """Whether what came is neither zero nor all ones, and something went out."""
    came = [value for value in step.values if value is not None]
    return (
        any(norm(value) for value in came)
        and not all(_ones(value) or not norm(value) for value in came)
        and any(norm(flow.value) for flow in step.sent)
        and not step.captured
    )


def _passes_on(facts: Facts, node: int) -> bool:
    """Whether its forward computes nothing: such a Function is there to send a gradient of its own."""
    out = facts.nodes[node].value
    given = [facts.nodes[edge.source].value for edge in facts.inputs.get(node, ())]
    if out is None or _ones(out) or is_zero(out):
        return True
    return any(one is not None and _content(one) == _content(out) for one in given)


def _content(value: Value) -> tuple[object, ...]:
    return value.numbers, value.low, value.high, value.norm


def _ones(value: Value) -> bool:
    if value.numbers is not None:
        return all(one == 1 for one in value.numbers)
    return value.low == value.high == 1


def _written(facts: Facts, name: str) -> Written | None:
    """The one backward of the one class of this name."""
    found = [
        (at, node)
        for at, source in enumerate(facts.data.sources)
        for klass in ast.walk(parsed(source.text) or ast.Module([], []))
        if isinstance(klass, ast.ClassDef) and klass.name == name
        for node in klass.body
        if isinstance(node, ast.FunctionDef) and node.name == "backward"
    ]
    if len(found) != 1:
        return None
    at, function = found[0]
    names = tuple(one.arg for one in (*function.args.posonlyargs, *function.args.args)[1:])
    if not names or function.args.vararg or function.args.kwarg:
        return None
    first = facts.data.sources[at].first - 1
    returns = tuple(
        (node.value, Place(at, first + node.lineno, first + (node.end_lineno or node.lineno)))
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
    )
    reads = _reads(function, set(names)) or _from_elsewhere(function, function.args.args[0].arg)
    return Written(names, reads, returns)


def _from_elsewhere(function: ast.FunctionDef, ctx: str) -> bool:
    """Whether it sends what others put into an object that forward was given, as in direct feedback alignment."""
    return any(
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id == ctx
        for node in ast.walk(function)
    )


def _reads(node: ast.AST, names: set[str]) -> bool:
    """Whether the numbers of one of these tensors are read, more than its shape."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
            return attr not in OUTSIDE and attr not in MAKERS
        case ast.Call(args=[ast.Name(id=name), *rest]) if name in names and function_name(node) in LIKE:
            return any(_reads(one, names) for one in (*rest, *(word.value for word in node.keywords)))
        case ast.Name(id=name, ctx=ast.Load()):
            return name in names
    return any(_reads(child, names) for child in ast.iter_child_nodes(node))


def _multiplied(facts: Facts, written: Written, step: Gradient) -> str:
    """Each `return` with the gradient that came as a factor, where a product of these shapes is that."""
    gradient = written.names[0]
    came = step.values[0] if len(step.values) == 1 else None
    sent = [flow.value for flow in step.sent if flow.value is not None]
    fits = came is not None and all(value.shape == came.shape or came.shape in ((), (1,)) for value in sent)
    if not fits or any(_is_pair(value) for value, _ in written.returns):
        where = " dan ".join(facts.line(place) for _, place in written.returns)
        return f"# di {where}:\n# aturan rantai: kalikan turunan lokalnya dengan {gradient} sebelum dikembalikan"
    return "\n".join(instead(facts, place, _with_factor(value, gradient)) for value, place in written.returns)


def _is_pair(value: ast.expr) -> bool:
    """Whether it may be a tuple without being written as one."""
    return isinstance(value, ast.Call) and function_name(value) in ("grad", "tuple", "vjp")


def _with_factor(value: ast.expr, gradient: str) -> str:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    factor = ast.Name(gradient, ast.Load())
    written = [
        ast.unparse(one if isinstance(one, ast.Constant) else ast.BinOp(factor, ast.Mult(), one)) for one in parts
    ]
    return f"return {', '.join(written)}"
