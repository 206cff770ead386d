"""Lapisan yang diganti: baris yang menggantinya, dan cara memberikan yang baru kepada optimizer di sana."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.mending import below

_SAME = "  # pengaturannya sama seperti semula"
Named = tuple[str, tuple[str, ...]]  # an expression, and the class and function in which it is written


class Line(NamedTuple):
    """Satu pemberian nama di sumber: tempatnya, yang ditulisinya, dan fungsi serta kelas yang memuatnya."""

    place: Place
    target: ast.expr
    around: tuple[str, ...]


def given(facts: Facts, names: list[Named], line: Line) -> str:
    """Baris yang memberikan lapisan baru kepada optimizer: di bawah yang menggantinya, atau di bawah pemanggilnya."""
    for name, where in names:
        if name and _reaches(name, where, line.around):
            return below(facts, line.place, _added(name, ast.unparse(line.target)))
    call = _call(facts, line.around[-1]) if line.around else None
    node = call.node.value if call is not None and isinstance(call.node, ast.Expr) else None
    layer = _outside(facts, line, node) if isinstance(node, ast.Call) else ""
    if call is None or not layer:
        return ""
    root = next((part.id for part in ast.walk(line.target) if isinstance(part, ast.Name)), "")
    owner, _, last = layer.removesuffix(ast.unparse(line.target).removeprefix(root)).rpartition(".")
    for name, where in names:
        if name.startswith("self.") and where and owner and _sets(facts, where[0], last):
            name, where = owner + name.removeprefix("self"), call.around
        if name and _reaches(name, where, call.around):
            return below(facts, call.place, _added(name, layer))
    return ""


def _outside(facts: Facts, line: Line, call: ast.Call) -> str:
    """The layer by the names at the call: `rec.model.book` for `self.book`, `net[1]` for the argument's own `m[1]`."""
    target = ast.unparse(line.target)
    if target.startswith("self."):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        return ast.unparse(owner) + target.removeprefix("self") if owner is not None else ""
    function = next((one.node for one in statements(facts) if _defines(one, line)), None)
    root = next((node.id for node in ast.walk(line.target) if isinstance(node, ast.Name)), "")
    taken = [one.arg for one in function.args.args] if isinstance(function, ast.FunctionDef) else []
    shift = taken[:1] == ["self"]
    at = taken.index(root) - shift if root in taken else -1
    return ast.unparse(call.args[at]) + target.removeprefix(root) if 0 <= at < len(call.args) else ""


def _defines(one: Statement, line: Line) -> bool:
    return isinstance(one.node, ast.FunctionDef) and (*one.around, one.node.name) == line.around


def _added(optimizer: str, module: str) -> str:
    return f'{optimizer}.add_param_group({{"params": {module}.parameters()}}){_SAME}'


def _sets(facts: Facts, owner: str, attribute: str) -> bool:
    own = [line for line in assigned_lines(facts) if line.around[:1] == (owner,)]
    return any(ast.unparse(line.target) == f"self.{attribute}" for line in own)


def _call(facts: Facts, function: str) -> Statement | None:
    """The only statement that calls this function or method and nothing else."""
    found = [
        one
        for one in statements(facts)
        if isinstance(one.node, ast.Expr)
        and isinstance(one.node.value, ast.Call)
        and ast.unparse(one.node.value.func).rpartition(".")[2] == function
    ]
    return found[0] if len(found) == 1 else None


def swapped_lines(facts: Facts, leaves: list[int]) -> list[Line]:
    """Pernyataan yang memasang modul lain di tempat parameter-parameter itu, menurut urutan barisnya."""
    paths = {one.leaf: one.path for module in facts.data.circumstances.modules for one in module.parameters}
    holders = dict.fromkeys(paths[leaf].rpartition(".")[0] for leaf in leaves if leaf in paths)
    found = {line.place: line for holder in holders if (line := _swap(facts, holder)) is not None}
    return [found[place] for place in sorted(found)]


def _swap(facts: Facts, path: str) -> Line | None:
    """The last statement that puts another module there, other than where the class itself makes it."""
    last = path.rpartition(".")[2]
    found = None
    for line in assigned_lines(facts) if last else ():
        own = isinstance(line.target, ast.Attribute) and ast.unparse(line.target.value) == "self"
        if _last(line.target) == last and not (own and line.around[-1:] == ("__init__",)):
            found = line
    return found


def _last(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


def _reaches(optimizer: str, where: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Whether the optimizer goes by this name there too."""
    return where[:-1] == there[:-1] and bool(there) if optimizer.startswith("self.") else where == there


def assigned_lines(facts: Facts) -> Iterator[Line]:
    """Semua pemberian nama tunggal di sumbernya."""
    for one in statements(facts):
        if isinstance(one.node, ast.Assign) and len(one.node.targets) == 1:
            yield Line(one.place, one.node.targets[0], one.around)
