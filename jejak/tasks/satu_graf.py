"""Latihan 17: gradien terpisah dari beberapa loss di atas satu graf, yang dibuang sesudah loss terakhir."""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

SHAPES = ((4,), (2, 3), ())
COUNTS = (3, 1, 2, 5)
SECOND = "a second time"


class Web(NamedTuple):
    """Losses that meet in `shared`; `x` and `w` are its leaves."""

    losses: list[torch.Tensor]
    x: torch.Tensor
    w: torch.Tensor
    shared: torch.Tensor


def _web(seed: int, shape: tuple[int, ...], count: int, dtype: torch.dtype = torch.float64) -> Web:
    x, w = (normal(seed + number, *shape, dtype=dtype).requires_grad_() for number in (0, 1))
    shared = torch.tanh(x * w) + x**2
    aims = [normal(seed + 10 + number, *shape, dtype=dtype) for number in range(count)]
    return Web([((shared - aim) ** 2).sum() * (number + 1) for number, aim in enumerate(aims)], x, w, shared)


def _webs() -> Iterator[Web]:
    for dtype in TYPES:
        for seed in SEEDS:
            for shape in SHAPES:
                for count in COUNTS:
                    yield _web(seed, shape, count, dtype)


def _wanted(web: Web) -> list[torch.Tensor]:
    return [torch.autograd.grad(loss, web.x, retain_graph=True)[0] for loss in web.losses]


def _run(trial: Trial, web: Web) -> list[object]:
    count = len(web.losses)
    try:
        got = trial.call("each_gradient", web.losses, web.x)
    except RuntimeError as error:
        if SECOND not in str(error):
            raise
        raise Wrong(
            f"Untuk {count} loss, graf bersama sudah dibuang sebelum loss terakhir: PyTorch menolak dengan pesan \"{SECOND}\". "
            "Setiap panggilan kecuali yang terakhir memerlukan `retain_graph=True`."
        ) from None
    if isinstance(got, torch.Tensor):
        raise Wrong(f"Hasilnya seharusnya daftar berisi {count} tensor, satu per loss; jawaban Anda satu tensor berbentuk "
                    f"{tuple(got.shape)}. {_single_advice(got, web)}")
    if not isinstance(got, (list, tuple)):
        raise Wrong(f"Hasilnya seharusnya daftar berisi {count} tensor; jawaban Anda {show(got)}.")
    if len(got) != count:
        raise Wrong(f"Daftar Anda berisi {len(got)} gradien, padahal loss-nya {count}. Panggil `torch.autograd.grad` "
                    "satu kali untuk setiap loss; daftar loss ia jumlahkan menjadi satu gradien.")
    for number, part in enumerate(got):
        if isinstance(part, (list, tuple)):
            raise Wrong(f"Unsur nomor {number} di daftar Anda bukan tensor, melainkan {type(part).__name__}. `torch.autograd.grad` selalu "
                        "mengembalikan `tuple`, juga untuk satu masukan. Ambil isinya, misalnya dengan `[0]`.")
    return list(got)


def _single_advice(got: torch.Tensor, web: Web) -> str:
    if got.shape == web.x.shape and len(web.losses) > 1:
        return "Gradien yang dijumlahkan tidak bisa dipisahkan lagi. Hitung satu per satu."
    return "Kembalikan daftarnya, misalnya `list(...)`."


def gradients(trial: Trial) -> None:
    for web in _webs():
        want = _wanted(web)
        got = _run(trial, web)
        for number, (mine, right) in enumerate(zip(got, want)):
            if told := differ(f"gradien[{number}]", mine, right):
                raise Wrong(f"Untuk {len(want)} loss, gradien nomor {number} keliru. {told} {_total(got, want) or _shared(got) or _advice(got, want)}")
        if told := _shared(got):
            raise Wrong(told)


def _shared(got: list[object]) -> str:
    """Two parts of the list that are one tensor, or lie in one memory."""
    places = [part.data_ptr() for part in got if isinstance(part, torch.Tensor)]
    twice = next((at for at, place in enumerate(places) if place in places[:at]), None)
    if twice is None:
        return ""
    return (
        f"Unsur nomor {places.index(places[twice])} dan {twice} di daftar Anda satu tensor yang sama, jadi isinya selalu sama: yang terakhir ditulis. "
        "Masukkan tensor baru di setiap putaran, atau salinannya."
    )


def attached(trial: Trial) -> None:
    for count in COUNTS:
        got = _run(trial, _web(SEEDS[0], SHAPES[0], count))
        for number, part in enumerate(got):
            if isinstance(part, torch.Tensor) and part.requires_grad:
                raise Wrong(f"Angkanya tepat, tetapi gradien nomor {number} masih punya graf: `create_graph=True` mencatat perjalanan mundur itu, dan "
                            "graf itu menahan simpanan bersama selama gradiennya hidup. Yang diperlukan hanya `retain_graph`.")


