"""Latihan 03: jaringan dengan tiga sumber NaN, disembuhkan tanpa mengubah maknanya."""

from typing import Any

import torch
from torch import nn

from autograd_viz import record
from jejak.data import SEEDS, TYPES
from jejak.difference import differ
from jejak.tasks.jaringan_klinik import (
    SHAPES,
    Case,
    all_zero,
    case,
    closed_gates,
    dead_row,
    everything_at_once,
    fill,
    healthy_loss,
    large_inputs,
    large_logits,
    odd_rows,
    reference,
    small_gate,
    small_norms,
)
from jejak.tasks.nasihat_klinik import (
    FORWARD,
    GRADIENT,
    LOSS,
    cure,
    forward_advice,
    gradient_advice,
    gradients_of,
    loss_advice,
    name_of,
)
from jejak.trial import Trial, describe, needs
from jejak.verdict import Wrong

OUTPUTS = "`forward` seharusnya mengembalikan dua tensor, `z` berbentuk (n, 3) lalu `u` berbentuk (n, 6)"
LAYERS = "Lapisannya tiga: `lin1` dan `gate`, yaitu Linear(4, 6), dan `lin2`, yaitu Linear(6, 3)."
FLOAT = " `.item()` dan `float()` memutus graf."
DTYPE = "Cari `.double()`, `.float()`, atau tensor baru tanpa `dtype=x.dtype` di jalannya."
SHUT = "Angka penjaga di dalam akar membiarkannya terbuka sedikit, dan gradien tetap lewat. Pilih 0 sendiri di sana, sesudah akarnya."
HEALTHY = "Pada batch yang sehat,"
SMALL = "Bila norma setiap baris u hanya 0.05,"


def _network(trial: Trial, made: Case, dtype: torch.dtype = torch.float64) -> nn.Module:
    if isinstance(trial["Network"], nn.Module):
        raise Wrong("`Network` seharusnya kelas, bukan satu jaringan yang sudah dibuat. Hapus `Network = Network()`.", check="network")
    model: Any = trial.call("Network")
    if not isinstance(model, nn.Module):
        raise Wrong("`Network` seharusnya kelas turunan `nn.Module`, dan `Network()` membuat satu jaringan.", check="network")
    found = {name: tuple(tensor.shape) for name, tensor in model.named_parameters()}
    for name, shape in SHAPES.items():
        if found.get(name) != shape:
            there = f"berbentuk {found[name]}" if name in found else "tidak ada"
            raise Wrong(f"Parameter `{name}` {there}, seharusnya berbentuk {shape}. {LAYERS}", check="network")
    if extra := sorted(found.keys() - SHAPES.keys()):
        raise Wrong(f"Ada parameter yang tidak diminta: `{extra[0]}`. {LAYERS}", check="network")
    if frozen := [name for name, tensor in model.named_parameters() if not tensor.requires_grad]:
        raise Wrong(f"Parameter `{frozen[0]}` tidak meminta gradien, jadi tidak bisa dilatih. Hapus `requires_grad_(False)`.", check="network")
    return fill(model.to(dtype), made)


def _run(model: nn.Module, x: torch.Tensor) -> Any:
    return model(x)


