"""Latihan 15: gradien loss rata-rata atas semua baris, dikumpulkan dari micro-batch yang tidak sama besar."""

from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.show import show
from jejak.tasks.model_mikro import COLUMNS, Partial, Parts, Watched, make_model, make_parts, per_row, uneven
from jejak.trial import Trial
from jejak.verdict import Wrong

ROOM = {torch.float64: 1e-6, torch.float32: 1e-4}  # a weight rounded to float32 is no mistake
SIZES = ((5, 1, 4), (2, 3, 1, 7, 2, 4), (1,), (6,))
WAITING = 4  # graphs not yet gone through; one forward too many for a value to look at is no offence
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Gradients = dict[str, torch.Tensor]


def _gradients(loss: torch.Tensor, model: nn.Module) -> Gradients:
    named = dict(model.named_parameters())
    return dict(zip(named, torch.autograd.grad(loss, list(named.values()))))


def _whole(model: nn.Module, loss_fn: Loss, parts: Parts) -> torch.Tensor:
    return loss_fn(model(torch.cat([x for x, _ in parts])), torch.cat([y for _, y in parts]))


def _weighted(model: nn.Module, loss_fn: Loss, parts: Parts, weights: Sequence[float]) -> torch.Tensor:
    return torch.stack([weight * loss_fn(model(x), y) for weight, (x, y) in zip(weights, parts)]).sum()


def _slips(parts: Parts) -> dict[str, list[float]]:
    """Known mistakes, as the weights that they give to the parts."""
    rows = [len(x) for x, _ in parts]
    total, many = sum(rows), len(parts)
    last = [0.0] * (many - 1)
    told = f"Potongannya berisi {', '.join(map(str, rows))} baris, jadi bobotnya {', '.join(f'{n}/{total}' for n in rows)}."
    return {
        f"Semua potongan Anda beri bobot sama, 1/{many}. Potongan yang kecil jadi terlalu penting. {told}": [1 / many] * many,
        f"Semua potongan Anda beri bobot 1, jadi yang terkumpul jumlah, bukan rata-rata. {told}": [1.0] * many,
        f"Bobot Anda nᵢ, belum dibagi N, banyaknya semua baris. {told}": [float(n) for n in rows],
        f"Bobot Anda 1/N. Loss potongan sudah rata-rata atas nᵢ baris, jadi kalikan dulu dengan nᵢ. {told}": [1 / total] * many,
        f"Sesudah diberi bobot nᵢ/N, hasilnya masih Anda bagi dengan banyaknya potongan. {told}": [n / total / many for n in rows],
        f"N Anda banyaknya angka di semua x (`numel()`), bukan banyaknya baris. {told}": [n / total / COLUMNS for n in rows],
        "Yang tersisa hanya potongan terakhir. Kosongkan di luar putaran, dan tambahkan, jangan ganti.": [*last, rows[-1] / total],
        f"Yang tersisa hanya potongan terakhir, tanpa bobot. Kosongkan di luar putaran, dan tambahkan. {told}": [*last, 1.0],
    }


def _cases() -> Iterator[tuple[nn.Module, Loss, Parts]]:
    for dtype in TYPES:
        for seed, sizes in zip(SEEDS * 2, SIZES):
            parts = make_parts(seed, sizes, dtype)
            yield make_model(seed, dtype), uneven, parts
            labels = [(strided(x), (x.sum(dim=1) > 0).long()) for x, _ in parts]
            yield make_model(seed, dtype), F.cross_entropy, labels
            yield make_model(seed, dtype), per_row, parts


def _run(trial: Trial, model: nn.Module, loss_fn: Loss, parts: Parts) -> object:
    try:
        result = trial.call("accumulate", model, loss_fn, parts, changes=(0,))
    except AttributeError as error:
        if "'zero_'" not in str(error):
            raise
        raise Wrong(f"Kode Anda berhenti: `{error}`. Sebelum `backward()` yang pertama, `.grad` boleh masih `None`. Kosongkan dengan "
                    "`model.zero_grad()`, yang menerima keduanya.", check="error") from None
    if result is None:
        raise Wrong("`accumulate` mengembalikan `None`. Apakah `return` terlupa?", check="returns")
    return result


def _compare(model: nn.Module, want: Gradients) -> str | None:
    for name, parameter in model.named_parameters():
        if parameter.grad is None:
            return f"`{name}.grad` masih `None`, padahal di sanalah gradiennya ditunggu."
        if told := differ(f"{name}.grad", parameter.grad, want[name], ROOM[parameter.dtype]):
            return told
    return None


