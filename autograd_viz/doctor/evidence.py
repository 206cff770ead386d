"""Yang tersisa dari sebuah galat: bingkai-bingkai kode pengguna, variabelnya, dan tensor yang sedang di-backward."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import FrameType, TracebackType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.expressions import heads, within
from autograd_viz.doctor.source import Scope, Statement, scope_of
from autograd_viz.library_code import is_library, is_library_class
from autograd_viz.tracing.containers import MOST, attributes, half_made, reachable
from autograd_viz.tracing.names import HISTORY, submodules
from autograd_viz.tracing.scope import variables
from autograd_viz.tracing.torch_internals import buffers_of, children_of, parameters_of

_ENTRIES = {
    torch.autograd.backward.__code__: ("tensors", "inputs"),
    torch.autograd.grad.__code__: ("outputs", "inputs"),
}
_MISSING: Any = object()


class UserFrame(NamedTuple):
    """Satu bingkai kode pengguna saat galat muncul; `call` ungkapan yang menimbulkannya, bila diketahui."""

    variables: Mapping[str, Any]
    scope: Scope
    current: Statement | None
    call: ast.expr | None
    filename: str


class Known(NamedTuple):
    """Satu tensor yang dapat disebut namanya, dan bingkai ke berapa yang mengenalnya."""

    path: str
    tensor: torch.Tensor
    frame: int


class Evidence(NamedTuple):
    """Bukti sebuah galat: bingkai pengguna dari dalam ke luar, yang di-backward, dan yang diturunkan terhadapnya.

    Ia memegang tensor, jadi tidak boleh hidup lebih lama daripada satu pemeriksaan.
    """

    error: BaseException
    frames: tuple[UserFrame, ...]
    roots: tuple[torch.Tensor, ...]
    inputs: tuple[torch.Tensor, ...]
    known: tuple[Known, ...]
    stepping: Any = None  # the optimizer or scaler in whose method it was raised

    @property
    def here(self) -> UserFrame | None:
        """Bingkai pengguna yang terdalam."""
        return self.frames[0] if self.frames else None

    def name(self, tensor: torch.Tensor) -> str | None:
        """Nama tensor ini; None bila tidak ada yang menyebutnya."""
        return next((one.path for one in self.known if one.tensor is tensor), None)

    def modules(self) -> Iterator[tuple[str, torch.nn.Module]]:
        """Modul-modul di antara variabel, dengan namanya, dari bingkai terdalam."""
        seen: set[int] = set()
        for frame in self.frames:
            for name, value in frame.variables.items():
                if isinstance(value, torch.nn.Module) and id(value) not in seen:
                    seen.add(id(value))
                    yield name, value

    def of_type(self, kind: type | tuple[type, ...]) -> Iterator[tuple[str, Any]]:
        """Variabel berjenis ini, dengan namanya, dari bingkai terdalam."""
        seen: set[int] = set()
        for frame in self.frames:
            for name, value in _own(frame.variables):
                if isinstance(value, kind) and id(value) not in seen:
                    seen.add(id(value))
                    yield name, value


def gather(error: BaseException) -> Evidence:
    """Mengumpulkan bukti dari jejak sebuah galat, tanpa menjalankan kode pengguna."""
    frames: list[UserFrame] = []
    roots: Sequence[torch.Tensor] = ()
    inputs: Sequence[torch.Tensor] = ()
    stepping = None
    for link in _links(error.__traceback__):
        frame = link.tb_frame
        if not is_library(frame.f_code.co_filename, frame.f_globals.get("__name__") or ""):
            frames.append(_user_frame(link))
            roots, inputs, stepping = (), (), None
        elif frame.f_code in _ENTRIES:
            held = variables(frame)
            asked, other = _ENTRIES[frame.f_code]
            roots = _tensors(held.get(asked))
            inputs = _tensors(held.get("inputs_tuple", held.get(other)))  # what a generator gave stands there
        elif isinstance(owner := variables(frame).get("self"), (torch.optim.Optimizer, torch.amp.GradScaler)):
            stepping = owner
    frames.reverse()
    return Evidence(error, tuple(frames), tuple(roots), tuple(inputs), tuple(_known(frames)), stepping)


def _links(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _tensors(value: Any) -> tuple[torch.Tensor, ...]:
    items = value if isinstance(value, (tuple, list)) else (value,)
    return tuple(item for item in items if isinstance(item, torch.Tensor))


def _user_frame(link: TracebackType) -> UserFrame:
    frame = link.tb_frame
    scope = scope_of(frame.f_code, frame.f_globals)
    first, last, start, stop = _position(link)
    current = _statement_at(scope, first, start, frame)
    call = None
    if current is not None and None not in (first, last, start, stop):
        spot = (first, last, start, stop)
        exact = [node for one in heads(current.node) for node in within(one) if _spot(node) == spot]
        call = next((node for node in exact if isinstance(node, ast.Call)), next(iter(exact), None))
    return UserFrame(_whole(variables(frame)), scope, current, call, frame.f_code.co_filename)


def _whole(held: dict[str, Any]) -> dict[str, Any]:
    """Without modules of which nothing can be read yet."""
    return {
        name: value for name, value in held.items() if not (isinstance(value, torch.nn.Module) and half_made(value))
    }


def _position(link: TracebackType) -> tuple[int | None, int | None, int | None, int | None]:
    found = next(islice(link.tb_frame.f_code.co_positions(), link.tb_lasti // 2, None), None)
    return found if found is not None and found[0] is not None else (link.tb_lineno, None, None, None)


def _spot(node: ast.expr) -> tuple[int, int | None, int, int | None]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _statement_at(scope: Scope, line: int | None, column: int | None, frame: FrameType) -> Statement | None:
    """The innermost statement of the running cell or file at this place; of several in one line the right one."""
    if line is None or not scope.statements:
        return None
    title = scope.statements[-1].title  # of several cells the running one is the last
    found = None
    for one in scope.statements:
        if one.title == title and one.line <= line <= (one.node.end_lineno or one.line):
            if one.line < line or column is None or one.node.col_offset <= column:
                found = one
    return found


def _own(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The variables, and the attributes of `self`."""
    yield from held.items()
    owner = held.get("self")
    if owner is not None and not is_library_class(type(owner)):
        for name, value in (attributes(owner) or {}).items():
            yield f"self.{name}", value
        if isinstance(owner, torch.nn.Module):
            for name, value in children_of(owner).items():
                yield f"self.{name}", value


