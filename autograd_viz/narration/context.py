"""Yang perlu diketahui sebuah kalimat selain kejadiannya."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.narration.chain_rule import SlotGradient
from autograd_viz.recording.events import Change

LISTED = 4  # leaves, parameters or arrows told one by one


class Context(NamedTuple):
    """Yang perlu diketahui sebuah kalimat selain langkahnya.

    `title` judul kartu, `names` sebutan setiap simpul asal, `leaves` simpul daun, `links` slot yang mengirim,
    `inputs` nilai masukan menurut slot, `labels` tulisannya, `born` True bila nan atau inf pertama kali muncul di sini,
    `adds` False di dalam torch.autograd.grad, `inside` True bila operasi dicatat selagi mundur, `meeting` daun yang
    menerima beberapa kiriman, `grads` isi .grad yang diketahui, `given` nama hasil sebuah potongan, `grown` isi .grad
    yang bertambah dalam backward yang selesai.
    """

    node: Node | None = None
    title: str = ""
    names: Mapping[int, str] = {}
    leaves: frozenset[int] = frozenset()
    links: Sequence[SlotGradient] = ()
    inputs: Mapping[int, Value] = {}
    born: bool = False
    adds: bool = True
    labels: Sequence[str] = ()
    inside: bool = False
    meeting: Container[tuple[int | None, int | None]] = ()
    grads: Mapping[int, Value | None] = {}
    given: str = ""
    grown: Sequence[Change] = ()

    def name(self, node: int | None, otherwise: str = "tensor") -> str:
        """Sebutan simpul asal `node`."""
        return self.names.get(node, otherwise) if node is not None else otherwise
