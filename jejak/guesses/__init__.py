"""Tebakan di setiap pelajaran: petunjuknya, dan untuk benar atau salah juga alasannya."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True)
class Guess:
    """Satu "Tebak dulu": petunjuknya dan, bila alasannya ditanyakan, pilihan alasan beserta tanggapannya.

    `replies` menanggapi setiap alasan yang keliru, dan `because` adalah huruf alasan yang tepat.
    """

    hint: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    because: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)


def _read() -> dict[str, Guess]:
    found = {}
    for file in sorted(files("jejak.guesses").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
            lesson = file.name.removesuffix(".toml")
            found.update({f"{lesson}/{number}": Guess(**about) for number, about in entries.items()})
    return found


GUESSES: Mapping[str, Guess] = _read()


def find(name: str) -> Guess:
    """Tebakan bernama `"pelajaran/nomor"`.

    Galat: `ValueError` bila tidak ada; pesannya menyebut yang ada di pelajaran itu.

    >>> find("00/2").hint.startswith("Harga")
    True
    """
    if name not in GUESSES:
        near = [key for key in GUESSES if key[:2] == name[:2]] or sorted({key[:2] + "/…" for key in GUESSES})
        raise ValueError(
            f"Tebakan {name!r} tidak ada: namanya mungkin salah ketik. Pilih salah satu dari {', '.join(near)}."
        )
    return GUESSES[name]
