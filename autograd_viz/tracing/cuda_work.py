"""Pekerjaan CUDA yang belum selesai: kapan isi sebuah tensor boleh dibaca."""

from __future__ import annotations

from typing import Any

import torch

from autograd_viz.tracing.torch_internals import has_storage


def capturing() -> bool:
    """Apakah yang dipesan ke CUDA sekarang disusun menjadi CUDA graph; membaca isi tensor akan menggagalkannya.

    >>> capturing()
    False
    """
    try:
        return torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing()
    except RuntimeError:  # after a failure of the device nothing is captured, and nothing can be asked
        return False


def readable_now(tensor: torch.Tensor) -> bool:
    """Apakah isi tensor boleh dibaca sekarang; salinan dari GPU yang masih berjalan (`non_blocking=True`) ditunggu.

    >>> readable_now(torch.ones(2))
    True
    """
    if tensor.is_cuda:
        return not torch.cuda.is_current_stream_capturing()
    if tensor.is_cpu and torch.cuda.is_initialized() and _pinned(tensor):
        if torch.cuda.is_current_stream_capturing():
            return False
        torch.cuda.synchronize()
    return True


def numbers_of(tensor: torch.Tensor) -> Any:
    """Angka-angka tensor sebagai daftar; yang menunggu GPU di sini bukan program pengguna (`set_sync_debug_mode`).

    >>> numbers_of(torch.ones(2))
    [1.0, 1.0]
    """
    mode = torch.cuda.get_sync_debug_mode() if tensor.is_cuda else 0
    if not mode:
        return tensor.tolist()
    torch.cuda.set_sync_debug_mode(0)
    try:
        return tensor.tolist()
    finally:
        torch.cuda.set_sync_debug_mode(mode)


def _pinned(tensor: torch.Tensor) -> bool:
    """Only such memory is written while Python goes on."""
    return not tensor.is_nested and has_storage(tensor) and tensor.is_pinned()
