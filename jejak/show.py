"""Menulis sebuah nilai pendek dan selalu sama, untuk pesan kepada pembaca."""

import torch

ELEMENTS = 12  # beyond this many, a value is named by its shape
LENGTH = 120  # characters


def show(value: object) -> str:
    """Menulis nilai dalam satu baris: tanpa alamat memori, tanpa perangkat, dan tanpa grad_fn.

    Galat: tidak ada. Nilai yang tidak dapat ditulis disebut tipenya saja.

    >>> show(torch.tensor([2.0, 4.0], requires_grad=True))
    'tensor([2., 4.])'
    >>> show(object())
    'sebuah object'
    """
    try:
        text = _write(value)
    except Exception:  # a repr of someone else's class, an integer of 5,000 digits, a list inside itself
        text = f"sebuah {type(value).__name__}"
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


def _write(value: object) -> str:
    if isinstance(value, torch.Tensor):
        if value.numel() > ELEMENTS:
            return f"tensor berbentuk {tuple(value.shape)}"
        return " ".join(repr(value.detach().cpu().as_subclass(torch.Tensor)).split())
    if type(value).__module__ == "numpy":
        return _write(value.tolist())  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple)):
        if len(value) > ELEMENTS:
            return f"daftar berisi {len(value)} unsur"
        inner = ", ".join(_write(part) for part in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    if isinstance(value, (bool, int, str)) or value is None:
        return repr(value)
    if isinstance(value, (float, complex)):
        return f"{value:.6g}"
    if isinstance(value, (torch.dtype, torch.device)):
        return str(value)
    if isinstance(value, type):
        return value.__name__
    return type(value).__name__ if isinstance(value, BaseException) else f"sebuah {type(value).__name__}"
