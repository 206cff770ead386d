"""Tulisan matematika: bilangan, pangkat kecil, dan tanda kurung yang perlu saja."""

from __future__ import annotations

import math
import re

SUM, PRODUCT, CALL, POWER, ATOM, NAME = 1, 2, 3, 4, 5, 6
MINUS = ("−", "-")

_SUPERSCRIPTS = str.maketrans("0123456789+-−abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_RAISED = frozenset(_SUPERSCRIPTS.values()) | frozenset(map(ord, "ᵀ′"))
_OPEN, _CLOSE = "([{", ")]}"


def number_text(number: float) -> str:
    """Menulis bilangan dengan paling banyak empat angka penting dan tanda minus matematika.

    >>> [number_text(n) for n in (2.0, -0.5, 1 / 3, float("inf"))]
    ['2', '−0.5', '0.3333', '∞']
    """
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    if float(number).is_integer() and abs(number) < 1e6:
        return str(int(number)).replace("-", "−")
    return f"{number:.4g}".replace("-", "−")


def superscript(text: str) -> str:
    """Menulis pangkat: huruf kecil terangkat bila ada hurufnya, selain itu dengan tanda ^.

    >>> [superscript(text) for text in ("2", "-1", "n − 1", "2.5", "a + b.c")]
    ['²', '⁻¹', 'ⁿ⁻¹', '^2.5', '^(a + b.c)']
    """
    tight = re.sub(r"\s", "", re.sub(r"^(-?\d+)\.0$", r"\1", text))
    if tight and all(ord(character) in _SUPERSCRIPTS for character in tight):
        return tight.translate(_SUPERSCRIPTS)
    return "^" + (text if re.fullmatch(r"[−-]?[\d.]+", text) else enclose(text, NAME))


def binding(text: str) -> int:
    """Menentukan seerat apa sebuah tulisan terikat: SUM paling longgar, NAME paling erat.

    >>> [binding(text) for text in ("a + b", "a × b", "sin a", "a²", "f(a)", "a")] == [1, 2, 3, 4, 5, 6]
    True
    """
    if text.startswith(MINUS):
        return SUM
    outside = _outside(text)
    if re.search(r" [+−-] | bila ", outside):
        return SUM
    if re.search(r" (×|/|@|%|⊗) |[·/]|^[\d.]+[√a-zπσ]", outside) and text != "·":
        return PRODUCT
    if " " in outside or outside.startswith("√"):
        return CALL
    if "^" in outside or any(ord(character) in _RAISED for character in outside):
        return POWER
    return NAME if re.fullmatch(r"[\w.…·∞πσ]+", text) else ATOM


def _outside(text: str) -> str:
    """The text without what stands between brackets or bars."""
    kept, depth, bars = [], 0, 0
    for character in text:
        depth -= character in _CLOSE
        if character in "|‖":
            bars ^= 1
        elif not depth and not bars:
            kept.append(character)
        depth += character in _OPEN
    return "".join(kept)


def enclose(text: str, least: int) -> str:
    """Memberi tanda kurung bila tulisan terikat lebih longgar daripada `least`.

    >>> enclose("a + b", PRODUCT), enclose("a × b", PRODUCT)
    ('(a + b)', 'a × b')
    """
    return f"({text})" if binding(text) < least else text
