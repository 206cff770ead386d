"""Katalog galat autograd sebagai data: apa yang terjadi, sebabnya, dan obatnya; isinya ada di `errors.toml`.

Di dalam `say` dan `mend` sebuah nama dalam kurung kurawal diganti dengan yang ditemukan di program pengguna. Nama yang
dikenal ada di `WORDS`, beserta kata yang dipakai bila program itu tidak memberi tahu; kurung kurawal lain dibiarkan.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from autograd_viz.doctor.patches import read_patch

Mark = Literal["freed", "version", "cut", "non-leaf", "no-grad-fn", "node", "none"]

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "loss": "loss",  # the tensor whose backward was asked for
        "leaf": "x",  # the leaf that has, or should have, a gradient
        "param": "w",  # the parameter the error is about
        "tensor": "y",  # the guilty tensor: freed, changed, cut, not a leaf
        "state": "h",  # what is carried from one turn of a loop to the next
        "model": "model",
        "optimizer": "optimizer",
        "function": "Fungsi",  # the class of a custom Function
        "line": "…",  # the statement of the forward operation
        "call": "…",  # the statement that raised
        "writer": "…",  # the statement that wrote in place, or that cut the graph
    }
)
_PLACE = re.compile(r"\{(" + "|".join(WORDS) + r")\}")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDED = ("id", "family", "title", "happened", "types", "pattern", "lesson", "mark", "reproducer", "cause")
_OF_CAUSE = ("id", "say", "mend", "cured")


@dataclass(frozen=True)
class Cause:
    """Satu sebab sebuah galat: kalimatnya, obatnya sebagai kode, dan program yang sudah diobati.

    `id` menyebut pendeteksinya bila ada. `program` menimbulkan galatnya karena sebab ini. `brief` menyebutnya dalam
    beberapa kata, dan `met` bagian pelajaran yang memperlihatkannya, misalnya `07 · Galat`; keduanya boleh kosong.
    `needs` pola yang pasti ada di program bila ini sebabnya; tanpa itu sebab ini tidak disebut sebagai kemungkinan.
    `change` obat itu sebagai tambalan atas baris program (`patches.py`); dari beberapa yang pertama cocok yang dipakai.
    """

    id: str
    say: str
    mend: str
    cured: str
    program: str
    brief: str = ""
    met: tuple[str, ...] = ()
    needs: str = ""
    change: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """Satu galat: pola pesannya, kalimatnya, sebab-sebabnya dari yang paling sering, dan pelajarannya.

    `mark` yang ditandai di gambar; `family` halaman museumnya; `lesson` nama notebook tanpa akhiran; `message` bagian
    pesan yang selalu sama, untuk dicari orang.
    """

    id: str
    family: str
    title: str
    happened: str
    types: tuple[str, ...]
    pattern: str
    lesson: str
    mark: Mark
    reproducer: str
    causes: tuple[Cause, ...]
    message: str

    def matches(self, error: BaseException) -> bool:
        """Apakah pesan dan jenis galat ini yang dimaksud.

        >>> [entry.id for entry in catalogue() if entry.matches(ValueError("lain"))]
        []
        """
        kinds = {kind.__name__ for kind in type(error).__mro__}
        return not kinds.isdisjoint(self.types) and re.search(self.pattern, str(error)) is not None


@cache
def catalogue() -> tuple[Entry, ...]:
    """Semua galat yang dikenal, menurut urutannya di `errors.toml`.

    >>> catalogue()[0].id
    'backward-kedua'
    """
    return load(resources.files("autograd_viz.doctor").joinpath("errors.toml").read_text(encoding="utf-8"))


def match(error: BaseException) -> Entry | None:
    """Galat di katalog yang sesuai; None bila tidak dikenal.

    >>> match(RuntimeError("grad can be implicitly created only for scalar outputs")).id
    'keluaran-bukan-skalar'
    """
    return next((entry for entry in catalogue() if entry.matches(error)), None)


def fill(text: str, words: Mapping[str, str]) -> str:
    """`text` dengan nama-nama program pengguna; yang tidak diketahui memakai kata dari `WORDS`.

    >>> fill("{loss}.backward()  # {lain}", {"loss": "rugi"})
    'rugi.backward()  # {lain}'
    """
    return _PLACE.sub(lambda found: words.get(found[1]) or WORDS[found[1]], text)


def load(text: str) -> tuple[Entry, ...]:
    """Membaca katalog dari teks TOML.

    Galat: ValueError yang menyebut galat ke berapa, bidangnya, dan apa yang diharapkan.

    >>> load("")
    ()
    """
    try:
        rows = tomllib.loads(text).get("error", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"Katalog galat bukan TOML yang benar: {error}. Perbaiki baris itu.") from None
    entries = tuple(_entry(row, place) for place, row in enumerate(rows, 1))
    _unique([entry.id for entry in entries], "Katalog galat")
    return entries


def _entry(row: Mapping[str, Any], place: int) -> Entry:
    where = f"Galat ke-{place} di katalog ({row.get('id', 'tanpa id')})"
    _fields(row, _NEEDED, where, ("message",))
    _name(row["id"], where)
    if row["mark"] not in get_args(Mark):
        raise ValueError(f"{where}: mark = {row['mark']!r}. Pilihannya: {', '.join(get_args(Mark))}.")
    _names(row["types"], where, 'types harus daftar nama kelas, misalnya ["RuntimeError"]')
    _pattern(row["pattern"], "pattern", where)
    if not isinstance(row["cause"], list):
        raise ValueError(f"{where}: tulis setiap sebab sebagai [[error.cause]].")
    causes = tuple(_cause(one, row, f"{where}, sebab ke-{number}") for number, one in enumerate(row["cause"], 1))
    _unique([cause.id for cause in causes], where)
    texts = {name: _code(row[name]) if name == "reproducer" else row[name].strip() for name in _TEXTS}
    message = row.get("message") or row["pattern"].lstrip("^").replace("\\", "")
    return Entry(**texts, mark=row["mark"], types=tuple(row["types"]), causes=causes, message=message)


_TEXTS = ("id", "family", "title", "happened", "pattern", "lesson", "reproducer")


def _cause(row: Mapping[str, Any], entry: Mapping[str, Any], where: str) -> Cause:
    _fields(row, _OF_CAUSE, where, ("program", "brief", "met", "needs", "change"))
    _name(row["id"], where)
    _names(row.get("met", []), where, 'met harus daftar bagian pelajaran, misalnya ["07 · Galat"]')
    code = {name: _code(row.get(name) or entry["reproducer"]) for name in ("mend", "cured", "program")}
    needs = row.get("needs", "")
    _pattern(needs, "needs", where)
    met = tuple(row.get("met", ()))
    change = tuple(map(_code, _patches(row.get("change", []), where)))
    return Cause(row["id"], row["say"].strip(), **code, brief=row.get("brief", ""), met=met, needs=needs, change=change)


def _patches(texts: Any, where: str) -> Sequence[str]:
    _names(texts, where, "change harus daftar tambalan")
    for text in texts:
        try:
            read_patch(_PLACE.sub("x", _code(text)))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
    return cast(Sequence[str], texts)


def _pattern(text: str, field: str, where: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{where}: {field} bukan pola yang benar ({error}). Perbaiki polanya.") from None


def _fields(row: Mapping[str, Any], needed: Sequence[str], where: str, others: Sequence[str] = ()) -> None:
    missing = [name for name in needed if not row.get(name)]
    if missing:
        raise ValueError(f"{where}: {', '.join(missing)} kosong atau tidak ada. Semuanya wajib: {', '.join(needed)}.")
    unknown = sorted(row.keys() - {*needed, *others})
    if unknown:
        raise ValueError(f"{where}: bidang {', '.join(unknown)} tidak dikenal. Yang ada: {', '.join(needed)}.")
    for name, value in row.items():
        if name not in ("types", "cause", "met", "change") and not isinstance(value, str):
            raise ValueError(f"{where}: {name} harus teks, bukan {type(value).__name__}.")


def _names(row: Any, where: str, wanted: str) -> None:
    if not isinstance(row, list) or not all(isinstance(name, str) and name for name in row):
        raise ValueError(f"{where}: {wanted}.")


def _name(text: str, where: str) -> None:
    if not _ID.fullmatch(text):
        raise ValueError(f"{where}: id {text!r} harus huruf kecil dan tanda hubung, misalnya 'backward-kedua'.")


def _unique(names: Sequence[str], where: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{where}: id {', '.join(twice)} dipakai lebih dari sekali. Beri id yang berlainan.")


def _code(text: str) -> str:
    return text.strip("\n").rstrip()
