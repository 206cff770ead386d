"""Nama pribadi torch yang dipakai paket ini: tempatnya, dan apa yang hilang bila versi torch ini tidak memilikinya.

Setiap nama dicari sekali, saat paket diimpor. Yang tidak ada tidak menghentikan apa pun: penggantinya mematikan satu
kemampuan saja, dan memperingatkan sekali saat kemampuan itu dipakai. Modul lain tidak menyebut nama pribadi torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from operator import attrgetter
from types import CodeType
from typing import Any

import torch

from autograd_viz.tracing import lookup
from autograd_viz.tracing.lookup import Internal, Unavailable, has, internals, missing

__all__ = ["FUNCTION_CLASS", "Internal", "Unavailable", "has", "internals", "missing"]

lookup.check_version(torch.__version__)
_ticks = count()

# Reading without being seen, and only what can be read.
hidden_from_functions: Callable[[], AbstractContextManager[Any]] = lookup.function(
    "torch._C.DisableTorchFunction",
    "Mode TorchFunction milik Anda ikut melihat saat graf dan isi tensor dibaca.",
    nullcontext,
)
hidden_from_modes: Callable[[], AbstractContextManager[Any]] = lookup.function(
    "torch.utils._python_dispatch._disable_current_modes",
    "Mode TorchDispatch milik Anda ikut melihat saat isi tensor dibaca.",
    nullcontext,
)
hidden_from_dispatch: Callable[[], AbstractContextManager[Any]] = lookup.function(
    "torch._C._DisableTorchDispatch",
    "Isi tensor di dalam record() tidak dicatat: hanya bentuknya.",
    lookup.unavailable,
)
has_storage: Callable[[torch.Tensor], bool] = lookup.function(
    "torch._C._has_storage",
    "Isi tensor tidak dibaca: hanya bentuknya.",
    lambda tensor: False,
)
is_wrapped: Callable[[torch.Tensor], bool] = lookup.function(
    "torch._C._functorch.is_functorch_wrapped_tensor",
    "Tensor di dalam torch.func (grad, vmap, jvp) tidak dikenali, jadi graf fungsinya tidak tampak pada gambar.",
    lambda tensor: False,
)

# Tensors.
version_counter: Callable[[torch.Tensor], int] = lookup.attribute(
    VERSION := "torch.Tensor._version",
    "Perubahan di tempat tidak dikenali dari nomor versi tensor.",
    lambda tensor: next(_ticks),  # ever new: nothing that was read before counts as unchanged
)
saved_facts: Callable[[torch.Tensor], tuple[Any, torch.dtype, int | None]] = (
    attrgetter("shape", "dtype", "_version")
    if lookup.found(VERSION)
    else lookup.warned(VERSION, lambda tensor: (tensor.shape, tensor.dtype, None))
)
base_of: Callable[[torch.Tensor], torch.Tensor | None] = lookup.attribute(
    "torch.Tensor._base",
    "Sebuah view tidak dikenali sebagai bagian tensor asalnya, jadi nama dan perubahannya tidak diteruskan.",
    lambda tensor: None,
)
is_view: Callable[[torch.Tensor], bool] = lookup.method(
    "torch.Tensor._is_view",
    "Konstanta yang disimpan sebagai view tidak memakai nama tensor asalnya.",
    lambda tensor: False,
)
hooks_of: Callable[[torch.Tensor], Any] = lookup.attribute(
    "torch.Tensor._backward_hooks",
    "Pemeriksa Latihan tidak melihat hook yang tertinggal pada tensor.",
    lambda tensor: None,
)
leaf_hooks_of: Callable[[torch.Tensor], Any] = lookup.attribute(
    "torch.Tensor._post_accumulate_grad_hooks",
    "Pemeriksa Latihan tidak melihat hook yang tertinggal pada .grad sebuah daun.",
    lambda tensor: None,
)

_GRAD = "torch.Tensor._grad"  # the same as .grad, under a name that a recording does not watch
lookup.look(_GRAD, "")
GRAD = _GRAD.rpartition(".")[2]

STAND_INS = "torch._subclasses"  # where tensors come from that stand for others, without numbers
lookup.look(STAND_INS, "")
tracing_context: Callable[[], Any] = lookup.function(
    "torch._guards.TracingContext.try_get",
    "Operasi pada tensor tanpa isi (FakeTensorMode) tidak dikatakan tidak terlihat.",
    lambda: True,
)

# Nodes of the graph.
outputs_of: Callable[[Any], tuple[Any, ...]] = lookup.attribute(
    "torch._C._functions.AccumulateGrad._input_metadata",
    "Bentuk, dtype, dan device hasil setiap operasi tidak terbaca.", lambda node: (),
)
order_of: Callable[[Any], Any] = lookup.method("torch._C._functions.AccumulateGrad._sequence_nr", "", lambda node: None)
FUNCTION_CLASS = "torch.autograd.Function._backward_cls._forward_cls"
function_class_of: Callable[[Any], Any] = lookup.attribute(
    FUNCTION_CLASS, "Pemeriksa Latihan tidak melihat Function mana yang membuat sebuah simpul.", lambda kind: None
)

# Saved tensors: a node has `RAW` + name for what holds one, `SAVED` + name for the tensor itself.
RAW, SAVED, SIZES, STRIDES, SYMBOLIC = "_raw_saved_", "_saved_", "_sym_sizes", "_sym_strides", "_sym_"
HOOK = "unpack_hook"
SavedTensor = Any
_READ = (
    f"torch._C._functions.MmBackward0.{RAW}self",
    f"torch._C._functions.MmBackward0.{SAVED}self",
    f"torch._C._autograd.SavedTensor.{HOOK}",
    "torch._C._autograd.SavedTensor.data",
)
for _path in _READ:
    lookup.look(_path, "Yang disimpan operasi untuk backward (tensor, konstanta, pangkat, dimensi) tidak ditampilkan.")
saved_list_of: Callable[[Any], tuple[Any, ...] | None] = lookup.attribute(
    f"torch._C._FunctionBase.{RAW}tensors",
    "Tensor yang disimpan sebuah custom Function tidak ditampilkan.",
    lambda node: None,
)
_COUNTER = "torch._C._autograd._unsafe_set_version_counter"
set_version: Callable[[tuple[torch.Tensor, ...], tuple[int, ...]], None] = lookup.look(
    _COUNTER, "Di antara beberapa tensor simpanan sebuah simpul, yang diubah di tempat tidak dikenali."
)
_sizes = f"torch._C._functions.MmBackward0.{SAVED}self{SIZES}"
lookup.look(_sizes, "Bentuk tensor simpanan yang sudah dibebaskan tidak terbaca.")


def reads_saved() -> bool:
    """Apakah tensor simpanan dapat dibaca tanpa menjalankan hook-nya."""
    return has(*_READ)


def sets_versions() -> bool:
    """Apakah nomor versi tensor dapat dibaca dan diganti sesaat."""
    return has(VERSION, _COUNTER)


def reads_sizes() -> bool:
    """Apakah ukuran tensor simpanan dicatat terpisah dari tensornya."""
    return has(_sizes)


# Modules.
_NAMES_LOST = "Nama dari nn.Module ({}) tidak dikenali, jadi tensornya tampil tanpa nama itu."
parameters_of: Callable[[Any], Mapping[str, Any]] = lookup.attribute(
    "torch.nn.Module()._parameters", _NAMES_LOST.format("parameter"), lambda module: {}
)
buffers_of: Callable[[Any], Mapping[str, Any]] = lookup.attribute(
    "torch.nn.Module()._buffers", _NAMES_LOST.format("buffer"), lambda module: {}
)
children_of: Callable[[Any], Mapping[str, Any]] = lookup.attribute(
    "torch.nn.Module()._modules", _NAMES_LOST.format("modul di dalamnya"), lambda module: {}
)
COMPILED = "_orig_mod."  # torch.compile puts this in front of names; where it no longer does, nothing is lost

# Watching a run.
_MODES = "torch.utils._python_dispatch"
_MODE = f"{_MODES}.TorchDispatchMode"


class _NoMode:
    """Stands where there are no modes: the operations of the forward pass go unseen."""

    def __enter__(self) -> Any:
        has(_MODE)
        return self

    def __exit__(self, *_: object) -> None:
        pass


TorchDispatchMode: Any = lookup.look(
    _MODE, "Operasi fase maju tidak terlihat, jadi nilai maju dan urutannya tidak dicatat.", _NoMode
)


class ObservingMode(TorchDispatchMode):
    """Mode yang melihat setiap operasi tensor tanpa mengubahnya."""

    supports_higher_order_operators = True

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        return True  # without this, Dynamo leaves code uncompiled while the mode is on, and remembers it

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # without this, torch 2.11 and later wrap every operation twice, which doubles the cost


# Without this one the mode stays during backward, where it lets everything pass: slower, and the same recording.
current_mode: Callable[[], Any] = lookup.function(f"{_MODES}._get_current_dispatch_mode", "", lambda: None)
pop_mode: Callable[[], object] = lookup.function(f"{_MODES}._pop_mode", "", lambda: None)
schema_of: Callable[[Any], Any] = lookup.attribute(
    "torch.ops.aten.detach.default._schema", "Operasi fase maju tidak dicatat.", lookup.unavailable
)
_ITEM = "torch.ops.aten._local_scalar_dense.default"
item_operation: Any = lookup.look(_ITEM, "Graf yang diputus oleh item() tidak dicatat.", object())
# Without these, the line that calls a module is searched for longer; under a default device cuts by item() go unseen.
module_call: CodeType | None = lookup.look("torch.nn.Module._call_impl.__code__", "")
device_call: CodeType | None = lookup.look("torch.utils._device.DeviceContext.__torch_function__.__code__", "")
_ENGINE = "torch.autograd._engine_run_backward"
lookup.look(_ENGINE, "Fase mundur, graf yang diputus, dan perubahan di bawah no_grad tidak dicatat.")
ENGINE = _ENGINE.rpartition(".")[2]
engine_task: Callable[[], int] = lookup.function(
    "torch._C._current_graph_task_id",
    "Simpul yang dijalankan oleh backward di dalam backward dapat tercatat dua kali.",
    lambda: -1,
)
default_saved_hooks: Callable[[bool], tuple[Any, Any] | None] = lookup.function(
    "torch._C._autograd._top_saved_tensors_default_hooks",
    "Yang dikerjakan sebuah pack hook (saved_tensors_hooks) dapat tampil sebagai graf yang diputus.",
    lambda ignore: None,
)
_forward_mode_enabled: Callable[[], bool] = lookup.function(
    "torch._C._is_fwd_grad_enabled",
    "Bagian dalam custom Function tidak dikenali, jadi graf yang diputus dan perubahan di bawah no_grad tidak dicatat.",
    lambda: False,
)
_blind = not lookup.found(_ENGINE)  # operations of the engine would look like the user's


def inside_function() -> bool:
    """Apakah kode ini berjalan di dalam `forward` sebuah custom Function: hanya di sana mode maju padam.

    Bila itu tidak dapat diketahui jawabannya ya, sehingga tidak ada yang dicatat sebagai perbuatan pengguna.
    """
    return _blind or (not _forward_mode_enabled() and not torch.is_inference_mode_enabled())


def sees_backward() -> bool:
    """Apakah panggilan mesin backward terlihat; dipanggil sekali per rekaman, jadi ia juga memberi tahu yang lain."""
    has(_ITEM)
    return has(_ENGINE)


CLIPPING = "torch.nn.utils.clip_grad._clip_grads_with_norm_"  # what clip_grad_norm_ calls, however it was imported
lookup.look(CLIPPING, "Tempat clip_grad_norm_ yang salah tidak dikenali check_run.")
_WATCHED = "torch.autograd.variable.Variable._execution_engine"
lookup.look(_WATCHED, "Pemeriksa Latihan tidak melihat apakah sebuah jawaban meminta turunan kepada torch.")
EXECUTION_ENGINE = _WATCHED.rpartition(".")[2]


def sees_engine() -> bool:
    """Apakah pemeriksa dapat melihat panggilan mesin backward."""
    return has(_WATCHED)


_PRINTING = "torch._tensor_str.PRINT_OPTS"
print_options: Any = lookup.look(_PRINTING, "Pemeriksa Latihan tidak melihat cara tensor dicetak yang diganti.")


def sees_print_options() -> bool:
    """Apakah pilihan cetak tensor dapat dibaca."""
    return has(_PRINTING)
