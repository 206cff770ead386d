"""Nama yang dipakai program itu sendiri untuk optimizer, model, dan lapisan yang diganti, dibaca dari sumbernya."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import dedent
from typing import NamedTuple

from autograd_viz.recording.source import Place, Source, statement
from autograd_viz.reviewing.facts import Facts

_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Line(NamedTuple):
    """Satu pernyataan di sumber: nomor barisnya, kodenya, yang ditulisinya, dan fungsi serta kelas yang memuatnya."""

    number: int
    text: str
    target: ast.expr
    value: ast.expr
    around: tuple[str, ...]


def optimizer_name(facts: Facts, place: Place | None) -> str:
    """Ungkapan yang memegang optimizer di baris `step()`-nya, misalnya `self.optimizer` atau `opts["g"]`."""
    for node in ast.walk(_parsed(statement(facts.data.sources, place) or "")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "step":
            owner = ast.unparse(node.func.value)
            return ast.unparse(node.args[0]) if "scaler" in owner.lower() and node.args else owner
    return "optimizer"


def model_name(facts: Facts) -> str:
    """Nama modul terluar yang dilatih; `model` bila tidak diketahui."""
    names = [module.name for module in facts.data.circumstances.modules]
    return names[0] if len(names) == 1 and names[0] else "model"


def added_group(facts: Facts, leaves: list[int], place: Place | None) -> tuple[str, tuple[str, ...]]:
    """Kode yang memberikan parameter baru kepada optimizer itu, dan bukti di baris mana lapisannya diganti."""
    optimizer = optimizer_name(facts, place)
    swapped = [line for path in _modules(facts, leaves) if (line := _swap(facts, path)) is not None]
    inside = _around(facts, place)
    if swapped and all(_reaches(optimizer, line, inside) for line in swapped):
        lines = {line.number: line for line in swapped}
        mend = "\n".join(
            f"# sesudah baris {number}, {line.text}:\n{_added(optimizer, ast.unparse(line.target))}"
            for number, line in sorted(lines.items())
        )
        return mend, tuple(f"diganti di baris {number}, `{line.text}`" for number, line in sorted(lines.items()))
    model, optimizer = _seen_from_outside(facts, leaves, optimizer)
    paths = _modules(facts, leaves) if swapped else [""]
    call = _call(facts, swapped[-1].around[-1]) if swapped and swapped[-1].around else ""
    mend = f"# sesudah {call}:\n" if call else \
        "# sekali, sesudah model (atau lapisannya) diganti dan sebelum langkah pertama:\n"
    return mend + "\n".join(_added(optimizer, _joined(model, path)) for path in paths), ()


def _seen_from_outside(facts: Facts, leaves: list[int], optimizer: str) -> tuple[str, str]:
    """The model and the optimizer by the names of the block that is recorded: `rec.model` and `rec.optimizer`."""
    paths = {one.leaf: one.path for module in facts.data.circumstances.modules for one in module.parameters}
    for leaf in leaves:
        name, path = facts.nodes[leaf].name or "", paths.get(leaf, "")
        if path and name.endswith(f".{path}"):
            model = name.removesuffix(f".{path}")
            owner, _, last = model.rpartition(".")
            inside = any(f"self.{last}" in source.text for source in facts.data.sources)
            if optimizer.startswith("self.") and owner and inside:
                optimizer = owner + optimizer.removeprefix("self")
            return model, optimizer
    return model_name(facts), optimizer


def _call(facts: Facts, function: str) -> str:
    """Where this function is called as a statement of its own."""
    found = [
        f"baris {source.first - 1 + node.lineno}, {ast.unparse(node)}"
        for source in facts.data.sources for node in ast.walk(_parsed(source.text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).rpartition(".")[2] == function
    ]  # fmt: skip
    return found[0] if len(found) == 1 else ""


def _added(optimizer: str, module: str) -> str:
    return f'{optimizer}.add_param_group({{"params": {module}.parameters()}})  # pengaturannya sama seperti semula'


def _joined(model: str, path: str) -> str:
    return "".join([model, *(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part)])


def _modules(facts: Facts, leaves: list[int]) -> list[str]:
    """The paths of the parts of the model that hold these parameters."""
    paths = {one.leaf: one.path for module in facts.data.circumstances.modules for one in module.parameters}
    return list(dict.fromkeys(paths[leaf].rpartition(".")[0] for leaf in leaves if leaf in paths))


def _swap(facts: Facts, path: str) -> Line | None:
    """The last statement that puts another module there, other than where the class itself makes it."""
    last = path.rpartition(".")[2]
    if not last:
        return None
    found = None
    for source in facts.data.sources:
        for line in _assignments(source):
            target = line.target
            own = isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
            if _last(target) == last and not (own and line.around[-1:] == ("__init__",)):
                found = line
    return found


def _last(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


def _reaches(optimizer: str, line: Line, inside: tuple[str, ...]) -> bool:
    """Whether the optimizer goes by this name where the layer is replaced."""
    if optimizer.startswith("self."):
        return line.around[:-1] == inside[:-1] and bool(line.around)
    return line.around == inside


def _around(facts: Facts, place: Place | None) -> tuple[str, ...]:
    if place is None:
        return ()
    source = facts.data.sources[place.source]
    found: tuple[str, ...] = ()
    for node, around in _walk(_parsed(source.text), ()):
        first = source.first - 1 + getattr(node, "lineno", 0)
        if isinstance(node, ast.stmt) and first <= place.line <= source.first - 1 + (node.end_lineno or 0):
            found = around
    return found


def _assignments(source: Source) -> Iterator[Line]:
    for node, around in _walk(_parsed(source.text), ()):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            text = " ".join(ast.unparse(node).split())
            yield Line(source.first - 1 + node.lineno, text, node.targets[0], node.value, around)


def _walk(node: ast.AST, around: tuple[str, ...]) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    for child in ast.iter_child_nodes(node):
        yield child, around
        yield from _walk(child, (*around, child.name) if isinstance(child, _BLOCKS) else around)


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(dedent(text))
    except (SyntaxError, ValueError):  # a part of a long file
        return ast.Module([], [])
