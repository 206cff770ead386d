"""Mengapa `.grad` masih None: tensornya bukan daun, tidak ikut loss, belum backward, atau sudah dikosongkan."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import Store, carried, definitions, heads, stores, within
from autograd_viz.doctor.findings import Finding, above, at, below, span
from autograd_viz.doctor.forward_line import writes_op
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.marked_too_early import Computed, as_leaves, last_computed
from autograd_viz.doctor.methods import stored_by_methods
from autograd_viz.doctor.none_leaf import empty_leaf
from autograd_viz.doctor.none_source import Empty, empty_grads, value_of
from autograd_viz.doctor.source import Statement


def none_grad(evidence: Evidence) -> Iterator[Finding]:
    """Tensor yang `.grad`-nya None di pernyataan ini, dan sebabnya; kosong bila galatnya bukan soal `.grad`."""
    found = list(empty_grads(evidence))
    if not found:
        return
    first = found[0]
    if node_of(first.tensor) is not None:
        yield _not_a_leaf(evidence, first)
    else:
        yield empty_leaf(evidence, first, found)


def grad_of_a_result(evidence: Evidence) -> Iterator[Finding]:
    """`.grad` yang dibaca dari hasil operasi: pernyataan yang menghitungnya, dan obatnya di sana."""
    here = evidence.here
    for head in heads(here.current.node) if here is not None and here.current is not None else ():
        for one in within(head):
            owner = one.value if isinstance(one, ast.Attribute) and one.attr == "grad" else None
            tensor = value_of(owner, here.variables) if owner is not None and here is not None else None
            if owner is not None and here is not None and isinstance(tensor, torch.Tensor) and not tensor.is_leaf:
                found = _not_a_leaf(evidence, Empty(ast.unparse(owner), tensor, 0, here.current))
                middle = found.cause == "hasil-antara"
                yield found._replace(cause="ingin-gradien-tengah" if middle else "dikali-sesudah-tanda")
                return


def _not_a_leaf(evidence: Evidence, empty: Empty) -> Finding:
    """The name stands for the result of an operation: only leaves get a .grad."""
    frame, path = evidence.frames[empty.frame], empty.path
    for loop in reversed(frame.current.loops if frame.current is not None else ()):
        handed = carried(frame.scope, path, loop)
        if handed is not None and not (handed[1].kind == "augment" and handed[0].silenced):  # that makes no new tensor
            return _rebound(evidence, frame, loop, empty)
    stepped = _stepped(evidence, empty)
    if stepped is not None:
        return stepped
    made = next((one for one in definitions(frame.scope, path, empty.read) if one[1].path == path), None)
    own = leaves(upstream([empty.tensor]))
    early = last_computed(evidence, empty.frame, path, empty.read)
    if own and not any(evidence.name(leaf) for leaf in own):
        if early is not None and (made is not None or early.mark is not None):
            return _made_after_the_flag(evidence, empty, early)
        if made is not None:
            words = {"param": path, "tensor": path, "leaf": path, "line": made[0].text}
            return Finding("tanda-sebelum-hitung", _told(empty, made[0]), words, forward=made[0],
                           tensors=(empty.tensor,), weight=4)  # fmt: skip
    return _in_between(evidence, frame, empty, made[0] if made is not None else None)


def _told(empty: Empty, made: Statement | None) -> str:
    told = f"`{empty.path}` bukan daun: ia hasil `{type(node_of(empty.tensor)).__name__}`"
    return f"{told}, dari `{made.text}` di {at(made)}." if made is not None else f"{told}."


def _rebound(evidence: Evidence, frame: UserFrame, loop: ast.stmt, empty: Empty) -> Finding:
    """A loop gives the name a new tensor in every turn, which the next turn takes for the leaf."""
    path = empty.path
    written = [(one, store) for one in frame.scope.inside(loop) for store in stores(one.node) if store.path == path]
    made = written[-1][0]
    if all(_is_update(store) for _, store in written):
        mend = _without_recording(frame, loop)
    else:
        last = [one for one in frame.scope.inside(loop) if one.blocks == made.blocks][-1]
        mend = below(last, f"{path} = {path}.detach().requires_grad_(True)")
    told = f"{_told(empty, made)} Putaran berikutnya{_of_loop(evidence, empty)} memakainya sebagai daun."
    words = {"param": path, "tensor": path, "leaf": path, "line": made.text}
    return Finding("variabel-baru", told, words, mend, forward=made, tensors=(empty.tensor,), weight=4)


def _of_loop(evidence: Evidence, empty: Empty) -> str:
    """The loop whose next turn reads it: not one that gives the name itself its content."""
    for frame in evidence.frames[empty.frame :]:
        current = frame.current
        for loop in reversed(current.loops if current is not None else ()):
            if not isinstance(loop, ast.For) or empty.path not in map(ast.unparse, ast.walk(loop.target)):
                head = next((one for one in frame.scope.statements if one.node is loop), None)
                return f" dari perulangan di {at(head)}" if head is not None else ""
    return ""


def _stepped(evidence: Evidence, empty: Empty) -> Finding | None:
    """What this very statement made in the step before: w - lr * w.grad, which is no leaf any more."""
    current = evidence.frames[empty.frame].current
    if current is None or hasattr(current.node, "body"):
        return None
    node, maker = ast.parse(ast.unparse(current.node)).body[0], node_of(empty.tensor)
    updates = [
        one for one in ast.walk(node) if isinstance(one, ast.BinOp) and isinstance(one.op, (ast.Add, ast.Sub))
        and ast.unparse(one.left) == empty.path and f"{empty.path}.grad" in ast.unparse(one.right)
        and writes_op(one, maker)
    ]  # fmt: skip
    if len(updates) != 1:
        return None
    whole = ast.unparse(updates[0])
    mend = ast.unparse(node).replace(f"({whole})", whole).replace(whole, f"({whole}).detach().requires_grad_(True)")
    told = f"`{empty.path}` bukan daun: ia hasil `{current.text}` ({at(current)}) dari langkah sebelumnya, dan " \
           "membawa grafnya ke langkah ini."
    words = {"param": empty.path, "tensor": empty.path, "leaf": empty.path, "line": current.text}
    return Finding(
        "variabel-baru", told, words, f"# menggantikan {span(current)}:\n{mend}", forward=current,
        tensors=(empty.tensor,), weight=4,
    )  # fmt: skip


def _is_update(store: Store) -> bool:
    value = store.value
    if store.kind != "assign" or not isinstance(value, ast.BinOp) or not isinstance(value.op, (ast.Add, ast.Sub)):
        return False
    return ast.unparse(value.left) == store.path and ".grad" in ast.unparse(value.right)


def _without_recording(frame: UserFrame, loop: ast.stmt) -> str:
    """All updates of that kind in the loop, in place and not recorded: the tensors stay leaves."""
    found = [(one, store) for one in frame.scope.inside(loop) for store in stores(one.node) if _is_update(store)]
    updates = [store for _, store in found]
    where = " dan ".join(dict.fromkeys(span(one) for one, _ in found))
    lines = [
        f"    {store.path} {'+' if isinstance(store.value.op, ast.Add) else '-'}= {ast.unparse(store.value.right)}"
        for store in updates if isinstance(store.value, ast.BinOp)
    ]  # fmt: skip
    emptied = [f"{path}.grad = None" for path in dict.fromkeys(store.path for store in updates)]
    return "\n".join([f"# menggantikan {where}:", "with torch.no_grad():", *dict.fromkeys(lines), *emptied])


def _made_after_the_flag(evidence: Evidence, empty: Empty, made: Computed) -> Finding:
    """requires_grad=True, and then one more operation in the same breath: x = torch.ones(2, requires_grad=True) * 3."""
    path = empty.path
    told = f"`{path}` bukan daun (`{type(node_of(empty.tensor)).__name__}`): ia {made.told}"
    words = {"param": path, "tensor": path, "leaf": path, "line": made.statement.text}
    return Finding(
        "tanda-sebelum-hitung", told, words, as_leaves(evidence, [made]), forward=made.statement,
        writer=made.mark.statement if made.mark is not None else None, tensors=(empty.tensor,), weight=4,
    )  # fmt: skip


def _in_between(evidence: Evidence, frame: UserFrame, empty: Empty, made: Statement | None) -> Finding:
    """A result on the way to the loss: its gradient is kept only when asked for."""
    path = asked = empty.path
    owner, _, attribute = path.rpartition(".")
    if made is None and owner:
        held = resolve(owner, frame.variables)[0]
        kept = stored_by_methods(held, attribute) if held is not None else None
        made, asked = (kept.statement, f"self.{attribute}") if kept is not None else (None, path)
    words = {"param": path, "tensor": path, "leaf": path, "line": made.text if made is not None else ""}
    text = f"{asked}.retain_grad()  # sebelum backward()"
    mend = below(made, text) if made is not None else None
    if made is not None and isinstance(made.node, (ast.For, ast.AsyncFor)):
        first = made.node.body[0]
        mend = above(made._replace(node=first, text=ast.unparse(first)), text)
    return Finding("hasil-antara", _told(empty, made), words, mend, forward=made, tensors=(empty.tensor,), weight=4)
