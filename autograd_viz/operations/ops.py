"""Tabel operasi: lambang, turunan lokal, dan satu kalimat untuk setiap simpul autograd.

Isinya ada di `ops.toml`, satu bagian per simpul. Operasi yang bekerja unsur demi unsur membawa `local`: satu rumus
turunan lokal per slot, dibaca oleh modul `formula`. Rumus itulah yang ditampilkan, dihitung, dan diuji. Operasi
lain (perkalian matriks, reduksi, bentuk) membawa `shown`, yaitu vector–Jacobian product yang ditampilkan, dan
`vjp`, rumus PyTorch yang sama untuk pengujian; paket ini tidak pernah menjalankannya.

PyTorch 2.14 mengubah turunan beberapa operasi tepat di batasnya: nama `tie` dalam rumus. `ties` memuat kedua nilainya
per slot, sebelum dan sejak 2.14.

Huruf dalam rumus: a, b, c, … masukan menurut slot, y hasil, g gradien yang datang, N banyaknya unsur masukan a.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from autograd_viz.graph import OWN, Node
from autograd_viz.operations.conditions import filled, resolve
from autograd_viz.operations.formula import evaluate, names, without
from autograd_viz.operations.notation import number_text
from autograd_viz.operations.typeset import has_cases, show

LETTERS = "abcdefghij"
COMPLEX, BAR = f"{OWN}complex", "\N{COMBINING MACRON}"
_LETTER = re.compile(r"(?<![A-Za-z\u0300-\u036f])[abcy](?![A-Za-z\u0300-\u036f])")  # an input or the result in a rule
NOTHING: Mapping[str, str] = MappingProxyType({})
GLYPHS = {
    "alpha": "α", "beta": "β", "exponent": "n", "input_scale": "k", "lambd": "λ", "negative_slope": "s",
    "other": "n", "self": "n", "threshold": "t", "value": "v", "weight": "w", "delta": "δ",
}  # fmt: skip
_WORDS = {"True": 1.0, "False": 0.0, "none": 0.0, "tanh": 1.0}  # GeLU's approximate


class Op(NamedTuple):
    """Keterangan satu operasi.

    `symbol` judul pendek; `expression` pola tulisan dengan masukan menurut slot; `name` dan `category` dalam
    bahasa Indonesia; `sentence` yang dilakukan backward; `moves` True bila operasi hanya memindahkan data.
    `local`, `shown`, dan `vjp` memuat satu rumus per slot (atau satu untuk semua slot bila `expression` memuat {*}).
    `ties` nilai `tie` per slot: sebelum PyTorch 2.14, dan sejak 2.14.
    `conjugate` yang dikonjugatkan bila isinya kompleks: masukannya, tidak ada ("none"), atau rumusnya lain ("unknown").
    """

    symbol: str
    expression: str
    sentence: str
    name: str
    category: str = ""
    moves: bool = False
    local: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    vjp: tuple[str, ...] = ()
    ties: tuple[tuple[float, float], ...] = ()
    defaults: Mapping[str, float] = MappingProxyType({})
    conjugate: Literal["inputs", "none", "unknown"] = "inputs"

    def derivative(self, facts: Mapping[str, str] = NOTHING) -> str:
        """Rumus turunan untuk setiap slot menurut isi simpulnya: turunan lokal, atau bentuk VJP dengan gradien g."""
        letters = ("masukan",) if "{*}" in self.expression else LETTERS
        usual = {name: value for name, value in self.defaults.items() if isfinite(value)}
        known = {**usual, **numbers_in(facts)}
        formulas = [resolve(text, facts) for text in self.local]
        local = [
            f"∂y/∂{x} = {show(text, {**GLYPHS, 'tie': self.tie_text(slot)}, known)}"
            for slot, (x, text) in enumerate(zip(letters, formulas, strict=False))
        ]
        if COMPLEX in facts and self.conjugate == "unknown":
            return ""
        shown = [self.rule(slot, facts) for slot in range(len(self.shown))]
        if local or not self.vjp:
            return "; ".join(local or shown)
        return "; ".join(f"∂{x}: {text}" for x, text in zip(letters, shown, strict=False))

    def rule(self, slot: int, facts: Mapping[str, str]) -> str:
        """VJP slot itu seperti ditampilkan, menurut isi simpulnya."""
        text = filled(self.shown[slot if slot < len(self.shown) else 0], facts)
        if COMPLEX not in facts or self.conjugate == "none":
            return text
        barred = _LETTER.sub(lambda letter: letter[0] + BAR, text)
        return f"{barred} (garis di atas huruf: konjugat)" if barred != text else text


    def tie_text(self, slot: int) -> str:
        """Nilai tepat di batas, sebelum dan sejak PyTorch 2.14."""
        if not self.ties:
            return ""
        before, since = map(number_text, self.ties[slot])
        return f"{before} (sejak PyTorch 2.14: {since})"


class Local(NamedTuple):
    """Turunan lokal satu slot: rumus, rumus berangka, nilai (None bila tidak diketahui), apakah rumusnya bercabang."""

    formula: str
    numbers: str | None = None
    value: float | None = None
    cases: bool = False


def _load() -> Mapping[str, Op]:
    text = resources.files("autograd_viz.operations").joinpath("ops.toml").read_text(encoding="utf-8")
    table: dict[str, Op] = {}
    for category, entries in tomllib.loads(text).items():
        for op_name, entry in entries.items():
            variants: dict[str, dict[str, str]] = {op_name: {}, **entry.pop("also", {})}
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
            fields["ties"] = tuple(map(tuple, fields.get("ties", ())))
            for name, changes in variants.items():
                table[name] = Op(category=category, **{**fields, **changes})
    return MappingProxyType(table)


def _words() -> Mapping[str, str]:
    text = resources.files("autograd_viz.operations").joinpath("words.toml").read_text(encoding="utf-8")
    return MappingProxyType({word: node for node, words in tomllib.loads(text).items() for word in words})


OPS: Mapping[str, Op] = _load()
WORDS: Mapping[str, str] = _words()


def node_name(op_name: str) -> str:
    """Nama simpul autograd yang sama dengan kata sebuah mesin buatan sendiri; nama lain tetap.

    >>> node_name("*"), node_name("swish")
    ('MulBackward0', 'swish')
    """
    return WORDS.get(op_name, op_name)


def lookup(op_name: str) -> Op:
    """Mencari keterangan operasi; nama yang tidak ada di tabel mendapat keterangan umum dari namanya.

    >>> lookup("MulBackward0").symbol
    '×'
    >>> lookup("MyReLUBackward").expression
    'MyReLU({*})'
    """
    bare = node_name(op_name).removeprefix("torch::autograd::").removesuffix("_copy")
    if bare in OPS:
        return OPS[bare]
    title = re.sub(r"Backwards?\d*$", "", bare) or bare
    safe = title.replace("{", "(").replace("}", ")")
    return Op(
        symbol=title,
        expression=safe + "({*})",
        sentence=f"Gradien yang datang diolah oleh backward milik {title}, lalu diteruskan ke masukannya.",
        name=title,
        shown=(f"ditentukan oleh backward milik {title}",),
    )


def local_derivative(
    op_name: str,
    slot: int,
    labels: Sequence[str | None] = (),
    values: Sequence[float | None] = (),
    attributes: Mapping[str, str] | None = None,
    count: int | None = None,
    since: bool | None = None,
) -> Local | None:
    """Turunan lokal hasil terhadap masukan di `slot`, dengan nama dan angka yang diketahui.

    `labels` dan `values` menurut slot; `count` banyaknya unsur masukan pertama (N dalam rumus rata-rata). `since`
    `True` bila PyTorch yang menghitungnya 2.14 atau lebih baru, `False` bila lebih lama, None bila tidak diketahui:
    turunan tepat di batas yang berbeda di antara keduanya lalu tidak diberi nilai.
    Hasilnya None bila operasi itu tidak bekerja unsur demi unsur, misalnya perkalian matriks.

    >>> local_derivative("PowBackward0", 0, ["x"], [3.0], {"exponent": "2"})[:3]
    ('2x', '2 × 3', 6.0)
    """
    op, known = lookup(op_name), attributes or NOTHING
    if not op.local or (COMPLEX in known and op.conjugate == "unknown"):
        return None
    text = resolve(op.local[0 if "{*}" in op.expression else slot], known)
    given = numbers_in(known)
    text = without(text, frozenset(name for name, v in op.defaults.items() if name not in given and not isfinite(v)))
    settled = {**op.defaults, **given}
    if count is not None:
        settled["N"] = float(count)
    letters = {"tie": op.tie_text(slot), **dict(zip(LETTERS, labels, strict=False))}
    shown = show(text, {**GLYPHS, **{k: v for k, v in letters.items() if v}}, settled)
    if COMPLEX in known and op.conjugate == "inputs" and names(text):
        return Local(f"konj({shown})")
    scope = {**settled, **{k: v for k, v in zip(LETTERS, values, strict=False) if v is not None}}
    plain = Local(shown, cases=has_cases(text, settled))
    if not names(text) - {"tie"} <= scope.keys():
        return plain
    digits = {k: number_text(v) for k, v in zip(LETTERS, values, strict=False) if v is not None}
    found = []
    for tie in (op.ties[slot] if since is None else (op.ties[slot][since],)) if op.ties else (0.0,):
        at_tie = {"tie": tie}
        value = float(evaluate(text, scope | at_tie))
        found.append(plain._replace(numbers=show(text, digits, settled | at_tie, scope | at_tie), value=value))
    return found[0] if all(one.numbers == found[0].numbers for one in found) else plain


def facts(node: Node) -> dict[str, str]:
    """Yang diketahui rumus tentang satu simpul: simpanannya yang bukan tensor, dan tensor apa saja yang disimpannya.

    >>> facts(Node("MseLossBackward0", "operation", attributes=(("reduction", "1"),)))
    {'reduction': '1'}
    """
    kind = {COMPLEX: "True"} if (node.dtype or "").startswith("complex") else {}
    return {**{saved.name: "tensor" for saved in node.saved}, **dict(node.attributes), **kind}


def shown_rule(node: Node, slot: int) -> str:
    """VJP slot itu seperti ditampilkan, menurut isi simpulnya; kosong bila operasinya unsur demi unsur.

    >>> shown_rule(Node("MmBackward0", "operation"), 1)
    'aᵀ·g'
    """
    op, known = lookup(node.op), facts(node)
    return op.rule(slot, known) if op.vjp and not (COMPLEX in known and op.conjugate == "unknown") else ""


def numbers_in(attributes: Mapping[str, str]) -> dict[str, float]:
    """Simpanan yang berupa bilangan."""
    found = {}
    for name, value in attributes.items():
        try:
            found[name] = _WORDS[value] if value in _WORDS else float(value)
        except ValueError:
            continue
    return found
