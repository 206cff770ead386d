"""Model, data, dan loss Latihan 15, di antaranya model yang menghitung grafnya sendiri dan melihat modenya."""

import weakref
from collections.abc import Sequence

import torch
from torch import nn

from autograd_viz.tracing.torch_internals import is_wrapped
from jejak.data import SEEDS, normal

Parts = list[tuple[torch.Tensor, torch.Tensor]]
COLUMNS = 5  # of x; another number than that of the parts and of the columns of y, so that each slip is known by its factor


def uneven(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Rata-rata semua baris yang membedakan kedua argumennya."""
    return ((prediction - target) ** 2 * torch.exp(target / 4)).mean()


def per_row(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Jumlah setiap baris, lalu rata-ratanya: letak barisnya ikut menentukan."""
    return ((prediction - target) ** 2).sum(dim=1).mean()


def make_model(seed: int, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    model = nn.Sequential(nn.Linear(COLUMNS, 4), nn.Tanh(), nn.Linear(4, 2)).to(dtype)
    with torch.no_grad():
        for number, parameter in enumerate(model.parameters()):
            parameter.copy_(normal(seed + number, *parameter.shape))
    return model


def make_parts(seed: int, sizes: Sequence[int], dtype: torch.dtype = torch.float64) -> Parts:
    return [
        (normal(seed + 10 * number, size, COLUMNS, dtype=dtype), number / 2 + normal(seed + 10 * number + 5, size, 2, dtype=dtype))
        for number, size in enumerate(sizes)
    ]


class Partial(nn.Module):
    """A model of which one parameter is frozen and one layer is not used."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.used, self.spare = make_model(seed), nn.Linear(2, 1, dtype=torch.float64)
        self.frozen = self.used[0].bias
        self.frozen.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.used(x)
        return y

    def trained(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in self.named_parameters() if p.requires_grad and not name.startswith("spare")}


class _Saved:
    """What one graph keeps for its backward: it is given back with that backward, or with the graph itself."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor


class Watched(nn.Module):
    """A model that counts its rows and the graphs that still hold what they saved, and looks at its modes."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = make_model(SEEDS[0])
        self.graphs: list[list[weakref.ref[_Saved]]] = []
        self.rows = self.waiting = 0
        self.modes: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.waiting = max(self.waiting, self.alive())
        self.rows = max(self.rows, len(x))
        self.modes += [module.training for module in self.inner]
        if any(map(is_wrapped, (x, *self.inner.parameters()))):  # torch.func: its graph lives inside the transform
            inside: torch.Tensor = self.inner(x)
            return inside
        mine: list[weakref.ref[_Saved]] = []

        def pack(tensor: torch.Tensor) -> _Saved:
            kept = _Saved(tensor)
            mine.append(weakref.ref(kept))
            return kept

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda kept: kept.tensor):
            y: torch.Tensor = self.inner(x)
        self.graphs.append(mine)
        return y

    def alive(self) -> int:
        return sum(any(kept() is not None for kept in graph) for graph in self.graphs)
