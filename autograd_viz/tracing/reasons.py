"""Mengapa sesuatu tidak dapat digambar, dan langkah berikutnya: dari yang pasti sampai yang mungkin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import partial
from types import BuiltinFunctionType, BuiltinMethodType, FunctionType, GeneratorType, MethodType
from typing import Any

import numpy
import torch

from autograd_viz.graph import Graph
from autograd_viz.tracing.containers import parts
from autograd_viz.tracing.names import Names

GRADIENT = "Tambahkan requires_grad=True pada tensor yang gradiennya ingin diketahui."
AT_MOST = 3  # causes told of a tensor without a graph
FORGOTTEN = (
    "Turunan dihitung tanpa create_graph=True: torch.autograd.grad dan backward hanya mencatat langkahnya "
    "bila diminta. Tulis torch.autograd.grad(y, x, create_graph=True)."
)
NO_INPUT = f"Semua masukannya dibuat tanpa requires_grad=True. {GRADIENT}"
CUT = (
    "Grafnya diputus di tengah jalan: detach(), .data, .item(), .numpy(), torch.tensor(…) dari tensor lain, atau "
    "torch.no_grad(). Hitunglah tanpa itu."
)


def without_graph(tensor: torch.Tensor, names: Names) -> str:
    """Sebab sebuah tensor tidak punya graf: yang pasti bila terlihat, selain itu yang mungkin menurut urutannya.

    >>> x = torch.ones(2, requires_grad=True)
    >>> without_graph(x.detach(), Names(None, {"x": x})).split(".")[0]
    "Isinya sama dengan isi 'x', yang punya gradien: ia hasil detach(), "
    """
    tracked = [known for known in names.known() if known.requires_grad]
    certain = _certain(tensor, names, tracked)
    if certain:
        return certain
    causes = [NO_INPUT, CUT]
    alike = any(known.shape == tensor.shape for known in tracked)
    if alike and (tensor.dim() or names.of(tensor)):  # a gradient comes in a tuple, so it was given a name
        causes.insert(0, FORGOTTEN)  # as large as something that has a gradient: perhaps that gradient
    elif tracked:
        causes.append(FORGOTTEN)
    if not tracked:
        return f"{causes[0]} Atau: {causes[1][0].lower()}{causes[1][1:]}"
    told = " ".join(f"({number}) {cause}" for number, cause in enumerate(causes[:AT_MOST], 1))
    return f"Sebab yang mungkin, dari yang paling sering: {told}"


def _certain(tensor: torch.Tensor, names: Names, tracked: list[torch.Tensor]) -> str:
    if tensor.is_inference():
        return "Ia dibuat di dalam torch.inference_mode(). Hitung ulang di luar blok itu."
    if not (tensor.is_floating_point() or tensor.is_complex()):
        kind = str(tensor.dtype).removeprefix("torch.")
        return (
            f"Isinya {kind}, sedangkan hanya bilangan pecahan dan kompleks yang dapat diturunkan. "
            f"Gambarlah tensor sebelum ia diubah menjadi {kind}."
        )
    for known in tracked:
        if known.is_leaf and known.grad is tensor:
            name = f"{names.of(known)}.grad" if names.of(known) else ".grad sebuah daun"
            return (
                f"Ia adalah {name}, dan backward() mengisi .grad tanpa graf. Yang dapat digambar adalah hasilnya bila "
                "dihitung dengan create_graph=True, misalnya torch.autograd.grad(y, x, create_graph=True)."
            )
    for known in tracked:
        if _same_storage(known, tensor):
            return (
                f"Isinya sama dengan isi {names.of(known) or 'tensor lain'!r}, yang punya gradien: ia hasil detach(), "
                ".data, atau view di dalam torch.no_grad(). Gambarlah tensor sebelum ia diputus."
            )
    if not torch.is_grad_enabled():
        return (
            "Saat ini torch.no_grad() (atau torch.set_grad_enabled(False)) sedang berlaku, jadi operasi tidak dicatat. "
            "Hitunglah tensornya di luar blok itu."
        )
    return ""


def _same_storage(one: torch.Tensor, other: torch.Tensor) -> bool:
    try:
        where = one.untyped_storage().data_ptr()
        return where != 0 and where == other.untyped_storage().data_ptr()
    except (RuntimeError, NotImplementedError):  # sparse, nested, meta: no storage of that kind
        return False


def wrapped() -> str:
    """Kalimat untuk tensor di dalam torch.func."""
    return (
        "sedang dibungkus torch.func (grad, vmap, atau jvp), jadi grafnya hanya ada di dalam transformasi itu. "
        "Gambarlah fungsi yang sama di luar transformasi, dengan masukan requires_grad=True."
    )


def advice(item: object, names: Names) -> str:
    """Langkah berikutnya untuk sesuatu yang tidak memuat tensor.

    >>> advice(torch.ones(2).mean, Names(None, None))
    'Metode mean belum dipanggil. Tambahkan tanda kurung: mean().'
    """
    return next((told for teller in _TELLERS if (told := teller(item, names))), _OTHERWISE)


_OTHERWISE = "Berikan tensor, GradientEdge, grad_fn, atau wadah (kamus, daftar, tuple, dataclass) yang memuatnya."


def _method(item: Any, names: Names) -> str:
    owner = getattr(item, "__self__", None)
    if not isinstance(item, MethodType | BuiltinMethodType) or owner is None or isinstance(owner, type(torch)):
        return ""
    name = getattr(item, "__name__", type(item).__name__)
    if isinstance(owner, type):
        return f"Metode {owner.__name__}.{name} belum dipanggil. Panggil dengan masukannya: {owner.__name__}.{name}(…)."
    known = names.of(owner) if isinstance(owner, torch.Tensor) else names.holder(owner)
    call = f"{known}.{name}" if known else name
    inside = "x" if isinstance(owner, torch.nn.Module) else ""
    return f"Metode {name} belum dipanggil. Tambahkan tanda kurung: {call}({inside})."


def _callable(item: Any, names: Names) -> str:
    if isinstance(item, torch.nn.Module):
        return "Berikan keluaran modulnya, misalnya trace(model(x), names=model)."
    name = getattr(item, "__name__", "")
    if isinstance(item, type):
        return f"{name} adalah kelas. Buat objeknya, panggil dengan masukannya, lalu berikan hasilnya."
    if isinstance(item, FunctionType | BuiltinFunctionType | partial) or callable(item):
        called = f"{name}(x)" if name.isidentifier() else "hasilnya"
        return f"Itu fungsi yang belum dipanggil. Berikan hasil panggilannya, misalnya {called}."
    return ""


def _iterator(item: Any, names: Names) -> str:
    if isinstance(item, GeneratorType | Iterator):
        return "Isinya baru dibuat saat dibaca, dan hanya sekali. Simpan dulu: keluaran = list(…), lalu berikan itu."
    if isinstance(item, Set | set | frozenset):
        return "Himpunan tidak punya urutan. Berikan daftar: list(…)."
    return ""


def _plain(item: Any, names: Names) -> str:
    if item is None:
        return (
            "grad_fn sebuah daun selalu None: berikan tensornya, bukan grad_fn-nya. Fungsi tanpa return, "
            "seperti backward(), juga memberi None."
        )
    if item is ...:
        return "Bagian itu masih berisi titik-titik: isi dulu dengan tensornya."
    if isinstance(item, str):
        return f"Tulis nama variabelnya tanpa tanda kutip: draw({item})." if item.isidentifier() else ""
    if isinstance(item, numpy.ndarray | numpy.generic):
        return "NumPy tidak mencatat graf. Berikan tensornya, sebelum .numpy()."
    if isinstance(item, bool | int | float | complex):
        return "Bilangan Python tidak punya graf. Berikan tensornya, sebelum .item() atau float(…)."
    return ""


def _container(item: Any, names: Names) -> str:
    if isinstance(item, Graph):
        return "Graf yang sudah dibaca digambar sendiri: draw(graf)."
    inner = parts(item)
    if inner is None:
        return ""
    if not inner:
        return "Ia kosong. Berikan paling sedikit satu tensor."
    kinds = list(dict.fromkeys(type(part).__name__ for _, part in inner))
    return f"Isinya tidak memuat tensor, hanya {', '.join(kinds[:4])}{', …' if len(kinds) > 4 else ''}."


_TELLERS: tuple[Callable[[Any, Names], str], ...] = (_plain, _method, _callable, _iterator, _container)
