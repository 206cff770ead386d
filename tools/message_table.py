"""Menulis tabel pesan di peta pelajaran dari katalog dokter: `python tools/message_table.py`.

Tabel di `notebooks/README.md` itu berdiri di antara dua komentar dan tidak disunting dengan tangan. Satu baris untuk
setiap galat, lalu satu baris tanpa pesan untuk setiap sebab lain yang diperlihatkan sebuah pelajaran.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograd_viz.doctor.catalogue import Entry, catalogue
from tools.museum import file_of
from tools.twins import ROOT, find_lessons

MAP = ROOT / "notebooks" / "README.md"
BEGIN, END = "<!-- pesan: ditulis oleh tools/message_table.py -->", "<!-- akhir pesan -->"
TITLE = "| Pesan | Sebab | Pelajaran · bagian, atau museum |\n|---|---|---|\n"


class Other(NamedTuple):
    """Pesan yang diperlihatkan sebuah pelajaran dan bukan galat autograd, jadi tidak ada di katalog."""

    message: str
    brief: str
    met: tuple[str, ...]


OTHERS = (
    Other(
        "Output 0 of BackwardHookFunction is a view and is being modified inplace",
        "keluaran modul yang berkait ditimpa",
        ("15 · Kait modul dan operasi di tempat",),
    ),
    Other(
        "maximum recursion depth exceeded",
        "penelusuran graf memanggil dirinya sendiri terlalu dalam",
        ("14 · Rantai panjang",),
    ),
    Other(
        "unsupported operand type(s) for -: 'Mini' and 'Mini'",
        "operasi itu belum ditulis di mesin sendiri",
        ("14 · Galat",),
    ),
)


def table() -> str:
    """Tabelnya, pesannya menurut abjad."""
    numbers = {path.stem[:2]: path.stem for path in find_lessons()}
    known: list[Entry | Other] = [*catalogue(), *OTHERS]
    rows = (row for told in sorted(known, key=_order) for row in _rows(told, numbers))
    return TITLE + "\n".join(rows)


def _order(told: Entry | Other) -> str:
    return re.sub(r"[^\w ]", "", told.message).lower()


def _rows(told: Entry | Other, numbers: dict[str, str]) -> Iterator[str]:
    return _entry(told, numbers) if isinstance(told, Entry) else _other(told, numbers)


def _other(other: Other, numbers: dict[str, str]) -> Iterator[str]:
    yield f"| {_code(other.message)} | {other.brief} | {', '.join(_links(other.met, numbers))} |"


def _links(places: tuple[str, ...], numbers: dict[str, str]) -> list[str]:
    return [f"[{place}]({numbers[place[:2]]}.ipynb)" for place in places]


def _entry(entry: Entry, numbers: dict[str, str]) -> Iterator[str]:
    museum = f"[museum](museum/{file_of(entry.family).stem}.ipynb#{entry.id})"
    met = [cause for cause in entry.causes if cause.met]
    if not met:
        yield f"| {_code(entry.message)} | {_small(entry.title)} | {museum} |"
    for number, cause in enumerate(met):
        links = _links(cause.met, numbers) + [museum] * (number == 0)
        yield f"| {'' if number else _code(entry.message)} | {cause.brief} | {', '.join(links)} |"


def _code(message: str) -> str:
    message = message.replace("|", "\\|")
    return f"`` {message} ``" if "`" in message else f"`{message}`"


def _small(title: str) -> str:
    """Judul sebagai isi sel: huruf pertamanya kecil, kecuali pada nama."""
    first, *rest = title.split(" ")
    return " ".join([first.lower() if first[1:].islower() or len(first) == 1 else first, *rest])


def with_table(text: str) -> str:
    """Halaman peta dengan tabel yang sekarang.

    Galat: ValueError bila tanda di sekeliling tabel hilang.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"Tabel pesan di {MAP.name} kehilangan tandanya. Tulis lagi {BEGIN} dan {END}.")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    MAP.write_text(with_table(MAP.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
