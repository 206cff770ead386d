"""Potongan kalimat, dan yang perlu diketahui sebuah kalimat selain langkahnya."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Literal, NamedTuple

from autograd_viz.graph import Node, Value
from autograd_viz.playing.links import Link

Style = Literal["", "b", "c", "m"]  # plain, strong, code, mathematics
LISTED = 4  # leaves, parameters or arrows told one by one


BREAK = "\n"  # the text of a span that begins a new line


class Span(NamedTuple):
    """Sepotong kalimat dan gayanya."""

    text: str
    style: Style = ""


class Facts(NamedTuple):
    """Yang perlu diketahui sebuah kalimat selain langkahnya.

    `title` judul kartu, `names` sebutan setiap simpul asal, `leaves` simpul daun, `links` slot yang mengirim,
    `inputs` nilai masukan menurut slot, `labels` tulisannya, `born` True bila nan atau inf pertama kali muncul di sini,
    `adds` False di dalam torch.autograd.grad, `inside` True bila operasi dicatat selagi mundur, `meeting` daun yang
    menerima beberapa kiriman, `grads` isi .grad yang diketahui, `given` nama hasil sebuah potongan.
    """

    node: Node | None = None
    title: str = ""
    names: Mapping[int, str] = {}
    leaves: frozenset[int] = frozenset()
    links: Sequence[Link] = ()
    inputs: Mapping[int, Value] = {}
    born: bool = False
    adds: bool = True
    labels: Sequence[str] = ()
    inside: bool = False
    meeting: Container[tuple[int | None, int | None]] = ()
    grads: Mapping[int, Value | None] = {}
    given: str = ""

    def name(self, node: int | None, otherwise: str = "tensor") -> str:
        """Sebutan simpul asal `node`."""
        return self.names.get(node, otherwise) if node is not None else otherwise


def several(names: Sequence[tuple[str, str]]) -> list[Span]:
    """Daftar nama dengan "dan" di depan yang terakhir; keterangan setiap nama di dalam kurung.

    >>> "".join(span.text for span in several([("self", "x"), ("other", "")]))
    'self (x) dan other'
    """
    spans: list[Span] = []
    for place, (name, meant) in enumerate(names):
        if place:
            spans.append(Span(" dan " if place == len(names) - 1 else ", "))
        spans.append(Span(name, "c"))
        if meant:
            spans += [Span(" ("), Span(meant, "c"), Span(")")]
    return spans


def grad(name: str) -> Span:
    """`name.grad` sebagai kode.

    >>> grad("x")
    Span(text='x.grad', style='c')
    """
    return Span(f"{name}.grad", "c")
