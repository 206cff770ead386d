"""Yang diminta digambar: tensor, GradientEdge, atau grad_fn, diperiksa sebelum grafnya dibaca."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import GradientEdge
from torch.autograd.graph import Node as AutogradNode

from autograd_viz.tracing.torch_internals import is_wrapped

GRADIENT = "Tambahkan requires_grad=True pada tensor yang ingin diturunkan."


class Start(NamedTuple):
    """One thing asked for; a leaf given as a tensor has no node yet."""

    node: Any
    output: int = 0
    tensor: torch.Tensor | None = None


def find_starts(outputs: tuple[object, ...], name_of: Callable[[torch.Tensor], str | None]) -> list[Start]:
    """Mencari simpul autograd setiap keluaran yang diminta.

    Galat: TypeError bila jenisnya keliru atau tidak ada yang diminta; ValueError bila tensornya tidak punya graf.

    >>> w = torch.ones(2, requires_grad=True)
    >>> find_starts((w.sin(),), lambda tensor: "y")[0].output
    0
    """
    if not outputs:
        raise TypeError("Tidak ada tensor yang diberikan. Beri paling sedikit satu, misalnya trace(loss).")
    return [_find(item, place, name_of) for place, item in enumerate(outputs, 1)]


def _find(item: object, place: int, name_of: Callable[[torch.Tensor], str | None]) -> Start:
    if isinstance(item, torch.Tensor):
        return _find_tensor(item, place, name_of(item))
    if isinstance(item, GradientEdge):
        if not isinstance(item.node, AutogradNode):
            raise ValueError(f"GradientEdge pada masukan ke-{place} tanpa simpul, jadi grafnya kosong. {GRADIENT}")
        return Start(item.node, item.output_nr)
    if isinstance(item, AutogradNode):
        return Start(item)
    if item is None:
        raise TypeError(
            f"Masukan ke-{place} adalah None. grad_fn sebuah daun selalu None: berikan tensornya, bukan grad_fn-nya."
        )
    advice = "Berikan tensor, GradientEdge, atau grad_fn."
    if isinstance(item, (list, tuple)):
        advice = "Uraikan isinya dengan bintang, misalnya trace(*keluaran)."
    if isinstance(item, torch.nn.Module):
        advice = "Berikan keluaran modulnya, misalnya trace(model(x), names=model)."
    raise TypeError(f"Masukan ke-{place} bertipe {type(item).__name__}, bukan tensor. {advice}")


def _find_tensor(tensor: torch.Tensor, place: int, name: str | None) -> Start:
    subject = f"Tensor {name!r}" if name else f"Tensor pada masukan ke-{place}"
    if is_wrapped(tensor):
        raise ValueError(
            f"{subject} sedang dibungkus torch.func (grad, vmap, atau jvp), jadi grafnya hanya ada di dalam "
            "transformasi itu. Gambarlah fungsi yang sama di luar transformasi, dengan masukan requires_grad=True."
        )
    if not tensor.requires_grad:
        raise ValueError(f"{subject} tidak punya graf: grad_fn kosong. {_reason(tensor)}")
    node = tensor.grad_fn
    return Start(node, tensor.output_nr if node is not None else 0, tensor)


def _reason(tensor: torch.Tensor) -> str:
    if tensor.is_inference():
        return "Ia dibuat di dalam torch.inference_mode(). Hitung ulang di luar blok itu."
    if not (tensor.is_floating_point() or tensor.is_complex()):
        kind = str(tensor.dtype).removeprefix("torch.")
        return (
            f"Isinya {kind}, sedangkan hanya bilangan pecahan dan kompleks yang dapat diturunkan. "
            "Gambarlah tensor sebelum ia diubah menjadi " + kind + "."
        )
    return f"Semua masukannya dibuat tanpa requires_grad=True, atau diputus detach() atau torch.no_grad(). {GRADIENT}"
