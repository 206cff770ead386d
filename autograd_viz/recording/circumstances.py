"""Yang terjadi di sekitar langkah-langkah sebuah rekaman tanpa menjadi langkah film: bahan bagi `check_run`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from autograd_viz.recording.source import Place

ScalerCall = Literal["scale", "unscale_", "step", "update"]
FORMER = " (sebelum diganti)"  # ends the name of what a module held when it was first called, and holds no more
Lost = Literal["detach", "data", "no_grad", "item", "numpy", "grad", "leaf_grad", "no_derivative", "parameter"]
Anomaly = Literal["off", "before", "inside"]  # on at the end: since before the block, or switched on inside it


class ModuleCalled(NamedTuple):
    """Modul terluar ke-`module` dipanggil, sesudah `at` langkah; `grading` False di dalam no_grad."""

    at: int
    module: int
    training: bool
    grading: bool
    place: Place | None = None
    kind: Literal["module"] = "module"


class Clipped(NamedTuple):
    """Gradien daun-daun `leaves` dipotong sesudah `at` langkah; `norm` norma seluruhnya sebelum itu, bila dihitung."""

    at: int
    operation: str
    limit: float
    norm: float | None = None
    leaves: tuple[int, ...] = ()
    place: Place | None = None
    kind: Literal["clip"] = "clip"


class Scaled(NamedTuple):
    """GradScaler dipanggil sesudah `at` langkah; `scale` faktornya, `optimizer` nomor optimizer yang diberikan."""

    at: int
    call: ScalerCall
    scale: float
    optimizer: int | None = None
    place: Place | None = None
    kind: Literal["scaler"] = "scaler"


class GradCopied(NamedTuple):
    """Sesudah `at` langkah `operation` menghitung tensor baru dari .grad milik daun `leaf`, dan .grad itu tetap."""

    at: int
    operation: str
    leaf: int
    place: Place | None = None
    kind: Literal["grad_copy"] = "grad_copy"


class OptimizerMade(NamedTuple):
    """Optimizer bernomor `optimizer` dibuat sesudah `at` langkah."""

    at: int
    optimizer: int
    place: Place | None = None
    kind: Literal["optimizer_made"] = "optimizer_made"


Observation = ModuleCalled | Clipped | Scaled | GradCopied | OptimizerMade


class Parameter(NamedTuple):
    """Satu parameter; `leaf` nomor simpulnya, None bila tidak pernah terlihat."""

    path: str
    leaf: int | None = None
    frozen: bool = False


class NotFrozen(NamedTuple):
    """Modul atau parameter di `path` dengan atribut biasa `attribute` = False; `parameters` tetap meminta gradien."""

    path: str
    attribute: str
    parameters: tuple[Parameter, ...]


class ModuleParts(NamedTuple):
    """Isi satu modul terluar: parameternya, daun yang dipegangnya tanpa terdaftar, dan lapisan yang bergantung mode.

    `not_frozen` yang diberi atribut mirip `requires_grad`, yang tidak membekukan apa pun.
    `called` namanya di baris yang memanggilnya, yang mungkin lain dari `name`, namanya di akhir blok.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    unregistered: tuple[Parameter, ...] = ()
    dropouts: int = 0
    batch_norms: int = 0
    called: str | None = None
    not_frozen: tuple[NotFrozen, ...] = ()


class Origin(NamedTuple):
    """Sesudah `at` langkah, hasil yang dihitung dari simpul-simpul `nodes` kehilangan grafnya.

    `how` sebabnya: dipotong pengguna, dihitung di dalam no_grad, hasil `autograd.grad` ke-`round` tanpa create_graph
    ("grad", `nodes` akarnya), isi .grad yang diisi backward ke-`round` ("leaf_grad", `nodes` akarnya), hasil operasi
    yang tidak punya turunan ("no_derivative"), misalnya perbandingan, atau dibungkus menjadi daun baru ("parameter")
    di `made`. Yang dibaca sebagai bilangan ("item", "numpy") menjadi tensor lagi di `made`. Yang dihitung di dalam
    no_grad punya juga tempat-tempat pemanggilnya, yang terdekat lebih dulu.
    """

    how: Lost
    nodes: tuple[int, ...]
    at: int
    place: Place | None = None
    round: int | None = None
    made: Place | None = None
    callers: tuple[Place, ...] = ()


class Entered(NamedTuple):
    """Simpul `node` menerima tensor tanpa graf yang berasal dari tempat-tempat `origins` di `Circumstances.origins`."""

    node: int
    origins: tuple[int, ...]


class Circumstances(NamedTuple):
    """Semua pengamatan menurut urutannya, isi modul-modul terluar bila ada optimizer yang melangkah, mode anomali di
    akhir blok, nomor backward yang akarnya masih dipegang seseorang di akhir blok, dan tempat-tempat graf hilang yang
    hasilnya masuk lagi ke graf, beserta tempat masuknya.
    """

    observations: tuple[Observation, ...] = ()
    modules: tuple[ModuleParts, ...] = ()
    anomaly: Anomaly = "off"
    kept: tuple[int, ...] = ()
    origins: tuple[Origin, ...] = ()
    entered: tuple[Entered, ...] = ()
