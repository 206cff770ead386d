"""Potongan kalimat, dan yang perlu diketahui sebuah kalimat selain langkahnya."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.playing.links import Link

Style = Literal["", "b", "c", "m"]  # plain, strong, code, mathematics
LISTED = 4  # leaves, parameters or arrows told one by one


class Span(NamedTuple):
    """Sepotong kalimat dan gayanya."""

    text: str
    style: Style = ""


class Facts(NamedTuple):
    """Yang perlu diketahui sebuah kalimat selain langkahnya.

    `title` judul kartu, `names` sebutan setiap simpul asal, `leaves` simpul daun, `links` slot yang mengirim,
    `inputs` nilai masukan menurut slot, `born` True bila nan atau inf pertama kali muncul di sini.
    """

    node: Node | None = None
    title: str = ""
    names: Mapping[int, str] = {}
    leaves: frozenset[int] = frozenset()
    links: Sequence[Link] = ()
    inputs: Mapping[int, Value] = {}
    born: bool = False
    adds: bool = True

    def name(self, node: int | None, otherwise: str = "tensor") -> str:
        """Sebutan simpul asal `node`."""
        return self.names.get(node, otherwise) if node is not None else otherwise


def grad(name: str) -> Span:
    """`name.grad` sebagai kode.

    >>> grad("x")
    Span(text='x.grad', style='c')
    """
    return Span(f"{name}.grad", "c")
