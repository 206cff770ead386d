"""Bingkai pemutar sebagai data biasa: yang berubah di panggung, kalimatnya, dan tempatnya dalam kode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from autograd_viz.narration.questions import Question
from autograd_viz.recording.events import How
from autograd_viz.recording.source import Place
from autograd_viz.text.rich_text import Span

Phase = Literal["maju", "mundur", "ulang", "optimizer", "hapus", "galat"]
Mark = Literal["", "freed", "bad", "ulang"]
Rows = tuple[str, ...]
VALUE, TANGENT = "nilai", "tangen"


class CardState(NamedTuple):
    """Isi satu kartu pada satu saat; kartu tanpa isi belum tampil.

    `value` dan `grad` baris-baris di belakang kata nilai dan grad, kosong bila belum ada; `quiet` True bila `grad`
    berkata bahwa gradiennya dihapus. `mark` keadaan kartu ("ulang" selama hasil hitungan
    ulangnya hidup), `cuts` potongan yang hasilnya tidak dipakai lagi. `tangent` turunan mode maju dan `kept` bita yang
    disimpannya untuk backward, keduanya bila diketahui.
    """

    card: int
    value: Rows = ()
    grad: Rows = ()
    quiet: bool = False
    mark: Mark = ""
    cuts: tuple[How, ...] = ()
    tangent: Rows = ()
    kept: int = 0


class EdgeState(NamedTuple):
    """Gradien yang sudah dikirim lewat satu panah; `sent` kosong bila belum ada.

    `local` turunan lokalnya, kosong bila tidak diketahui atau terlalu panjang untuk sebuah label.
    """

    edge: int
    sent: str = ""
    local: str = ""


class Ask(NamedTuple):
    """Satu pertanyaan tebakan, dan panah atau kartu yang angkanya ditanyakan."""

    question: Question
    edge: int | None = None
    card: int | None = None


class TurnState(NamedTuple):
    """Yang diketahui tentang satu putaran film: nilainya, sumbangannya kepada sebuah .grad, dan besar sumbangan itu."""

    turn: int
    value: str = ""
    grad: str = ""
    size: float = 0.0


class ParameterRow(NamedTuple):
    """Satu parameter dalam langkah optimizer: nilai lama dan baru, besar langkahnya, dan aturannya."""

    name: str
    before: str = ""
    after: str = ""
    step: str = ""
    rule: str = ""


class Frame(NamedTuple):
    """Satu bingkai: kartu dan panah yang berbeda dari bingkai sebelumnya di halaman yang sama.

    `card` kartu yang bekerja, `flow` panah yang sedang dilalui, `note` kalimat tambahan, dan `path` catatan jalur yang
    menggantikannya. `turn` putaran film yang sedang berjalan, `turns` putaran-putaran yang berubah. `asks` pertanyaan-
    pertanyaannya dalam mode tebak, `rows` parameter yang digeser optimizer.
    """

    page: int
    phase: Phase
    place: Place | None = None
    card: int | None = None
    say: tuple[Span, ...] = ()
    note: str = ""
    path: tuple[Span, ...] = ()
    cards: tuple[CardState, ...] = ()
    edges: tuple[EdgeState, ...] = ()
    flow: tuple[int, ...] = ()
    turn: int | None = None
    turns: tuple[TurnState, ...] = ()
    asks: tuple[Ask, ...] = ()
    rows: tuple[ParameterRow, ...] = ()


class Shown(NamedTuple):
    """Isi panggung pada satu saat, menurut nomor kartu dan panahnya."""

    cards: dict[int, CardState]
    edges: dict[int, EdgeState]


def shown_at(frames: Sequence[Frame], at: int) -> Shown:
    """Isi panggung pada bingkai ke-`at`, dari semua bingkai di halamannya sampai saat itu.

    >>> shown_at([Frame(0, "maju", cards=(CardState(0, ("3",)),)), Frame(0, "mundur")], 1).cards[0].value
    ('3',)
    """
    found = Shown({}, {})
    for frame in frames[: at + 1]:
        if frame.page == frames[at].page:
            found.cards.update({state.card: state for state in frame.cards})
            found.edges.update({state.edge: state for state in frame.edges if state.sent})
            for state in frame.edges:
                if not state.sent:
                    found.edges.pop(state.edge, None)
    return found


def written(word: str, rows: Rows) -> Rows:
    """Baris-baris kartu yang diawali `word`.

    >>> written("nilai", ("3",)), written("grad", ("", "[1, 2]", "[3, 4]")), written("grad", ())
    (('nilai 3',), ('grad', '[1, 2]', '[3, 4]'), ())
    """
    return (f"{word} {rows[0]}".strip(), *rows[1:]) if rows else ()


def contents(word: str, state: CardState) -> Rows:
    """Baris-baris nilai sebuah kartu, dan tangennya di bawahnya.

    >>> contents("nilai", CardState(0, ("0.8",), tangent=("0.06",)))
    ('nilai 0.8', 'tangen 0.06')
    """
    return *written(word, state.value), *written(TANGENT, state.tangent)


def grad_word(kind: str) -> str:
    """Kata di depan gradien sebuah kartu: hanya daun yang punya .grad, di kartu lain gradiennya lewat saja.

    >>> grad_word("leaf"), grad_word("operation")
    ('grad', 'gradien tiba')
    """
    return "grad" if kind == "leaf" else "gradien tiba"


def label_rows(state: EdgeState, stacked: bool) -> Rows:
    """Label sebuah panah sebagai baris-baris.

    >>> label_rows(EdgeState(0, "12", "6"), True), label_rows(EdgeState(0, "12", "6"), False)
    (('×6', '→ 12'), ('×6 → 12',))
    """
    if stacked and state.local:
        return f"×{state.local}", f"→ {state.sent}"
    return (label(state),)


def label(state: EdgeState) -> str:
    """Tulisan pada panah mundur: turunan lokal bila diketahui, lalu gradien yang dikirim.

    >>> label(EdgeState(0, "12", "6")), label(EdgeState(0, "12")), label(EdgeState(0))
    ('×6 → 12', '→ 12', '')
    """
    plain = f"→ {state.sent}" if state.sent else ""
    return f"×{state.local} {plain}" if state.local else plain
