"""Ungkapan sebuah operasi dari tulisan masukannya, seperti `(a + b) × c`, dengan kurung hanya di tempat yang perlu."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograd_viz.operations.conditions import resolve
from autograd_viz.operations.indexing import INDEX, PLAIN, TENSORS, index_text
from autograd_viz.operations.notation import (
    CALL,
    MINUS,
    NAME,
    PRODUCT,
    SUM,
    enclose,
    number_text,
    subscript,
    superscript,
)
from autograd_viz.operations.ops import lookup

_OPERAND = re.compile(r"\{(\d+|\*)(:sup)?\}")
_ATTRIBUTE = re.compile(r"\{([A-Za-z_]\w*)(?::(\w+))?\}")
INDEXING = {*PLAIN, TENSORS} - {"UnsqueezeBackward0"}
_WRAPPED = 2**64  # torch reports dim=-1 as an unsigned 64-bit number


def format_expression(op_name: str, operands: Sequence[str | None], attributes: Mapping[str, str] | None = None) -> str:
    """Menulis hasil operasi sebagai ungkapan dari tulisan masukannya, dengan kurung hanya di tempat yang perlu.

    `operands` menurut slot; masukan yang tidak dikenal (None) ditulis ·. `attributes` seperti di `Node.attributes`.

    >>> format_expression("MulBackward0", ["a + b", "c"])
    '(a + b) × c'
    >>> format_expression("PowBackward0", ["x"], {"exponent": "2"})
    'x²'
    """
    given = attributes or {}
    found = index_text(op_name, tuple(given.items())) if op_name in INDEXING or INDEX in given else None
    if found is not None:
        return enclose(_operand(operands, 0), NAME) + found
    pattern = resolve(lookup(op_name).expression, given)
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
    """An attribute as text: `:sup` raised, `:base` lowered but for the usual 2, `:times` a factor that 1 hides,

    `:arg` an argument that None hides.
    """
    absent = value in (None, "None", "()", "")
    text = "" if value is None else re.sub(r"\d{17,20}", lambda n: _signed(n[0]), value)
    text = re.sub(r"^\((.*?),?\)$", r"\1", text).strip("'\"")
    text = re.sub(r"^-?\d+(\.\d+)?(e-?\d+)?$", lambda n: number_text(float(n[0])), text)
    if style == "sup":
        return superscript("n" if absent else text)
    if style == "times":
        return "" if absent or text == "1" else text + "·"
    if style == "base":
        return "" if absent or text == "2" else subscript("∞" if text == "inf" else text)
    if style == "arg":
        return "" if absent else f", {name}={text.replace('−', '-')}"
    return "·" if absent else text


def _signed(digits: str) -> str:
    number = int(digits)
    return str(number - _WRAPPED if number >= _WRAPPED // 2 else number)