def _known(frames: Sequence[UserFrame]) -> Iterator[Known]:
    seen: set[int] = set()
    for number, frame in enumerate(frames):
        for path, tensor in _named(frame.variables):
            if id(tensor) not in seen:
                seen.add(id(tensor))
                yield Known(path, tensor, number)


def _named(held: Mapping[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, value in held.items():
        if isinstance(value, torch.Tensor):
            yield name, value
    start = {name: value for name, value in held.items() if name not in HISTORY}
    modules = {name: value for name, value in start.items() if isinstance(value, torch.nn.Module)}
    for path, item in reachable(start, lambda kind: not is_library_class(kind)):
        if isinstance(item, torch.Tensor):
            yield path, item
        else:
            modules.setdefault(path, item)
    for name, module in modules.items():
        for inner, part in submodules(module):
            own = f"{name}.{inner}"
            for key, item in {**parameters_of(part), **buffers_of(part)}.items():
                if isinstance(item, torch.Tensor):
                    yield f"{own}{key}", item
            held_there = {f"{own}{key}": item for key, item in (attributes(part) or {}).items()}
            yield from ((path, item) for path, item in held_there.items() if isinstance(item, torch.Tensor))
            for path, item in reachable(held_there, lambda kind: not is_library_class(kind), MOST, 2):
                if isinstance(item, torch.Tensor):
                    yield path, item


def resolve(path: str, held: Mapping[str, Any]) -> tuple[Any, str]:
    """Isi sebuah nama bertitik, sejauh dapat dibaca tanpa menjalankan kode, dan sisa nama yang tidak terbaca.

    >>> resolve("a.b.lower", {"a": {"b": 1}})
    ({'b': 1}, '.b.lower')
    """
    node: ast.AST = ast.parse(path, mode="eval").body
    steps: list[ast.AST] = []
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        steps.append(node)
        node = node.value
    value = held.get(getattr(node, "id", ""), _MISSING)
    if value is _MISSING:
        return None, path
    while steps:
        found = _inner(value, steps[-1])
        if found is _MISSING:
            break
        value = found
        steps.pop()
    return value, "".join(_written(step) for step in reversed(steps))


def _inner(value: Any, step: ast.AST) -> Any:
    if isinstance(step, ast.Subscript) and isinstance(step.slice, ast.Constant):
        key = step.slice.value
        if type(value) in (list, tuple) and isinstance(key, int) and -len(value) <= key < len(value):
            return value[key]
        if isinstance(value, (torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict)):
            parts = children_of(value)
            place = key + len(parts) if isinstance(key, int) and key < 0 else key
            return parts.get(str(place), _MISSING)
        return value.get(key, _MISSING) if type(value) is dict else _MISSING
    if not isinstance(step, ast.Attribute) or isinstance(value, torch.Tensor):
        return _MISSING
    names = getattr(type(value), "_fields", ()) if isinstance(value, tuple) else ()
    if step.attr in names:
        return tuple.__getitem__(value, names.index(step.attr))
    if isinstance(value, torch.nn.Module):
        for group in (parameters_of(value), buffers_of(value), children_of(value)):
            if step.attr in group:
                return group[step.attr]
    return (attributes(value) or {}).get(step.attr, _MISSING) if not is_library_class(type(value)) \
        or isinstance(value, torch.nn.Module) else _MISSING


def _written(step: ast.AST) -> str:
    if isinstance(step, ast.Attribute):
        return f".{step.attr}"
    return f"[{step.slice.value!r}]" if isinstance(step, ast.Subscript) and isinstance(step.slice, ast.Constant) else ""
