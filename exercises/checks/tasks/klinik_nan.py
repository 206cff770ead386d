"""Latihan 03: jaringan dengan tiga sumber NaN, disembuhkan tanpa mengubah maknanya."""

from typing import Any

import torch
from torch import nn

from autograd_viz import record
from exercises.checks.data import SEEDS
from exercises.checks.difference import differ
from exercises.checks.tasks.jaringan_klinik import (
    SHAPES,
    Case,
    all_zero,
    case,
    closed_gates,
    dead_row,
    everything_at_once,
    fill,
    healthy_loss,
    large_logits,
    reference,
    small_norms,
)
from exercises.checks.tasks.nasihat_klinik import (
    FORWARD,
    GRADIENT,
    LOSS,
    cure,
    forward_advice,
    gradient_advice,
    gradients_of,
    loss_advice,
)
from exercises.checks.trial import Trial, needs
from exercises.checks.verdict import Wrong

OUTPUTS = "`forward` seharusnya mengembalikan dua tensor, `z` berbentuk (n, 3) dan `u` berbentuk (n, 6)"


def _network(trial: Trial, made: Case, dtype: torch.dtype = torch.float64) -> nn.Module:
    model: Any = trial.call("Network")
    if not isinstance(model, nn.Module):
        raise Wrong("`Network` seharusnya kelas turunan `nn.Module`, dan `Network()` membuat satu jaringan.", check="network")
    found = {name: tuple(tensor.shape) for name, tensor in model.named_parameters()}
    for name, shape in SHAPES.items():
        if found.get(name) != shape:
            there = f"berbentuk {found[name]}" if name in found else "tidak ada"
            raise Wrong(f"Parameter `{name}` {there}; seharusnya berbentuk {shape}. Lapisannya `lin1` dan `gate`, yaitu Linear(4, 6), dan `lin2`, yaitu Linear(6, 3).", check="network")
    if extra := sorted(found.keys() - SHAPES.keys()):
        raise Wrong(f"Ada parameter yang tidak diminta: `{extra[0]}`. Jaringannya tetap tiga lapisan: `lin1`, `gate`, `lin2`.", check="network")
    return fill(model.to(dtype), made)