def _total(got: list[object], want: list[torch.Tensor]) -> str:
    """One tensor or many: each holds what all losses add up to."""
    if len(want) == 1 or any(differ("", part, torch.stack(want).sum(dim=0)) for part in got):
        return ""
    return (
        "Yang Anda berikan jumlah gradien semua loss, di setiap unsur. Beberapa loss sekaligus dijumlahkan oleh autograd; `.grad` pun terus "
        "menambah, dan menyimpan `x.grad` berkali-kali berarti menyimpan satu tensor yang sama. Pakai `torch.autograd.grad`, satu kali "
        "untuk setiap loss."
    )


def _advice(got: list[object], want: list[torch.Tensor]) -> str:
    slips = {
        "Gradien loss sebelumnya ikut terbawa: yang nomor 1 sudah memuat yang nomor 0. Pakai `torch.autograd.grad`, yang tidak "
        "menambahkan apa pun ke `.grad`.": list(torch.stack(want).cumsum(dim=0)),
        "Urutannya terbalik. Gradien nomor 0 milik loss nomor 0.": want[::-1],
        "Semua gradien Anda milik loss pertama. Pakai loss pada putaran itu.": [want[0]] * len(want),
        "Semua gradien Anda milik loss terakhir. Pakai loss pada putaran itu.": [want[-1]] * len(want),
    }
    for advice, slip in slips.items():
        if all([differ("", mine, right) is None for mine, right in zip(got, slip)]):
            return advice
    return "Yang ditunggu di sana gradien loss itu saja terhadap x, sebentuk dengan x."


def _equal() -> Web:
    """Three losses of one value with three gradients."""
    x = torch.tensor([3.0, -2.0], dtype=torch.float64, requires_grad=True)
    shared = x**2
    return Web([shared[0] - shared[1], (shared[0] - 4) * 1, shared.sum() - 8], x, x, shared)


def equal_values(trial: Trial) -> None:
    web = _equal()
    want = _wanted(web)
    try:
        got = _run(trial, web)
        told = next(filter(None, [differ(f"gradien[{number}]", mine, want[number]) for number, mine in enumerate(got)]), None)
    except Wrong as fault:
        told = str(fault)
    if told:
        raise Wrong(f"Tiga loss bernilai sama, {web.losses[0].item():g}, tetapi gradiennya berbeda. {told} Kenali loss terakhir dari "
                    "nomornya: `==` dan `!=` membandingkan nilai, dan dua loss boleh bernilai sama.")


def freed(trial: Trial) -> None:
    for web in (*(_web(SEEDS[0], SHAPES[0], count) for count in COUNTS), _equal()):
        probe = web.shared.sum()
        got = _run(trial, web)
        try:
            torch.autograd.grad(probe, web.x, retain_graph=True)
        except RuntimeError as error:
            if SECOND in str(error):
                continue
            raise
        graph = any(isinstance(part, torch.Tensor) and part.requires_grad for part in got)
        why = "`create_graph=True` mencatat graf gradiennya dan menahan simpanan; pakai `retain_graph=True`. " if graph else ""
        if len({loss.item() for loss in web.losses}) < len(web.losses):
            why += "Ketiga loss itu bernilai sama: kenali yang terakhir dari nomornya, bukan dari nilainya. "
        raise Wrong(f"Gradiennya tepat, tetapi sesudah {len(web.losses)} loss graf bersama masih menahan simpanannya: ia masih bisa dilalui. "
                    f"{why}Loss terakhir tidak memerlukan `retain_graph=True`; biarkan ia membuang simpanan itu.")


def other_leaves(trial: Trial) -> None:
    for old in (None, normal(SEEDS[1], *SHAPES[0])):
        web = _web(SEEDS[0], SHAPES[0], 3)
        web.x.grad, web.w.grad = (None if old is None else old.clone() for _ in range(2))
        held = web.w.grad
        _run(trial, web)
        now = web.w.grad
        if now is not held and now is not None and held is not None and torch.equal(now, held):
            raise Wrong("`.grad` daun lain di graf itu diganti dengan salinannya. Pakai `torch.autograd.grad(loss, x)`, yang tidak menyentuh `.grad`.")
        if (now is None) != (old is None) or (now is not None and old is not None and not torch.equal(now, old)):
            raise Wrong("`x.grad` utuh, tetapi `.grad` daun lain di graf itu berubah: `backward()` menambahkan gradien ke setiap daun "
                        "yang dicapainya. Pakai `torch.autograd.grad(loss, x)`, yang hanya memberi gradien untuk `x`.")


CHECKS = (gradients, equal_values, attached, freed, other_leaves)
