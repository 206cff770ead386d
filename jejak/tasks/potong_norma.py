"""Latihan 19: pemotongan gradien menurut satu norma untuk semua parameter."""

import math
from collections.abc import Iterable, Sequence
from numbers import Real

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.trial import Trial
from jejak.verdict import Blank, Wrong
from jejak.watch.snapshot import same

Tensors = list[torch.Tensor]
SHAPES = ((3, 4), (), (5,), (2, 1, 3))
NORM = 6.0  # of the gradients that `_leaves` makes
# torch's own function divides by norm + 1e-6, so a gradient of norm 1 or more may come out shorter by a millionth.
ROOM = {torch.float64: 2e-6, torch.float32: 1e-5}


def norm(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for shapes in (SHAPES, ((),)):
                leaves = _leaves(seed, dtype, shapes)
                before = _grads(leaves)
                got, want = _call(trial, leaves, 1.5), _norm(before)
                if abs(got - want) > ROOM[dtype] * want or math.isnan(got):
                    raise Wrong(f"Norma yang dikembalikan {got:.6g}, seharusnya {want:.6g}. {_norm_advice(got, before)}")


def _norm_advice(got: float, grads: Tensors) -> str:
    one = [_norm([grad]) for grad in grads]
    slips = {
        "Itu norma sesudah dipotong, sama dengan max_norm. Hitung norma sebelum ada gradien yang diubah, dan kembalikan angka itu.": 1.5,
        "Itu jumlah kuadratnya: akarnya belum diambil.": _norm(grads) ** 2,
        "Itu jumlah norma setiap parameter. Yang dijumlahkan kuadratnya, dan akar diambil sekali, di akhir.": sum(one),
        "Itu norma terbesar di antara parameternya. Normanya satu, untuk semua unsur dari semua gradien.": max(one),
        "Itu norma parameter pertama saja. Jumlahkan kuadrat dari semua gradien.": one[0],
        "Itu norma parameter terakhir saja. Di dalam putaran, hasilnya ditambahkan, bukan diganti.": one[-1],
        "Itu jumlah |unsur|. Norma adalah akar dari jumlah kuadrat.": sum(float(grad.abs().sum()) for grad in grads),
        "Itu unsur terbesar. Norma adalah akar dari jumlah kuadrat.": max(float(grad.abs().max()) for grad in grads),
    }
    for advice, slip in slips.items():
        if abs(got - slip) <= 1e-5 * slip:
            return advice
    return "Norma adalah akar dari jumlah kuadrat semua unsur, dari semua gradien sekaligus."


def parameters(trial: Trial) -> None:
    leaves = _leaves(SEEDS[0], torch.float64)
    kept = [leaf.detach().clone() for leaf in leaves]
    _call(trial, leaves, 1.5)
    for number, (leaf, old) in enumerate(zip(leaves, kept, strict=True)):
        if not same(leaf.detach(), old):
            raise Wrong(f"Nilai `params[{number}]` berubah. Yang dipotong gradiennya, `p.grad`; parameternya baru bergeser saat `step()`.")
        if not leaf.requires_grad:
            raise Wrong(f"Sesudah dipanggil, `params[{number}].requires_grad` menjadi `False`. Parameter itu tidak akan dilatih lagi.")


def clipped(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for shapes in (SHAPES, ((),)):
                leaves = _leaves(seed, dtype, shapes)
                before = _grads(leaves)
                _call(trial, leaves, 1.5)
                if told := _wrong_grad(leaves, _scaled(before, 1.5 / _norm(before))):
                    raise Wrong(f"Norma gradiennya {NORM:g} dan max_norm 1.5. {told} {_clip_advice([leaf.grad for leaf in leaves], before)}")


def _clip_advice(got: Sequence[object], before: Tensors) -> str:
    long = _norm(before)
    slips = {
        "Gradiennya tidak berubah. Kalikan `.grad` setiap parameter di tempat, dengan max_norm / norma.": before,
        "Setiap gradien dipotong menurut normanya sendiri, jadi arah gabungannya berubah. Hitung satu norma untuk semuanya, lalu pakai satu faktor.": [
            grad * min(1.0, 1.5 / _norm([grad])) for grad in before
        ],
        "Itu pemotongan menurut nilai: setiap unsur dijepit sendiri, jadi arahnya berubah. Kalikan semua unsur dengan faktor yang sama.": [
            grad.clamp(-1.5, 1.5) for grad in before
        ],
        "Normanya menjadi 1, bukan max_norm: faktornya max_norm / norma, bukan 1 / norma.": _scaled(before, 1 / long),
        "Faktornya max_norm saja; max_norm masih harus dibagi norma.": _scaled(before, 1.5),
        "Faktornya terbalik: yang benar max_norm / norma.": _scaled(before, long / 1.5),
        "Faktornya dikalikan dua kali.": _scaled(before, (1.5 / long) ** 2),
    }
    for advice, slip in slips.items():
        if all(differ("", a, b, 1e-5) is None for a, b in zip(got, slip, strict=True)):
            return advice
    return "Semua unsur dari semua gradien dikalikan dengan faktor yang sama, max_norm / norma, dan norma itu dihitung sebelum ada yang dikalikan."


def in_place(trial: Trial) -> None:
    leaves = _leaves(SEEDS[0], torch.float64)
    for leaf in leaves:
        leaf.grad = strided(leaf.grad) if leaf.grad is not None else None
    before, held = _grads(leaves), [leaf.grad for leaf in leaves]
    views = [grad.detach() for grad in held if grad is not None]
    want = _scaled(before, 1.5 / _norm(before))
    _call(trial, leaves, 1.5)
    if told := _wrong_grad(leaves, want):
        raise Wrong(
            f"Untuk gradien yang tidak bersambung di memori hasilnya keliru. {told} `reshape` dan `flatten` lalu memberi "
            "salinan, dan mengubah salinan tidak mengubah `.grad`. Panggil `mul_` pada `p.grad` sendiri."
        )
    for number, (tensor, view, right) in enumerate(zip(held, views, want, strict=True)):
        if not differ("", tensor, right, ROOM[right.dtype]) and differ("", view, right, ROOM[right.dtype]):
            raise Wrong(
                f"`params[{number}].grad` tetap tensor yang sama, tetapi memorinya diganti lewat `.data`: tampilan atasnya masih panjang. "
                "Timpa isinya di tempat, dengan `mul_` atau `*=`."
            )
        if leaves[number].grad is not tensor or differ("", tensor, right, ROOM[right.dtype]):
            raise Wrong(
                f"`params[{number}].grad` Anda ganti dengan tensor baru; tensor yang lama masih panjang. Siapa pun yang memegang "
                "tensor lama itu tidak melihat potongannya. Timpa isinya di tempat: `p.grad.mul_(...)` atau `p.grad *= ...`."
            )


def short_gradients(trial: Trial) -> None:
    for dtype in TYPES:
        for max_norm in (100.0, NORM + 0.5):
            leaves = _leaves(SEEDS[1], dtype)
            before, held = _grads(leaves), [leaf.grad for leaf in leaves]
            _call(trial, leaves, max_norm)
            if told := _wrong_grad(leaves, before, 0.0):
                raise Wrong(
                    f"Norma gradiennya {NORM:g} dan max_norm {max_norm:g}: sudah cukup pendek, jadi dibiarkan sampai angka terakhirnya. {told} "
                    "Kalikan hanya kalau norma lebih besar dari max_norm."
                )
            if any(leaf.grad is not grad for leaf, grad in zip(leaves, held, strict=True)):
                raise Wrong("Gradien yang sudah cukup pendek diganti dengan salinannya. Dibiarkan berarti `.grad` tetap tensor yang sama.")
        zeros = _leaves(SEEDS[1], dtype, norm=0.0)
        got = _call(trial, zeros, 1.5)
        if told := _wrong_grad(zeros, [torch.zeros_like(leaf) for leaf in zeros]):
            raise Wrong(f"Semua gradien nol, dan seharusnya tetap nol. {told} Membagi dengan norma 0 memberi Inf atau NaN.")
        if got != 0:
            raise Wrong(f"Semua gradien nol, jadi normanya 0; yang dikembalikan {got:.4g}. Angka kecil boleh ditambahkan di penyebut faktornya, bukan pada norma itu sendiri.")


def missing_gradients(trial: Trial) -> None:
    leaves = _leaves(SEEDS[0], torch.float64)
    empty = [leaf.detach().clone().requires_grad_() for leaf in leaves[:2]]
    before = _grads(leaves)
    try:
        got = _call(trial, [empty[0], *leaves, empty[1]], 1.5)
    except (AttributeError, TypeError) as error:
        raise Wrong(f"Dua dari enam parameter punya `.grad` bernilai `None`, dan kode Anda berhenti: `{error}`. Lewati parameter seperti itu di setiap putaran.") from error
    if any(leaf.grad is not None for leaf in empty):
        raise Wrong(
            "`.grad` yang semula `None` sekarang berisi. `None` berarti parameter itu tidak ikut; bagi optimizer seperti AdamW "
            "itu lain dari gradien nol. Lewati saja parameternya."
        )
    told = _wrong_grad(leaves, _scaled(before, 1.5 / _norm(before)))
    if told or abs(got - _norm(before)) > 1e-5:
        raise Wrong(f"Dua dari enam parameter punya `.grad` bernilai `None`; yang lain seharusnya dipotong seperti biasa. {told or f'Norma yang dikembalikan {got:.4g}, seharusnya {NORM:g}.'} Lewati yang `None`, lalu teruskan putarannya.")
    for params in ([], empty):
        case = "Tanpa satu gradien pun (`params` kosong, atau semua `.grad` bernilai `None`) normanya 0"
        try:
            got = _call(trial, params, 1.5)
        except (AttributeError, TypeError, RuntimeError) as error:
            raise Wrong(f"{case}, tetapi kode Anda berhenti: `{error}`. Daftar gradiennya kosong di sini; kembalikan 0 lebih dulu.") from error
        if got != 0:
            raise Wrong(f"{case}; yang dikembalikan {got:.4g}.")


def frozen(trial: Trial) -> None:
    """Parameter beku yang masih membawa gradien ikut dihitung dan dipotong, juga di dalam `no_grad`."""
    leaves = _leaves(SEEDS[1], torch.float64)
    leaves[0].requires_grad_(False)
    before = _grads(leaves)
    with torch.no_grad():
        got = _call(trial, leaves, 1.5)
    told = _wrong_grad(leaves, _scaled(before, 1.5 / _norm(before)))
    if told or abs(got - _norm(before)) > 1e-5:
        raise Wrong(
            f"params[0] dibekukan (`requires_grad=False`) tetapi masih punya gradien. {told or f'Norma yang dikembalikan {got:.4g}, seharusnya {NORM:g}.'} "
            "Yang dilewati hanya parameter yang `.grad`-nya `None`."
        )
    if leaves[0].requires_grad:
        raise Wrong("Sesudah dipanggil, parameter yang dibekukan meminta gradien lagi. Tanda itu milik pemanggil; biarkan.")


def generator(trial: Trial) -> None:
    leaves = _leaves(SEEDS[0], torch.float64)
    before = _grads(leaves)
    got = _call(trial, (leaf for leaf in leaves), 1.5)
    told = _wrong_grad(leaves, _scaled(before, 1.5 / _norm(before)))
    if told or abs(got - _norm(before)) > 1e-5:
        raise Wrong(
            f"Dengan daftar hasilnya tepat, dengan generator seperti `model.parameters()` tidak. {told or f'Norma yang dikembalikan {got:.4g}, seharusnya {NORM:g}.'} "
            "Generator habis sekali dibaca, jadi putaran kedua tidak mendapat apa-apa. Mulailah dengan menyimpannya: `params = list(params)`."
        )


def nonfinite(trial: Trial) -> None:
    for bad in (math.nan, math.inf, -math.inf):
        leaves = _leaves(SEEDS[0], torch.float64)
        leaves[2].grad = leaves[2].grad.index_fill(0, torch.tensor([3]), bad)  # type: ignore[union-attr]
        before = _grads(leaves)
        case = f"Satu unsur gradien bernilai {'NaN' if math.isnan(bad) else 'Inf' if bad > 0 else '−Inf'}"
        error: Exception | None = None
        try:
            got = _call(trial, leaves, 1.5)
        except (Wrong, Blank):
            raise
        except Exception as raised:
            error = raised
        if error is None:
            why = "`NaN > max_norm` bernilai `False`, jadi perbandingan saja tidak menangkapnya." if math.isnan(bad) else "Faktor max_norm / Inf adalah 0: gradien yang sehat menjadi 0, dan Inf · 0 menjadi NaN."
            raise Wrong(f"{case}, tetapi fungsinya mengembalikan {got:g} tanpa galat. {why} Periksa norma dengan `math.isfinite`, lalu lempar `ValueError`.")
        if not isinstance(error, ValueError):
            raise Wrong(f"{case}, dan yang dilempar `{type(error).__name__}`. Syaratnya `ValueError`, supaya pemanggil tahu apa yang ditangkap.")
        if not all(leaf.grad is not None and same(leaf.grad, old) for leaf, old in zip(leaves, before, strict=True)):
            raise Wrong(f"{case}, dan `ValueError` memang datang, tetapi sesudah gradien diubah. Pemanggil ingin melihat gradien aslinya. Periksa norma sebelum mengalikan apa pun.")


def _leaves(seed: int, dtype: torch.dtype, shapes: Sequence[tuple[int, ...]] = SHAPES, norm: float = NORM) -> Tensors:
    """Parameters whose gradients, taken together, have this norm."""
    grads = [normal(seed + number, *shape) for number, shape in enumerate(shapes)]
    leaves = [normal(seed + 50 + number, *shape, dtype=dtype).requires_grad_() for number, shape in enumerate(shapes)]
    for leaf, grad in zip(leaves, _scaled(grads, norm / _norm(grads)), strict=True):
        leaf.grad = grad.to(dtype)
    return leaves


def _call(trial: Trial, params: Iterable[torch.Tensor], max_norm: float) -> float:
    """The norm that the answer gives, as a number."""
    got = trial.call("clip_by_norm", params, max_norm, changes=(0,))
    if got is None:
        raise Wrong("`clip_by_norm` mengembalikan `None`. Kembalikan norma sebelum dipotong; angka itu yang dicatat orang untuk memilih max_norm.", check="returns")
    if isinstance(got, torch.Tensor) and got.ndim == 0:
        return float(got)
    if isinstance(got, Real) and not isinstance(got, bool):
        return float(got)
    kind = f"tensor berbentuk {tuple(got.shape)}" if isinstance(got, torch.Tensor) else type(got).__name__
    raise Wrong(f"`clip_by_norm` seharusnya mengembalikan satu angka, norma sebelum dipotong; jawaban Anda {kind}.")


def _wrong_grad(leaves: Tensors, want: Tensors, room: float | None = None) -> str | None:
    told = (differ(f"params[{number}].grad", leaf.grad, right, ROOM[right.dtype] if room is None else room) for number, (leaf, right) in enumerate(zip(leaves, want, strict=True)))
    return next(filter(None, told), None)


def _grads(leaves: Tensors) -> Tensors:
    return [leaf.grad.detach().clone() for leaf in leaves if leaf.grad is not None]


def _scaled(grads: Tensors, factor: float) -> Tensors:
    return [grad * factor for grad in grads]


def _norm(grads: Tensors) -> float:
    return math.sqrt(sum(float(grad.double().square().sum()) for grad in grads))


CHECKS = (norm, parameters, clipped, in_place, short_gradients, missing_gradients, frozen, generator, nonfinite)