def _forward(trial: Trial, model: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    result = Trial({"Network.forward": _run}, trial.report).call("Network.forward", model, x)
    trial.note(describe("Network.forward", (x,), {}))
    if not isinstance(result, (tuple, list)) or len(result) != 2 or not all(isinstance(part, torch.Tensor) for part in result):
        raise Wrong(f"{OUTPUTS}. Yang datang {_kind(result)}.", check="outputs")
    return result[0], result[1]


def _loss(trial: Trial, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    loss: Any = trial.call("compute_loss", model, x, y)
    if not isinstance(loss, torch.Tensor) or loss.ndim:
        raise Wrong(f"`compute_loss` seharusnya mengembalikan satu angka, tensor berbentuk (). Yang datang {_kind(loss)}.{FLOAT if isinstance(loss, (int, float)) else ''}", check="loss_value")
    if not loss.requires_grad:
        raise Wrong(
            "Loss Anda tidak punya graf, jadi tidak bisa dilatih. Cari `detach`, `.item()`, `no_grad`, atau tensor baru yang dibuat dari angka.",
            check="loss_value",
        )
    return loss


def _kind(thing: object) -> str:
    if isinstance(thing, torch.Tensor):
        return f"satu tensor berbentuk {tuple(thing.shape)}"
    if isinstance(thing, (tuple, list)):
        return f"{type(thing).__name__} berisi {len(thing)} benda"
    return type(thing).__name__


@needs("Network")
def network(trial: Trial) -> None:
    _network(trial, case(SEEDS[0]))


@needs("Network")
def outputs(trial: Trial) -> None:
    for n in (1, 5):
        made = case(SEEDS[0], n)
        found = _forward(trial, _network(trial, made), made.x)
        shapes, wanted = [tuple(part.shape) for part in found], [(n, 3), (n, 6)]
        if shapes != wanted:
            order = " Urutannya terbalik." if shapes == wanted[::-1] else ""
            raise Wrong(f"{OUTPUTS}. Untuk n = {n} yang datang {shapes[0]} dan {shapes[1]}.{order}")


@needs("Network")
def forward_values(trial: Trial) -> None:
    for seed in SEEDS:
        _same_forward(trial, case(seed), HEALTHY)


def loss_value(trial: Trial) -> None:
    for seed in SEEDS:
        _same_loss(trial, case(seed), HEALTHY)
        _same_loss(trial, small_norms(seed), SMALL)


def repeated(trial: Trial) -> None:
    made = case(SEEDS[0])
    model = _network(trial, made)
    first, second = (_loss(trial, model, made.x, made.y).detach() for _ in range(2))
    if told := differ("loss", second, first, LOSS):
        raise Wrong(f"Panggilan kedua dengan model dan batch yang sama memberi loss lain. {told} Adakah yang menumpuk, atau bilangan acak?")
    fill(model, case(SEEDS[1]))
    if not differ("", _loss(trial, model, made.x, made.y), first, LOSS):
        raise Wrong("Sesudah parameter berubah, loss tetap yang lama. Adakah hasil yang disimpan dari panggilan sebelumnya?")


def gradients(trial: Trial) -> None:
    for seed in SEEDS:
        _same_gradients(trial, case(seed), HEALTHY)
        _same_gradients(trial, small_norms(seed), SMALL)


def types(trial: Trial) -> None:
    _same(trial, case(SEEDS[1]), HEALTHY, torch.float32)


def gates(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            _same(trial, closed_gates(seed), "Bila sebagian gerbang tertutup atau tepat 0,", dtype)
            _same(trial, small_gate(seed), "Bila satu gerbang hampir tertutup (gate x = 0.002),", dtype)


def dead_rows(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            _same(trial, dead_row(seed), "Bila satu baris u berisi 0 semua di antara baris yang sehat,", dtype)
        _same(trial, case(SEEDS[0], lin1_weight=0.0, lin1_bias=-2.0), "Bila relu mati di semua baris,", dtype)


def logits(trial: Trial) -> None:
    for dtype in TYPES:
        for size in (600.0, 3000.0):
            _same(trial, large_logits(SEEDS[0], size), "Bila logitnya mencapai ribuan,", dtype)
        _same(trial, large_inputs(SEEDS[1]), "Bila x dan u mencapai puluhan ribu,", dtype)
    _same(trial, case(SEEDS[0], lin2_bias=2e5), "Bila logitnya sekitar sejuta dan selisihnya kecil,", torch.float64)


def together(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            _same(trial, odd_rows(seed), "Bila satu baris x nol dan satu baris raksasa (keduanya tetap ikut dihitung),", dtype)
            _same(trial, everything_at_once(seed), "Bila ketiga penyakit ada dalam satu batch,", dtype)
        _same(trial, case(SEEDS[1], n=1), "Bila batchnya satu baris,", dtype)
        _same(trial, case(SEEDS[0], gate_weight=0.0, gate_bias=-3.0), "Bila semua gerbang tertutup,", dtype)
        _same(trial, all_zero(SEEDS[0]), "Bila semua parameter 0,", dtype)


def _same(trial: Trial, made: Case, what: str, dtype: torch.dtype) -> None:
    what += "" if dtype == torch.float64 else " dalam float32,"
    _same_forward(trial, made, what, dtype)
    _same_loss(trial, made, what, dtype)
    _same_gradients(trial, made, what, dtype)


def _same_forward(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    right = reference(made)
    z, u = right(made.x)
    got = _forward(trial, _network(trial, made, dtype), made.x.to(dtype))
    for name, part, want in (("u", got[1], u), ("z", got[0], z)):
        if told := differ(name, part, want.to(dtype), FORWARD):
            advice = DTYPE if part.dtype != dtype else forward_advice(made, part, name)
            raise Wrong(f"{what} `{name}` belum tepat. {told} {advice}")
    leaks = got[1].detach().where(right.gate(made.x) <= 0, 0.0).abs().max()
    if leaks:
        raise Wrong(f"{what} `u` tidak tepat 0 di gerbang yang tertutup: yang terbesar {leaks:.2g}. {SHUT}")


def _same_loss(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    model, x = _network(trial, made, dtype), made.x.to(dtype)
    want = healthy_loss(reference(made), made.x, made.y).detach()
    got = _loss(trial, model, x, made.y)
    if not got.isfinite():
        raise Wrong(f"{what} loss Anda {got.item()}, seharusnya {want.item():.4g}. {_origin(trial, model, x, made.y)}".strip())
    if told := differ("loss", got, want.to(dtype), LOSS, max(1.0, abs(want.item()))):
        advice = DTYPE if got.dtype != dtype else loss_advice(made, got)
        raise Wrong(f"{what} loss belum tepat. {told} {advice}")


def _same_gradients(trial: Trial, made: Case, what: str, dtype: torch.dtype = torch.float64) -> None:
    model, x = _network(trial, made, dtype), made.x.to(dtype).requires_grad_()
    right, plain = reference(made), made.x.clone().requires_grad_()
    wanted = gradients_of(healthy_loss(right, plain, made.y), right, plain)
    found = gradients_of(_loss(trial, model, x, made.y), model, x)
    for name, got in found.items():
        if bad := int((~got.isfinite()).sum()):
            raise Wrong(
                f"{what} loss terhingga, tetapi {bad} dari {got.numel()} unsur gradien `{name}` NaN atau Inf. "
                f"{_origin(trial, model, x, made.y)}".strip()
            )
    for name, got in found.items():
        if told := differ(f"{name}.grad", got, wanted[name].to(dtype), GRADIENT):
            raise Wrong(f"{what} loss tepat, tetapi gradiennya belum. {told} {gradient_advice(made, got, wanted[name], name)}")


def _origin(trial: Trial, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> str:
    """Where the first NaN or Inf was born, found with the course's own recorder."""
    with record() as run:
        loss = trial["compute_loss"](model, x.detach().requires_grad_(), y)
        torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
    found = run.first_nonfinite()
    if found is None:
        return ""
    line = f" di `{found.line.strip()}`" if found.line else ""
    return f"Yang pertama lahir saat {found.phase}{line}: {found.kind} dari operasi {name_of(found.op)}. {cure(found.op, found.kind)}"


CHECKS = (
    network, outputs, forward_values, loss_value, repeated, gradients, types, gates, dead_rows, logits, together,
)  # fmt: skip
