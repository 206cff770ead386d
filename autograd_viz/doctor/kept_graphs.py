"""Hasil hitungan yang disimpan beserta grafnya dan dipakai lagi: di kamus, daftar, objek, atau `lru_cache`."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import places_of
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, heads, read_paths, stores, within
from autograd_viz.doctor.findings import Finding, at, method_call, rows
from autograd_viz.doctor.forward_line import forward_line
from autograd_viz.doctor.graph_state import freed, node_of
from autograd_viz.doctor.methods import code_of, scope_of_function, stored_by_methods
from autograd_viz.doctor.old_nodes import leaps
from autograd_viz.doctor.slices import Context, callee
from autograd_viz.doctor.source import Scope, Statement, functions_of, read_text
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import attributes
from autograd_viz.tracing.torch_internals import order_of
from autograd_viz.tracing.walk import Walk

_LEVELS = 3  # a list in the __dict__ of an object


class _Stored(NamedTuple):
    """A statement that stores into a container, and the function that holds it."""

    statement: Statement
    scope: Scope


def kept_graphs(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """Yang membawa graf lama bila bukan putaran itu sendiri yang membawanya; selalu ada satu temuan."""
    for search in (_in_containers, _remembered, _in_objects, _unnamed):
        found = next(search(evidence, nodes), None)
        if found is not None:
            yield found
            return


def _in_containers(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """cache["h"] = ... in a function, read again in a later turn."""
    for one in evidence.known:
        owner = _owner(one.path)
        if not owner or not _old(one.tensor, nodes):
            continue
        container = _held(owner, evidence.frames[one.frame].variables)
        stored = next(_storing(evidence, container), None) if container is not None else None
        if stored is not None:
            line = stored.statement
            mend = _computed_each_time(stored)
            yield _finding(
                evidence, one.path, one.tensor, mend, line,
                f"`{line.text}` di {at(line)} menyimpannya beserta grafnya, dan isinya dipakai lagi sesudah itu.",
            )  # fmt: skip


def _owner(path: str) -> str:
    node = ast.parse(path, mode="eval").body if _is_code(path) else None
    return ast.unparse(node.value) if isinstance(node, ast.Subscript) else ""


def _is_code(path: str) -> bool:
    try:
        ast.parse(path, mode="eval")
    except SyntaxError:  # a numbered part of a module
        return False
    return True


def _held(path: str, variables: Mapping[str, Any]) -> Any:
    value, rest = resolve(path, variables)
    return None if rest else value


def _old(tensor: torch.Tensor, nodes: Walk) -> bool:
    """Whether it lies behind what was asked for, and the graph leaps right after it."""
    node = node_of(tensor)
    return node in nodes and node in leaps(nodes)


def _storing(evidence: Evidence, container: Any) -> Iterator[_Stored]:
    for scope, held in places_of(evidence):
        for statement in scope.statements:
            for store in stores(statement.node):
                if store.kind in ("element", "append") and _held(store.path, held) is container:
                    yield _Stored(statement, scope)


def _computed_each_time(stored: _Stored) -> str:
    """The guard around the store, or the early return above it, taken away."""
    line, path = stored.statement, stores(stored.statement.node)[0].path
    guard = line.blocks[-1] if line.blocks else None
    if isinstance(guard, ast.If) and not guard.orelse and any(begins(one, path) for one in read_paths(guard.test)):
        where = at(line).replace(f"baris {line.line}", rows(guard.lineno, guard.end_lineno))
        return f"# menggantikan {where}; dihitung setiap kali:\n" + "\n".join(map(ast.unparse, guard.body))
    for one in stored.scope.statements[: line.place]:
        node = one.node
        early = isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Return)
        if early and any(begins(found, path) for found in read_paths(node.test)):  # type: ignore[attr-defined]
            where = at(one).replace(f"baris {one.line}", rows(one.line, node.end_lineno))
            return f"# hapus {where}, supaya dihitung setiap kali: {one.text}"
    return ""


def _remembered(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """A function under functools.lru_cache or functools.cache that gave the same tensor once more."""
    for scope, held in places_of(evidence):
        context = Context(scope, held, None, {})
        calls = [node for one in scope.statements for head in heads(one.node) for node in within(head)
                 if isinstance(node, ast.Call)]  # fmt: skip
        for call in calls:
            thing = callee(call, context)
            inner: Callable[..., Any] | None = getattr(thing, "__wrapped__", None)
            if inner is None or not hasattr(thing, "cache_info") or not thing.cache_info().hits:
                continue
            code = inner.__code__
            text = read_text(code.co_filename, inner.__globals__)
            own = next((one for one in functions_of(text) if one.name == inner.__name__), None) if text else None
            for one in own.decorator_list if own is not None else ():
                if "cache" in ast.unparse(one):
                    hits = thing.cache_info().hits
                    told = f"`{inner.__name__}()` mengingat hasilnya (`@{ast.unparse(one)}`, baris {one.lineno}), " \
                           f"dan {hits} kali memberi tensor yang sama beserta grafnya."
                    mend = f"# hapus baris {one.lineno}, @{ast.unparse(one)}"
                    yield _finding(evidence, f"{inner.__name__}()", None, mend, None, told)


def _in_objects(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """A tensor that an object keeps which no name of the running functions reaches: a data set in its loader."""
    named = {id(one.tensor) for one in evidence.known}
    for tensor in [one for one in gc.get_objects() if issubclass(type(one), torch.Tensor)]:
        if id(tensor) in named or not _old(tensor, nodes):
            continue
        for owner, attribute in _keepers(tensor):
            method = stored_by_methods(owner, attribute)
            if method is not None:
                line = method.statement
                told = f"`{type(owner).__name__}.{method.name}()` menghitungnya dan menyimpannya di " \
                       f"`self.{attribute}` ({at(line)}), lalu isinya dipakai lagi sesudah itu."
                function = code_of(getattr(type(owner), method.name, None))
                scope = scope_of_function(function) if function is not None else Scope()
                each = _computed_each_time(_Stored(line, scope)) if method.store.kind == "element" else ""
                mend = each or f"# simpan masukannya saja di self.{attribute}, dan jalankan hitungan di {at(line)} " \
                               "di dalam perulangan, sebelum backward()"
                yield _finding(evidence, f"self.{attribute}", tensor, mend, line, told)


def _keepers(tensor: torch.Tensor) -> Iterator[tuple[Any, str]]:
    """The objects of the user's classes that keep it, in an attribute or in a list or dict of one."""
    inside: list[Any] = [tensor]
    wanted, owners = {id(tensor)}, []
    for _ in range(_LEVELS):
        found = gc.get_referrers(*inside)
        owners += [one for one in found if not _plain(one)]
        inside = [one for one in found if type(one) in (list, dict, tuple)]
        wanted |= {id(one) for one in inside}
        if not inside:
            break
    for owner in owners:
        for name, value in {**_own(owner), **(attributes(owner) or {})}.items():
            if id(value) in wanted:
                yield owner, name


