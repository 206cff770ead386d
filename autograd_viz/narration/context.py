"""Yang perlu diketahui sebuah kalimat selain kejadiannya."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.narration.chain_rule import SlotGradient
from autograd_viz.recording.checkpoints import Checkpoint
from autograd_viz.recording.events import Change
from autograd_viz.text.titles import Operand

LISTED = 4  # leaves, parameters or arrows told one by one


class Name(NamedTuple):
    """Sebutan satu simpul: `variable` True bila itu nama variabelnya, bukan judul kartunya."""

    text: str
    variable: bool = False


class Context(NamedTuple):
    """Yang perlu diketahui sebuah kalimat selain langkahnya.

    `title` judul kartu, `names` sebutan setiap simpul asal, `leaves` simpul daun, `links` slot yang mengirim,
    `inputs` nilai masukan menurut slot, `labels` tulisannya, `born` True bila nan atau inf pertama kali muncul di sini,
    `adds` False di dalam torch.autograd.grad, `inside` True bila operasi dicatat selagi mundur, `meeting` putaran dan
    daun tempat beberapa kiriman bertemu, `grads` isi .grad yang diketahui, `given` sebutan hasil sebuah potongan,
    `grown` isi .grad yang bertambah dalam backward yang selesai. `tangents` tangen mode maju yang tiba menurut slot;
    `links` lalu memuat sumbangan setiap slot. `promised` True bila checkpoint berjanji atas simpanan simpul ini,
    `segment` potongan yang dihitung ulang, `ordinal` urutannya bila ada beberapa, `cards` kartu simpul-simpulnya.
    """

    node: Node | None = None
    title: str = ""
    names: Mapping[int, Name] = {}
    leaves: frozenset[int] = frozenset()
    links: Sequence[SlotGradient] = ()
    inputs: Mapping[int, Value] = {}
    born: bool = False
    adds: bool = True
    labels: Sequence[Operand] = ()
    inside: bool = False
    meeting: Container[tuple[int, int]] = ()
    grads: Mapping[int, Value | None] = {}
    given: Name | None = None
    grown: Sequence[Change] = ()
    tangents: Mapping[int, Value] = {}
    promised: bool = False
    segment: Checkpoint | None = None
    ordinal: int = 0
    cards: Mapping[int, int] = {}

    def name(self, node: int | None, otherwise: str = "tensor") -> str:
        """Sebutan simpul asal `node`."""
        known = self.names.get(node) if node is not None else None
        return known.text if known is not None else otherwise

    def is_variable(self, node: int | None) -> bool:
        """Apakah simpul asal `node` disebut dengan nama variabelnya."""
        known = self.names.get(node) if node is not None else None
        return known is not None and known.variable
