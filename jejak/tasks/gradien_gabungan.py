"""Latihan 26: gradien beberapa proses digabung seolah semuanya satu batch."""

from collections.abc import Sequence

import torch

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Wrong

SHAPES = ((3, 2), (4,), ())  # of the parameters
COUNTS = ((2, 2), (6, 2), (1, 5, 3), (4,), (0, 3))  # notes of each process
Gradients = list[list[torch.Tensor | None]]


def _slopes(counts: Sequence[int], dtype: torch.dtype, unused: frozenset[tuple[int, int]] = frozenset()) -> Gradients:
    """The mean gradient of each process, by parameter; a process without notes has zeros."""
    return [
        [None if (rank, at) in unused else normal(SEEDS[0] + 10 * rank + at, *shape, dtype=dtype) * (count > 0) for at, shape in enumerate(SHAPES)]
        for rank, count in enumerate(counts)
    ]


def _want(gradients: Gradients, counts: Sequence[int]) -> list[torch.Tensor | None]:
    found: list[torch.Tensor | None] = []
    for parts in zip(*gradients):
        given = [n * g for n, g in zip(counts, parts) if g is not None]
        found.append(torch.stack(given).sum(0) / sum(counts) if given else None)
    return found


def _returned(result: object) -> list[object]:
    if not isinstance(result, (list, tuple)) or len(result) != len(SHAPES):
        what = f"{len(result)} isi" if isinstance(result, (list, tuple)) else type(result).__name__
        raise Wrong(f"Yang dikembalikan seharusnya daftar berisi satu gradien untuk setiap parameter ({len(SHAPES)}), bukan {what}.")
    return list(result)


def _compare(mine: object, want: torch.Tensor | None, at: int, counts: Sequence[int], slips: dict[str, list[torch.Tensor | None]]) -> None:
    place = f"Catatan {', '.join(map(str, counts))}, parameter ke-{at}: "
    if want is None:
        if mine is not None:
            raise Wrong(f"{place}tidak satu proses pun memakainya, jadi gradiennya seharusnya `None`. Dengan nol, optimizer yang punya ingatan tetap menggesernya.")
        return
    if not isinstance(mine, torch.Tensor):
        raise Wrong(f"{place}gradiennya seharusnya sebuah tensor, bukan {'None' if mine is None else type(mine).__name__}. Sebagian proses memakainya.")
    if told := differ("gradien", mine, want, 1e-5):
        why = next((advice for advice, slip in slips.items() if (other := slip[at]) is not None and other.shape == mine.shape and differ("", mine, other, 1e-5) is None), "Timbang setiap proses dengan banyaknya catatan, lalu bagi dengan jumlah catatan.")
        raise Wrong(f"{place}{told} {why}")


def value(trial: Trial) -> None:
    for dtype in TYPES:
        for counts in COUNTS:
            gradients = _slopes(counts, dtype)
            wants = _want(gradients, counts)
            stacked = [torch.stack([g for g in parts if g is not None]) for parts in zip(*gradients)]
            slips: dict[str, list[torch.Tensor | None]] = {
                "Anda merata-ratakan proses, bukan catatan: itu yang dilakukan DDP.": [s.mean(0) for s in stacked],
                "Itu jumlahnya; belum dirata-ratakan.": [s.sum(0) for s in stacked],
                "Sudah dikalikan banyak catatan, tetapi belum dibagi jumlahnya.": [None if w is None else w * sum(counts) for w in wants],
                "Itu gradien proses 0 saja.": [s[0] for s in stacked],
            }
            for at, (mine, want) in enumerate(zip(_returned(trial.call("combine", gradients, list(counts))), wants)):
                _compare(mine, want, at, counts, slips)


def unused(trial: Trial) -> None:
    for counts, holes in (((3, 1), {(0, 1)}), ((1, 5, 3), {(1, 0), (2, 0)}), ((2, 2), {(0, 2), (1, 2)}), ((6, 2), {(1, 1), (0, 2), (1, 2)})):
        gradients = _slopes(counts, torch.float64, frozenset(holes))
        wants = _want(gradients, counts)
        users = [[n for n, g in zip(counts, parts) if g is not None] for parts in zip(*gradients)]
        slips: dict[str, list[torch.Tensor | None]] = {
            "Anda membaginya hanya dengan catatan proses yang memakainya. Bagi catatan proses lain gradiennya nol, dan catatan itu pun terhitung.":
            [None if want is None else want * sum(counts) / sum(some) for want, some in zip(wants, users)],
        }
        for at, (mine, want) in enumerate(zip(_returned(trial.call("combine", gradients, list(counts))), wants)):
            _compare(mine, want, at, counts, slips)


def zeros(trial: Trial) -> None:
    """Gradien nol sebuah jawaban; hanya `None` yang berarti tidak dipakai."""
    counts = COUNTS[1]
    gradients: Gradients = [[torch.zeros_like(g) if g is not None else None for g in slopes] for slopes in _slopes(counts, torch.float64)]
    for at, (mine, want) in enumerate(zip(_returned(trial.call("combine", gradients, list(counts))), _want(gradients, counts))):
        if mine is None:
            raise Wrong(f"Parameter ke-{at} dipakai semua proses dan gradiennya 0 di semuanya; milik Anda `None`. Nol adalah gradien juga: "
                        "optimizer yang punya ingatan tetap menggesernya. Kenali yang tidak dipakai dari `is None`.")
        _compare(mine, want, at, counts, {})


CHECKS = (value, unused, zeros)
