"""Pekerjaan CUDA yang belum selesai: kapan isi sebuah tensor boleh dibaca."""

from __future__ import annotations

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


def _pinned(tensor: torch.Tensor) -> bool:
    """Only such memory is written while Python goes on."""
    return not tensor.is_nested and has_storage(tensor) and tensor.is_pinned()
