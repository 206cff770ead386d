"""Masukan sebuah jawaban, disimpan untuk melihat apakah berubah."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import nn

from autograd_viz.tracing.torch_internals import hooks_of, leaf_hooks_of, module_hooks_of
from jejak.verdict import Wrong

HOOK = (
    "Kait itu tinggal di sana dan ikut mengubah setiap gradien sesudahnya. Perbaiki hitungannya sendiri, bukan "
    "gradien milik pemanggil."
)


class _Kept(NamedTuple):
    tensor: torch.Tensor
    value: torch.Tensor
    layout: tuple[object, ...]
    requires_grad: bool
    grad: torch.Tensor | None
    hooks: int


class Snapshot:
    """The tensors and modules among `things`, by name, as they are now."""

    def __init__(self, things: dict[str, object]) -> None:
        self.kept = {name: _keep(tensor) for name, tensor in _tensors(things)}
        self.modules = [(name, module, module.training, _module_hooks(module)) for name, module in _modules(things)]

    def check(self) -> None:
        """Melempar `Wrong` yang menyebut apa yang berubah dan cara menghindarinya."""
        for name, module, training, hooks in self.modules:
            if _module_hooks(module) != hooks:
                raise Wrong(f"Sesudah dipanggil ada kait (*hook*) baru pada `{name}`. {HOOK}", check="side_effects")
            if module.training != training:
                mode = "train" if training else "eval"
                raise Wrong(
                    f"Sesudah dipanggil, `{name}.training` menjadi `{module.training}`. Model harus ditinggalkan "
                    f"dalam mode {mode}, seperti semula. Hapus panggilan `train()` atau `eval()`.",
                    check="side_effects",
                )
        for name, kept in self.kept.items():
            if advice := _change(name, kept):
                raise Wrong(advice, check="side_effects")


def _change(name: str, kept: _Kept) -> str | None:
    tensor = kept.tensor
    if tensor.requires_grad != kept.requires_grad and isinstance(tensor, nn.Parameter):
        return (
            f"Sesudah dipanggil, `{name}.requires_grad` menjadi `{tensor.requires_grad}`. Parameter model harus "
            "ditinggalkan seperti semula: hapus baris yang mengubah `requires_grad`-nya."
        )
    if tensor.requires_grad != kept.requires_grad:
        return (
            f"Sesudah dipanggil, `{name}.requires_grad` menjadi `{tensor.requires_grad}`: Anda mengubah tensor milik "
            f"pemanggil. Buat salinan sendiri dengan `{name}.detach().clone().requires_grad_()`, dan pakai salinan itu."
        )
    if _layout(tensor) != kept.layout or not same(tensor.detach(), kept.value):
        return (
            f"Isi `{name}` berubah sesudah dipanggil: ada operasi di tempat (`+=`, `[...] =`, atau nama yang berakhir "
            f"dengan `_`) pada tensor milik pemanggil. Hitung hasilnya di tensor baru."
        )
    grad = tensor.grad if tensor.is_leaf else None
    if kept.grad is not None and (grad is None or not grad.any()):
        return (
            f"Sesudah dipanggil, `{name}.grad` kosong: `zero_grad()` atau `= None` menghapus gradien milik pemanggil. "
            "Hapus baris itu; `torch.autograd.grad` tidak memerlukannya."
        )
    if not _same_grad(grad, kept.grad):
        return (
            f"Sesudah dipanggil, `{name}.grad` berubah: `backward()` menambahkan gradien ke setiap daun. "
            f"Pakai `torch.autograd.grad`, yang mengembalikan gradien tanpa menyentuh `.grad`."
        )
    if _hooks(tensor) != kept.hooks:
        return f"Sesudah dipanggil ada kait (*hook*) baru pada `{name}`. {HOOK}"
    return None


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Sama bita demi bita; NaN dianggap sama dengan NaN."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(((a == b) | ((a != a) & (b != b))).all())


def _same_grad(a: torch.Tensor | None, b: torch.Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    return same(a.detach(), b)


def _keep(tensor: torch.Tensor) -> _Kept:
    grad = tensor.grad if tensor.is_leaf else None
    return _Kept(
        tensor, tensor.detach().clone(), _layout(tensor), tensor.requires_grad,
        None if grad is None else grad.detach().clone(), _hooks(tensor),
    )  # fmt: skip


def _layout(tensor: torch.Tensor) -> tuple[object, ...]:
    return tuple(tensor.shape), tensor.stride(), tensor.dtype


def _hooks(tensor: torch.Tensor) -> int:
    return len(hooks_of(tensor) or ()) + len(leaf_hooks_of(tensor) or ())


def _module_hooks(module: nn.Module) -> int:
    return sum(len(hooks(module)) for hooks in module_hooks_of)


def _tensors(things: dict[str, object]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, thing in things.items():
        if isinstance(thing, torch.Tensor):
            yield name, thing
        elif isinstance(thing, nn.Module):
            yield from ((f"{name}.{inner}", tensor) for inner, tensor in thing.named_parameters())
            yield from ((f"{name}.{inner}", tensor) for inner, tensor in thing.named_buffers())
        elif isinstance(thing, (list, tuple)):
            yield from _tensors({f"{name}[{index}]": part for index, part in enumerate(thing)})
        elif isinstance(thing, dict):
            yield from _tensors({f"{name}[{key!r}]": part for key, part in thing.items()})


def _modules(things: dict[str, object]) -> Iterator[tuple[str, nn.Module]]:
    for name, thing in things.items():
        if isinstance(thing, nn.Module):
            for inner, module in thing.named_modules():
                yield (f"{name}.{inner}" if inner else name), module