def gradient(trial: Trial) -> None:
    for model, loss_fn, parts in _cases():
        want = _gradients(_whole(model, loss_fn, parts), model)
        _run(trial, model, loss_fn, parts)
        if told := _compare(model, want):
            rows = ", ".join(str(len(x)) for x, _ in parts)
            raise Wrong(f"Untuk potongan berisi {rows} baris gradiennya keliru. {told} {_advice(model, loss_fn, parts)}")


def _advice(model: nn.Module, loss_fn: Loss, parts: Parts) -> str:
    for advice, weights in _slips(parts).items():
        if _compare(model, _gradients(_weighted(model, loss_fn, parts, weights), model)) is None:
            return advice
    if loss_fn is uneven and _compare(model, _gradients(_whole(model, lambda p, y: uneven(y, p), parts), model)) is None:
        return "Argumen `loss_fn` tertukar: prediksi dulu, baru target."
    return "Gradien rata-rata atas semua baris adalah jumlah gradien setiap potongan, masing-masing dikalikan nᵢ/N."


def old_gradient(trial: Trial) -> None:
    for seed in SEEDS:
        model, parts = make_model(seed), make_parts(seed, SIZES[0])
        want = _gradients(_whole(model, uneven, parts), model)
        old = {name: normal(seed, *parameter.shape) for name, parameter in model.named_parameters()}
        old["0.bias"] = torch.zeros(4, dtype=torch.float64)
        for name, parameter in model.named_parameters():
            parameter.grad = None if name == "0.bias" else old[name].clone()
        _run(trial, model, uneven, parts)
        if told := _compare(model, want):
            kept = _compare(model, {name: want[name] + old[name] for name in want}) is None
            why = "Isi `.grad` yang lama ikut terbawa. " if kept else ""
            raise Wrong(f"Sebelum dipanggil, `.grad` model masih berisi gradien lama, dan sesudahnya keliru. {told} {why}"
                        "Kosongkan semuanya satu kali, sebelum `backward()` yang pertama.")


def frozen(trial: Trial) -> None:
    """Parameter yang dibekukan atau tidak dipakai tidak mendapat gradien, dan tidak boleh menghentikan yang lain."""
    for old in (False, True):
        model, parts = Partial(SEEDS[1]), make_parts(SEEDS[1], SIZES[0])
        trained = model.trained()
        if old:
            for p in trained.values():
                p.grad = torch.ones_like(p)
        want = dict(zip(trained, torch.autograd.grad(_whole(model, uneven, parts), list(trained.values()))))
        try:
            _run(trial, model, uneven, parts)
        except (TypeError, AttributeError) as error:
            if "NoneType" not in str(error):
                raise
            raise Wrong(
                f"Bila sebagian parameter dibekukan atau tidak dipakai, kode Anda berhenti: `{error}`. `.grad` parameter seperti itu tetap `None` "
                "sesudah `backward()`. Lewati yang `None`."
            ) from None
        for name, p in trained.items():
            if told := differ(f"{name}.grad", p.grad, want[name], ROOM[p.dtype]):
                raise Wrong(f"Bila sebagian parameter dibekukan atau tidak dipakai, gradien yang lain keliru. {told}")
        if model.frozen.requires_grad:
            raise Wrong("Sesudah dipanggil, parameter yang dibekukan pemanggil meminta gradien lagi. Tanda itu milik pemanggil; biarkan.")
        if left := next((name for name, p in model.named_parameters() if p.grad is not None and p.grad.any() and name not in trained), None):
            raise Wrong(f"`{left}` dibekukan atau tidak dipakai, tetapi sesudahnya `.grad`-nya berisi angka. Gradiennya 0, atau `None`.")


def returned_loss(trial: Trial) -> None:
    for model, loss_fn, parts in _cases():
        want = _whole(model, loss_fn, parts).detach()
        got = _run(trial, model, loss_fn, parts)
        if isinstance(got, torch.Tensor):
            why = "Tensor itu membawa graf semua potongan, dan selama ia hidup grafnya tertahan. " if got.requires_grad else ""
            raise Wrong(f"Loss yang dikembalikan masih tensor: {show(got)}. {why}Kumpulkan `loss.item()`, bilangan biasa.")
        if not isinstance(got, float):
            raise Wrong(f"Yang dikembalikan seharusnya satu `float`; jawaban Anda {show(got)}.")
        if told := _differ(got, want):
            rows = ", ".join(str(len(x)) for x, _ in parts)
            raise Wrong(f"Gradiennya tepat, tetapi loss yang dikembalikan keliru, untuk potongan berisi {rows} baris. {told} "
                        f"{_loss_advice(got, model, loss_fn, parts)}")


