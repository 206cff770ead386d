"""Kejadian mentah sebuah rekaman, satu jenis satu tipe, seperti tercatat selagi kode berjalan.

`node` di sini adalah nomor catatan simpul di `EventLog.nodes`; nomor akhirnya baru ada setelah graf disusun.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from autograd_viz.capturing.snapshot import Snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.recording.events import Call, Clearing, How, MissingKind


class TrackedInput(NamedTuple):
    """Masukan yang punya graf: keluaran ke-`output` dari simpul `node`, dan isinya saat dipakai."""

    node: int
    output: int
    value: Snapshot


class ConstantInput(NamedTuple):
    """Masukan berupa tensor tanpa graf, dan variabel yang memegangnya saat pertama kali dipakai."""

    value: Snapshot
    name: str | None = None


class ScalarInput(NamedTuple):
    """Masukan berupa bilangan Python, misalnya 2 dalam `x ** 2`."""

    value: bool | int | float | complex


Input = TrackedInput | ConstantInput | ScalarInput


class StartGradient(NamedTuple):
    """Gradien awal pada akar ke-`slot` sebuah backward: keluaran ke-`output` dari simpul `node`."""

    node: int
    slot: int
    output: int
    value: Snapshot | None


class LeafChange(NamedTuple):
    """Isi sebuah daun, atau .grad-nya, sebelum dan sesudah; None bila kosong."""

    node: int
    before: Snapshot | None
    after: Snapshot | None


class StepTerm(NamedTuple):
    """Satu suku arah langkah sebuah optimizer, yang dikalikan `factor`."""

    of: Literal["grad", "momentum", "weight"]
    factor: float
    value: Snapshot


class LeafStep(NamedTuple):
    """Isi sebuah parameter sebelum dan sesudah langkah optimizer; `terms` kosong bila cara menghitungnya lain."""

    node: int
    before: Snapshot
    after: Snapshot
    rate: float
    terms: tuple[StepTerm, ...]
    grad: Snapshot | None
    frozen: bool


class LeafUsed(NamedTuple):
    """Sebuah daun pertama kali terlihat."""

    node: int
    position: CodePosition | None
    value: Snapshot


class OperationDone(NamedTuple):
    """Sebuah operasi dihitung; hasilnya ada di catatan simpulnya."""

    node: int
    position: CodePosition | None
    inputs: tuple[Input, ...]


class TensorChanged(NamedTuple):
    """Sebuah tensor diubah di tempat; `grad_of` daun yang memiliki .grad itu, `node` simpulnya sesudah itu.

    `through` dan `overlaps` seperti pada `InPlace`.
    """

    node: int | None
    position: CodePosition | None
    inputs: tuple[Input, ...]
    before: Snapshot | None
    after: Snapshot
    operation: str
    grad_of: int | None
    through: int | None = None
    overlaps: bool = False


class GraphCut(NamedTuple):
    """Pengguna memutus sebuah tensor dari grafnya."""

    node: int
    position: CodePosition | None
    how: How
    result: Snapshot | None


class BackwardStarted(NamedTuple):
    """Mesin backward dipanggil untuk yang ke-`backward`."""

    backward: int
    position: CodePosition | None
    call: Call
    roots: tuple[StartGradient, ...]
    retain_graph: bool


class NodeRan(NamedTuple):
    """Mesin menjalankan sebuah simpul: gradien tiap keluarannya, dan yang dikirimnya lewat tiap slot."""

    node: int
    backward: int
    received: tuple[Snapshot | None, ...]
    sent: tuple[Snapshot | None, ...]


class GradientCaptured(NamedTuple):
    """Mesin berhenti di keluaran ke-`output` sebuah simpul tanpa menjalankannya: gradiennya yang diminta."""

    node: int
    backward: int
    output: int
    value: Snapshot


class GradAccumulated(NamedTuple):
    """Gradien sampai di sebuah daun dan ditambahkan ke .grad-nya."""

    node: int
    backward: int
    received: Snapshot | None
    before: Snapshot | None
    after: Snapshot | None


class BackwardEnded(NamedTuple):
    """Mesin selesai; `results` hasil `torch.autograd.grad`."""

    backward: int
    call: Call
    results: tuple[Snapshot | None, ...]


class OptimizerStepped(NamedTuple):
    """Sebuah optimizer melangkah."""

    position: CodePosition | None
    optimizer: str
    changes: tuple[LeafStep, ...]
    number: int


class GradCleared(NamedTuple):
    """Satu atau beberapa .grad dikosongkan; `owner` kelas pemilik zero_grad()."""

    position: CodePosition | None
    how: Clearing
    owner: str | None
    changes: tuple[LeafChange, ...]


class Repeated(NamedTuple):
    """Satu operasi dalam hitungan ulang: simpulnya saat maju, bila ditemukan, dan isi keluaran ke-`output` sekarang.

    `computed` False bila hasilnya ditahan sejak maju dan tidak dihitung lagi.
    """

    node: int | None
    computed: bool
    output: int
    value: Snapshot | None


class SegmentRecomputed(NamedTuple):
    """Potongan ke-`checkpoint` dihitung ulang di tengah backward; `size` bita simpanan yang lahir karenanya.

    `selective` True bila sebagian hasilnya dapat ditahan sejak maju (`context_fn`).
    `nodes` kosong pada jenis `use_reentrant=True`: hitungan ulangnya menjadi simpul-simpul baru sesudah kejadian ini.
    """

    checkpoint: int | None
    backward: int
    nodes: tuple[Repeated, ...]
    size: int | None
    selective: bool = False


class NotShown(NamedTuple):
    """Sesuatu terjadi di sini tetapi tidak dapat ditunjukkan."""

    position: CodePosition | None
    what: MissingKind


class ErrorRaised(NamedTuple):
    """Kode pengguna gagal."""

    position: CodePosition | None
    message: str


RawEvent = (
    LeafUsed
    | OperationDone
    | TensorChanged
    | GraphCut
    | BackwardStarted
    | NodeRan
    | GradientCaptured
    | GradAccumulated
    | BackwardEnded
    | SegmentRecomputed
    | OptimizerStepped
    | GradCleared
    | NotShown
    | ErrorRaised
)


IN_ENGINE = (NodeRan, GradientCaptured, GradAccumulated, BackwardEnded, SegmentRecomputed)


def position_of(event: RawEvent) -> CodePosition | None:
    """Tempat kejadian ini dalam kode; None untuk yang terjadi di dalam mesin backward."""
    return None if isinstance(event, IN_ENGINE) else event.position
