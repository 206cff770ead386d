"""Jaringan Latihan 03 yang sehat: acuan nilai dan gradiennya, dan batch yang membuat jaringan sakit menjadi NaN."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import normal

SHAPES = {
    "lin1.weight": (6, 4), "lin1.bias": (6,), "gate.weight": (6, 4), "gate.bias": (6,),
    "lin2.weight": (3, 6), "lin2.bias": (3,),
}  # fmt: skip


class Case(NamedTuple):
    """Sebuah batch beserta parameter yang membuatnya sulit."""

    parameters: Mapping[str, torch.Tensor]
    x: torch.Tensor
    y: torch.Tensor


class Healthy(nn.Module):
    """Jaringan dengan subgradien yang diminta Latihan ini."""

    def __init__(self) -> None:
        super().__init__()
        self.lin1, self.gate, self.lin2 = nn.Linear(4, 6), nn.Linear(4, 6), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        a = self.gate(x)
        safe = torch.where(a > 0, a, torch.ones_like(a))
        u = torch.relu(self.lin1(x)) * torch.where(a > 0, safe.sqrt(), torch.zeros_like(a))
        return 5 * self.lin2(u), u


def fill(model: nn.Module, made: Case) -> nn.Module:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(made.parameters[name])
    return model


def reference(made: Case) -> Healthy:
    model = Healthy().double()
    fill(model, made)
    return model


def healthy_loss(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()


def case(seed: int, n: int = 5, **changes: torch.Tensor | float) -> Case:
    """Parameter acak, semua gerbang terbuka, tanpa baris mati; `changes` (`lin1_bias=…`) mengganti sebagian."""
    parameters = {name: normal(seed + at, *shape, scale=0.4) for at, (name, shape) in enumerate(SHAPES.items())}
    parameters["lin2.weight"] = parameters["lin2.weight"] * 0.1
    parameters["gate.bias"] = parameters["gate.bias"] + 4
    parameters["lin1.bias"] = parameters["lin1.bias"] + 1
    for name, value in changes.items():
        key = name.replace("_", ".")
        parameters[key] = value.clone() if isinstance(value, torch.Tensor) else torch.full(SHAPES[key], value).double()
    return Case(parameters, normal(seed + 9, n, 4), (2 * torch.arange(n) + 2) % 3)


def closed_gates(seed: int) -> Case:
    """Sebagian gerbang jauh di bawah nol, dua di antaranya tepat nol."""
    made = case(seed, n=6)
    weight, bias = made.parameters["gate.weight"].clone(), made.parameters["gate.bias"].clone()
    bias[:2] = -5.0
    weight[4:], bias[4:] = 0.0, 0.0
    return Case({**made.parameters, "gate.weight": weight, "gate.bias": bias}, made.x, made.y)


def small_gate(seed: int) -> Case:
    """Satu gerbang hampir tertutup, tempat akarnya curam: angka penjaga yang besar di dalamnya tampak."""
    made = case(seed)
    weight, bias = made.parameters["gate.weight"].clone(), made.parameters["gate.bias"].clone()
    weight[3], bias[3] = 0.0, 0.002
    return Case({**made.parameters, "gate.weight": weight, "gate.bias": bias}, made.x, made.y)


def dead_row(seed: int) -> Case:
    """Baris kedua begitu jauh sehingga semua relu-nya 0; baris lainnya sehat."""
    made = case(seed, lin1_weight=normal(seed, *SHAPES["lin1.weight"]).abs() * 0.3 + 0.1)
    x = made.x.clone()
    x[1] = -20.0
    return Case({**made.parameters, "gate.weight": torch.zeros(SHAPES["gate.weight"]).double()}, x, made.y)


def all_zero(seed: int) -> Case:
    made = case(seed)
    return Case({name: torch.zeros_like(value) for name, value in made.parameters.items()}, made.x, made.y)


def large_logits(seed: int, size: float) -> Case:
    made = case(seed)
    return Case({**made.parameters, "lin2.weight": made.parameters["lin2.weight"] * size}, made.x, made.y)


def large_inputs(seed: int) -> Case:
    """Masukan sepuluh ribu kali lebih besar, sehingga u, norma, dan logitnya raksasa."""
    made = case(seed)
    return Case(made.parameters, made.x * 1e4, made.y)


def odd_rows(seed: int) -> Case:
    """Sebaris nol dan sebaris raksasa di antara baris biasa: keduanya tetap ikut dihitung."""
    made = case(seed)
    x = made.x.clone()
    x[0], x[2] = 0.0, 300 * x[2]
    return Case({**made.parameters, "gate.weight": torch.zeros(SHAPES["gate.weight"]).double()}, x, made.y)


def small_norms(seed: int) -> Case:
    """Entropi silang tidak sampai ke u, jadi yang terasa hanya normanya, sekitar 0.05."""
    made = case(seed, lin2_weight=0.0, lin1_bias=0.0)
    _, u = reference(made)(made.x)
    return Case(made.parameters, made.x * (0.05 / u.detach().norm(dim=1, keepdim=True)), made.y)


def everything_at_once(seed: int) -> Case:
    """Gerbang tertutup, baris mati, dan logit raksasa dalam satu batch, di samping baris yang sehat."""
    closed, dead = closed_gates(seed), dead_row(seed)
    x = dead.x.clone()
    parameters = {**dead.parameters, "gate.weight": closed.parameters["gate.weight"], "gate.bias": closed.parameters["gate.bias"]}
    parameters["lin2.weight"] = parameters["lin2.weight"] * 2000
    return Case(parameters, x, dead.y)
