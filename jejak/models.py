"""Model dan optimizer kecil untuk pemeriksaan: sama di setiap komputer dan setiap kali."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from jejak.data import normal

OPTIMIZERS: dict[str, Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]] = {
    "SGD": lambda params: torch.optim.SGD(params, lr=0.05),
    "SGD bermomentum": lambda params: torch.optim.SGD(params, lr=0.05, momentum=0.9, weight_decay=0.1),
    "AdamW": lambda params: torch.optim.AdamW(params, lr=0.02, weight_decay=0.1),
}


def network(seed: int, *sizes: int, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    """Lapisan linear berukuran `sizes`, dengan tanh di antaranya: `network(3, 4, 2)` berisi satu `nn.Linear(4, 2)`."""
    layers: list[nn.Module] = []
    for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.Tanh()] if number else []
        layers.append(fill(nn.Linear(inputs, outputs, dtype=dtype), seed + 10 * number))
    return nn.Sequential(*layers)


def fill(module: Any, seed: int) -> Any:
    """Modul yang sama dengan parameter berisi bilangan acak dari benih `seed`."""
    with torch.no_grad():
        for number, parameter in enumerate(module.parameters()):
            parameter.copy_(normal(seed + number, *parameter.shape, dtype=parameter.dtype, scale=0.5))
    return module
