"""Yang menghitung sebuah tensor sebelum perulangan, diikuti lewat nama lain, bongkaran, dan argumen fungsinya."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.arguments import argument_of
from autograd_viz.doctor.called_scopes import called_things
from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import Store, definitions, dotted, first_name, read_paths, stores
from autograd_viz.doctor.findings import at, instead, removed
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_names
from autograd_viz.doctor.upstream import made_again, upstream

_MOST = 12  # names through which a tensor is followed


class Maker(NamedTuple):
    """Pernyataan yang menghitung sebuah tensor, ungkapannya, bingkainya, dan `passed` yang hanya meneruskan hasilnya.

    `given` parameter fungsi berperulangan yang menerimanya. Pernyataannya None bila yang menghitung tidak terbaca.
    """

    statement: Statement | None
    value: ast.expr | None
    frame: int
    passed: tuple[Statement, ...] = ()
    given: str = ""
    name: str = ""


def maker_of(evidence: Evidence, path: str, number: int) -> Maker | None:
    """Yang menghitung `path` milik bingkai ke-`number`; None bila tidak ada pernyataan yang memberinya isi."""
    tensor, start = _held(path, evidence.frames[number].variables), number
    before, given = evidence.frames[number].current, ""
    passed: list[Statement] = []
    for _ in range(_MOST):
        frame = evidence.frames[number]
        made = definitions(frame.scope, path, before, 1)
        base = first_name(path)
        if number > start and _written_later(frame, base, made[0][0] if made else None):
            return None
        if made:
            statement, store = made[0]
            further = _behind(path, store, frame.variables, tensor)
            if further is None:
                return Maker(statement, store.value, number, tuple(passed), given, store.path)
            if not further:
                return Maker(None, None, number, tuple(passed), given)
            passed.append(statement)
            path, before = further, statement
            continue
        if base not in frame.scope.parameters:
            return None if number > start or given else _outside(evidence, path, number, tensor)
        if number + 1 == len(evidence.frames):
            return None
        outer = evidence.frames[number + 1]
        argument = _argument(outer, frame, base)
        if argument is None:
            return None
        given, number, before = given or base, number + 1, outer.current
        if dotted(argument) is None:
            return Maker(outer.current, argument, number, tuple(passed), given)
        path = f"{dotted(argument)}{path[len(base):]}"
        if _held(path, outer.variables) is not tensor:
            return None
    return None


def who_made(evidence: Evidence, path: str, maker: Maker) -> str:
    """Siapa yang menghitung `path`, dalam kata: pernyataannya, dan baris di dalam fungsi yang dipanggilnya."""
    if maker.statement is None:
        return f"`{path}` sudah dibuat"
    inner = _inside(maker, evidence.frames[maker.frame].variables)
    if not maker.passed and not maker.given:
        return f"`{path}` dihitung di {at(maker.statement)}"
    where = f"`{maker.statement.text}` di {at(maker.statement)}"
    if not maker.name and maker.value is not None and inner is None:
        return f"`{path}` dihitung oleh `{ast.unparse(maker.value)}`, argumen di {at(maker.statement)}"
    if inner is not None:
        return f"`{path}` dihitung oleh `{inner.text}` di {at(inner)}, yang dijalankan {where}"
    return f"`{path}` dihitung oleh {where}"


def computed_again(evidence: Evidence, number: int, loop: ast.stmt, head: str, maker: Maker) -> str:
    """Obat yang menghitungnya di setiap putaran; komentar bila tidak dapat disusun dari baris program itu."""
    frame, statement = evidence.frames[number], maker.statement
    if statement is None or maker.value is None:
        return ""
    first = next(iter(frame.scope.inside(loop)), None)
    place = f"# di dalam perulangan, tepat di atas {at(first)}; dihitung ulang setiap putaran:"
    if not maker.given:
        lines = [statement, *reversed(maker.passed)]
        written = {first_name(store.path) for one in lines for store in stores(one.node)}
        if maker.passed and written & set(_bases(maker)):
            return _in_words(maker, head, ())
        if maker.passed:
            return "\n".join([place, *(one.text for one in (*upstream(frame, statement), *lines))])
        if first is None or not isinstance(statement.node, (ast.Assign, ast.AnnAssign)):
            return _in_words(maker, head, ())
        return made_again(frame, statement, first)
    unpacked = maker.passed[0] if maker.passed else None
    simple = len(maker.passed) < 2 and maker.frame == number + 1 and _whole(evidence, number, maker)
    if not simple or (unpacked is not None and (unpacked.blocks or unpacked.silenced)):
        return _in_words(maker, head, _missing(evidence, number, maker))
    gone = [removed(unpacked)] if unpacked is not None else []
    stored = [store.path for store in stores(unpacked.node)] if unpacked is not None else []
    if maker.given in stored:
        return _in_words(maker, head, _missing(evidence, number, maker))
    written = {maker.given, *map(first_name, stored)}
    names = _names_here(evidence, number, maker)
    if names is not None and not written & {first_name(ast.unparse(one)) for one in names.values()}:
        made = ast.parse(ast.unparse(with_names(ast.Expr(maker.value), names)), mode="eval").body
        line = f"{maker.given} = {ast.unparse(made)}"
        if unpacked is not None:
            line = ast.unparse(with_names(unpacked.node, {maker.given: made}))
        return "\n".join([*gone, place, line])
    if unpacked is not None and maker.name and _read_once(evidence, number, maker):
        call = ast.parse(f"{maker.given}()", mode="eval").body
        later = instead(statement, f"{maker.name} = lambda: {ast.unparse(maker.value)}  # cara menghitungnya")
        return "\n".join([later, *gone, place, ast.unparse(with_names(unpacked.node, {maker.given: call}))])
    return _in_words(maker, head, _missing(evidence, number, maker))


def _in_words(maker: Maker, head: str, missing: tuple[str, ...]) -> str:
    needed = f"\n# fungsi itu perlu menerima: {', '.join(missing)}" if missing else ""
    value = ast.unparse(maker.value) if maker.value is not None else ""
    return f"# jalankan lagi di dalam `{head}`, setiap putaran: {value}{needed}"


def _held(path: str, variables: Mapping[str, Any]) -> Any:
    try:
        value, rest = resolve(path, variables)
    except SyntaxError:  # a numbered part of a module
        return None
    return None if rest else value


def _behind(path: str, store: Store, variables: Mapping[str, Any], tensor: Any) -> str | None:
    """The name from which this one was only taken; None where it is computed, empty where it is not to be read."""
    source = dotted(store.value)
    if source is None:
        return "" if store.kind == "loop" else None
    value, rest = resolve(source, variables)
    after = path[len(store.path):]
    if isinstance(value, torch.Tensor) and (rest or value is not tensor):
        return None  # an operation: a part of a tensor, or its transpose
    inner = range(len(value)) if isinstance(value, (list, tuple)) else ()
    names = [f"{source}{after}", *(f"{source}[{key}]{after}" for key in inner)]
    return next((one for one in names if tensor is not None and _held(one, variables) is tensor), "")


def _outside(evidence: Evidence, path: str, number: int, tensor: Any) -> Maker | None:
    """A name of an outer scope, read as a global."""
    for later, frame in enumerate(evidence.frames[number + 1 :], number + 1):
        made = definitions(frame.scope, path, frame.current, 1)
        if made and _behind(path, made[0][1], frame.variables, tensor) is None:
            return Maker(made[0][0], made[0][1].value, later)
        if made:
            return Maker(None, None, later)
    return None


def _written_later(frame: UserFrame, base: str, made: Statement | None) -> bool:
    """Whether a loop around the call gives this name another value from turn to turn."""
    current = frame.current
    around = frame.scope.inside(current.loops[0]) if current is not None and current.loops else []
    return any(one is not made and first_name(store.path) == base for one in around for store in stores(one.node)) or (
        made is not None and current is not None and made.place >= current.place
    )


def _argument(outer: UserFrame, inner: UserFrame, name: str) -> ast.expr | None:
    return argument_of(outer.call, inner.scope.parameters, name, outer.variables)


def _whole(evidence: Evidence, number: int, maker: Maker) -> bool:
    """Whether the argument is all that the maker computes: `f(make(x))`, or `y = make(x)` and `f(y)`."""
    argument = _argument(evidence.frames[number + 1], evidence.frames[number], maker.given)
    targets = getattr(maker.statement.node if maker.statement else None, "targets", [])
    alone = len(targets) == 1 and isinstance(targets[0], ast.Name) and isinstance(argument, ast.Name)
    return argument is maker.value or (alone and argument.id == maker.name == targets[0].id)  # type: ignore[union-attr]


def _inside(maker: Maker, variables: Mapping[str, Any]) -> Statement | None:
    """The only return of the user's function that is called there."""
    if maker.statement is None or not isinstance(maker.value, ast.Call):
        return None
    thing = next(called_things(Statement(ast.Expr(ast.Call(maker.value.func, [], [])), 0, ""), variables), None)
    function = code_of(thing)
    if function is None:
        return None
    returned = [one for one in scope_of_function(function).statements if isinstance(one.node, ast.Return)]
    return returned[0] if len(returned) == 1 else None


