"""Isi rekaman sebagai data biasa: kejadian, tempatnya dalam kode, dan gradien pada setiap panah.

`RecordingData` memuat graf seluruh jalannya kode, teks sumber, dan kejadian menurut urutannya. Nomor simpul (`node`)
di mana pun adalah tempatnya di `RecordingData.graph.nodes`. Gradien mengalir melawan arah panah `graph.Edge`: simpul
`target` mengirim gradien lewat slot `slot` kepada simpul `source`.

Setiap jenis kejadian punya tipenya sendiri, bernama `kind`. `place` tempatnya dalam kode; `node` simpulnya, None bila
bukan milik satu simpul. `turn` nomor putaran perulangan dalam kode pengguna; selagi backward, yang memanggilnya.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from autograd_viz.graph import Graph, Value
from autograd_viz.recording.changes import Change as Change
from autograd_viz.recording.changes import Flow as Flow
from autograd_viz.recording.changes import Update as Update
from autograd_viz.recording.checkpoints import Checkpoint, Recompute
from autograd_viz.recording.circumstances import Circumstances
from autograd_viz.recording.loops import Loop, Turn
from autograd_viz.recording.source import Place, Source

Kind = Literal[
    "leaf", "forward", "inplace", "cut", "backward", "gradient",
    "accumulate", "end", "recompute", "optimizer", "zero_grad", "unseen", "error",
]  # fmt: skip
How = Literal["detach", "data", "no_grad", "item", "numpy"]
Call = Literal["backward", "grad"]
Clearing = Literal["zero_grad", "none", "zero_"]  # a call of zero_grad(), .grad = None, .grad.zero_()
MissingKind = Literal[
    "operation", "subclass", "backward", "gradient", "transform", "batched", "formula", "thread", "cut", "module",
    "optimizer", "zero_grad", "clip", "scaler", "names", "dual", "jvp", "capture", "replay",
]  # fmt: skip  # what can stay unrecorded; recording.missing has a sentence for each


class Leaf(NamedTuple):
    """Tensor daun `node` pertama kali dipakai; `value` isinya saat itu."""

    node: int
    place: Place | None = None
    name: str | None = None
    value: Value | None = None
    turn: int | None = None
    kind: Literal["leaf"] = "leaf"


class Forward(NamedTuple):
    """Operasi `node` dihitung: `values` nilai setiap keluaran, `inputs` nilai setiap masukan tensor.

    `tangents` tangen setiap keluaran pada mode maju; kosong di luar mode itu.
    """

    node: int
    place: Place | None = None
    name: str | None = None
    values: tuple[Value | None, ...] = ()
    inputs: tuple[Value | None, ...] = ()
    tangents: tuple[Value | None, ...] = ()
    turn: int | None = None
    kind: Literal["forward"] = "forward"


class InPlace(NamedTuple):
    """Tensor `name` diubah di tempat oleh `operation`; `node` simpul barunya, None bila tidak ada.

    `grad_of` daun yang .grad-nya diubah; `through` simpul yang isinya ikut berubah tanpa diketahui autograd, karena
    tensor itu hasil `.data`-nya; `overlaps` True bila operannya terletak di memori yang sama dengan yang diubah.
    """

    operation: str
    change: Change
    node: int | None = None
    place: Place | None = None
    name: str | None = None
    inputs: tuple[Value | None, ...] = ()
    grad_of: int | None = None
    through: int | None = None
    overlaps: bool = False
    turn: int | None = None
    kind: Literal["inplace"] = "inplace"


class Cut(NamedTuple):
    """Hubungan ke `node` diputus oleh `how`; `value` hasilnya, di luar graf."""

    node: int
    how: How
    place: Place | None = None
    name: str | None = None
    value: Value | None = None
    turn: int | None = None
    kind: Literal["cut"] = "cut"


class Backward(NamedTuple):
    """Backward ke-`round` dimulai oleh `call`; `sent` gradien awal setiap akar."""

    round: int
    call: Call = "backward"
    place: Place | None = None
    sent: tuple[Flow, ...] = ()
    node: None = None
    turn: int | None = None
    kind: Literal["backward"] = "backward"


class Gradient(NamedTuple):
    """Simpul `node` dijalankan mesin dalam backward ke-`round`.

    `values` gradien yang diterima setiap keluaran (jumlahnya), `parts` sumbangannya satu per satu, `sent` gradien yang
    dikirim setiap slot, `freed` simpanan yang dilepas, `hooked` True bila sebuah hook mengubah yang diterima,
    `captured` True bila simpul itu tidak dijalankan: gradien keluarannya yang diminta, dan mesin berhenti di sana.
    """

    node: int
    round: int
    place: Place | None = None
    name: str | None = None
    values: tuple[Value | None, ...] = ()
    parts: tuple[Flow, ...] = ()
    sent: tuple[Flow, ...] = ()
    freed: tuple[str, ...] = ()
    hooked: bool = False
    captured: bool = False
    turn: int | None = None
    kind: Literal["gradient"] = "gradient"


class Accumulate(NamedTuple):
    """Gradien `value` sampai di daun `node`; `change` isi .grad sebelum dan sesudah, `parts` sumbangannya."""

    node: int
    round: int
    change: Change
    place: Place | None = None
    name: str | None = None
    value: Value | None = None
    parts: tuple[Flow, ...] = ()
    hooked: bool = False
    turn: int | None = None
    kind: Literal["accumulate"] = "accumulate"


class End(NamedTuple):
    """Backward ke-`round` selesai; `values` hasil `torch.autograd.grad`."""

    round: int
    call: Call = "backward"
    place: Place | None = None
    values: tuple[Value | None, ...] = ()
    node: None = None
    turn: int | None = None
    kind: Literal["end"] = "end"


class OptimizerStep(NamedTuple):
    """`optimizer` (misalnya SGD) melangkah; `changes` setiap parameter sebelum dan sesudah, `updates` caranya.

    `number` membedakan optimizer-optimizer sebuah rekaman, menurut pertama kali terlihat.
    """

    optimizer: str
    changes: tuple[Change, ...] = ()
    place: Place | None = None
    updates: tuple[Update, ...] = ()
    number: int = 0
    node: None = None
    turn: int | None = None
    kind: Literal["optimizer"] = "optimizer"


class ZeroGrad(NamedTuple):
    """Gradien dihapus dengan `how`; `owner` kelas pemilik zero_grad(); `changes` isi .grad sebelum dan sesudah."""

    changes: tuple[Change, ...] = ()
    how: Clearing = "zero_grad"
    owner: str | None = None
    place: Place | None = None
    node: None = None
    turn: int | None = None
    kind: Literal["zero_grad"] = "zero_grad"


class Unseen(NamedTuple):
    """Di tempat ini terjadi sesuatu yang tidak dapat ditunjukkan, yaitu `what`."""

    what: MissingKind
    place: Place | None = None
    node: None = None
    turn: int | None = None
    kind: Literal["unseen"] = "unseen"


class Error(NamedTuple):
    """Kode pengguna gagal; `message` nama dan pesan galatnya."""

    message: str
    place: Place | None = None
    node: None = None
    turn: int | None = None
    kind: Literal["error"] = "error"


Event = (
    Leaf | Forward | InPlace | Cut | Backward | Gradient | Accumulate | End | Recompute | OptimizerStep | ZeroGrad
    | Unseen | Error
)  # fmt: skip
EVENTS: dict[str, type] = {one._field_defaults["kind"]: one for one in get_args(Event)}  # kind → its type


def value_of(event: Event) -> Value | None:
    """Nilai utama sebuah kejadian: yang dihasilkan, yang diterima, atau isi sesudah diubah.

    >>> value_of(Leaf(0, value=Value((), "float32", (3.0,)))).numbers
    (3.0,)
    """
    match event:
        case Leaf() | Cut() | Accumulate():
            return event.value
        case InPlace():
            return event.change.after
        case Forward() | Gradient() | End():
            return next((value for value in event.values if value is not None), None)
    return None


class Missing(NamedTuple):
    """Yang terjadi tetapi tidak terekam: jenisnya, berapa kali, dan tempat pertamanya."""

    kind: MissingKind
    times: int
    place: Place | None = None


class CutLink(NamedTuple):
    """Satu potongan: `source` simpul yang diputus, `target` konstanta hasilnya, `how` penyebabnya."""

    source: int
    target: int
    how: How


class RecordingData(NamedTuple):
    """Isi sebuah rekaman yang sudah selesai.

    `graph` grafnya seperti yang ditulis; `cuts` potongan yang hasilnya dipakai lagi; `missing` yang tidak tampak;
    `turns` putaran semua perulangan `loops`; `circumstances` yang terjadi di sekitarnya; `checkpoints` isi checkpoint.
    """

    graph: Graph = Graph((), ())
    sources: tuple[Source, ...] = ()
    steps: tuple[Event, ...] = ()
    error: str | None = None
    missing: tuple[Missing, ...] = ()
    cuts: tuple[CutLink, ...] = ()
    loops: tuple[Loop, ...] = ()
    turns: tuple[Turn, ...] = ()
    circumstances: Circumstances = Circumstances()
    checkpoints: tuple[Checkpoint, ...] = ()
