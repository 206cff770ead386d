"""Latihan 22: loss rata-rata atas semua baris, dalam mode eval, tanpa graf dan tanpa bekas."""

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.models import fill
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((4, 4), (5, 1, 3), (2,))
Batches = list[tuple[torch.Tensor, torch.Tensor]]


class _Watched(nn.Module):
    """Tells whether it was run with recording on."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner, self.recorded = inner, False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.recorded = self.recorded or torch.is_grad_enabled()
        y: torch.Tensor = self.inner(x)
        return y


def _model(seed: int, dtype: torch.dtype) -> nn.Sequential:
    return fill(nn.Sequential(nn.Linear(3, 4, dtype=dtype), nn.BatchNorm1d(4, dtype=dtype), nn.Dropout(0.5), nn.Linear(4, 1, dtype=dtype)), seed)


def _batches(seed: int, sizes: tuple[int, ...], dtype: torch.dtype) -> Batches:
    return [(normal(seed + 10 * n, size, 3, dtype=dtype), n + normal(seed + 10 * n + 5, size, 1, dtype=dtype)) for n, size in enumerate(sizes)]


def _mean(model: nn.Module, batches: Batches, weights: list[float]) -> torch.Tensor:
    model.eval()
    with torch.no_grad():
        losses = torch.stack([F.mse_loss(model(x), y) for x, y in batches])
    model.train()
    return (losses * torch.tensor(weights, dtype=losses.dtype)).sum()


def value(trial: Trial) -> None:
    for dtype in TYPES:
        for sizes in SIZES:
            batches = _batches(SEEDS[0], sizes, dtype)
            want = _mean(_model(SEEDS[0], dtype), batches, [n / sum(sizes) for n in sizes])
            model = _model(SEEDS[0], dtype).train()
            for parameter in model.parameters():
                parameter.grad = torch.ones_like(parameter)  # of the training that this interrupts
            got = trial.call("evaluate", model, F.mse_loss, batches)
            if isinstance(got, torch.Tensor) or not isinstance(got, (int, float)):
                raise Wrong(f"Yang dikembalikan seharusnya satu `float`; milik Anda {show(got)}.")
            mine = torch.tensor(float(got), dtype=dtype)
            if told := differ("loss", mine, want, 1e-5):
                slips = {
                    "Semua batch Anda beri bobot sama; yang kecil jadi terlalu penting.": [1 / len(sizes)] * len(sizes),
                    "Itu jumlah loss batch; belum dirata-rata.": [1.0] * len(sizes),
                    "Itu loss batch terakhir saja.": [0.0] * (len(sizes) - 1) + [1.0],
                }
                why = next((advice for advice, weights in slips.items() if differ("", mine, _mean(_model(SEEDS[0], dtype), batches, weights), 1e-5) is None),
                           "Modelnya ada dalam mode apa waktu dihitung? Dropout mengacak di mode train.")
                raise Wrong(f"Untuk batch berisi {', '.join(map(str, sizes))} baris: {told} {why}")


def unrecorded(trial: Trial) -> None:
    model = _Watched(_model(SEEDS[1], torch.float64))
    trial.call("evaluate", model, F.mse_loss, _batches(SEEDS[1], SIZES[1], torch.float64))
    if model.recorded:
        raise Wrong("Model dijalankan selagi pencatatan menyala, jadi setiap batch membuat graf yang tidak pernah dilalui. `eval()` tidak mematikannya.")


def modes(trial: Trial) -> None:
    for frozen in (False, True):
        for training in (True, False):
            part = _model(SEEDS[0], torch.float64)
            model = nn.Sequential(part, nn.Dropout(0.1)).train(training)
            if frozen:
                part[1].eval()
            before = [module.training for module in model.modules()]
            # What the watch over arguments would say is said here with more detail.
            trial.call("evaluate", model, F.mse_loss, _batches(SEEDS[0], SIZES[0], torch.float64), changes=(0,))
            for (name, module), old in zip(model.named_modules(), before):
                if module.training != old:
                    where = "model" + "".join(f"[{number}]" for number in name.split(".") if number)
                    raise Wrong(f"Sebelum dipanggil `{where}.training` adalah {old}, sesudahnya {module.training}. Sebagian lapisan boleh saja sudah "
                                "dalam mode eval, misalnya BatchNorm yang dibekukan; setiap modul harus kembali ke modenya sendiri.")


CHECKS = (modes, value, unrecorded)
