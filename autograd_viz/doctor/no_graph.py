"""Mengapa sebuah tensor tidak tersambung: pemutus, no_grad, parameter beku, tanda yang terlupa atau terlambat."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.cut_advice import advice, constant_derivative
from autograd_viz.doctor.cuts import Cut, find_cuts, without
from autograd_viz.doctor.derivative_calls import is_derivative, needing_graphs, with_graphs
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import begins, definitions, dotted, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, span
from autograd_viz.doctor.flagless_inputs import steps_to_inputs
from autograd_viz.doctor.flow import carries, source_of
from autograd_viz.doctor.grad_switches import recording_off
from autograd_viz.doctor.missing_flag import forgotten, frozen, switched_on_late
from autograd_viz.doctor.parameter_copies import parameter_copies
from autograd_viz.doctor.recorded_again import recorded_again
from autograd_viz.doctor.reentrant import reentrant
from autograd_viz.doctor.returned_choice import returned_choice
from autograd_viz.doctor.slices import Step, slice_from, tracked
from autograd_viz.doctor.soft_call import soft_call
from autograd_viz.doctor.soft_choice import soft_choice
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.stepped import optimizers


def no_graph(evidence: Evidence) -> Iterator[Finding]:
    """Sebab-sebab `does not require grad`, dibaca dari pernyataan yang membuat tensornya."""
    here = evidence.here
    if here is None:
        return
    expression = asked_expression(here.current, here.call)
    steps = slice_from(evidence, expression, here.current, 0, carries) if expression is not None else []
    copies = list(parameter_copies(evidence, [*steps, *steps_to_inputs(evidence)]))
    yield from copies
    found = list(causes_in(evidence, steps))
    lines = [one.writer.line for one in copies if one.writer is not None]
    yield from (one for one in found if one.writer is None or one.writer.line not in lines)
    if copies:
        return
    yield from recording_off(evidence, steps, found)
    if any(one.weight >= 4 for one in found):
        return
    rerun = list(reentrant(evidence))
    if rerun:
        yield from rerun
        return
    marked = [*switched_on_late(steps), *frozen(evidence, steps)]
    yield from marked
    if not found and not marked:
        yield from forgotten(evidence, steps)


def causes_in(evidence: Evidence, steps: list[Step]) -> Iterator[Finding]:
    """Pemutus di jalan ini, dan yang dihitung selagi pencatatan mati."""
    yield from cut_on_the_way(steps)
    yield from _unrecorded(evidence, steps)


def cut_on_the_way(steps: list[Step]) -> Iterator[Finding]:
    """Ungkapan yang menerima sesuatu yang punya graf dan mengembalikan yang tidak punya.

    Bila ada yang langsung memutus loss-nya, yang di hulunya tidak disebut.
    """
    found: list[tuple[int, Finding]] = []
    for step in reversed(steps):  # the way of the data: what cut first
        for cut in find_cuts(step.expression):
            graphed = _before_it(step, cut.operand)
            source = source_of(step, cut.operand) if not graphed else ""
            if step.statement is not None and (graphed or source):
                found.append((step.behind, _finding_of(cut, step, step.statement, source, steps)))
                break
    nearest = min((behind for behind, _ in found), default=0)
    yield from (one for behind, one in found if behind == nearest)


def _before_it(step: Step, operand: ast.expr) -> bool | None:
    """Whether what went in carries a graph; a name that the statement itself writes holds what came out."""
    if step.statement is not None and any(
        begins(path, store.path) for store in stores(step.statement.node) for path in read_paths(operand)
    ):
        return None
    return tracked(step, operand)


def _finding_of(cut: Cut, step: Step, statement: Statement, source: str, steps: list[Step]) -> Finding:
    held = dict(one for path in read_paths(cut.operand) if (one := _tracked_part(step, path)) is not None)
    name = next(iter(held), None)
    told = f"`{cut.word}` di {at(statement)} memutus graf"
    if name or source:
        itself = name is not None and dotted(cut.operand) == name
        told += f": masukannya, `{name}`," if itself else f": masukannya dihitung dari `{name or source}` dan"
        told += " tercatat, hasilnya tidak"
    told += "."
    if cut.cause == "turunan-tetap":
        told = f"`{statement.text}` di {at(statement)} sudah memakai create_graph=True, tetapi hasilnya tetapan."
    wrote = stores(statement.node)
    chosen = cut.cause == "argmax"
    soft = (soft_call(cut, step, steps) or returned_choice(cut, step, steps)) if chosen else None
    if soft is not None:
        return Finding(
            cut.cause, told + soft.told, {"line": statement.text, "leaf": name or ""}, soft.mend,
            forward=soft.statement, writer=statement, tensors=tuple(held.values()), weight=4,
        )  # fmt: skip
    counted = soft_choice(cut, step) if chosen else None
    if counted is not None:
        return Finding(
            cut.cause, told + counted[1], {"line": statement.text, "leaf": name or ""}, counted[0],
            forward=statement, writer=statement, tensors=tuple(held.values()), weight=4,
        )  # fmt: skip
    if cut.cause == "turunan-tetap":
        words = {"tensor": wrote[0].path if wrote else ast.unparse(cut.node), "line": statement.text}
        return Finding(cut.cause, told, words, constant_derivative(steps), forward=statement, writer=statement,
                       weight=4)  # fmt: skip
    mended = without(statement.node, cut, several=_is_list(step, cut.operand))
    words = {"tensor": wrote[0].path if wrote else ast.unparse(cut.node), "line": statement.text, "leaf": name or ""}
    if mended:
        words["writer"] = mended
        mended = f"# menggantikan {span(statement)}:\n{mended}"
    if cut.cause == "tanpa-create-graph" and is_derivative(cut.node):
        chain = needing_graphs(step.context.scope, statement)
        mended = with_graphs(chain)
        if len(chain) > 1:
            told += f" Hasilnya diturunkan lagi, jadi setiap turunan di jalan itu memerlukannya ({_lines(chain)})."
    downstream = reversed(steps[: steps.index(step)]) if cut.cause == "item" else ()
    after = [text for one in downstream for text in _of_numbers(one, cut)]
    return Finding(
        cut.cause,
        told,
        words,
        mend="\n".join([mended, *after]) if mended else advice(cut, statement, step.context.scope, steps),
        forward=statement,
        writer=statement,
        tensors=tuple(held.values()),
        weight=4,
        question=_CHOICE if cut.cause == "argmax" else "",
    )


_CHOICE = "apakah targetnya kelas? Maka loss dihitung dari skor. Bila pilihannya sendiri yang harus dilatih " \
          "(perutean, kuantisasi), kalikan hasilnya dengan peluangnya, atau pakailah straight-through."


def _lines(statements: list[Statement]) -> str:
    return ", ".join(at(one) for one in statements)


def _of_numbers(step: Step, first: Cut) -> Iterator[str]:
    """What made a tensor of the numbers that .item() had given: it takes tensors now."""
    for cut in find_cuts(step.expression):
        known = cut.cause == "torch-tensor" and bool(read_paths(cut.operand)) and cut.node is not first.node
        if known and step.statement is not None:
            text = without(step.statement.node, cut, several=_is_list(step, cut.operand))
            yield f"# menggantikan {span(step.statement)}:\n{text}"


def _is_list(step: Step, operand: ast.expr) -> bool:
    """Whether one name stands for several tensors: a list, or what a loop appended to."""
    path = dotted(operand)
    if path is None:
        return False
    made = definitions(step.context.scope, path, step.statement)
    listed = any(store.kind == "append" or isinstance(store.value, (ast.List, ast.ListComp)) for _, store in made)
    return listed or isinstance(step.context.value(path), list)


def _tracked_part(step: Step, path: str) -> tuple[str, torch.Tensor] | None:
    """The tensor with a gradient at the beginning of this path: `w` of `w.mean`."""
    value, rest = step.context.look(path)
    if not (isinstance(value, torch.Tensor) and value.requires_grad):
        return None
    return path.removesuffix(rest), value


def _unrecorded(evidence: Evidence, steps: list[Step]) -> Iterator[Finding]:
    """Statements inside no_grad that compute with something that has a gradient, first of all what is trained."""
    silenced = [
        (step, graphed) for step in reversed(steps)
        if step.statement is not None and step.statement.silenced
        and (stores(step.statement.node) or isinstance(step.statement.node, ast.Return))
        and (graphed := tracked(step, step.expression)) is not False
    ]  # fmt: skip
    held = {id(one) for _, optimizer in optimizers(evidence) for group in optimizer.param_groups
            for one in group["params"]}  # fmt: skip
    chosen = [one for one in silenced if held and _trains(one[0], held)] or silenced
    for step, graphed in chosen[:1]:
        statement = step.statement
        if statement is None:
            return
        wrote = stores(statement.node)
        inside = "" if step.context.frame is not None else ", di dalam fungsi yang dipanggil,"
        yield Finding(
            "tanpa-grad-mode",
            f"`{statement.text}` di {at(statement)}{inside} dijalankan di bawah `{statement.silenced}`.",
            {"tensor": wrote[0].path if wrote else "hasilnya", "line": statement.text},
            recorded_again([one.statement for one, _ in chosen if one.statement is not None], steps),
            forward=statement,
            writer=statement,
            tensors=tuple(
                one[1] for path in read_paths(step.expression) if (one := _tracked_part(step, path)) is not None
            ),
            weight=4 if graphed else 3,
        )


def _trains(step: Step, held: set[int]) -> bool:
    """Whether an optimizer holds a parameter of what this statement computes with."""
    for path in read_paths(step.expression):
        value = step.context.value(path)
        found = list(value.parameters()) if isinstance(value, torch.nn.Module) else [value]
        if any(id(one) in held for one in found):
            return True
    return False
