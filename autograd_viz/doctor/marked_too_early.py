"""Hitungan terakhir sesudah tanda `requires_grad`: pernyataannya, juga bila ia di fungsi lain yang sudah selesai."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import Store, begins, definitions, dotted, stores, value_paths, within
from autograd_viz.doctor.findings import at, instead
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.taken_parts import keys_in, marks, part_of, taken_by

Spot = tuple[int, int, int | None, int | None]
_DEEPEST = 8  # names and functions that are gone through
_COMPUTING = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Attribute, ast.IfExp)


class Place(NamedTuple):
    """Satu fungsi (atau berkas), isi nama-namanya, dan nomor bingkainya; None bila ia sudah selesai."""

    scope: Scope
    held: Mapping[str, Any]
    function: str = ""
    frame: int | None = None


class Mark(NamedTuple):
    """Pernyataan yang memasang `requires_grad`, dan fungsinya."""

    statement: Statement
    function: str


class Computed(NamedTuple):
    """Ungkapan yang terakhir menghitung sebuah tensor, pernyataan dan fungsinya, serta tanda sebelumnya."""

    value: ast.expr
    statement: Statement
    function: str
    mark: Mark | None

    @property
    def told(self) -> str:
        """Kalimat bukti: di mana tandanya, dan di mana hitungan sesudahnya."""
        text = f"`{self.statement.text}` di {at(self.statement)}{_of(self.function)}"
        mark = self.mark
        if mark is None:
            return f"dihitung oleh {text}, jadi ia hasil operasi."
        if mark.statement == self.statement:
            return f"dihitung oleh {text}, sesudah tanda `requires_grad` dipasang di pernyataan yang sama."
        return f"dihitung oleh {text}, sesudah tanda `requires_grad` dipasang oleh `{mark.statement.text}` di " \
               f"{at(mark.statement)}{_of(mark.function)}. Yang bertanda tensor di baris itu, bukan hasil hitungannya."


def as_leaves(evidence: Evidence, made: Sequence[Computed]) -> str:
    """Pernyataan-pernyataan itu, dengan hasil hitungannya dijadikan daun."""
    title = next((one.current.title for one in evidence.frames if one.current is not None), "")
    mends = []
    for statement in dict.fromkeys(one.statement for one in made):
        new: ast.AST = deepcopy(statement.node)
        for spot in dict.fromkeys(_spot(one.value) for one in made if one.statement == statement):
            new = _Leaf(spot).visit(new)
        mend = instead(statement, ast.unparse(ast.fix_missing_locations(new)))
        other = statement.title != title and not statement.title.startswith("sel")
        mends.append(mend.replace("# ", f"# di {statement.title}; ", 1) if other else mend)
    return "\n".join(mends)


def last_computed(evidence: Evidence, number: int, path: str, before: Statement | None) -> Computed | None:
    """Pernyataan yang terakhir menghitung isi `path` sebelum `before`; None bila tidak dapat dipastikan."""
    return _named(evidence, path, _running(evidence, number), before, _DEEPEST)


def _of(function: str) -> str:
    return f" (di dalam `{function}`)" if function else ""


class _Leaf(ast.NodeTransformer):
    """Makes a leaf of what one expression computes."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and _spot(node) == self.spot:
            text = ast.unparse(node)
            simple = isinstance(node, (ast.Call, ast.Attribute, ast.Name, ast.Subscript))
            return ast.parse(f"{text if simple else f'({text})'}.detach().requires_grad_(True)", mode="eval").body
        return self.generic_visit(node)


def _spot(node: ast.expr) -> Spot:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _running(evidence: Evidence, number: int) -> Place:
    frame = evidence.frames[number]
    return Place(frame.scope, frame.variables, "", number)


def _named(
    evidence: Evidence, path: str, place: Place, before: Statement | None, depth: int
) -> Computed | None:
    """What computed the content of a name: the statement that wrote it, the caller, or a method."""
    found = definitions(place.scope, path, before, 1)
    statement, store = found[0] if found else (None, None)
    keys = keys_in(path.removeprefix(store.path)) if store is not None and path.startswith(store.path) else None
    if store is not None and statement is not None and (keys is not None or not begins(path, store.path)):
        if keys is None or store.value is None or not _certain(place.scope, statement, store, before):
            return None
        taken = taken_by(statement, store)
        keys = keys[1:] if store.kind == "append" else taken + keys
        return _value(evidence, store.value, keys, place, statement, depth)
    root = path.partition("[")[0]
    for outer, given, asked in _given(evidence, root, place):
        return _value(evidence, given, keys_in(path.removeprefix(root)) or (), outer, asked, depth - 1)
    owner, _, attribute = root.rpartition(".")
    held = resolve(owner, place.held)[0] if owner else None
    kept = list(_written_by_methods(held, attribute)) if held is not None else []
    if len(kept) != 1:
        return None
    inner, statement, value = kept[0]
    return _value(evidence, value, keys_in(path.removeprefix(root)) or (), inner, statement, depth - 1)


