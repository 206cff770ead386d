"""Mengapa `.grad` sebuah daun None: belum backward, dikosongkan, tanpa tanda, atau tidak ada di graf loss-nya."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import torch

from autograd_viz.doctor.cuts import find_cuts, without
from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import begins, definitions, read_paths
from autograd_viz.doctor.findings import Finding, above, at, instead, moved
from autograd_viz.doctor.grad_events import GradEvent, events_after, grad_events
from autograd_viz.doctor.graph_state import leaves, same_storage, upstream
from autograd_viz.doctor.missing_flag import switched_on_late, with_flag
from autograd_viz.doctor.no_graph import cut_on_the_way
from autograd_viz.doctor.none_source import Empty, members, value_of
from autograd_viz.doctor.slices import Step, slice_from
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.unrecorded_update import rebound_unrecorded


def empty_leaf(evidence: Evidence, empty: Empty, others: Sequence[Empty]) -> Finding:
    """Sebab `.grad` daun ini None, dari yang paling pasti."""
    frame = evidence.frames[empty.frame]
    words = {"param": empty.path, "tensor": empty.path, "leaf": empty.path}
    base = Finding("di-luar-loss", "", words, tensors=(empty.tensor,), weight=4)
    if not empty.tensor.requires_grad:
        return _unmarked(evidence, frame, empty, base)
    for number in range(empty.frame, len(evidence.frames)):
        events = grad_events(evidence, number)
        ran = [one for one in events if one.kind == "backward"]
        emptied = [one for one in events if one.kind == "cleared" and one.cleared in ("", empty.path)]
        if ran and emptied and emptied[-1].statement.place >= ran[-1].statement.place:
            return _cleared(frame, emptied[-1], base)
        if ran:
            return _outside(evidence, number, empty, others, ran[-1], base)
    asked = [one for one in grad_events(evidence, empty.frame) if one.kind == "grad"]
    if asked:
        return _given_back(frame, empty, asked[-1], base)
    return _before(evidence, frame, empty, others, base)


def _unmarked(evidence: Evidence, frame: UserFrame, empty: Empty, base: Finding) -> Finding:
    """requires_grad is False: nothing will ever fill it."""
    rebound = rebound_unrecorded(evidence, empty, base)
    if rebound is not None:
        return rebound
    told = f"requires_grad `{_full(evidence, empty)}` False, jadi backward() tidak mengisi .grad-nya."
    guarded = _guarded(frame, empty)
    made = next(iter(_definitions_of(frame, empty.path)), None)
    mend = guarded or with_flag(made, empty.path)
    return base._replace(cause="tanpa-tanda", evidence=told, mend=mend, forward=made)


def _definitions_of(frame: UserFrame, path: str) -> list[Statement]:
    return [one for one, _ in definitions(frame.scope, path, frame.current, 1)]


def _cleared(frame: UserFrame, event: GradEvent, base: Finding) -> Finding:
    """Filled, and set to None again before it was read."""
    current = frame.current
    inside = "" if event.inner is event.statement else f", lewat `{event.inner.text}`"
    told = f"`{event.statement.text}` di {at(event.statement)}{inside} mengosongkannya menjadi None; sesudahnya " \
           "belum ada backward()."
    mend = moved(current, event.statement, "atas") if current is not None else None
    return base._replace(cause="dikosongkan", evidence=told, mend=mend, writer=event.inner)


def _before(
    evidence: Evidence, frame: UserFrame, empty: Empty, others: Sequence[Empty], base: Finding
) -> Finding:
    """No backward() yet; certain only where no known leaf holds a gradient."""
    current = frame.current
    unfilled = not any(one.tensor.is_leaf and one.tensor.grad is not None for one in evidence.known)
    if not unfilled:
        return _unused(evidence, frame, empty, others, base)
    base = base._replace(cause="belum-backward", evidence=f"Belum ada backward() sebelum {at(current)}.")
    emptying = _emptied(frame, empty)
    if emptying is not None:
        return base._replace(mend=emptying)
    later = [one for one in events_after(evidence, empty.frame) if one.kind == "backward"]
    if later and current is not None:
        told = f"`{later[0].statement.text}` baru dijalankan di {at(later[0].statement)}, sesudah {at(current)}."
        return base._replace(evidence=told, mend=moved(later[0].statement, current, "atas"))
    loss = next((one.path for one in evidence.known if _leads_to(one.tensor, empty.tensor)), None)
    if loss is not None and current is not None:
        block = current.switch if isinstance(current.switch, ast.With) else None
        first = current if block is None else current._replace(node=block, text=current.silenced)
        return base._replace(mend=above(first, f"{loss}.backward()"))
    return base


def _leads_to(loss: torch.Tensor, leaf: torch.Tensor) -> bool:
    return loss.numel() == 1 and not loss.is_leaf and any(one is leaf for one in leaves(upstream([loss])))


def _given_back(frame: UserFrame, empty: Empty, event: GradEvent, base: Finding) -> Finding:
    """autograd.grad() returns the gradients; it fills no .grad."""
    told = f"`{event.statement.text}` di {at(event.statement)} mengembalikan gradiennya sebagai hasil; .grad tidak " \
           "diisinya."
    root = ast.unparse(event.root) if event.root is not None else None
    mend = instead(event.statement, f"{root}.backward()  # bila yang diperlukan .grad") if root else None
    return base._replace(cause="belum-backward", evidence=told, mend=mend, forward=event.statement)


def _outside(
    evidence: Evidence, number: int, empty: Empty, others: Sequence[Empty], event: GradEvent, base: Finding
) -> Finding:
    """backward() ran, and the leaf has nothing: it is not in the graph of that loss."""
    base = base._replace(writer=event.statement)
    frame, own = evidence.frames[number], evidence.frames[empty.frame]
    if event.root is None:
        return _unused(evidence, own, empty, others, base)
    roots = [value_of(ast.parse(path, mode="eval").body, frame.variables) for path in read_paths(event.root)]
    tensors = [one for one in roots if isinstance(one, torch.Tensor)]
    used = leaves(upstream(tensors))
    if any(one is empty.tensor for one in used) or not used:
        return _unused(evidence, own, empty, others, base)
    told = f"`{event.statement.text}` di {at(event.statement)} sudah berjalan, tetapi `{_full(evidence, empty)}` " \
           "tidak ada di grafnya."
    twin = next((name for one in used if same_storage(one, empty.tensor) and (name := evidence.name(one))), None)
    current = own.current
    if twin is not None and current is not None and own is frame:
        told += f" Isinya sama dengan `{twin}`, tensor lain yang ada di sana."
        new = current.text.replace(f"{empty.path}.grad", f"{twin}.grad")
        return base._replace(evidence=told, mend=instead(current, new))
    steps = slice_from(evidence, event.root, event.statement, number)
    late = next(switched_on_late(steps, empty.path), None)
    if late is not None:
        return base._replace(evidence=f"{told} {late.evidence}", mend=late.mend, forward=late.forward)
    lost = _lost(steps, empty, told, base)
    if lost is not None:
        return lost
    for cut in cut_on_the_way(steps):
        behind = any(one is empty.tensor for one in leaves(upstream(cut.tensors)))
        if behind or (not cut.tensors and _nothing_filled(evidence)):
            return base._replace(
                evidence=f"{told} {cut.evidence}", mend=cut.mend, forward=cut.forward, writer=cut.writer,
                words={**base.words, **cut.words, "param": empty.path},
            )  # fmt: skip
    return _unused(evidence, own, empty, others, base, told)


def _nothing_filled(evidence: Evidence) -> bool:
    """Whether not one parameter of the modules has a gradient: then something is cut, and nothing is to be skipped."""
    held = [one for _, module in evidence.modules() for one in module.parameters() if one.requires_grad]
    return len(held) > 1 and all(one.grad is None for one in held)


def _lost(steps: Sequence[Step], empty: Empty, told: str, base: Finding) -> Finding | None:
    """Where the way from this leaf to the loss was cut."""
    for step in reversed(steps):
        statement = step.statement
        if statement is None:
            continue
        for cut in find_cuts(step.expression):
            if any(begins(path, empty.path) for path in read_paths(cut.operand)):
                where = f"`{cut.word}` di {at(statement)} memutus jalannya."
                new = without(statement.node, cut)
                mend = instead(statement, new) if new else None
                return base._replace(evidence=f"{told} {where}", mend=mend, forward=statement, writer=statement)
        if statement.silenced and any(begins(path, empty.path) for path in read_paths(step.expression)):
            where = f"`{statement.text}` di {at(statement)} dijalankan di bawah `{statement.silenced}`."
            mend = f"# di luar blok itu:\n{statement.text}"
            if isinstance(statement.switch, ast.With):
                block = statement._replace(node=statement.switch, text=statement.silenced)
                mend = moved(statement, block, "atas")
            return base._replace(evidence=f"{told} {where}", mend=mend, forward=statement, writer=statement)
    return None


def _unused(
    evidence: Evidence, frame: UserFrame, empty: Empty, others: Sequence[Empty], base: Finding, told: str = ""
) -> Finding:
    """Not part of the loss: the reader decides whether it should be; skipping it is what the code can do."""
    names = [_full(evidence, one) for one in others][:4] or [empty.path]
    whole = _all_empty(frame, empty)
    if whole:
        names = whole[:4]
    listed = ", ".join(f"`{name}`" for name in names)
    told = told or f"Backward sudah berjalan, dan {listed} tetap tanpa gradien: ia tidak ikut ke dalam loss itu."
    if _nothing_filled(evidence):
        told += " Tidak satu pun parameter mendapat gradien, jadi jalannya terputus; melewatinya dengan `if` hanya " \
                "menyembunyikannya."
        mend = above(frame.current, _SEARCH) if frame.current is not None else _SEARCH
        return base._replace(evidence=told, mend=mend, example=True)
    guarded = _guarded(frame, empty)
    question = f"apakah {listed} memang tidak ikut ke loss? Bila seharusnya ikut, carilah di mana jalannya terputus."
    return base._replace(
        evidence=told, mend=guarded, example=guarded is None, weight=4, question=question if guarded else ""
    )


_SEARCH = (
    "# dari loss ke hulu, carilah yang grad_fn-nya tidak lagi membawa model Anda:\n"
    "print(loss.grad_fn, loss.grad_fn.next_functions)\n"
    "# yang biasa memutus: torch.tensor([...]), .item(), .detach(), .data, NumPy, no_grad, requires_grad_() pada hasil"
)


def _all_empty(frame: UserFrame, empty: Empty) -> list[str]:
    """Of the parameters that the loop goes through: all that have no gradient."""
    loop = _loop_over(frame, empty)
    found = members(loop.iter, frame.variables) if loop is not None else ()
    return [path for path, tensor in found if tensor.is_leaf and tensor.grad is None]


def _loop_over(frame: UserFrame, empty: Empty) -> ast.For | None:
    """The loop whose variable this is."""
    for block in reversed(empty.read.blocks if empty.read is not None else ()):
        if isinstance(block, ast.For) and empty.path in [
            node.id for node in ast.walk(block.target) if isinstance(node, ast.Name)
        ]:
            return block
    return None


def _guarded(frame: UserFrame, empty: Empty) -> str | None:
    """The statement, run only where there is a gradient; in its own place."""
    current = frame.current
    if current is None or hasattr(current.node, "body"):
        return None
    gathered = _filtered(current.node, empty.path)
    if gathered:
        return instead(current, gathered)
    if _loop_over(frame, empty) is None and not isinstance(current.node, (ast.Expr, ast.AugAssign)):
        return None
    return instead(current, f"if {empty.path}.grad is not None:\n    {current.text}")


def _filtered(statement: ast.stmt, path: str) -> str:
    """A comprehension over parameters that leaves out those without a gradient."""
    node = ast.parse(ast.unparse(statement)).body[0]
    for inner in ast.walk(node):
        if isinstance(inner, ast.comprehension) and isinstance(inner.target, ast.Name) and inner.target.id == path:
            inner.ifs.append(ast.parse(f"{path}.grad is not None", mode="eval").body)
            return ast.unparse(node)
    return ""


def _emptied(frame: UserFrame, empty: Empty) -> str | None:
    """w.grad.zero_() before the first backward(): w.grad = None does the same and never fails."""
    current = frame.current
    zeroing = (f"{empty.path}.grad.zero_()", f"{empty.path}.grad.data.zero_()", f"{empty.path}.grad.detach_()")
    if current is None or current.text not in zeroing:
        return None
    return instead(current, f"{empty.path}.grad = None")


def _full(evidence: Evidence, empty: Empty) -> str:
    """The name, and of a loop variable also the parameter that it stands for."""
    known = [one.path for one in evidence.known if one.tensor is empty.tensor and "." in one.path]
    known += [
        f"{name}.{inner}" for name, module in evidence.modules() for inner, one in module.named_parameters()
        if one is empty.tensor
    ]  # fmt: skip
    return known[0] if known and empty.path.isidentifier() and known[0] != empty.path else empty.path
