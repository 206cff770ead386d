"""Hitungan yang dijalankan sekali di `__init__` dan dipakai di setiap forward: pembacanya, dan obatnya di sana."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, Known, resolve
from autograd_viz.doctor.expressions import definitions, dotted, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, span
from autograd_viz.doctor.fixed_targets import FIXED, targets_of_init, untrained
from autograd_viz.doctor.grad_switches import files
from autograd_viz.doctor.graph_state import node_of
from autograd_viz.doctor.methods import StoringMethod, code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement, read_text


class Reader(NamedTuple):
    """Satu pernyataan yang membaca hitungan itu: nama fungsinya, namanya di sana, dan apakah pemiliknya `self`."""

    function: str
    statement: Statement
    path: str


def kept_since_init(evidence: Evidence, one: Known, owner: Any, method: StoringMethod) -> Finding:
    """Temuan bahwa `one` dihitung sekali di `__init__` milik `owner`."""
    path = f"self.{one.path.split('[')[0].rpartition('.')[2]}"
    readers = list(_readers(evidence, one.tensor, path.removeprefix("self")))
    told = f"`{path}` dihitung sekali di `__init__` kelas `{type(owner).__name__}` ({at(method.statement)})"
    used = ", ".join(f"`{reader.function}()` ({at(reader.statement)})" for reader in readers[:3])
    told += f", lalu dipakai {used} setiap kali dijalankan." if used else ", lalu dipakai terus."
    fixed = targets_of_init(evidence, owner, method.statement) if untrained(evidence, one.tensor) else ""
    if fixed:
        told += FIXED
    lines = _leading(owner, method, path)
    made = _computing(lines, method)
    if made is not method.statement:
        told = told.replace(at(method.statement), f"{at(made)}, `{made.text}`")
    mend = fixed or _as_property(evidence, lines, owner, readers, path) or _mend(lines, method, readers, path)
    return Finding(
        "luar-lingkaran",
        told,
        {"state": path, "tensor": path, "line": made.text, "writer": made.text},
        mend or f"# pindahkan dari __init__ ke metode yang memakainya:\n{method.statement.text}",
        forward=made,
        nodes=(node_of(one.tensor),),
        weight=4 if readers else 3,
        example=not mend,
    )


def _computing(lines: list[Statement] | None, method: StoringMethod) -> Statement:
    """The statement that computed it, where `self.f = f` only keeps it under another name."""
    name = dotted(method.store.value)
    made = [
        one for one in lines or ()
        if any(store.path == name and store.kind == "assign" for store in stores(one.node))
    ]  # fmt: skip
    return made[-1] if made else method.statement


def _readers(evidence: Evidence, tensor: torch.Tensor, attribute: str) -> Iterator[Reader]:
    """The statements that read this very tensor through an attribute, in running functions and in called ones."""
    places: list[tuple[str, Scope, Mapping[str, Any]]] = [
        (one.name, one.scope, one.held) for one in called_scopes(evidence)
    ]
    for name, scope, held in places:
        if name == "__init__":
            continue
        for statement in scope.statements:
            wrote = [store.path for store in stores(statement.node)]
            for path in read_paths(statement.node if not hasattr(statement.node, "body") else None):
                base = path[: path.index(attribute) + len(attribute)] if attribute in path else ""
                if base and base not in wrote and resolve(base, held)[0] is tensor:
                    yield Reader(name, statement, base)
                    break


def _leading(owner: Any, method: StoringMethod, path: str) -> list[Statement] | None:
    """The statements of `__init__` that make it, in their order; None where they need an argument of `__init__`."""
    for kind in type(owner).__mro__:
        function = code_of(vars(kind).get("__init__"))
        scope = scope_of_function(function) if function is not None else Scope()
        own = next((one for one in scope.statements if one.line == method.statement.line), None)
        if own is not None:
            return _chain(scope, own, set())
    return None


def _chain(scope: Scope, statement: Statement, seen: set[int]) -> list[Statement] | None:
    if statement.blocks or statement.line in seen:
        return None if statement.blocks else []
    seen.add(statement.line)
    found = [statement]
    for path in read_paths(getattr(statement.node, "value", None)):
        base = path.partition(".")[0].partition("[")[0]
        if base == "self":
            continue
        if base in scope.parameters:
            return None
        for made, _ in definitions(scope, base, statement, 1):
            before = _chain(scope, made, seen)
            if before is None:
                return None
            found += before
    return sorted(found, key=lambda one: one.place)


def _as_property(
    evidence: Evidence, lines: list[Statement] | None, owner: Any, readers: list[Reader], path: str
) -> str:
    """A property that computes it anew for all its readers; empty where each of them is known, or where it is set."""
    name = path.removeprefix("self.")
    value = getattr(lines[-1].node, "value", None) if lines and _alone(lines[-1]) else None
    init = code_of(vars(type(owner)).get("__init__"))
    if not lines or value is None or init is None or not name.isidentifier():
        return ""
    known = {(one.statement.title, line) for one in readers for line in _lines_of(one.statement)}
    others, told = 0, [f"# hapus {span(one)} dari __init__: {one.text}" for one in lines[-1:]]
    for text in filter(None, (read_text(file, {}) for file in files(evidence))):
        for node in ast.walk(text.tree):
            if isinstance(node, ast.Attribute) and node.attr == name:
                if isinstance(node.ctx, ast.Load):
                    others += (text.title, node.lineno) not in known
                elif node.lineno != lines[-1].line:
                    return ""
    if not others:
        return ""
    first = init.__code__.co_firstlineno
    body = [ast.unparse(one.node) for one in lines[:-1]] + [f"return {ast.unparse(value)}"]
    told.append(f"# tepat di atas baris {first}, __init__ kelas {type(owner).__name__}:")
    return "\n".join([*told, "@property", f"def {name}(self):", *(f"    {line}" for line in body)])


def _lines_of(statement: Statement) -> range:
    body = getattr(statement.node, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else statement.node.end_lineno or statement.line
    return range(statement.line, max(last, statement.line) + 1)


def _mend(lines: list[Statement] | None, method: StoringMethod, readers: list[Reader], path: str) -> str:
    """Each reader computes it anew; empty where that cannot be written with the program's own lines."""
    value = getattr(method.statement.node, "value", None)
    if not lines or not readers or value is None:
        return ""
    told = [f"# hapus {span(one)} dari __init__: {one.text}" for one in lines[-1:]]
    by_function: dict[str, list[Reader]] = {}
    for one in readers:
        by_function.setdefault(one.function, []).append(one)
    for name, held in by_function.items():
        first = held[0]
        owner = first.path.removesuffix(path.removeprefix("self"))
        simple = not any(hasattr(one.statement.node, "body") for one in held)
        if len(lines) == 1 and len(held) == 1 and simple and _alone(lines[0]):
            new = _replaced(first.statement.node, first.path, _of(value, owner))
            told.append(f"# menggantikan {span(first.statement)}, di {name}():\n{new}")
        else:
            told.append(f"# tepat di atas {at(first.statement)}, di {name}():")
            told += [ast.unparse(_of(one.node, owner)) for one in lines]
    return "\n".join(told)


def _alone(statement: Statement) -> bool:
    """Whether the whole value goes to one name: not `self.q, _ = f(x)`."""
    targets = getattr(statement.node, "targets", [getattr(statement.node, "target", None)])
    return len(targets) == 1 and not isinstance(targets[0], (ast.Tuple, ast.List))


def _of(node: ast.AST, owner: str) -> ast.AST:
    """The same code, where another name holds what `self` was."""
    new = ast.parse(ast.unparse(node)).body[0]
    changed = ast.fix_missing_locations(_Named("self", ast.parse(owner, mode="eval").body).visit(new))
    return changed.value if isinstance(changed, ast.Expr) and isinstance(node, ast.expr) else changed


def _replaced(node: ast.stmt, path: str, value: ast.AST) -> str:
    new = ast.parse(ast.unparse(node)).body[0]
    return ast.unparse(ast.fix_missing_locations(_Named(path, value).visit(new)))


class _Named(ast.NodeTransformer):
    """Another expression in place of a name."""

    def __init__(self, path: str, value: ast.AST) -> None:
        self.path, self.value = path, value

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) == self.path:
            return self.value
        return super().visit(node)