def _value(
    evidence: Evidence, value: ast.expr, keys: tuple[Any, ...], place: Place, statement: Statement, depth: int
) -> Computed | None:
    """What computed the value of an expression, or of the member of it that the keys name."""
    if depth <= 0:
        return None
    path = dotted(value)
    if path is not None:
        whole = path + "".join(f"[{key!r}]" for key in keys)
        return _named(evidence, whole, place, statement, depth - 1)
    inner = _called(value, place)
    if inner is not None:
        returned = [one for one in inner.scope.statements if isinstance(one.node, ast.Return)]
        given = getattr(returned[0].node, "value", None) if len(returned) == 1 else None
        made = _value(evidence, given, keys, inner, returned[0], depth - 1) if given is not None else None
        if made is not None and made.mark is not None:  # marked in there: what comes from outside stays connected
            return made
    if keys:
        part = part_of(value, keys[0])
        return _value(evidence, part, keys[1:], place, statement, depth) if part is not None else None
    if hasattr(statement.node, "body") or not isinstance(value, _COMPUTING):
        return None
    return Computed(value, statement, place.function, _mark(evidence, value, place, statement, depth))


def _mark(evidence: Evidence, value: ast.expr, place: Place, statement: Statement, depth: int) -> Mark | None:
    """The statement that set requires_grad on what this expression reads."""
    if any(marks(one) for one in within(value)):
        return Mark(statement, place.function)
    if depth <= 0:
        return None
    for path in value_paths(value):
        for one in place.scope.statements[: statement.place]:
            marked, sign, rest = one.text.partition(".requires_grad")
            if sign and rest[:2] in ("_(", " =") and "False" not in rest and begins(path, marked):
                return Mark(one, place.function)
        for one, store in definitions(place.scope, path, statement, 1):
            found = _mark(evidence, store.value, place, one, depth - 1) if store.value is not None else None
            if found is not None:
                return found
        for outer, given, asked in _given(evidence, path, place):
            found = _mark(evidence, given, outer, asked, depth - 1)
            if found is not None:
                return found
    for call in within(value):
        inner = _called(call, place)
        for one in inner.scope.statements if inner is not None else ():
            back = one.node.value if isinstance(one.node, ast.Return) else None
            mark = _mark(evidence, back, inner, one, depth - 1) if back is not None and inner is not None else None
            if mark is not None:
                return mark
    return None


def _certain(scope: Scope, statement: Statement, store: Store, before: Statement | None) -> bool:
    """Whether it is this store that gave the name its content."""
    around = before.blocks if before is not None else ()
    if store.kind == "append":
        grown = [one for each in scope.statements for one in stores(each.node) if one.path == store.path]
        return [one.kind for one in grown[1:]] == ["append"] and ast.unparse(grown[0].value or statement.node) == "[]"
    return store.kind == "assign" and statement.blocks == around[: len(statement.blocks)]


def _given(evidence: Evidence, name: str, place: Place) -> Iterator[tuple[Place, ast.expr, Statement]]:
    """The argument that the running caller gave for a parameter."""
    number = place.frame
    if number is None or name not in place.scope.parameters or number + 1 >= len(evidence.frames):
        return
    outer = evidence.frames[number + 1]
    if not isinstance(outer.call, ast.Call) or outer.current is None:
        return
    own = [one for one in place.scope.parameters if one not in ("self", "cls")]
    named = [one.value for one in outer.call.keywords if one.arg == name]
    for one in (named or outer.call.args[own.index(name) :])[:1] if name in own else []:
        yield _running(evidence, number + 1), one, outer.current


def _called(value: ast.expr, place: Place) -> Place | None:
    """The user's function that this expression calls."""
    path = dotted(value.func) if isinstance(value, ast.Call) else None
    thing, rest = resolve(path, place.held) if path is not None else (None, "")
    owner = thing if rest else getattr(thing, "__self__", None)
    if rest:
        thing = getattr(type(thing), rest.removeprefix("."), None) if rest.count(".") == 1 else None
    function = code_of(thing) if isinstance(thing, (FunctionType, MethodType)) else None
    if function is None:
        return None
    return _finished(function, owner)


def _finished(function: FunctionType, owner: Any) -> Place:
    held = {**function.__globals__, **({"self": owner} if owner is not None else {})}
    return Place(scope_of_function(function), held, function.__name__)


def _written_by_methods(owner: Any, attribute: str) -> Iterator[tuple[Place, Statement, ast.expr]]:
    """All stores of `self.attribute` in the methods of a class; a method that is called by name."""
    for member in [one for kind in type(owner).__mro__ for one in vars(kind).values()]:
        function = code_of(member) if isinstance(member, FunctionType) else None
        place = _finished(function, owner) if function is not None else Place(Scope(), {})
        for statement in place.scope.statements:
            for store in stores(statement.node):
                if store.path == f"self.{attribute}" and store.value is not None:
                    yield place, statement, store.value
