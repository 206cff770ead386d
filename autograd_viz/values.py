"""Isi tensor menjadi angka biasa: semuanya bila sedikit, ringkasannya bila banyak."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch.utils._python_dispatch import _disable_current_modes

from autograd_viz.graph import Number, Value

LISTED = 64
SUMMARISED = 65_536


def summarize(tensor: torch.Tensor) -> Value:
    """Mencatat isi satu tensor tanpa menyentuh graf, versi, maupun gradiennya.

    Sampai 64 unsur: semua angkanya. Sampai 65.536 unsur: ringkasannya, dihitung atas unsur yang terhingga.
    Di atas itu, dan untuk tensor yang angkanya tidak dapat dibaca (sparse, nested, meta): bentuknya saja.

    >>> summarize(torch.tensor([3.0, -4.0])).numbers
    (3.0, -4.0)
    >>> summarize(torch.tensor([3.0, -4.0])).norm
    5.0
    """
    with torch._C.DisableTorchFunction(), _disable_current_modes(), torch.no_grad():
        bare = Value(shape_of(tensor) or (), text_of(tensor.dtype))
        try:
            return _read(tensor, bare)
        except (RuntimeError, NotImplementedError, TypeError, ValueError):
            return bare


def shape_of(thing: object) -> tuple[int, ...] | None:
    """Bentuk sebuah tensor (atau catatan keluaran autograd); None bila tidak berupa bilangan bulat.

    >>> shape_of(torch.ones(2, 3))
    (2, 3)
    """
    try:
        shape = tuple(thing.shape)  # type: ignore[attr-defined]
    except (RuntimeError, AttributeError):
        return None
    for size in shape:
        if type(size) is not int:
            return None
    return shape


@lru_cache(maxsize=256)
def text_of(item: torch.dtype | torch.device | torch.layout) -> str:
    """Tulisan pendek sebuah dtype atau device.

    >>> text_of(torch.float32), text_of(torch.device("cpu"))
    ('float32', 'cpu')
    """
    return str(item).removeprefix("torch.")


def _read(tensor: torch.Tensor, bare: Value) -> Value:
    if not _readable(tensor):
        return bare
    count = tensor.numel()
    if count > SUMMARISED:
        return bare
    plain = tensor.detach()
    if count <= LISTED:
        return _from_list(bare, plain.resolve_conj().resolve_neg().reshape(-1).tolist())
    wide = plain.to(torch.complex128 if plain.is_complex() else torch.float64).reshape(-1)
    kept = wide[torch.isfinite(wide)]
    finite = kept.numel() == count
    if not kept.numel():
        return bare._replace(finite=False)
    norm = float(kept.abs().square().sum().sqrt())
    if kept.is_complex():
        return bare._replace(norm=norm, finite=finite)
    low, high, mean = float(kept.min()), float(kept.max()), float(kept.mean())
    return bare._replace(low=low, high=high, mean=mean, norm=norm, finite=finite)


def _readable(tensor: torch.Tensor) -> bool:
    """Numbers can be read without running a subclass' own code."""
    own_dispatch = type(tensor).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__
    return (
        tensor.layout is torch.strided
        and not (own_dispatch or tensor.is_nested or tensor.is_quantized)
        and tensor.device.type != "meta"
        and not torch._C._functorch.is_functorch_wrapped_tensor(tensor)
    )


def _from_list(bare: Value, numbers: Sequence[Number]) -> Value:
    bare = bare._replace(numbers=tuple(numbers))
    kept = [number for number in numbers if cmath.isfinite(number)]
    if not kept:
        return bare._replace(finite=not numbers)
    finite = len(kept) == len(numbers)
    norm = math.hypot(*(abs(number) for number in kept))
    real = [float(number) for number in kept if not isinstance(number, complex)]
    if not real:
        return bare._replace(norm=norm, finite=finite)
    return bare._replace(low=min(real), high=max(real), mean=math.fsum(real) / len(real), norm=norm, finite=finite)
