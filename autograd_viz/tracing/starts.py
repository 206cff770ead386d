"""Yang diminta digambar: tensor, GradientEdge, grad_fn, atau wadah yang memuatnya, diperiksa sebelum grafnya dibaca."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as AutogradNode

from autograd_viz.tracing.containers import Path, take_apart
from autograd_viz.tracing.names import Names
from autograd_viz.tracing.reasons import GRADIENT, advice, without_graph, wrapped
from autograd_viz.tracing.torch_internals import is_wrapped

WANTED = (torch.Tensor, GradientEdge, AutogradNode)


class Start(NamedTuple):
    """One thing asked for; a leaf given as a tensor has no node yet."""

    node: Any
    output: int = 0
    tensor: torch.Tensor | None = None


class Asked(NamedTuple):
    """One thing to draw, and the way to it from what was handed over."""

    thing: Any
    place: int
    path: Path
    holder: str | None


def find_starts(outputs: tuple[object, ...], names: Names) -> list[Start]:
    """Mencari simpul autograd setiap keluaran yang diminta; isi wadah dinamai menurut kunci atau atributnya.

    Galat: TypeError bila jenisnya keliru atau tidak ada yang diminta; ValueError bila tensornya tidak punya graf.

    >>> w = torch.ones(2, requires_grad=True)
    >>> names = Names(None, None)
    >>> starts = find_starts(({"loss": w.sum(), "logits": w * 2, "epoch": 3},), names)
    >>> [names.of(start.tensor) for start in starts]
    ['loss', 'logits']
    """
    if not outputs:
        raise TypeError("Tidak ada tensor yang diberikan. Beri paling sedikit satu, misalnya trace(loss).")
    asked = [one for place, item in enumerate(outputs, 1) for one in _asked(item, place, names)]
    _name(asked, names)
    return [_find(one.thing, one.place, names) for one in asked]


def _asked(item: object, place: int, names: Names) -> list[Asked]:
    if isinstance(item, WANTED):
        return [Asked(item, place, (), None)]
    found = take_apart(item, WANTED)
    kind = type(item).__name__
    if not found:
        raise TypeError(f"Masukan ke-{place} bertipe {kind}, bukan tensor. {advice(item, names)}")
    drawn = [(path, thing) for path, thing in found if not isinstance(thing, torch.Tensor) or _has_graph(thing)]
    if not drawn:
        path, tensor = found[0]
        which = f"Tensor {_code(path)}" if len(found) == 1 else f"Semua tensor ({len(found)})"
        why = f"tidak punya graf: grad_fn kosong. {without_graph(tensor, names)}"
        raise ValueError(f"{which} di dalam masukan ke-{place} ({kind}) {why}")
    holder = names.holder(item)
    return [Asked(thing, place, path, holder) for path, thing in drawn]


def _has_graph(tensor: torch.Tensor) -> bool:
    return tensor.requires_grad or is_wrapped(tensor)  # of a wrapped one the reason is told


def _code(path: Path) -> str:
    return "".join(step.code for step in path)


def _name(asked: list[Asked], names: Names) -> None:
    """Names by key or attribute alone where that tells the outputs of this call apart, else by the whole way."""
    short = [".".join(str(step.key) for step in one.path if step.kind != "index") for one in asked]
    often = Counter(short)
    for one, name in zip(asked, short, strict=True):
        if not one.path or not isinstance(one.thing, torch.Tensor):
            continue
        if not name or often[name] > 1 or names.taken(name, one.thing):
            name = (one.holder or "") + _code(one.path)
            if not one.holder and all(step.kind == "index" for step in one.path):
                continue  # [0] of something that nobody has named
        names.paths.setdefault(id(one.thing), name)


def _find(item: Any, place: int, names: Names) -> Start:
    if isinstance(item, torch.Tensor):
        return _find_tensor(item, place, names)
    if isinstance(item, GradientEdge):
        if not isinstance(item.node, AutogradNode):
            raise ValueError(f"GradientEdge pada masukan ke-{place} tanpa simpul, jadi grafnya kosong. {GRADIENT}")
        return Start(item.node, item.output_nr)
    return Start(item)


def _find_tensor(tensor: torch.Tensor, place: int, names: Names) -> Start:
    name = names.of(tensor)
    subject = f"Tensor {name!r}" if name else f"Tensor pada masukan ke-{place}"
    if is_wrapped(tensor):
        raise ValueError(f"{subject} {wrapped()}")
    if not tensor.requires_grad:
        raise ValueError(f"{subject} tidak punya graf: grad_fn kosong. {without_graph(tensor, names)}")
    node = tensor.grad_fn
    return Start(node, tensor.output_nr if node is not None else 0, tensor)