def _names_here(evidence: Evidence, number: int, maker: Maker) -> dict[str, ast.expr] | None:
    """What each name of the maker is called in the function with the loop; None where one has no name there."""
    there, here = evidence.frames[maker.frame].variables, evidence.frames[number].variables
    found: dict[str, ast.expr] = {}
    for base in _bases(maker):
        value = there.get(base, vars(builtins).get(base))
        same = here.get(base, vars(builtins).get(base)) is value
        plain = isinstance(value, (torch.Tensor, torch.nn.Module, FunctionType))
        name = base if same else next((one for one, other in here.items() if plain and other is value), "")
        if not name:
            return None
        found[base] = ast.Name(name, ast.Load())
    return found


def _missing(evidence: Evidence, number: int, maker: Maker) -> tuple[str, ...]:
    there, here = evidence.frames[maker.frame].variables, evidence.frames[number].variables
    return tuple(
        base for base in _bases(maker) if base in there and all(one is not there[base] for one in here.values())
    )


def _bases(maker: Maker) -> list[str]:
    return list(dict.fromkeys(first_name(path) for path in read_paths(maker.value)))


def _read_once(evidence: Evidence, number: int, maker: Maker) -> bool:
    """Whether nobody but the call and the unpacking reads what is to be handed over as a function."""
    frames = evidence.frames[number : number + 2]
    counts = [list(_loads(frame, name)) for frame, name in zip(frames, (maker.given, maker.name), strict=True)]
    same = maker.frame == number + 1 and maker.statement is not None and frames[1].current is not None
    alike = same and maker.statement.blocks == frames[1].current.blocks  # type: ignore[union-attr]
    own = isinstance(getattr(maker.statement, "node", None), ast.Assign)
    return alike and own and all(len(one) == 1 for one in counts) and maker.name not in _bases(maker)


def _loads(frame: UserFrame, name: str) -> Iterator[ast.Name]:
    for one in frame.scope.statements:
        inner = [one.node] if not hasattr(one.node, "body") or isinstance(one.node, _DEFINED) else [
            field for field in ast.iter_child_nodes(one.node) if not isinstance(field, ast.stmt)
        ]
        for node in (node for part in inner for node in ast.walk(part)):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node


_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
