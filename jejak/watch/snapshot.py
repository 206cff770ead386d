"""Masukan sebuah jawaban, disimpan untuk melihat apakah berubah."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import nn

from autograd_viz.tracing.torch_internals import VERSION, has, hooks_of, leaf_hooks_of, version_counter
from jejak.verdict import Advice, Wrong

HOOK = "Perbaiki hitungannya sendiri, bukan gradien milik pemanggil; kait yang dipasang harus dilepas lagi."
RUNNING = {"running_mean", "running_var", "num_batches_tracked"}  # what a normalising layer keeps in train mode
NEW_TENSOR = "Hitung hasilnya di tensor baru."


class _Grad(NamedTuple):
    tensor: torch.Tensor
    value: torch.Tensor
    function: object
    memory: int


class _Kept(NamedTuple):
    tensor: torch.Tensor
    value: torch.Tensor
    layout: tuple[object, ...]
    memory: int
    version: int
    requires_grad: bool
    grad: _Grad | None
    hooks: int


class _Module(NamedTuple):
    module: nn.Module
    training: bool
    hooks: int
    names: frozenset[str] | None


class Snapshot:
    """The tensors, modules and lists among `things`, by name, as they are now."""

    def __init__(self, things: dict[str, object]) -> None:
        self.tensors = {name: _keep(tensor) for name, tensor in _tensors(things)}
        self.modules = {name: _keep_module(module) for name, module in _modules(things)}
        self.containers = {name: (thing, _contents(thing)) for name, thing in _containers(things)}

    def check(self) -> None:
        """Melempar `Wrong` yang menyebut apa yang berubah, dan cara menghindarinya."""
        changes = (
            *(_contents_change(name, *kept) for name, kept in self.containers.items()),
            *(_module_change(name, kept) for name, kept in self.modules.items()),
            *(_change(name, kept) for name, kept in self.tensors.items()),
            *(_version_change(name, kept) for name, kept in self.tensors.items()),
        )
        for advice in filter(None, changes):
            raise Wrong(advice.cause, check="side_effects", mend=advice.mend)


def _contents_change(name: str, thing: Any, before: list[object]) -> Advice | None:
    now = _contents(thing)
    if len(now) == len(before) and all([new is old for new, old in zip(now, before)]):
        return None
    kind = type(thing).__name__
    told = "berisi unsur lain, atau dalam urutan lain"
    if len(now) != len(before):
        told = f"berisi {len(now)} unsur, semula {len(before)}"
    return Advice(
        f"Sesudah dipanggil, `{name}` milik pemanggil {told}: `{kind}` itu diubah di tempat.",
        f"Jalani `{name}` dengan `for`, tanpa `pop`, `append`, `sort`, atau `[...] =`; kalau perlu yang lain, buat "
        f"`{kind}` baru.",
    )


def _module_change(name: str, kept: _Module) -> Advice | None:
    module = kept.module
    if module_hooks(module) != kept.hooks:
        return Advice(f"Sesudah dipanggil ada kait (*hook*) baru pada `{name}`, dan kait itu tinggal di sana.", HOOK)
    if module.training != kept.training:
        mode = "train" if kept.training else "eval"
        return Advice(
            f"Sesudah dipanggil, `{name}.training` menjadi `{module.training}`. Model harus ditinggalkan dalam mode "
            f"{mode}, seperti semula, dan setiap bagiannya boleh punya mode sendiri.",
            "Hapus panggilan `train()` atau `eval()`.",
        )
    if kept.names is not None and (new := sorted(vars(module).keys() - kept.names)):
        return Advice(
            f"Sesudah dipanggil, `{name}` punya atribut baru, `{new[0]}`, yang tinggal di model milik pemanggil.",
            "Simpan hasil antara di variabel biasa di dalam fungsi.",
        )
    return None


def _change(name: str, kept: _Kept) -> Advice | None:
    tensor = kept.tensor
    if tensor.requires_grad != kept.requires_grad:
        told = f"Sesudah dipanggil, `{name}.requires_grad` menjadi `{tensor.requires_grad}`, semula"
        if isinstance(tensor, nn.Parameter):
            return Advice(
                f"{told} `{kept.requires_grad}`: parameter model harus ditinggalkan seperti semula.",
                "Hapus baris yang mengubah `requires_grad`-nya.",
            )
        return Advice(
            f"{told} `{kept.requires_grad}`: Anda mengubah tensor milik pemanggil.",
            f"Buat salinan sendiri dengan `{name}.detach().clone().requires_grad_()`, dan pakai salinan itu.",
        )
    if _layout(tensor) != kept.layout or not same(tensor.detach(), kept.value):
        if name.rpartition(".")[2] in RUNNING:
            return Advice(
                f"Isi `{name}` berubah sesudah dipanggil: lapisan itu berjalan dalam mode train, dan di sana BatchNorm "
                "mencatat rata-rata setiap batch.",
                "Dalam mode eval ia tidak mencatat apa pun.",
            )
        return Advice(
            f"Isi `{name}` berubah sesudah dipanggil: ada operasi di tempat (`+=`, `[...] =`, atau nama yang berakhir "
            "dengan `_`) pada tensor milik pemanggil, atau pada tensor lain yang memakai memorinya.",
            NEW_TENSOR,
        )
    if _memory(tensor) != kept.memory:
        return Advice(f"Isi `{name}` tetap, tetapi sesudah dipanggil memorinya lain: `.data`-nya diganti.", NEW_TENSOR)
    return _grad_change(name, tensor, kept.grad) or _hook_change(name, kept)


def _version_change(name: str, kept: _Kept) -> Advice | None:
    version = _version(kept.tensor)
    if version == kept.version:
        return None
    return Advice(
        f"Isi `{name}` ditimpa di tempat. Angkanya kini sama, tetapi graf pemanggil yang menyimpannya akan menolak "
        f"mundur: versi tensornya {version}, semula {kept.version}.",
        NEW_TENSOR,
    )


def _grad_change(name: str, tensor: torch.Tensor, kept: _Grad | None) -> Advice | None:
    grad = tensor.grad if tensor.is_leaf else None
    if kept is None:
        return _changed_grad(name) if grad is not None else None
    if grad is None or (kept.value.any() and not grad.any()):
        return Advice(
            f"Sesudah dipanggil, `{name}.grad` kosong: `zero_grad()` atau `= None` menghapus gradien milik pemanggil.",
            "Hapus baris itu; `torch.autograd.grad` tidak memerlukannya.",
        )
    if not same(grad.detach(), kept.value):
        return _changed_grad(name)
    if grad is not kept.tensor or grad.grad_fn is not kept.function or _memory(grad) != kept.memory:
        return Advice(
            f"Angka di `{name}.grad` sama, tetapi tensornya lain: salinan, atau yang dilepas dari grafnya. Siapa pun "
            f"yang memegang gradien "
            "yang lama tidak melihat yang baru.",
            "Biarkan `.grad` milik pemanggil; `torch.autograd.grad` tidak menyentuhnya.",
        )
    return None


def _changed_grad(name: str) -> Advice:
    return Advice(
        f"Sesudah dipanggil, `{name}.grad` berubah: `backward()` menambahkan gradien ke setiap daun yang dicapainya.",
        "Pakai `torch.autograd.grad`, yang mengembalikan gradien tanpa menyentuh `.grad`.",
    )


def _hook_change(name: str, kept: _Kept) -> Advice | None:
    if _hooks(kept.tensor) == kept.hooks:
        return None
    return Advice(
        f"Sesudah dipanggil ada kait (*hook*) baru pada `{name}`. Kait itu tinggal di sana dan ikut mengubah setiap "
        f"gradien sesudahnya.", HOOK
    )


def same(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Sama bita demi bita; NaN dianggap sama dengan NaN."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(((a == b) | ((a != a) & (b != b))).all())


def _keep(tensor: torch.Tensor) -> _Kept:
    grad = tensor.grad if tensor.is_leaf else None
    kept = None if grad is None else _Grad(grad, grad.detach().clone(), grad.grad_fn, _memory(grad))
    return _Kept(
        tensor, tensor.detach().clone(), _layout(tensor), _memory(tensor), _version(tensor), tensor.requires_grad, kept,
        _hooks(tensor),
    )  # fmt: skip


def _keep_module(module: nn.Module) -> _Module:
    """A class of the learner may keep in itself what it likes."""
    ours = type(module).__module__.partition(".")[0] in ("torch", "jejak")
    return _Module(module, module.training, module_hooks(module), frozenset(vars(module)) if ours else None)


def _layout(tensor: torch.Tensor) -> tuple[object, ...]:
    return tuple(tensor.shape), tensor.stride(), tensor.dtype


def _memory(tensor: torch.Tensor) -> int:
    return tensor.data_ptr()


def _version(tensor: torch.Tensor) -> int:
    return version_counter(tensor) if has(VERSION) and not tensor.is_inference() else 0


def _hooks(tensor: torch.Tensor) -> int:
    return len(hooks_of(tensor) or ()) + len(leaf_hooks_of(tensor) or ())


def module_hooks(module: nn.Module) -> int:
    """Banyaknya kait yang terpasang pada sebuah modul."""
    return sum(len(kept) for name, kept in vars(module).items() if name.endswith("_hooks") and isinstance(kept, dict))


def _contents(thing: Any) -> list[object]:
    return [*thing.keys(), *thing.values()] if isinstance(thing, dict) else list(thing)


def _containers(things: dict[str, object]) -> Iterator[tuple[str, list[Any] | dict[Any, Any]]]:
    for name, thing in things.items():
        if isinstance(thing, (list, dict)):
            yield name, thing
        if isinstance(thing, (list, tuple)):
            yield from _containers({f"{name}[{index}]": part for index, part in enumerate(thing)})


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