def _own(owner: Any) -> dict[str, Any]:
    """Also what begins with an underscore, which is seldom looked at."""
    held = getattr(owner, "__dict__", None)
    return dict(held) if type(held) is dict else {}


def _plain(thing: Any) -> bool:
    return type(thing) in (list, dict, tuple) or is_library_class(type(thing))


def _unnamed(evidence: Evidence, nodes: Walk) -> Iterator[Finding]:
    """What is true in any case: which part is old, where it was computed, and what was run through it before."""
    border = leaps(nodes)
    node = border[0] if len(border) == 1 else None
    line = forward_line(evidence, node, nodes) if node is not None else None
    here = evidence.here
    current = here.current if here is not None else None
    asking = [
        one for frame in evidence.frames for one in frame.scope.statements
        if not hasattr(one.node, "body") and method_call(one.node, "backward", "grad") is not None
    ]  # fmt: skip
    listed = ", ".join(dict.fromkeys(f"`{one.text}` ({at(one)})" for one in asking[:3]))
    spent = freed(nodes)
    told = f"Simpanan {len(spent)} dari operasinya sudah dibebaskan. Yang terlihat menjalankan backward: " \
           f"{listed or 'tidak ada dari sini'}."
    name = type(node or min(spent, key=lambda one: order_of(one) or 0, default=None)).__name__
    mend, stored = "", None
    own = here.scope.statements if here is not None else ()
    if line is not None and current is not None and line in own and line.loops == current.loops:  # made anew just now
        told = f"Yang lama masuk lewat `{line.text}` di {at(line)}: yang dipanggilnya memberi hasil yang sudah " \
               f"dihitung lebih dulu. {told}"
        mend = f"# carilah hasil yang disimpan di dalam yang dipanggil {at(line)}, dan hitung lagi setiap kali"
    elif line is not None:
        told = f"Yang lama dihitung oleh `{line.text}` di {at(line)}. {told}"
        targets = getattr(line.node, "targets", [])
        name = ast.unparse(targets[0]) if len(targets) == 1 else name
        stored = next((_Stored(one, scope) for scope, _ in places_of(evidence) for one in scope.statements
                       if (one.title, one.line) == (line.title, line.line) and stores(one.node)), None)  # fmt: skip
        mend = _computed_each_time(stored) if stored is not None else ""
        again = "jalankan lagi fungsi yang memuat" if isinstance(line.node, ast.Return) else "jalankan lagi"
        mend = mend or f"# {again} {at(line)} di setiap putaran, sebelum {at(current)}: {line.text}"
    yield _finding(evidence, name, None, mend, line, told, node)


def _finding(
    evidence: Evidence, name: str, tensor: torch.Tensor | None, mend: str, line: Statement | None, told: str,
    node: Any = None,
) -> Finding:  # fmt: skip
    marked = node_of(tensor) if tensor is not None else node
    return Finding(
        "graf-tersimpan", told, {"tensor": name, "line": line.text if line is not None else ""}, mend,
        forward=line, nodes=(marked,) if marked is not None else (), weight=4,
        example=not mend or (mend.startswith("#") and "\n" not in mend and not mend.startswith("# hapus")),
    )  # fmt: skip
