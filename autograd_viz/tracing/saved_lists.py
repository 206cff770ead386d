"""Daftar tensor simpanan, misalnya isi save_for_backward: mana yang masih utuh dan mana yang diubah di tempat."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch

from autograd_viz.graph import Saved
from autograd_viz.tracing.torch_internals import (
    SavedTensor,
    saved_facts,
    set_version,
    sets_versions,
    version_counter,
)
from autograd_viz.tracing.values import TEXTS, shape_of

CONFLICT = re.compile(r"is at version (\d+); expected version (\d+)")
Unpack = Callable[[], object]
_STRANGE = 2**31 - 1  # a version that no tensor has


def read_members(name: str, raws: tuple[SavedTensor, ...], unpack: Unpack) -> list[Saved]:
    """Anggota sebuah daftar simpanan; `unpack` membuka semuanya sekaligus."""
    changed = {} if any(raw.unpack_hook is not None for raw in raws) else _changed(raws, unpack)
    found = []
    for i, raw in enumerate(raws):
        member = f"{name}[{i}]"
        if raw.unpack_hook is not None:
            found.append(Saved(member, "hooked"))
        elif i in changed:
            version, expected = changed[i]
            found.append(Saved(member, "changed", shape_of(raw.data), TEXTS[raw.data.dtype], version, expected))
        elif isinstance(raw.data, torch.Tensor):
            found.append(alive(member, raw.data))
    return found


def alive(name: str, tensor: torch.Tensor) -> Saved:
    """Tensor simpanan yang tidak berubah."""
    _, dtype, version = saved_facts(tensor)
    return Saved(name, "alive", shape_of(tensor), TEXTS[dtype], version, version)


def _changed(raws: tuple[SavedTensor, ...], unpack: Unpack) -> dict[int, tuple[int, int]]:
    """Place in the list → (version now, version expected), of those that were changed.

    Unpacking tells only of the first. So one version number after the other is replaced for a moment by one that no
    tensor has: the error then says which one was expected. Those before have for that time the version they expect,
    and in the end all numbers are what they were.
    """
    if _conflict(unpack) is None or not sets_versions():
        return {}
    tensors = {i: raw.data for i, raw in enumerate(raws) if isinstance(raw.data, torch.Tensor)}
    before = {i: version_counter(tensor) for i, tensor in tensors.items()}
    expected = dict(before)
    try:
        for i, tensor in tensors.items():
            set_version((tensor,), (_STRANGE,))
            conflict = _conflict(unpack)
            if conflict is not None and conflict[0] == _STRANGE:
                expected[i] = conflict[1]
            set_version((tensor,), (expected[i],))
    finally:
        for i, tensor in tensors.items():
            set_version((tensor,), (before[i],))
    return {i: (before[i], expected[i]) for i in tensors if expected[i] != before[i]}


def _conflict(unpack: Unpack) -> tuple[int, int] | None:
    """The version and the expected one of the first tensor that was changed."""
    try:
        unpack()
    except RuntimeError as error:
        found = CONFLICT.search(str(error))
        return (int(found[1]), int(found[2])) if found else None
    return None
