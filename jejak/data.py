"""Masukan acak untuk pemeriksaan: sama di setiap komputer dan setiap kali."""

import torch

TYPES = (torch.float64, torch.float32)
SEEDS = (3, 17)


def normal(seed: int, *shape: int, dtype: torch.dtype = torch.float64, scale: float = 1.0) -> torch.Tensor:
    """Bilangan acak float64 yang dibulatkan ke `dtype`, jadi kedua tipe mendapat bilangan yang sama."""
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return (scale * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)


def strided(tensor: torch.Tensor) -> torch.Tensor:
    """Bilangan yang sama, tidak bersambung di memori."""
    if tensor.ndim < 2:
        return torch.stack([tensor, torch.zeros_like(tensor)], dim=-1)[..., 0]
    return tensor.transpose(0, -1).contiguous().transpose(0, -1)
