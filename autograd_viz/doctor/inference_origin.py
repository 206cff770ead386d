"""Dari mana sebuah tensor inferensi: operan yang `is_inference()`, dan blok atau fungsi `inference_mode` pembuatnya."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, Known, resolve
from autograd_viz.doctor.expressions import begins, definitions, dotted, heads, stores, value_paths, within
from autograd_viz.doctor.grad_switches import files
from autograd_viz.doctor.methods import code_of
from autograd_viz.doctor.source import Function, Scope, Statement, is_cell, read_text, scopes_of, switch_word

_DEEPEST = 12  # statements between the use and the block


class Place(NamedTuple):
    """Satu fungsi (atau berkas, tanpa fungsi) dan pernyataan-pernyataannya."""

    function: Function | None
    scope: Scope


class Region(NamedTuple):
    """Satu tempat yang dijalankan dalam `inference_mode`: dekorator atau kepala blok, mode-nya, dan pemiliknya."""

    head: Statement
    mode: ast.expr
    owner: Function | ast.With | ast.AsyncWith


class Origin(NamedTuple):
    """Tempat pembuatnya, dan pernyataan-pernyataan di luarnya yang dilalui tensor itu, dari yang memakai."""

    region: Region
    way: tuple[Statement, ...]


def is_inference(tensor: torch.Tensor) -> bool:
    """Apakah tensor ini dibuat di dalam `inference_mode()`.

    >>> is_inference(torch.ones(1))
    False
    """
    try:
        return tensor.is_inference()
    except RuntimeError:  # wrapped by torch.func
        return False


def inference_operands(evidence: Evidence) -> list[Known]:
    """Tensor inferensi yang dibaca pernyataan yang galat; bila tidak ada, yang ada di dalam objek yang dibacanya."""
    here = evidence.here
    if here is None or here.current is None:
        return [one for one in evidence.known if is_inference(one.tensor)]
    read = value_paths(*heads(here.current.node))
    direct = {}
    for path in read:
        value, rest = resolve(path, here.variables)
        if isinstance(value, torch.Tensor) and is_inference(value):
            name = path.removesuffix(rest)
            direct[name] = Known(name, value, 0)
    if direct:
        return list(direct.values())
    return [one for one in evidence.known if is_inference(one.tensor) and any(begins(one.path, path) for path in read)]


def places_of(evidence: Evidence) -> list[Place]:
    """Semua fungsi dan berkas yang sumbernya terlihat dari galat ini; sel notebook menurut urutan jalannya."""
    found: list[Place] = [Place(None, one.scope) for one in evidence.frames
                          if is_cell(one.filename) and not one.scope.parameters]  # fmt: skip
    titles = {ast.dump(one.node, include_attributes=True): one.title for place in found
              for one in place.scope.statements}  # fmt: skip
    for filename in files(evidence):
        text = read_text(filename, {})
        if text is None:
            continue
        cell = is_cell(filename)
        if cell:
            own = (titles.get(ast.dump(one, include_attributes=True)) for one in text.tree.body)
            text = text._replace(title=next(filter(None, own), ""))
        found += [Place(*one) for one in scopes_of(text) if one[0] is not None or not cell]
    return found


def all_regions(places: Sequence[Place]) -> list[Region]:
    """Semua tempat `inference_mode` di kode yang terlihat, masing-masing sekali."""
    found = {}
    for place in places:
        decorated = _decorated(place)
        for one in [*decorated, *(_block(statement, place.scope.aliases) for statement in place.scope.statements)]:
            if one is not None:
                found[one.head.title, one.head.line] = one
    return list(found.values())


def _mode(expression: ast.expr, aliases: Mapping[str, str]) -> bool:
    call = expression if isinstance(expression, ast.Call) else None
    given = [*call.args, *(one.value for one in call.keywords)] if call is not None else []
    off = bool(given) and isinstance(given[0], ast.Constant) and given[0].value is False
    return switch_word(expression, aliases) == "inference_mode" and not off


def _decorated(place: Place) -> list[Region]:
    title = next((one.title for one in place.scope.statements), "")
    function = place.function
    return [
        Region(Statement(ast.copy_location(ast.Expr(one), one), 0, f"@{ast.unparse(one)}", title), one, function)
        for one in function.decorator_list if _mode(one, place.scope.aliases)
    ] if function is not None else []  # fmt: skip


def _block(statement: Statement, aliases: Mapping[str, str]) -> Region | None:
    node = statement.node
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return None
    mode = next((one.context_expr for one in node.items if _mode(one.context_expr, aliases)), None)
    return Region(statement, mode, node) if mode is not None else None


class Search:
    """Pencarian mundur di sumber: dari sebuah nama ke tempat `inference_mode` yang membuat isinya."""

    def __init__(self, evidence: Evidence, places: Sequence[Place]) -> None:
        self.evidence = evidence
        self.places = places
        self.found: dict[tuple[str, int], Origin] = {}
        self._seen: set[tuple[str, str, int]] = set()

    def name(self, path: str, place: Place, before: Statement | None, way: tuple[Statement, ...] = ()) -> None:
        """Mencari pembuat isi `path`, yang dibaca oleh `before` di tempat itu."""
        title = before.title if before is not None else ""
        key = (path, title, before.line if before is not None else 0)
        if key in self._seen or len(way) > _DEEPEST:
            return
        self._seen.add(key)
        written = definitions(place.scope, path, before)
        for statement, store in written:
            self._statement(statement, store.value, place, way)
        if not written and path in place.scope.parameters:
            self._argument(path, place, way)
        for attribute in reversed(path.split(".")[1:] if not written else []):
            if self._attribute(attribute.partition("[")[0], way):
                return

    def expression(self, value: ast.AST, place: Place, at: Statement, way: tuple[Statement, ...]) -> None:
        """Mencari pembuat isi sebuah ungkapan: fungsi yang dipanggilnya, lalu nama-nama yang dibacanya."""
        for call in (one for one in within(value) if isinstance(one, ast.Call)):
            self._call(call, way)
        for path in value_paths(value):
            self.name(path, place, at, way)

    def _statement(self, statement: Statement, value: ast.AST | None, place: Place, way: tuple[Statement, ...]) -> None:
        blocks = [(one, _block(one, place.scope.aliases)) for one in place.scope.statements]
        around = [region for one, region in blocks if region is not None and _inside(statement, one)]
        regions = _decorated(place) + around
        for region in regions:
            self._add(region, way)
        if value is None:
            return
        if not regions:
            self.expression(value, place, statement, (*way, statement))
            return
        for call in (one for one in within(value) if isinstance(one, ast.Call)):
            self._call(call, way, nested=True)

    def _add(self, region: Region, way: tuple[Statement, ...]) -> None:
        self.found.setdefault((region.head.title, region.head.line), Origin(region, way))

    def _attribute(self, attribute: str, way: tuple[Statement, ...]) -> bool:
        before = len(self.found)
        for place in self.places:
            for statement in place.scope.statements:
                for store in stores(statement.node):
                    if "." in store.path and store.path.rpartition(".")[2] == attribute:
                        self._statement(statement, store.value, place, way)
                buffer = _registered(statement, attribute)
                if buffer is not None:
                    self._statement(statement, buffer, place, way)
        return len(self.found) > before

    def _call(self, call: ast.Call, way: tuple[Statement, ...], nested: bool = False) -> None:
        for place in self._called(call):
            regions = _decorated(place)
            for region in regions:
                self._add(region, way)
            returned = [one for one in place.scope.statements if isinstance(one.node, ast.Return)]
            for one in returned if not regions and not nested and len(way) <= _DEEPEST else []:
                key = ("return", one.title, one.line)
                if key not in self._seen:
                    self._seen.add(key)
                    self._statement(one, getattr(one.node, "value", None), place, way)

    def _called(self, call: ast.Call) -> list[Place]:
        path = dotted(call.func)
        if path is None:
            return []
        for frame in self.evidence.frames:
            value, rest = resolve(path, frame.variables)
            function = code_of(value) if not rest else None
            if function is not None:
                return [one for one in self.places if one.function is not None and _first(one.function)
                        == function.__code__.co_firstlineno and one.function.name == function.__name__]  # fmt: skip
        name = path.rpartition(".")[2]
        return [one for one in self.places if one.function is not None and one.function.name == name]

    def _argument(self, name: str, place: Place, way: tuple[Statement, ...]) -> None:
        """What the callers gave for this parameter: the running one first, else all that name the function."""
        frames = self.evidence.frames
        for inner, outer in zip(frames, frames[1:], strict=False):
            if _same(inner.scope, place.scope) and isinstance(outer.call, ast.Call) and outer.current is not None:
                given = _given(outer.call, name, place.scope.parameters)
                for one in given:
                    self.expression(one, Place(None, outer.scope), outer.current, way)
                return


def _given(call: ast.Call, name: str, parameters: tuple[str, ...]) -> list[ast.expr]:
    named = [one.value for one in call.keywords if one.arg == name]
    own = [one for one in parameters if one not in ("self", "cls")]
    place = own.index(name) if name in own else len(call.args)
    return named or call.args[place : place + 1]


def _inside(statement: Statement, block: Statement) -> bool:
    last = block.node.end_lineno or block.line
    return statement.title == block.title and block.line < statement.line <= last


def _registered(statement: Statement, attribute: str) -> ast.expr | None:
    call = statement.node.value if isinstance(statement.node, ast.Expr) else None
    if not isinstance(call, ast.Call) or len(call.args) < 2 or not isinstance(call.func, ast.Attribute):
        return None
    name = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
    return call.args[1] if call.func.attr in ("register_buffer", "register_parameter") and name == attribute else None


def _first(function: Function) -> int:
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def _same(one: Scope, other: Scope) -> bool:
    return [(s.title, s.line) for s in one.statements[:1]] == [(s.title, s.line) for s in other.statements[:1]]
