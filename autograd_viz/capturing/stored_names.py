"""Variabel yang menerima hasil sebuah pernyataan, dan tensor yang dipegangnya saat pernyataan itu selesai."""

from __future__ import annotations

import dis
import sys
from collections.abc import Mapping
from types import CodeType, FrameType
from typing import Any

import torch

from autograd_viz.capturing.source_map import CodePosition, UserCode

_CALLERS = 3  # a leaf may come out of a helper before its variable has it
_BETWEEN = {"CACHE", "NOP", "COPY", "SWAP", "UNPACK_SEQUENCE"}
_OPTIMIZED, _COPIES = 0x01, sys.version_info < (3, 13)


class StoredNames:
    """Nama variabel di belakang setiap tempat, dicari sekali per tempat."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], tuple[str, ...]] = {}
        self.codes: dict[int, CodeType] = {}  # keeps every id in `known` taken

    def at(self, position: CodePosition) -> tuple[str, ...]:
        """Variabel yang langsung menerima hasil di tempat ini, misalnya y dalam `y = x * 2`."""
        code, offset, _ = position
        key = (id(code), offset)
        found = self.known.get(key)
        if found is None:
            self.codes[id(code)] = code
            found = self.known[key] = stored_after(code, offset)
        return found


def stored_after(code: CodeType, offset: int) -> tuple[str, ...]:
    """Nama-nama yang disimpan tepat sesudah instruksi di `offset`.

    >>> code = compile("y = x + 1", "<contoh>", "exec")
    >>> [stored_after(code, at) for at in range(0, len(code.co_code), 2) if stored_after(code, at)][0]
    ('y',)
    """
    content, extended, found = code.co_code, 0, []
    for at in range(offset + 2, len(content), 2):
        op, argument = dis.opname[content[at]], content[at + 1] | extended
        if op == "EXTENDED_ARG":
            extended = argument << 8
            continue
        extended = 0
        if op in ("STORE_FAST", "STORE_DEREF"):
            found.append(_local(code, argument))
        elif op == "STORE_FAST_STORE_FAST":
            found += [_local(code, argument >> 4), _local(code, argument & 15)]
        elif op in ("STORE_NAME", "STORE_GLOBAL"):
            found.append(code.co_names[argument])
        elif op == "STORE_FAST_LOAD_FAST":
            found.append(_local(code, argument >> 4))
            break
        elif op not in _BETWEEN:
            break
    return tuple(found)


def _local(code: CodeType, index: int) -> str:
    cells = [name for name in code.co_cellvars if name not in code.co_varnames]
    return (*code.co_varnames, *cells, *code.co_freevars)[index]


def variables_of(frame: FrameType) -> Mapping[str, Any]:
    """Variabel lokal sebuah bingkai, tanpa meninggalkan salinan yang menahan isinya."""
    seen = frame.f_locals
    if not (_COPIES and frame.f_code.co_flags & _OPTIMIZED):
        return seen
    copy = dict(seen)
    if sys.getrefcount(seen) <= 3:  # up to Python 3.12 a function's frame keeps the dict: nobody else holds this one
        seen.clear()
    return copy


def callers_of(
    user_code: UserCode, frame: FrameType | None, most: int = _CALLERS
) -> tuple[tuple[CodePosition, FrameType], ...]:
    """Tempat pengguna yang memanggil `frame`, yang terdekat lebih dulu."""
    found: list[tuple[CodePosition, FrameType]] = []
    above = None if frame is None else frame.f_back
    while above is not None and len(found) < most:
        if user_code.owns(above):
            found.append((CodePosition(above.f_code, above.f_lasti), above))
        above = above.f_back
    return tuple(found)


def name_results(log: Any, position: CodePosition | None, frame: FrameType | None) -> None:
    """Menamai yang kini dipegang variabel-variabel di belakang sebuah tempat; pernyataannya sudah selesai."""
    names = log.stored_names.at(position) if position is not None and frame is not None else ()
    if frame is None or not names:
        return
    variables = variables_of(frame)
    for name in names:
        tensor = variables.get(name)
        if type(tensor) is not torch.Tensor or name.startswith("_"):
            continue
        node: Any = tensor.grad_fn
        number = log.leaf_number(tensor) if node is None else node.metadata.get(log.key)
        if number is not None and tensor.output_nr == 0 and log.nodes[number].name is None:
            log.nodes[number].name = name


def tensors_in(user_code: UserCode, frame: FrameType | None) -> dict[int, str]:
    """Nama variabel pengguna menurut `id` tensor yang kini dipegangnya; di akhir blok ia mungkin sudah tidak ada."""
    found: dict[int, str] = {}
    for _ in range(_CALLERS):
        if frame is None or not user_code.owns(frame):
            break
        for name, held in variables_of(frame).items():
            if issubclass(type(held), torch.Tensor) and not name.startswith("_"):
                found.setdefault(id(held), name)
        frame = frame.f_back
    return found
