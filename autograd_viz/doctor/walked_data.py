"""Data yang masih punya graf: fitur yang dihitung sekali, disimpan di `Dataset` atau daftar, lalu dijalani putaran."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

import torch
from torch.utils.data import ConcatDataset, DataLoader, Subset, TensorDataset

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import definitions, dotted, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, called, instead
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.methods import stored_by_methods
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.stepped import optimizers
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.names import submodules
from autograd_viz.tracing.torch_internals import parameters_of
from autograd_viz.tracing.walk import Walk

_MOST = 200  # entries of a list that are looked at


class Kept(NamedTuple):
    """Satu tensor bergraf di dalam data: pemegangnya, dan nama atribut atau nomor urutnya di sana."""

    tensor: torch.Tensor
    owner: Any
    key: str | int


class Made(NamedTuple):
    """Pernyataan yang menghitungnya, ungkapannya, dan pernyataan-pernyataan di sekitarnya."""

    statement: Statement
    value: ast.expr
    scope: Scope


def walked_data(evidence: Evidence, nodes: Walk, bad: Set[Any]) -> Iterator[Finding]:
    """Data perulangan yang di hulunya ada simpul `bad`: setiap putaran melewati graf yang sama."""
    for frame in evidence.frames:
        for loop in reversed(frame.current.loops if frame.current is not None else ()):
            if not isinstance(loop, ast.For):
                continue
            for path in read_paths(loop.iter):
                data, rest = resolve(path, frame.variables)
                held = [] if rest else [one for one in _kept(data) if _spent(one.tensor, nodes, bad)]
                kept = next((one for one in held if all(one.tensor is not root for root in evidence.roots)), None)
                if kept is not None:
                    yield _finding(evidence, frame, loop, path, kept)
                    return


def _spent(tensor: torch.Tensor, nodes: Walk, bad: Set[Any]) -> bool:
    node = node_of(tensor)
    return node is not None and node in nodes and any(one in bad for one in upstream([tensor]))


def _kept(data: Any) -> Iterator[Kept]:
    """The tensors with a graph that this data holds."""
    if isinstance(data, DataLoader):
        yield from _kept(data.dataset)
    elif isinstance(data, Subset):
        yield from _kept(data.dataset)
    elif isinstance(data, ConcatDataset):
        for one in data.datasets:
            yield from _kept(one)
    elif isinstance(data, TensorDataset):
        yield from (Kept(one, data, place) for place, one in enumerate(data.tensors) if one.grad_fn is not None)
    elif isinstance(data, (list, tuple)):
        for one in data[:_MOST]:
            for part in one if isinstance(one, (list, tuple)) else (one,):
                if isinstance(part, torch.Tensor) and part.grad_fn is not None:
                    yield Kept(part, data, "")
    elif isinstance(data, torch.utils.data.Dataset) and not is_library_class(type(data)):
        for name, value in (attributes(data) or {}).items():
            for part in value[:_MOST] if isinstance(value, (list, tuple)) else (value,):
                if isinstance(part, torch.Tensor) and part.grad_fn is not None:
                    yield Kept(part, data, name)


def _finding(evidence: Evidence, frame: UserFrame, loop: ast.For, path: str, kept: Kept) -> Finding:
    made = _made(evidence, kept)
    trained = _trained(evidence, kept.tensor)
    mend = ""
    if made is not None:
        mend = _in_every_turn(frame, loop, path, kept, made) if trained else _without_graph(made)
        mend += "".join(f"\n{line}" for line in _alike(evidence, frame, path, kept) if trained)
    name = _name_of(made) or path
    told = f"isi `{path}` masih punya graf"
    if made is not None:
        told = f"`{name}` dihitung sekali, di {at(made.statement)}, dan masuk ke `{path}` beserta grafnya"
    told += f"; setiap putaran dari `for {_bare(loop.target)} in {ast.unparse(loop.iter)}` (baris {loop.lineno}) " \
            "melewati graf yang sama."
    if not trained:
        told += " Yang menghitungnya tidak dilatih optimizer mana pun, jadi cukup isinya."
    return Finding(
        "luar-lingkaran", told[0].upper() + told[1:],
        {"tensor": name, "line": made.statement.text if made is not None else ""}, mend or None,
        forward=made.statement if made is not None else None, nodes=(node_of(kept.tensor),), weight=5,
        example=all(line.startswith("#") for line in mend.splitlines()),
    )  # fmt: skip


def _made(evidence: Evidence, kept: Kept) -> Made | None:
    """The only statement that computed what the data holds."""
    found: dict[tuple[str, int], Made] = {}
    if isinstance(kept.key, str):
        method = stored_by_methods(kept.owner, kept.key) if kept.key else None
        if method is None or method.store.kind != "assign" or method.store.value is None:
            return None
        return Made(method.statement, method.store.value, Scope())
    for scope, held in _scopes(evidence):
        for statement in scope.statements:
            for call in _datasets(statement):
                given = call.args[kept.key] if kept.key < len(call.args) else None
                one = _computed(given, statement, scope)
                value = resolve(dotted(given) or "None", held)[0]
                if isinstance(value, torch.Tensor) and value is not kept.tensor:
                    continue
                if one is not None:
                    found[one.statement.title, one.statement.line] = one
    return next(iter(found.values())) if len(found) == 1 else None


def _scopes(evidence: Evidence) -> Iterator[tuple[Scope, Mapping[str, Any]]]:
    yield from ((frame.scope, frame.variables) for frame in evidence.frames)
    yield from ((one.scope, {}) for one in called_scopes(evidence, ran=True))


def _datasets(statement: Statement) -> Iterator[ast.Call]:
    node = statement.node
    for one in ast.walk(node) if not hasattr(node, "body") else ():
        if isinstance(one, ast.Call) and called(one) == "TensorDataset":
            if not any(isinstance(part, ast.Starred) for part in one.args):
                yield one


def _computed(given: ast.expr | None, statement: Statement, scope: Scope) -> Made | None:
    """Where the argument was computed: in the call itself, or by the statement that gave the name its value."""
    path = dotted(given)
    if given is None or path is None:
        return Made(statement, given, scope) if given is not None else None
    made = definitions(scope, path, statement, 2)
    if len(made) != 1 or made[0][1].kind != "assign" or made[0][1].value is None or made[0][0].blocks:
        return None
    return Made(made[0][0], made[0][1].value, scope)


def _trained(evidence: Evidence, tensor: torch.Tensor) -> bool:
    """Whether an optimizer moves what lies behind it, as far as optimizers are to be seen."""
    held = [one for _, optimizer in optimizers(evidence) for group in optimizer.param_groups for one in group["params"]]
    behind = leaves(upstream([tensor]))
    return not held or any(one is leaf for one in held for leaf in behind)


def _without_graph(made: Made) -> str:
    value = ast.unparse(made.value)
    closed = value if isinstance(made.value, (ast.Call, ast.Name, ast.Attribute)) else f"({value})"
    return instead(made.statement, with_nodes(made.statement.node, {id(made.value): f"{closed}.detach()"}))


def _in_every_turn(frame: UserFrame, loop: ast.For, path: str, kept: Kept, made: Made) -> str:
    """The data keeps what goes in; the loop computes with it in every turn."""
    call = made.value
    words = f"# simpan masukannya saja di `{path}`, dan jalankan `{ast.unparse(call)}` di dalam perulangan baris " \
            f"{loop.lineno}, setiap putaran"
    drawn = [name for name in _drawn(loop) if _comes_from(frame.variables.get(name), kept.tensor)]
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords or len(drawn) != 1:
        return words
    module, given = _module(frame, kept.tensor), ast.unparse(call.args[0])
    first = next(iter(frame.scope.inside(loop)), None)
    if module is None or first is None or dotted(call.func) is None or not _names_the_whole(call, frame, module):
        return words
    return "\n".join([
        instead(made.statement, with_nodes(made.statement.node, {id(call): given})),
        f"# baris baru, tepat di atas {at(first)}, `{first.text}`:",
        f"{drawn[0]} = {module}({drawn[0]})",
        *_others(frame, loop, path, f"{drawn[0]} = {module}({drawn[0]})"),
    ])  # fmt: skip


def _alike(evidence: Evidence, frame: UserFrame, path: str, kept: Kept) -> Iterator[str]:
    """Further loaders that hold what the same parameters computed."""
    here = resolve(path, frame.variables)[0]
    behind = leaves(upstream([kept.tensor]))
    for name, loader in evidence.of_type(DataLoader):
        held = [leaf for one in _kept(loader) for leaf in leaves(upstream([one.tensor]))] if loader is not here else []
        if any(leaf is one for leaf in held for one in behind):
            yield f"# isi `{name}` dihitung oleh parameter yang sama: perulangan yang membacanya memerlukan " \
                  "baris itu juga"


def _others(frame: UserFrame, loop: ast.For, path: str, line: str) -> Iterator[str]:
    """Further loops over the same data in this function."""
    for one in frame.scope.statements:
        node = one.node
        if isinstance(node, ast.For) and node is not loop and path in read_paths(node.iter):
            inner = next((inner for inner in frame.scope.inside(node)), None)
            if inner is not None and loop not in one.blocks and ast.unparse(node.target) == ast.unparse(loop.target):
                yield f"# baris baru, tepat di atas {at(inner)}, `{inner.text}`:"
                yield line


def _drawn(loop: ast.For) -> list[str]:
    return [node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)]


def _comes_from(value: Any, tensor: torch.Tensor) -> bool:
    return isinstance(value, torch.Tensor) and node_of(tensor) in upstream([value])


def _module(frame: UserFrame, tensor: torch.Tensor) -> str | None:
    """The smallest module in this function whose parameters are all that lies behind the tensor."""
    behind = leaves(upstream([tensor]))
    found: list[tuple[int, str]] = []
    for name, value in frame.variables.items():
        if isinstance(value, torch.nn.Module):
            for inner, part in submodules(value):
                own = [one for prefix, below in submodules(part) for one in parameters_of(below).values()]
                if behind and all(any(one is leaf for one in own) for leaf in behind):
                    found.append((len(own), f"{name}.{inner}".rstrip(".")))
    return min(found)[1] if found else None


def _names_the_whole(call: ast.Call, frame: UserFrame, module: str) -> bool:
    """Whether the call runs that module itself: the last word of both names, or all parameters of the module."""
    value, rest = resolve(module, frame.variables)
    function = dotted(call.func) or ""
    if rest or not isinstance(value, torch.nn.Module) or function.split(".")[0] in ("torch", "F", "nn"):
        return False
    same, unread = resolve(function, frame.variables)
    return (not unread and same is value) or function.rpartition(".")[2] == module.rpartition(".")[2]


def _name_of(made: Made | None) -> str:
    """The name to which the statement gives what it computes; empty where it gives it to none."""
    wrote = stores(made.statement.node) if made is not None else []
    return next((one.path for one in wrote if made is not None and one.value is made.value), "")


def _bare(target: ast.expr) -> str:
    """`a, b` without brackets."""
    return ", ".join(map(ast.unparse, target.elts)) if isinstance(target, ast.Tuple) else ast.unparse(target)
