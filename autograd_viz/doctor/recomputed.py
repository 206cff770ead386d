"""Mengapa hitung ulang checkpoint berbeda: yang dibaca fungsinya tidak sama lagi saat mundur."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import CalledScope, called_scopes, scopes_of_call
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, definitions, dotted, heads, read_paths, stores, within
from autograd_viz.doctor.findings import Finding, above, asked_expression, at, called, instead, moved, removed, span
from autograd_viz.doctor.random_calls import in_torch
from autograd_viz.doctor.source import Scope, Statement

_SHORT = 8  # lines of a statement with a body that are written out


class Recomputed(NamedTuple):
    """Yang dihitung ulang: fungsinya, apakah keadaan acak torch dipulihkan, dan kode yang dijalankannya."""

    function: Any
    keeps_random: bool
    scopes: tuple[CalledScope, ...]


def recomputed(evidence: Evidence) -> Iterator[Finding]:
    """Sebab hitung ulangnya lain, dari yang terbaca di kode fungsi itu."""
    read = _read(evidence)
    call = _checkpoint_call(evidence)
    for found in (*_changed_between(evidence, read), *_random(read), *_written(read, call, _same_turn(evidence, call))):
        yield found._replace(forward=found.forward or call)
        return
    if not read.keeps_random and call is not None:
        new = call.text.replace(", preserve_rng_state=False", "")
        yield Finding("acak-di-luar-torch", f"`{call.text}` di {at(call)} tidak memulihkan keadaan acak.", {},
                      instead(call, new), forward=call, weight=3)  # fmt: skip
    elif call is not None:
        yield Finding("", "", forward=call, weight=1)


def _read(evidence: Evidence) -> Recomputed:
    """The function that was computed again, from the hook of the checkpoint in the traceback."""
    link: TracebackType | None = evidence.error.__traceback__
    while link is not None:
        again = getattr(link.tb_frame.f_locals.get("frame"), "recompute_fn", None)
        if again is not None and again.__closure__:
            held = dict(zip(again.__code__.co_freevars, again.__closure__, strict=False))
            if "fn" in held:
                function = held["fn"].cell_contents
                kept = "preserve_rng_state" not in held or bool(held["preserve_rng_state"].cell_contents)
                return Recomputed(function, kept, tuple(scopes_of_call(function)))
        link = link.tb_next
    return Recomputed(None, True, tuple(called_scopes(evidence)))


def _checkpoint_call(evidence: Evidence) -> Statement | None:
    scopes = [*(frame.scope for frame in evidence.frames), *(one.scope for one in called_scopes(evidence))]
    found = {
        id(one.node): one for scope in scopes for one in scope.statements for expression in heads(one.node)
        for node in within(expression) if isinstance(node, ast.Call) and called(node) == "checkpoint"
    }  # fmt: skip
    return next(iter(found.values())) if len(found) == 1 else None


def _random(read: Recomputed) -> Iterator[Finding]:
    """Python's or NumPy's chance, which no checkpoint brings back."""
    for scope in read.scopes:
        for statement in scope.scope.statements:
            for expression in heads(statement.node):
                for node in within(expression):
                    if isinstance(node, ast.Call) and _is_chance(node, scope):
                        yield _by_chance(statement, node)


def _is_chance(call: ast.Call, scope: CalledScope) -> bool:
    path = dotted(call.func)
    if path is None:
        return False
    owner, _, name = path.rpartition(".")
    value = resolve(owner or path, scope.held)[0] if not owner or resolve(owner, scope.held)[1] == "" else None
    if owner.endswith(".random") and isinstance(resolve(owner.rpartition(".")[0], scope.held)[0], ModuleType):
        return getattr(resolve(owner.rpartition(".")[0], scope.held)[0], "__name__", "") == "numpy"
    if isinstance(value, ModuleType):
        return value.__name__ in ("random", "numpy.random") and bool(owner)
    kind = f"{type(value).__module__}.{type(value).__name__}"
    own = getattr(value, "__self__", None)
    return isinstance(value, random.Random) or isinstance(own, random.Random) or kind.startswith("numpy.random")


def _by_chance(statement: Statement, call: ast.Call) -> Finding:
    new = in_torch(call)
    whole, lines = ast.unparse(statement.node), (statement.node.end_lineno or statement.line) - statement.line + 1
    if hasattr(statement.node, "body") and lines <= _SHORT:  # a head alone is no statement
        place = f"{at(statement, statement.node.end_lineno)}"
    else:
        whole, place = statement.text, span(statement)
    text = whole.replace(ast.unparse(call), new) if new else ""
    mend = f"# menggantikan {place}:\n{text}" if text and text != whole else None
    return Finding(
        "acak-di-luar-torch",
        f"`{statement.text}` di {at(statement)} memakai `{ast.unparse(call)}`. Checkpoint memulihkan keadaan acak "
        "torch saja, jadi pada hitung ulang undiannya lain.",
        {"line": statement.text}, mend, writer=statement, weight=4,
    )  # fmt: skip


def _changed_between(evidence: Evidence, read: Recomputed) -> Iterator[Finding]:
    """What the function reads and the program changed after the forward: a mode, a flag, a global."""
    here = evidence.here
    if here is None or here.current is None:
        return
    asked = [(one, path) for scope in read.scopes for one, path in _asked(scope)]
    computed = [
        made.place for path in read_paths(asked_expression(here.current, here.call))
        for made, _ in definitions(here.scope, path, here.current, 1)
    ]  # fmt: skip
    after = here.scope.statements[max(computed, default=here.current.place) + 1 : here.current.place]
    for statement in reversed(after):
        if statement.loops != here.current.loops[: len(statement.loops)]:
            continue
        mode = _mode_call(statement)
        for reader, path in asked:
            flag = path.rpartition(".")[2]
            changed = [store.path for store in stores(statement.node) if store.path.rpartition(".")[2] == flag]
            if (mode and flag == "training") or any(_same_flag(one, path) for one in changed):
                yield _moved(statement, reader, path, here.current)
                return
        if mode and any(_has_mode(part) for part in _parts(read.function)):
            yield _moved(statement, None, "training", here.current)
            return


def _same_flag(changed: str, path: str) -> bool:
    return changed == path or ("." in changed and "." in path)


def _mode_call(statement: Statement) -> bool:
    node = statement.node
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Call) and called(value) in ("eval", "train") and isinstance(value.func, ast.Attribute)


def _parts(function: Any) -> Sequence[Any]:
    owner = getattr(function, "__self__", function)
    return list(owner.modules()) if isinstance(owner, torch.nn.Module) else []


def _has_mode(part: Any) -> bool:
    return isinstance(part, _MODAL)


_MODAL = tuple(
    getattr(torch.nn, name)
    for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout",
                 "BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
)  # fmt: skip


def _moved(statement: Statement, reader: Statement | None, path: str, current: Statement) -> Finding:
    told = f"`{statement.text}` di {at(statement)} mengubahnya sesudah forward dan sebelum `{current.text}`"
    told += f"; fungsi itu membacanya di {at(reader)}: `{reader.text}`." if reader is not None else "."
    mend = moved(statement, current, "bawah")
    return Finding(
        "diubah-di-antara", told, {"tensor": path, "line": statement.text}, mend, writer=statement, weight=4
    )


def _asked(scope: CalledScope) -> Iterator[tuple[Statement, str]]:
    """Names from outside that decide the way: in the tests of if and while, and in conditional expressions."""
    own = {store.path for one in scope.scope.statements for store in stores(one.node)} | set(scope.scope.parameters)
    for statement in scope.scope.statements:
        node = statement.node
        tests: list[ast.AST] = [node.test] if isinstance(node, (ast.If, ast.While)) else []
        tests += [one.test for expression in heads(node) for one in within(expression) if isinstance(one, ast.IfExp)]
        tests += [
            keyword.value for expression in heads(node) for call in within(expression) if isinstance(call, ast.Call)
            for keyword in call.keywords if keyword.arg in ("training", "p")
        ]  # fmt: skip
        tests += [
            one.slice for expression in heads(node) for one in within(expression) if isinstance(one, ast.Subscript)
        ]
        for path in read_paths(*tests):
            if path.partition(".")[0] not in own or "." in path:
                yield statement, path


def _same_turn(evidence: Evidence, call: Statement | None) -> bool:
    """Whether backward() follows this call of checkpoint before there is another."""
    current = evidence.here.current if evidence.here is not None else None
    lines = [loop.lineno for loop in current.loops] if current is not None else []
    return call is not None and [loop.lineno for loop in call.loops] == lines[: len(call.loops)]


def _written(read: Recomputed, call: Statement | None, once: bool) -> Iterator[Finding]:
    """What the function itself writes and then goes by: a counter, a cache, a list that grows."""
    for scope in read.scopes:
        for reader, path in _asked(scope):
            path = path.removesuffix(".append")
            for inner in read.scopes:
                for statement in inner.scope.statements:
                    wrote = next((one for one in stores(statement.node) if begins(path, one.path)), None)
                    if wrote is not None and ("." in wrote.path or wrote.kind in ("augment", "append")):
                        yield _own_state(reader, statement, path, inner.scope, call, once)
                        return
        listed = [name for one, name in _lengths(scope)]
        for statement in scope.scope.statements:
            wrote = next((one for one in stores(statement.node) if one.path in listed), None)
            if wrote is not None and wrote.kind == "append":
                reader = next(one for one, name in _lengths(scope) if name == wrote.path)
                yield _own_state(reader, statement, wrote.path, scope.scope, call, once)
                return


def _lengths(scope: CalledScope) -> Iterator[tuple[Statement, str]]:
    for statement in scope.scope.statements:
        for expression in heads(statement.node):
            for node in within(expression):
                if isinstance(node, ast.Call) and called(node) == "len" and node.args and dotted(node.args[0]):
                    yield statement, ast.unparse(node.args[0])


def _own_state(
    reader: Statement, writer: Statement, path: str, scope: Scope, call: Statement | None, once: bool
) -> Finding:
    told = f"`{writer.text}` di {at(writer)} mengubah `{path}`, dan jalannya dipilih dengannya di {at(reader)}: " \
           f"`{reader.text}`. Saat dihitung ulang isinya sudah lain."
    cached = isinstance(reader.node, ast.If) and reader.node in writer.blocks and "is None" in reader.text
    name = path.rpartition(".")[2]
    mend = f"# fungsinya menerima {name} sebagai argumen, ({', '.join([*scope.parameters, name])}), dan membacanya " \
           f"di {at(reader)};\n" \
           f"# yang memanggil checkpoint memberikannya; `{writer.text}` ({at(writer)}) dijalankan di luar fungsi itu"
    ready = call is not None and once and "." not in path
    if call is not None and ready:
        mend = f"{removed(writer)}\n{above(call, writer.text)}"
    elif call is not None:
        mend += f"\n{instead(call, _with_argument(call, path))}"
    if cached and isinstance(reader.node, ast.If):
        body = "\n".join(ast.unparse(one) for one in reader.node.body)
        last = reader.node.end_lineno or reader.line
        mend = f"# dihitung setiap kali; menggantikan {at(reader, last)}:\n{body}"
    words = {"tensor": path, "line": reader.text}
    return Finding("keadaan-luar", told, words, mend, writer=writer, weight=4, example=not cached and not ready)


def _with_argument(statement: Statement, path: str) -> str:
    """The call of checkpoint with one more argument for the function."""
    node = ast.parse(ast.unparse(statement.node)).body[0]
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and called(call) == "checkpoint" and call.args:
            owner = ast.unparse(call.args[0])
            given = path.replace("self.", f"{owner}.", 1) if path.startswith("self.") else path
            call.args.append(ast.parse(given, mode="eval").body)
    return ast.unparse(node)
