"""Nama pribadi torch untuk checkpoint: siapa yang menghitung ulang, apa yang ditahannya, dan apa yang dihitungnya.

Seperti `torch_internals`: yang tidak ada mematikan satu kemampuan saja, dan memperingatkan sekali.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import torch
from torch.utils import checkpoint as checkpoints
from torch.utils._python_dispatch import TorchDispatchMode

from autograd_viz.tracing import lookup
from autograd_viz.tracing import torch_internals as internal
from autograd_viz.tracing.lookup import has
from autograd_viz.tracing.saved import PYTHON_NODE

OWNER: ModuleType = checkpoints
_LOST = "Film tidak menceritakan apa yang dihitung ulang di dalam checkpoint."
_SAVING, _RECOMPUTING = "torch.utils.checkpoint._checkpoint_hook", "torch.utils.checkpoint._recomputation_hook"
saving_hooks: Any = lookup.look(_SAVING, _LOST, object)
recomputing_hooks: Any = lookup.look(_RECOMPUTING, _LOST, object)
SAVING, RECOMPUTING = (path.rpartition(".")[2] for path in (_SAVING, _RECOMPUTING))


def sees_checkpoints() -> bool:
    """Apakah potongan checkpoint dan hitungan ulangnya dapat diamati."""
    return has(_SAVING, _RECOMPUTING)


def is_reentrant(node: Any) -> bool:
    """Apakah simpul ini sebuah checkpoint jenis `use_reentrant=True`."""
    return isinstance(node, PYTHON_NODE) and internal.function_class_of(type(node)) is checkpoints.CheckpointFunction


def frame_of(hook: Any) -> Any:
    """Catatan checkpoint di balik sebuah `unpack_hook`; None bila hook itu bukan miliknya."""
    return next((one for _, one in _cells(hook) if hasattr(one, "weak_holders")), None)


def inputs_of(frame: Any) -> list[Any]:
    """Yang ditahan sebuah checkpoint dari masukan potongannya: tensor, atau titipan checkpoint di luarnya."""
    saver = getattr(frame, "input_saver", None)  # torch 2.10
    raws = internal.saved_list_of(saver.grad_fn) if saver is not None and internal.reads_saved() else None
    held = raws or [one for one in getattr(frame, "saved_args", None) or () if hasattr(one, internal.HOOK)]
    return [raw.data for raw in held]


def recomputed_by(frame: Any, group: Any) -> list[torch.Tensor]:
    """Simpanan yang sudah dihitung ulang dan belum dipakai, dalam kelompok backward ini."""
    return list(getattr(frame, "recomputed", {}).get(group, {}).values())


def is_selective(frame: Any) -> bool:
    """Apakah sebuah mode berjalan di atas hitungan ulangnya, yang dapat memberi hasil tanpa menghitungnya."""
    return any(isinstance(one, TorchDispatchMode) for _, one in _cells(getattr(frame, "recompute_fn", None)))


def _cells(function: Any) -> Iterator[tuple[str, Any]]:
    """What a function has taken along from where it was made."""
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    for name, cell in zip(names, getattr(function, "__closure__", None) or (), strict=False):
        try:
            yield name, cell.cell_contents
        except ValueError:  # empty
            continue
