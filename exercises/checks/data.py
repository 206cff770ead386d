"""Random inputs for the checks: the same on every machine and in every run."""

import torch

TYPES = (torch.float64, torch.float32)
SEEDS = (3, 17)


def normal(seed: int, *shape: int, dtype: torch.dtype = torch.float64, scale: float = 1.0) -> torch.Tensor:
    """Numbers drawn in float64 and then rounded, so that both types get the same ones."""
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return (scale * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)


def strided(tensor: torch.Tensor) -> torch.Tensor:
    """The same numbers, not contiguous in memory."""
    if tensor.ndim < 2:
        return torch.stack([tensor, torch.zeros_like(tensor)], dim=-1)[..., 0]
    return tensor.transpose(0, -1).contiguous().transpose(0, -1)
