"""Potongan-potongan di dalam checkpoint: apa yang dihitung di dalamnya, apa yang ditahannya, dan hitungan ulangnya."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from autograd_viz.recording.changes import Change
from autograd_viz.recording.source import Place


class Checkpoint(NamedTuple):
    """Satu potongan: simpul `nodes` menurut urutannya saat maju, dan masukannya `inputs`.

    `kept` bita masukan yang ditahannya, None bila tidak diketahui, misalnya karena masukannya sendiri dititipkan kepada
    potongan `outer` di sekelilingnya. `promised` simpul yang tidak menyimpan: yang diperlukannya dihitung ulang saat
    mundur. `function` simpul checkpoint pada jenis `use_reentrant=True`; `nodes` lalu kosong.
    """

    nodes: tuple[int, ...] = ()
    inputs: tuple[int, ...] = ()
    kept: int | None = None
    promised: tuple[int, ...] = ()
    outer: int | None = None
    function: int | None = None
    place: Place | None = None


class Recompute(NamedTuple):
    """Dalam backward ke-`round`, potongan `checkpoint` dihitung ulang sebelum simpul `node` dijalankan.

    `nodes` simpul yang dihitung ulang, menurut urutannya; `given` yang hasilnya ditahan sejak maju, `others` banyaknya
    operasi yang tidak ada saat maju. `size` bita simpanan yang lahir karenanya, `changes` hasil yang kini lain daripada
    saat maju, `selective` True bila sebagian dapat ditahan (`context_fn`). Pada jenis `use_reentrant=True` `nodes`
    adalah simpul-simpul baru, yang kejadiannya menyusul.
    """

    node: int | None
    round: int
    checkpoint: int | None = None
    place: Place | None = None
    nodes: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    others: int = 0
    size: int | None = None
    changes: tuple[Change, ...] = ()
    selective: bool = False
    turn: int | None = None
    kind: Literal["recompute"] = "recompute"


def rerun(steps: Sequence[Any]) -> frozenset[int]:
    """Nomor kejadian maju yang merupakan hitungan ulang sebuah checkpoint jenis `use_reentrant=True`."""
    found: set[int] = set()
    for number, step in enumerate(steps):
        if isinstance(step, Recompute):
            run = number
            for at in range(number + 1, len(steps)):
                if steps[at].kind not in ("leaf", "forward", "inplace", "cut"):
                    break
                run = at if steps[at].node in step.nodes else run
            found.update(range(number + 1, run + 1))
    return frozenset(found)


def promises(checkpoints: Sequence[Checkpoint]) -> dict[int, int]:
    """Potongan yang berjanji atas simpanan setiap simpul.

    >>> promises([Checkpoint((3, 4, 5), promised=(3, 5))])
    {3: 0, 5: 0}
    """
    return {node: number for number, one in enumerate(checkpoints) for node in one.promised}
