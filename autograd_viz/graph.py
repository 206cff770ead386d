"""Graf komputasi sebagai data biasa: tidak memuat tensor, tidak memerlukan torch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from autograd_viz import codec

Role = Literal["leaf", "operation", "output", "constant", "group"]
State = Literal["alive", "freed", "changed", "hooked"]
Lens = Literal["memory", "gradient"]
Number = bool | int | float | complex
OWN = "·"  # begins an attribute that this package adds to a node; nothing of torch, or of a ctx, is called so
MAKE_DUAL = "make_dual"  # the operation that pairs a tensor with its tangent; autograd itself knows it as a view
RAGGED = -1  # the length of a nested tensor where its parts differ
INDICES = f"{OWN}indices"  # how the tensors of an index are written, one a line
HELD = f"{OWN}held"  # what the code calls the module below which the path of a node's module begins
TURNED = (f"{OWN}order", "1, 0")  # the first two operands are written the other way round
IN_TURN = " → "  # between the nodes of autograd that one node stands for, in its `op`
ALONE = (f"{OWN}alone", "1")  # the code calls this operation itself; it is not a part of another one


class Value(NamedTuple):
    """Isi satu tensor: semua angkanya bila sedikit, ringkasannya bila banyak.

    `numbers` berisi semua unsur dalam urutan baris (row-major); None berarti tensornya lebih besar
    daripada batas simpan dan hanya ringkasannya yang ada. Ringkasan dari tensor kosong adalah None. Dalam `shape`
    tensor nested, panjang yang tidak sama di setiap bagiannya adalah −1.
    """

    shape: tuple[int, ...]
    dtype: str
    numbers: tuple[Number, ...] | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    norm: float | None = None
    finite: bool = True


class Saved(NamedTuple):
    """Satu tensor yang disimpan sebuah operasi untuk backward, beserta keadaannya sekarang."""

    name: str
    state: State
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    version: int | None = None
    expected: int | None = None


class Kept(NamedTuple):
    """Satu storage yang ditahan untuk backward: nomornya di graf ini, dan besarnya dalam byte (None: tidak terbaca)."""

    storage: int
    size: int | None


class NodeTurn(NamedTuple):
    """Satu putaran perulangan tempat sebuah simpul dihitung: pelaksanaan yang ke berapa, nomornya, dan sebutannya."""

    run: int
    number: int
    label: str


class Node(NamedTuple):
    """Satu simpul graf. Nomor simpul adalah tempatnya di `Graph.nodes` (masukan lebih dulu).

    `shapes` memuat bentuk setiap keluaran; `shape` adalah keluaran pertama. `attributes` memuat
    simpanan yang bukan tensor, misalnya `("exponent", "2")`. `chip` menandai salinan kecil dari daun
    yang kartunya sudah ada di tempat lain; `count`-nya 0. `members` memuat nomor simpul
    asal yang diwakili simpul ini, bila graf ini dipotong dari graf yang lebih besar. `kept` memuat storage yang
    ditahan simpanannya, None bila tidak diukur. Pada simpul kelompok, `grad` hanya memuat norma: dari semua gradien
    daun di dalamnya, atau dari gradien hasilnya bila tidak ada daun di dalamnya. `turns` putaran-putaran perulangan di
    kode pengguna tempat simpul itu dihitung, dari luar ke dalam, bila diketahui. `local` turunan lokal yang disebut
    mesin buatan sendiri untuk setiap masukannya (kosong bila tidak disebut); None pada simpul autograd. `tangent`
    tangen mode maju, bila ada.
    """

    op: str
    role: Role
    name: str | None = None
    shapes: tuple[tuple[int, ...] | None, ...] = ()
    dtype: str | None = None
    device: str | None = None
    saved: tuple[Saved, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    value: Value | None = None
    grad: Value | None = None
    module: str | None = None
    count: int = 1  # type: ignore[assignment]  # hides tuple.count, which nothing here needs
    chip: bool = False
    members: tuple[int, ...] = ()
    kept: tuple[Kept, ...] | None = None
    turns: tuple[NodeTurn, ...] = ()
    local: tuple[Value | None, ...] | None = None
    tangent: Value | None = None

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Bentuk keluaran pertama; None bila autograd tidak mencatatnya."""
        return self.shapes[0] if self.shapes else None


