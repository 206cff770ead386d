"""Potongan rumus yang hanya berlaku bila simpulnya memang begitu, misalnya `/N` hanya untuk rata-rata.

Ditulis `{syarat,syarat:potongan}`; satu syarat berupa `nama=nilai` atau `nama!=nilai`, dengan `None` untuk yang tidak
ada. `{nama}` adalah nilai simpanan itu, `{nama|lain}` nilai lain bila ia tidak ada. `{/N}` singkatan untuk pembagian
menurut `reduction`: dengan N bila rata-rata, tanpa bila jumlah atau apa adanya.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograd_viz.operations.notation import number_text

MEAN = {"/N": "{reduction=1:/N}{reduction=None:(/N bila rata-rata)}"}
_PIECE = re.compile(r"\{([^{}:]*=[^{}:]*):((?:[^{}]|\{[^{}]*\})*)\}")
_VALUE = re.compile(r"\{([A-Za-z_]\w*)(?:\|([^{}]*))?\}")
_TEST = re.compile(r"(·?\w+)(!?=)(.*)")


def resolve(text: str, facts: Mapping[str, str]) -> str:
    """Rumus untuk satu simpul: potongan yang syaratnya tidak terpenuhi hilang.

    >>> resolve("2·g{/N}", {"reduction": "1"}), resolve("2·g{/N}", {"reduction": "2"})
    ('2·g/N', '2·g')
    >>> resolve("g{alpha!=1:·α}", {"alpha": "1.0"})
    'g'
    """
    for short, long in MEAN.items():
        text = text.replace(f"{{{short}}}", long)
    return _PIECE.sub(lambda piece: piece[2] if all(_holds(test, facts) for test in piece[1].split(",")) else "", text)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Rumus yang siap dibaca: seperti `resolve`, dengan nilai simpanan di tempatnya.

    >>> filled("g/(n − {correction|1})", {}), filled("g/(n − {correction|1})", {"correction": "0"})
    ('g/(n − 1)', 'g/(n − 0)')
    """
    return _VALUE.sub(lambda field: _written(facts.get(field[1], "None"), field[2] or field[1]), resolve(text, facts))


def _written(value: str, otherwise: str) -> str:
    try:
        return number_text(float(value))
    except ValueError:
        return otherwise if value == "None" else value


def names(text: str) -> frozenset[str]:
    """Simpanan simpul yang ditanyakan syarat-syarat sebuah rumus.

    >>> sorted(names("g{/N}{weight!=None:·weight}"))
    ['reduction', 'weight']
    """
    for short, long in MEAN.items():
        text = text.replace(f"{{{short}}}", long)
    values = [field[1] for field in _VALUE.finditer(_PIECE.sub(r"\2", text))]
    tests = [test for piece in _PIECE.finditer(text) for test in piece[1].split(",")]
    return frozenset([*values, *(found[1] for test in tests if (found := _TEST.fullmatch(test)))])


def _holds(test: str, facts: Mapping[str, str]) -> bool:
    found = _TEST.fullmatch(test)
    if found is None:
        raise ValueError(f"Syarat rumus {test!r} tidak dapat dibaca. Tulis nama=nilai atau nama!=nilai.")
    equal = _same(facts.get(found[1], "None"), found[3])
    return equal == (found[2] == "=")


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other
