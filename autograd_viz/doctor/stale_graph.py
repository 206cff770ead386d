"""Graf lama yang dipakai lagi: dibawa dari putaran lalu, dihitung di luar perulangan, atau disimpan sebuah objek."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from typing import Any

import torch

from autograd_viz.doctor.buffer_states import without_graph_there
from autograd_viz.doctor.carried_state import after_backward, detached, half_cut, only_a_statistic
from autograd_viz.doctor.evidence import Evidence, Known, UserFrame, resolve
from autograd_viz.doctor.expressions import Store, begins, carried, first_name, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, called_here, defined, instead
from autograd_viz.doctor.fixed_targets import FIXED, untrained, without_recording
from autograd_viz.doctor.graph_state import node_of, upstream
from autograd_viz.doctor.kept_since_init import kept_since_init
from autograd_viz.doctor.made_before import Maker, computed_again, maker_of, who_made
from autograd_viz.doctor.methods import StoringMethod, stored_by_methods
from autograd_viz.doctor.never_emptied import emptied_after_backward
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.old_nodes import old_nodes, summed_before
from autograd_viz.doctor.one_component import component
from autograd_viz.doctor.only_contents import only_contents, used_from_before
from autograd_viz.doctor.printable import indexed
from autograd_viz.doctor.slices import frame_context
from autograd_viz.doctor.source import Statement
from autograd_viz.tracing.walk import Walk


def stale_graph(evidence: Evidence, nodes: Walk, bad: Set[Any]) -> Iterator[Finding]:
    """Tensor yang membawa graf lama ke sini, yaitu yang di hulunya ada simpul `bad` dari `nodes`."""
    old = [one for one in evidence.known if _reaches(one.tensor, nodes, bad)]
    told: set[str] = set()
    for number, frame in enumerate(evidence.frames):
        for loop in reversed(frame.current.loops if frame.current is not None else ()):
            behind = [one for one in old if node_of(one.tensor) in nodes]
            enough = only_contents(evidence, used_from_before(frame, number, loop, behind), bad, _loop_text(loop))
            if enough is not None:
                yield enough
                return
            found_here = _carried(evidence, frame, number, loop, old, nodes)
            for found in (*found_here, *_outside(evidence, frame, number, loop, behind)):
                if found.words["tensor"] not in told:
                    told.add(found.words["tensor"])
                    yield found
    yield from _kept_by_objects(evidence, old, nodes)


def _reaches(tensor: torch.Tensor, nodes: Walk, bad: Set[Any]) -> bool:
    """Whether this tensor and what was asked for lie behind the same freed operation."""
    return node_of(tensor) is not None and any(one in bad and one in nodes for one in upstream([tensor]))


def _loop_text(loop: ast.stmt) -> str:
    if isinstance(loop, ast.While):
        return f"while {ast.unparse(loop.test)}"
    return f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"  # type: ignore[attr-defined]


def _carried(
    evidence: Evidence, frame: UserFrame, number: int, loop: ast.stmt, old: list[Known], nodes: Walk
) -> Iterator[Finding]:
    """A variable that a turn hands to the next one, with its graph."""
    paths = dict.fromkeys(store.path for one in frame.scope.inside(loop) for store in stores(one.node))
    for path in paths:
        found = carried(frame.scope, path, loop)
        held = [one for one in old if one.frame == number and begins(one.path, path)]
        if found is None or not held:
            continue
        statement, store = found
        value = resolve(path, frame.variables)[0]
        words = {"state": path, "tensor": path, "line": statement.text, "writer": statement.text}
        now = tuple(node_of(one.tensor) for one in held)
        anew = frame.current is not None and statement.place < frame.current.place
        if _is_sum(statement, store, value):
            added, mended = _logged(statement, store)
            yield Finding(
                "loss-dicatat",
                f"`{statement.text}` di {at(statement)} menyambung graf setiap putaran ke `{path}`, dan "
                f"`{frame.current.text if frame.current else ''}` melewati semuanya lagi.",
                {**words, "writer": mended},
                emptied_after_backward(frame, path, statement)
                or "# untuk catatan cukup bilangannya; yang di-backward hanya loss putaran ini:\n"
                f"{instead(statement, mended)}\n{_only_this_turn(frame, added)}",
                forward=statement,
                writer=statement,
                nodes=summed_before(now, store, value, nodes) if anew else now,
                weight=4,
            )
        else:
            told = f"`{path}` ditulis di {at(statement)} dan dibaca lagi oleh putaran berikutnya dari " \
                   f"`{_loop_text(loop)}`"
            half = half_cut(frame_context(evidence, number), statement, store, value)
            yield Finding(
                "keadaan-terbawa",
                f"{told} tanpa detach()." if half is None else f"{told}. {half.told(path)}",
                words if half is None else {**words, "state": path + half.open[0].path},
                after_backward(frame, detached(path, value)) if half is None else half.mend,
                forward=statement,
                writer=statement if half is None else half.statement,
                nodes=old_nodes(now, nodes) if anew else now,
                weight=4,
            )


def _only_this_turn(frame: UserFrame, added: str) -> str:
    current = frame.current
    return instead(current, f"{added}.backward()") if current is not None else f"{added}.backward()"


def _is_sum(statement: Statement, store: Store, value: Any) -> bool:
    """Whether a variable only adds up numbers: a log of losses, no state of a model."""
    if store.kind == "append":
        return True
    if isinstance(value, torch.Tensor) and value.numel() != 1:
        return False
    if store.kind == "augment":
        return isinstance(statement.node, ast.AugAssign) and isinstance(statement.node.op, ast.Add)
    sides = [store.value.left, store.value.right] if isinstance(store.value, ast.BinOp) else []
    added = isinstance(store.value, ast.BinOp) and isinstance(store.value.op, ast.Add)
    return added and any(ast.unparse(side) == store.path for side in sides)


def _logged(statement: Statement, store: Store) -> tuple[str, str]:
    """What was added to the log, and the statement that adds only its number."""
    if store.kind == "append" or store.kind == "augment":
        added = ast.unparse(store.value) if store.value is not None else "loss"
        simple = added if added.replace(".", "").replace("_", "").isalnum() else f"({added})"
        if store.kind == "append":
            return added, f"{store.path}.append({simple}.item())"
        return added, f"{store.path} += {simple}.item()"
    sides = [store.value.left, store.value.right] if isinstance(store.value, ast.BinOp) else []
    added = next((ast.unparse(side) for side in sides if ast.unparse(side) != store.path), "loss")
    return added, f"{store.path} = {store.path} + {added}.item()"


def _outside(
    evidence: Evidence, frame: UserFrame, number: int, loop: ast.stmt, old: list[Known]
) -> Iterator[Finding]:
    """Something that the loop uses in every turn and that was computed once, before it."""
    read = [path for one in frame.scope.inside(loop) for path in read_paths(one.node)]
    written = {store.path for one in frame.scope.inside(loop) for store in stores(one.node)}
    written |= {store.path for store in stores(loop)}
    for held in old:
        path = called_here(held, frame.variables, read) if held.frame == number else ""
        one, base = held._replace(path=path), first_name(path)
        if not path or base in written:
            continue
        part = component(frame, one.path)
        if part:
            yield Finding(
                "luar-lingkaran",
                f"Setiap putaran dari `{_loop_text(loop)}` menurunkan satu bagian `{one.path}`, jadi semuanya memakai "
                "graf yang sama; di sini graf itu memang harus bertahan.",
                {"tensor": one.path}, part, forward=defined(evidence, one.path, number),
                nodes=(node_of(one.tensor),), weight=5,
            )  # fmt: skip
            return
        maker = maker_of(evidence, one.path, number)
        if maker is None and base in frame.scope.parameters:
            continue
        maker = maker or Maker(None, None, number)
        fixed = without_recording(maker) if untrained(evidence, one.tensor) else ""
        again = fixed or computed_again(evidence, number, loop, _loop_text(loop), maker)
        yield Finding(
            "luar-lingkaran",
            f"{who_made(evidence, one.path, maker)}, di luar `{_loop_text(loop)}` (baris {loop.lineno}), jadi setiap "
            "putaran memakai graf yang sama." + (FIXED if fixed else ""),
            {"tensor": one.path, "line": maker.statement.text if maker.statement else ""},
            again,
            forward=maker.statement,
            nodes=(node_of(one.tensor),),
            weight=4,
            example=all(line.startswith("#") for line in again.splitlines()),
        )


def _kept_by_objects(evidence: Evidence, old: list[Known], nodes: Walk) -> Iterator[Finding]:
    """A tensor that an object keeps from one call to the next: self.h of a module or a trainer."""
    for one in old:
        frame = evidence.frames[one.frame]
        owner, attribute, method = _stored(one.path, frame)
        if method is None:
            continue
        value = _value(f"{owner}.{attribute}", frame)
        path = f"self.{attribute}"
        words = {"state": path, "tensor": path, "line": method.statement.text, "writer": method.statement.text}
        if method.name == "__init__":
            yield kept_since_init(evidence, one, _value(owner, frame), method)
        elif method.store.kind == "append":
            added, mended = _logged(method.statement, method.store)
            yield Finding(
                "loss-dicatat",
                f"`{method.name}()` menyimpan `{added}` beserta grafnya di `{path}` ({at(method.statement)}), dan "
                "isinya ikut di-backward lagi.",
                {**words, "writer": mended},
                emptied_after_backward(frame, f"{owner}.{attribute}", method.statement)
                or f"# untuk catatan cukup bilangannya; yang di-backward hanya {added} dari panggilan ini:\n"
                + instead(method.statement, mended),
                forward=method.statement,
                writer=method.statement,
                nodes=(node_of(one.tensor),),
                weight=4,
            )
        elif method.reads_itself:
            statistic = only_a_statistic(evidence.roots, one.tensor)
            half = half_cut(frame_context(evidence, one.frame), method.statement, method.store, value)
            yield Finding(
                "keadaan-terbawa",
                f"`{method.name}()` menyimpan `{path}` beserta grafnya ({at(method.statement)}), dan panggilan "
                "berikutnya membacanya lagi." + (f" {half.told(path)}" if half is not None else ""),
                words if half is None else {**words, "state": path + half.open[0].path},
                without_graph_there(method, _value(owner, frame), attribute, statistic)
                or (half.mend if half is not None
                    else after_backward(frame, detached(f"{owner}.{attribute}", value))),
                forward=method.statement,
                writer=method.statement if half is None else half.statement,
                nodes=old_nodes((node_of(one.tensor),), nodes),
                weight=4,
            )


def _value(path: str, frame: UserFrame) -> Any:
    """What a name holds, also in a numbered part of a module; None where it is cut in the middle of a key."""
    try:
        return value_of(ast.parse(indexed(path), mode="eval").body, frame.variables)
    except SyntaxError:
        return None


def _stored(path: str, frame: UserFrame) -> tuple[str, str, StoringMethod | None]:
    """The nearest object that keeps it, its attribute, and the method that stores it: `model` of model.s.h"""
    owner = path
    while "." in owner:
        owner, _, rest = owner.rpartition(".")
        attribute = rest.partition("[")[0]
        kept = _value(owner, frame)
        method = stored_by_methods(kept, attribute) if kept is not None else None
        if method is not None:
            return owner, attribute, method
    return path, "", None
