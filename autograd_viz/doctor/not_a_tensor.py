"""`backward()` pada yang bukan tensor: bilangan, None, atau beberapa hasil sekaligus, dan siapa yang membuatnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
import torch

from autograd_viz.doctor.called_scopes import called_things
from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import Store, definitions, dotted
from autograd_viz.doctor.findings import Finding, asked_expression, at, called, instead
from autograd_viz.doctor.flow import carries
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.no_graph import cut_on_the_way
from autograd_viz.doctor.slices import slice_from
from autograd_viz.doctor.source import Statement


def not_a_tensor(evidence: Evidence) -> Iterator[Finding]:
    """Di mana loss menjadi bilangan biasa, None, atau beberapa nilai, sebelum backward()."""
    here = evidence.here
    path = dotted(asked_expression(here.current, here.call) if here is not None else None)
    if here is None or path is None:
        return
    value, rest = resolve(path, here.variables)
    if isinstance(value, (int, float, np.generic)):
        for one in cut_on_the_way(slice_from(evidence, ast.Name(path, ast.Load()), here.current, 0, carries)):
            yield one._replace(cause="sudah-item")
    made = next(iter(definitions(here.scope, path, here.current, 1)), None)
    if rest or made is None or made[1].path != path or not isinstance(made[0].node, ast.Assign):
        return
    if value is None:
        yield from _nothing(here, path, *made)
    elif isinstance(value, (tuple, list)):
        yield from _several(path, value, *made)


def _nothing(here: UserFrame, path: str, made: Statement, store: Store) -> Iterator[Finding]:
    """What backward() gives, or a function that returns nothing."""
    call = store.value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and called(call) == "backward":
        told = f"`{made.text}` di {at(made)} menyimpan hasil `backward()`, dan hasilnya None."
        mend = instead(made, f"{path} = {ast.unparse(call.func.value)}")
        yield Finding("hasil-backward-disimpan", told, {"loss": path}, mend, writer=made, weight=4)
        return
    thing = next(called_things(made, here.variables), None)
    function = code_of(thing) if isinstance(call, ast.Call) else None
    body = scope_of_function(function).statements if function is not None else ()
    given = [one for one in body if isinstance(one.node, ast.Return) and one.node.value is not None]
    last = next((one for one in reversed(body) if not one.blocks), None)
    if function is None or given or last is None:
        return
    told = f"`{function.__name__}()`, yang dipanggil di {at(made)}, tidak punya `return`, jadi hasilnya None."
    given_back = instead(last, f"return {last.text}") if isinstance(last.node, ast.Expr) else None
    yield Finding("hasil-backward-disimpan", told, {"loss": path}, given_back, forward=made, writer=last, weight=4)


def _several(path: str, value: tuple[object, ...] | list[object], made: Statement, store: Store) -> Iterator[Finding]:
    """The loss is the first of them that backward() can begin with."""
    losses = [
        place for place, one in enumerate(value)
        if isinstance(one, torch.Tensor) and one.numel() == 1 and one.requires_grad
    ]  # fmt: skip
    if not losses or store.value is None:
        return
    told = f"`{made.text}` di {at(made)} memberi {len(value)} nilai; loss-nya nilai ke-{losses[0] + 1}."
    whole = ast.Subscript(store.value, ast.Constant(losses[0]), ast.Load())
    yield Finding(
        "hasil-berupa-tuple", told, {"loss": path}, instead(made, f"{path} = {ast.unparse(whole)}"), writer=made,
        weight=4,
    )  # fmt: skip
