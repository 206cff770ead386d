"""Latihan 23: seluruh Jacobian dengan perjalanan sesedikit mungkin, maju atau mundur."""

from collections.abc import Callable

import torch

from jejak.data import SEEDS, TYPES, normal, strided
from jejak.difference import differ
from jejak.tasks.baris_jacobian import NEAR, ROOM, mixture
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.work import Work

SIZES = ((2, 5), (5, 2), (3, 3), (1, 4), (4, 1), (1, 1))  # inputs n, results m
FEW, MANY = 2, 300  # a Jacobian with few columns and many rows, and the other way round
SPARE = 12  # times as many operations and elements as the better direction takes; the other one takes far more
UNUSED = (
    "Hasil yang tidak bergantung pada x punya baris nol. `torch.autograd.grad` di sana memberi galat, atau `None` dengan "
    "`allow_unused=True`; `materialize_grads=True` memberi nol, dan hasil tanpa graf sama sekali harus diperiksa dengan `requires_grad`. "
    "`jacrev` dan `jacfwd` mengurusnya sendiri."
)

Function = Callable[[torch.Tensor], torch.Tensor]


def _ask(trial: Trial, f: Function, x: torch.Tensor) -> object:
    got = trial.call("jacobian", f, x)
    if isinstance(got, (tuple, list)):
        raise Wrong(f"Hasilnya seharusnya satu tensor, bukan {type(got).__name__} berisi {len(got)}. Kembalikan tabelnya saja.")
    return got


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            for n, m in SIZES:
                f, exact = mixture(seed, n, m, dtype)
                x = normal(seed + 2, n, dtype=dtype)
                full, got = exact(x), _ask(trial, f, x)
                if told := differ("jacobian", got, full, ROOM[dtype]):
                    raise Wrong(f"Untuk {n} masukan dan {m} hasil tabelnya belum tepat. {told} {_advice(got, full)}".strip())


def _advice(got: object, full: torch.Tensor) -> str:
    if not isinstance(got, torch.Tensor):
        return ""
    m, n = full.shape
    slips = {
        "Tabel Anda tertukar baris dan kolomnya: J berbentuk (m, n), baris untuk hasil. Kolom disusun dengan `torch.stack(..., dim=1)`.": full.T,
        "Itu jumlah semua baris: v @ J dengan v yang berisi 1 di mana-mana.": full.sum(0),
        "Itu jumlah semua kolom: J @ v dengan v yang berisi 1 di mana-mana.": full.sum(1),
        "Itu baris pertama saja.": full[0],
        "Itu kolom pertama saja.": full[:, 0],
        "Hanya diagonalnya yang terisi.": torch.diag_embed(full.diagonal()) if m == n else full[:0],
    }
    for advice, slip in slips.items():
        if differ("", got, slip, ROOM[full.dtype]) is None:
            return advice
    if got.numel() == full.numel() and bool(((got.reshape(full.shape) - full).abs() < NEAR).all()):
        if got.shape != full.shape:
            return "Angkanya benar, bentuknya tidak: J berbentuk (m, n)."
        return "Sedekat ini, tetapi tidak tepat: itu selisih hingga. Mintalah kepada autograd."
    return "Satu perjalanan maju dengan v yang berisi satu angka 1 memberi satu kolom; satu perjalanan mundur memberi satu baris."


def fewest(trial: Trial) -> None:
    """Banyaknya perjalanan: satu per satu terlihat dari operasinya, setumpuk sekaligus dari tensor terbesarnya."""
    for n, m, better, worse in ((FEW, MANY, "maju", "mundur"), (MANY, FEW, "mundur", "maju")):
        f, _ = mixture(SEEDS[0], n, m)
        x = normal(7, n)
        with Work() as plain:
            f(x)
        tool = torch.func.jacfwd if better == "maju" else torch.func.jacrev
        with Work() as right:
            tool(f)(x)
        most = SPARE * max(right.operations, plain.operations)
        lost = (
            f"Untuk {n} masukan dan {m} hasil Anda memakai arah {worse}: {max(n, m)} perjalanan, padahal {min(n, m)} perjalanan {better} "
            "sudah cukup. "
        )
        wrong = Wrong(lost + "Pilih arahnya dari banyaknya masukan dan hasil.", check="fewest")
        with Work(most, wrong) as mine:
            _ask(trial, f, x)
        if mine.largest > SPARE * n * m:
            raise wrong


def independent(trial: Trial) -> None:
    weight = normal(4, 2).requires_grad_()
    constant = torch.tensor([150.0], dtype=torch.float64)
    cases: dict[str, tuple[Function, torch.Tensor]] = {
        "f yang salah satu hasilnya tetap": (
            lambda x: torch.cat([x[:1] ** 2, constant]), torch.tensor([[2.0, 0, 0], [0, 0, 0]])
        ),
        "f yang semua hasilnya tetap": (lambda x: torch.ones(2, dtype=x.dtype), torch.zeros(2, 3)),
        "f yang hanya bergantung pada parameternya sendiri": (lambda x: weight * 2, torch.zeros(2, 3)),
    }  # fmt: skip
    for what, (f, full) in cases.items():
        x = torch.ones(3, dtype=torch.float64)
        try:
            told = differ("jacobian", _ask(trial, f, x), full.double())
        except RuntimeError as error:
            raise Wrong(f"Untuk {what} kode Anda berhenti: `{str(error).splitlines()[0].split('. ')[0]}`. {UNUSED}") from error
        except TypeError as error:
            raise Wrong(f"Untuk {what} kode Anda berhenti: `{error}`. {UNUSED}") from error
        if told:
            raise Wrong(f"Untuk {what} tabelnya keliru. {told} {UNUSED}")


def surroundings(trial: Trial) -> None:
    weight, (f, exact), x = normal(4, 3).requires_grad_(), mixture(SEEDS[0], 4, 3), normal(7, 4)
    _ask(trial, lambda t: torch.tanh(t) * weight, normal(5, 3))
    if weight.grad is not None:
        raise Wrong(
            "Sesudah dipanggil, `.grad` milik parameter yang dipakai f terisi. `backward()` menambahkan gradien ke setiap daun di graf. "
            "Pakai `torch.autograd.grad`, atau alat dari `torch.func`."
        )
    kinds = {
        "x yang meminta gradien": x.clone().requires_grad_(),
        "x hasil operasi": x.clone().requires_grad_() * 1,
        "x yang tidak bersambung di memori": strided(x),
    }
    for what, given in kinds.items():
        if told := differ("jacobian", _ask(trial, f, given), exact(x), ROOM[x.dtype]):
            raise Wrong(f"Untuk {what} tabelnya keliru. {told}")


CHECKS = (values, fewest, independent, surroundings)