def _forward(trial: Trial, model: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    inner = Trial({"forward": model})
    result = inner.call("forward", x)
    trial.last = inner.last.replace("forward", "Network.forward", 1)
    if not isinstance(result, (tuple, list)) or len(result) != 2 or not all(isinstance(part, torch.Tensor) for part in result):
        raise Wrong(f"{OUTPUTS}.", check="outputs")
    return result[0], result[1]


def _loss(trial: Trial, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    loss = trial.call("compute_loss", model, x, y)
    if not isinstance(loss, torch.Tensor) or loss.ndim:
        what = f"tensor berbentuk {tuple(loss.shape)}" if isinstance(loss, torch.Tensor) else type(loss).__name__
        raise Wrong(f"`compute_loss` seharusnya mengembalikan satu angka, tensor berbentuk (); yang datang {what}.", check="loss_value")
    if not loss.requires_grad:
        raise Wrong("Loss tidak punya graf, jadi tidak bisa dilatih: ada `detach`, `.item()`, atau `no_grad` di jalannya.", check="loss_value")
    return loss


def network(trial: Trial) -> None:
    _network(trial, case(SEEDS[0]))


def outputs(trial: Trial) -> None:
    for n in (1, 5):
        made = case(SEEDS[0], n)
        z, u = _forward(trial, _network(trial, made), made.x)
        for name, part, width in (("z", z, 3), ("u", u, 6)):
            if tuple(part.shape) != (n, width):
                raise Wrong(f"{OUTPUTS}; untuk n = {n} bentuk `{name}` adalah {tuple(part.shape)}.")


def forward_values(trial: Trial) -> None:
    for seed in SEEDS:
        _same_forward(trial, case(seed), "Pada batch yang sehat")


def loss_value(trial: Trial) -> None:
    for seed in SEEDS:
        _same_loss(trial, case(seed), "Pada batch yang sehat")


def gradients(trial: Trial) -> None:
    for seed in SEEDS:
        _same_gradients(trial, case(seed), "Pada batch yang sehat")
        _same_gradients(trial, small_norms(seed), "Bila norma setiap baris u hanya 0.05")


def gates(trial: Trial) -> None:
    for seed in SEEDS:
        _same(trial, closed_gates(seed), "Bila sebagian gerbang tertutup atau tepat 0")


def dead_rows(trial: Trial) -> None:
    for seed in SEEDS:
        _same(trial, dead_row(seed), "Bila satu baris u berisi 0 semua di antara baris yang sehat")
    _same(trial, case(SEEDS[0], lin1_weight=0.0, lin1_bias=-2.0), "Bila relu mati di semua baris")


def logits(trial: Trial) -> None:
    for size in (600.0, 3000.0):
        for dtype in (torch.float64, torch.float32):
            _same(trial, large_logits(SEEDS[0], size), f"Bila logitnya beribu-ribu ({str(dtype).removeprefix('torch.')})", dtype)


def together(trial: Trial) -> None:
    for seed in SEEDS:
        _same(trial, everything_at_once(seed), "Bila ketiganya terjadi dalam satu batch")
    _same(trial, case(SEEDS[1], n=1), "Bila batchnya satu baris")
    _same(trial, case(SEEDS[0], gate_weight=0.0, gate_bias=-3.0), "Bila semua gerbang tertutup")
    _same(trial, all_zero(SEEDS[0]), "Bila semua parameter 0")


def types(trial: Trial) -> None:
    for made in (case(SEEDS[1]), closed_gates(SEEDS[1]), dead_row(SEEDS[1])):
        _same(trial, made, "Dalam float32", torch.float32)


def _same(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    _same_forward(trial, made, what, dtype)
    _same_loss(trial, made, what, dtype)
    _same_gradients(trial, made, what, dtype)


def _same_forward(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    right, x = reference(made), made.x.to(dtype)
    got = _forward(trial, _network(trial, made, dtype), x)
    for name, part, want in (("u", got[1], right(made.x)[1]), ("z", got[0], right(made.x)[0])):
        if told := differ(name, part, want.to(dtype), FORWARD):
            raise Wrong(f"{what} `{name}` belum tepat. {told} {forward_advice(made, part, name)}".strip())


def _same_loss(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    model, x = _network(trial, made, dtype), made.x.to(dtype)
    want = healthy_loss(reference(made), made.x, made.y).detach()
    got = _loss(trial, model, x, made.y)
    if not got.isfinite():
        raise Wrong(f"{what} loss Anda {got.item()}, seharusnya {want.item():.4g}. {_origin(trial, model, x, made.y)}".strip())
    if told := differ("loss", got, want.to(dtype), LOSS, max(1.0, abs(want.item()))):
        raise Wrong(f"{what} loss belum tepat. {told} {loss_advice(made, got)}")


def _same_gradients(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    model, x = _network(trial, made, dtype), made.x.to(dtype).requires_grad_()
    right, plain = reference(made), made.x.clone().requires_grad_()
    wanted = gradients_of(healthy_loss(right, plain, made.y), right, plain)
    for name, got in gradients_of(_loss(trial, model, x, made.y), model, x).items():
        if not got.isfinite().all():
            bad = int((~got.isfinite()).sum())
            raise Wrong(f"{what} loss terhingga, tetapi {bad} dari {got.numel()} unsur gradien `{name}` NaN atau Inf. {_origin(trial, model, x, made.y)}".strip())
    for name, got in gradients_of(_loss(trial, model, x, made.y), model, x).items():
        if told := differ(f"{name}.grad", got, wanted[name].to(dtype), GRADIENT):
            raise Wrong(f"{what} loss tepat, tetapi gradiennya belum. {told} {gradient_advice(made, got, name)}")


def _origin(trial: Trial, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> str:
    """Where the first NaN or Inf was born, found with the course's own recorder."""
    with record() as run:
        loss = trial["compute_loss"](model, x.detach().requires_grad_(), y)
        torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
    found = run.first_nonfinite()
    if found is None:
        return ""
    line = f" di `{found.line.strip()}`" if found.line else ""
    return f"Yang pertama lahir saat {found.phase}{line}: {found.kind} dari operasi {found.op.removesuffix('Backward0').lower()}. {cure(found.op)}"


CHECKS = tuple(needs("Network", "compute_loss")(check) for check in (
    network, outputs, forward_values, loss_value, gradients, gates, dead_rows, logits, together, types,
))  # fmt: skip