def kept_by(nodes: Iterable[Node]) -> tuple[Kept, ...] | None:
    """Storage yang ditahan beberapa simpul bersama-sama, masing-masing sekali; None bila tidak diukur.

    >>> one, two = Kept(0, 8), Kept(1, 16)
    >>> kept_by([Node("", "leaf"), Node("", "operation", kept=(one, two)), Node("", "operation", kept=(one,))])
    (Kept(storage=0, size=8), Kept(storage=1, size=16))
    """
    measured = [node.kept for node in nodes if node.kept is not None]
    return tuple(dict.fromkeys(one for kept in measured for one in kept)) if measured else None


def operand(slot: int) -> str:
    """Nama atribut untuk masukan yang berupa bilangan dan tidak punya simpul sendiri.

    >>> operand(1)
    '·slot1'
    """
    return f"{OWN}slot{slot}"


class Edge(NamedTuple):
    """Panah maju: keluaran ke-`output` dari `source` masuk ke slot `slot` milik `target`.

    `label` memuat nama operasi pemindah data yang dilipat ke dalam panah ini, dari hulu ke hilir; `skipped` banyaknya
    operasi yang tidak disebut, tepat sebelum yang terakhir. `tensors` banyaknya tensor yang dibawa panah gabungan.
    """

    source: int
    target: int
    slot: int
    output: int = 0
    label: tuple[str, ...] = ()
    skipped: int = 0
    tensors: int = 1


class Output(NamedTuple):
    """Satu tensor yang diminta digambar: keluaran ke-`output` dari simpul `node`."""

    node: int
    output: int = 0
    name: str | None = None


class Outside(NamedTuple):
    """Satu parameter model yang bukan daun graf: beku bila `requires_grad`-nya False, selain itu tak tersambung."""

    name: str
    frozen: bool


class Graph(NamedTuple):
    """Graf komputasi: simpul terurut dari masukan ke keluaran, panah maju, dan keluaran yang diminta.

    `outside` parameter modul-modul yang dikenal, yang bukan daun graf ini.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    outputs: tuple[Output, ...] = ()
    outside: tuple[Outside, ...] = ()

    def to_json(self) -> str:
        """Menulis graf ini sebagai satu baris JSON baku; NaN, tak hingga, dan bilangan kompleks pun terbawa.

        >>> Graph((Node("AccumulateGrad", "leaf", "w"),), (), (Output(0, name="w"),)).to_json()
        '{"nodes":[{"op":"AccumulateGrad","role":"leaf","name":"w"}],"edges":[],"outputs":[{"node":0,"name":"w"}]}'
        """
        return codec.write(self)

    @classmethod
    def from_json(cls, text: str) -> Graph:
        """Membaca graf dari teks yang ditulis `to_json`; hasilnya persis sama dengan graf semula.

        Galat: ValueError bila teksnya bukan JSON, isinya bukan graf, atau ada panah ke simpul yang tidak ada.

        >>> graph = Graph((Node("SinBackward0", "output", "y", shapes=((2, 3),)),), ())
        >>> Graph.from_json(graph.to_json()) == graph
        True
        """
        graph: Graph = codec.read(cls, text)
        count = len(graph.nodes)
        ends = [end for edge in graph.edges for end in (edge.source, edge.target)]
        for number in [*ends, *(output.node for output in graph.outputs)]:
            if not 0 <= number < count:
                raise ValueError(
                    f"JSON salah: ada panah atau keluaran yang menunjuk simpul {number}, "
                    f"padahal graf ini punya {count} simpul (bernomor dari 0). {codec.ADVICE}"
                )
        for edge in graph.edges:
            if edge.source >= edge.target:
                raise ValueError(
                    f"JSON salah: panah {edge.source} → {edge.target} mundur. "
                    f"Simpul diurutkan dari masukan ke keluaran. {codec.ADVICE}"
                )
        return graph
