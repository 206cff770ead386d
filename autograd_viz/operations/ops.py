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
from typing import Any, NamedTuple

from autograd_viz.operations.formula import evaluate, names, without
from autograd_viz.operations.notation import CALL, MINUS, NAME, PRODUCT, SUM, enclose, number_text, superscript
from autograd_viz.operations.typeset import show

LETTERS = "abcdefghij"
_GLYPHS = {
    "alpha": "α", "beta": "β", "exponent": "n", "input_scale": "k", "lambd": "λ", "negative_slope": "s",
    "other": "n", "self": "n", "threshold": "t", "value": "v", "weight": "w", "delta": "δ",
}  # fmt: skip
_OPERAND = re.compile(r"\{(\d+|\*)(:sup)?\}")
_ATTRIBUTE = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}")
_WORDS = {"True": 1.0, "False": 0.0, "none": 0.0, "tanh": 1.0}  # GeLU's approximate
_WRAPPED = 2**64  # torch reports dim=-1 as an unsigned 64-bit number


class Op(NamedTuple):
    """Keterangan satu operasi.

    `symbol` judul pendek; `expression` pola tulisan dengan masukan menurut slot; `name` dan `category` dalam
    bahasa Indonesia; `sentence` yang dilakukan backward; `moves` True bila operasi hanya memindahkan data.
    `local`, `shown`, dan `vjp` memuat satu rumus per slot (atau satu untuk semua slot bila `expression` memuat {*}).
    `ties` nilai `tie` per slot: sebelum PyTorch 2.14, dan sejak 2.14.
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

    @property
    def derivative(self) -> str:
        """Rumus turunan untuk setiap slot: turunan lokal, atau bentuk VJP dengan gradien g."""
        letters = ("masukan",) if "{*}" in self.expression else LETTERS
        usual = {name: value for name, value in self.defaults.items() if isfinite(value)}
        local = [
            f"∂y/∂{x} = {show(text, {**_GLYPHS, 'tie': self.tie_text(slot)}, usual)}"
            for slot, (x, text) in enumerate(zip(letters, self.local, strict=False))
        ]
        if local or not self.vjp:
            return "; ".join(local or self.shown)
        return "; ".join(f"∂{x}: {text}" for x, text in zip(letters, self.shown, strict=False))


    def tie_text(self, slot: int) -> str:
        """Nilai tepat di batas, sebelum dan sejak PyTorch 2.14."""
        if not self.ties:
            return ""
        before, since = map(number_text, self.ties[slot])
        return f"{before} (sejak PyTorch 2.14: {since})"


class Local(NamedTuple):
    """Turunan lokal satu slot: rumusnya, rumus dengan angka, dan nilainya (None bila angkanya tidak diketahui)."""

    formula: str
    numbers: str | None = None
    value: float | None = None


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


OPS: Mapping[str, Op] = _load()


def lookup(op_name: str) -> Op:
    """Mencari keterangan operasi; nama yang tidak ada di tabel mendapat keterangan umum dari namanya.

    >>> lookup("MulBackward0").symbol
    '×'
    >>> lookup("MyReLUBackward").expression
    'MyReLU({*})'
    """
    bare = op_name.removeprefix("torch::autograd::").removesuffix("_copy")
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


def format_expression(op_name: str, operands: Sequence[str | None], attributes: Mapping[str, str] | None = None) -> str:
    """Menulis hasil operasi sebagai ungkapan dari tulisan masukannya, dengan kurung hanya di tempat yang perlu.

    `operands` menurut slot; masukan yang tidak dikenal (None) ditulis ·. `attributes` seperti di `Node.attributes`.

    >>> format_expression("MulBackward0", ["a + b", "c"])
    '(a + b) × c'
    >>> format_expression("PowBackward0", ["x"], {"exponent": "2"})
    'x²'
    """
    given = attributes or {}
    pattern = lookup(op_name).expression
    template = _ATTRIBUTE.sub(lambda field: _attribute(given.get(field[1]), field[1], field[2]), pattern)
    pieces, end = [], 0
    for field in _OPERAND.finditer(template):
        before, after = template[end : field.start()], template[field.end() :]
        if field[1] == "*":
            text = _series(operands)
        elif field[2]:
            text = superscript(_operand(operands, int(field[1])))
        else:
            operand = _operand(operands, int(field[1]))
            text = enclose(operand, max(_left(before or template[: field.start()], operand), _right(after)))
            if text != operand and before.endswith(" ") and before[-2:-1].isalnum():
                before = before[:-1]
        pieces += [before, text]
        end = field.end()
    return "".join(pieces) + template[end:]


def _operand(operands: Sequence[str | None], slot: int) -> str:
    text = (operands[slot] if slot < len(operands) else None) or "·"
    return re.sub(r"^-(?=[\d.]+$)", "−", text)


def _series(operands: Sequence[str | None]) -> str:
    shown = [text or "·" for text in operands]
    return ", ".join(shown if len(shown) <= 4 else [*shown[:2], "…", shown[-1]])


def _left(before: str, operand: str) -> int:
    """How tightly an operand must bind because of what stands before it."""
    if before.endswith((" × ", " / ", " @ ", " ⊗ ", "·", "−")):
        return CALL
    if before.endswith(" − "):
        return PRODUCT
    if before.endswith(" + "):
        return PRODUCT if operand.startswith(MINUS) else SUM
    return 0 if not before or before.endswith(("(", ", ", "|", "‖", "[", "=")) else NAME


def _right(after: str) -> int:
    if after.startswith((" × ", " / ", " @ ", " ⊗ ", "·")):
        return PRODUCT
    if after.startswith((" + ", " − ")):
        return SUM
    return 0 if not after or after.startswith((")", ",", "|", "‖", "]")) else NAME


def _attribute(value: str | None, name: str, style: str | None) -> str:
    """An attribute as text: `:sup` raised, `:times` a factor that 1 hides, `:arg` an argument that None hides."""
    absent = value in (None, "None", "()", "")
    text = "" if value is None else re.sub(r"\d{17,20}", lambda n: _signed(n[0]), value)
    text = re.sub(r"^\((.*?),?\)$", r"\1", text).strip("'\"")
    text = re.sub(r"^-?\d+(\.\d+)?(e-?\d+)?$", lambda n: number_text(float(n[0])), text)
    if style == "sup":
        return superscript("n" if absent else text)
    if style == "times":
        return "" if absent or text == "1" else text + "·"
    if style == "arg":
        return "" if absent else f", {name}={text.replace('−', '-')}"
    return "·" if absent else text


def _signed(digits: str) -> str:
    number = int(digits)
    return str(number - _WRAPPED if number >= _WRAPPED // 2 else number)


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
    True bila PyTorch yang menghitungnya 2.14 atau lebih baru, False bila lebih lama, None bila tidak diketahui:
    turunan tepat di batas yang berbeda di antara keduanya lalu tidak diberi nilai.
    Hasilnya None bila operasi itu tidak bekerja unsur demi unsur, misalnya perkalian matriks.

    >>> local_derivative("PowBackward0", 0, ["x"], [3.0], {"exponent": "2"})
    Local(formula='2x', numbers='2 × 3', value=6.0)
    """
    op = lookup(op_name)
    if not op.local:
        return None
    text = op.local[0 if "{*}" in op.expression else slot]
    given = _numbers(attributes or {})
    text = without(text, frozenset(name for name, v in op.defaults.items() if name not in given and not isfinite(v)))
    settled = {**op.defaults, **given}
    if count is not None:
        settled["N"] = float(count)
    letters = {"tie": op.tie_text(slot), **dict(zip(LETTERS, labels, strict=False))}
    shown = show(text, {**_GLYPHS, **{k: v for k, v in letters.items() if v}}, settled)
    known = {**settled, **{k: v for k, v in zip(LETTERS, values, strict=False) if v is not None}}
    if not names(text) - {"tie"} <= known.keys():
        return Local(shown)
    digits = {k: number_text(v) for k, v in zip(LETTERS, values, strict=False) if v is not None}
    found = []
    for tie in (op.ties[slot] if since is None else (op.ties[slot][since],)) if op.ties else (0.0,):
        at_tie = {"tie": tie}
        value = float(evaluate(text, known | at_tie))
        found.append(Local(shown, show(text, digits, settled | at_tie, known | at_tie), value))
    return found[0] if all(one.numbers == found[0].numbers for one in found) else Local(shown)


def _numbers(attributes: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for name, value in attributes.items():
        try:
            found[name] = _WORDS[value] if value in _WORDS else float(value)
        except ValueError:
            continue
    return found