def _differ(got: float, want: torch.Tensor) -> str | None:
    return differ("loss", torch.tensor(got, dtype=torch.float64), want.double(), ROOM[want.dtype])


def _loss_advice(got: float, model: nn.Module, loss_fn: Loss, parts: Parts) -> str:
    for advice, weights in _slips(parts).items():
        if _differ(got, _weighted(model, loss_fn, parts, weights).detach()) is None:
            return advice
    return "Loss rata-rata atas semua baris adalah jumlah loss setiap potongan, masing-masing dikalikan nᵢ/N."


def one_graph(trial: Trial) -> None:
    model, parts = Watched(), make_parts(SEEDS[0], SIZES[1])
    _run(trial, model, uneven, parts)
    largest = max(len(x) for x, _ in parts)
    if model.rows > largest:
        raise Wrong(
            f"Model Anda panggil dengan {model.rows} baris sekaligus, padahal potongan terbesar hanya {largest} baris. Micro-batch "
            "dipakai karena seluruh data tidak muat di memori. Panggil model untuk setiap potongan, jangan digabung dulu."
        )
    if any(p.grad is not None and p.grad.requires_grad for p in model.parameters()):
        raise Wrong(
            "Angkanya tepat, tetapi `.grad` yang terkumpul masih punya graf: `create_graph=True` mencatat setiap perjalanan mundur, dan memorinya "
            "tumbuh dengan setiap potongan. Hapus pilihan itu; yang diperlukan hanya gradiennya."
        )
    if max(model.waiting, model.alive()) >= WAITING:
        raise Wrong(
            f"Angkanya tepat, tetapi {max(model.waiting, model.alive())} graf potongan hidup bersamaan dan menahan simpanannya: memori yang dipakai "
            "sama besar dengan satu batch utuh. Panggil `backward()` di dalam putaran, segera sesudah loss potongan itu dihitung, "
            "tanpa `retain_graph=True`."
        )


def modes(trial: Trial) -> None:
    """Setiap bagian model berjalan dalam mode yang dipilih pemanggil, selama dan sesudah dipanggil."""
    model = Watched()
    model.inner[1].eval()
    given = [module.training for module in model.inner]
    _run(trial, model, uneven, make_parts(SEEDS[0], SIZES[0]))
    if model.modes != given * (len(model.modes) // 3):
        raise Wrong(
            "Sesudahnya mode model seperti semula, tetapi selama dihitung sebagian lapisan berjalan dalam mode lain (`train` atau `eval`). Dengan "
            "dropout, gradiennya lalu gradien model yang lain. Yang memilih mode adalah pemanggil; hapus panggilan itu."
        )
    if [module.training for module in model.inner] != given:
        raise Wrong("Setiap bagian model boleh punya mode sendiri, dan sesudah dipanggil mode salah satunya lain. Hapus panggilan `train()` atau `eval()`.")


def model_kept(trial: Trial) -> None:
    for training in (True, False):
        model, parts = make_model(SEEDS[1]), make_parts(SEEDS[1], SIZES[0])
        model.train(training)
        before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
        _run(trial, model, uneven, parts)
        for name, parameter in model.named_parameters():
            if not torch.equal(parameter.detach(), before[name]):
                raise Wrong(f"Nilai `{name}` berubah. `accumulate` hanya mengumpulkan gradien; yang menggeser parameter "
                            "adalah pemanggilnya, misalnya dengan `opt.step()`.")
            if not parameter.requires_grad:
                raise Wrong(f"Sesudah dipanggil, `{name}.requires_grad` menjadi `False`. Tanda itu milik pemanggil; biarkan.")
        if any(module.training != training for module in model.modules()):
            mode = "train" if training else "eval"
            raise Wrong(f"Model diberikan dalam mode {mode} dan ditinggalkan dalam mode lain. Hapus panggilan `train()` atau "
                        "`eval()`: yang memilih mode adalah pemanggil.")


CHECKS = (gradient, old_gradient, frozen, returned_loss, one_graph, model_kept, modes)
