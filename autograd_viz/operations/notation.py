"""Tulisan matematika: bilangan, pangkat kecil, dan tanda kurung yang perlu saja."""

from __future__ import annotations

import cmath
import math
import re

from autograd_viz.graph import Number

SUM, PRODUCT, CALL, POWER, ATOM, NAME = 1, 2, 3, 4, 5, 6
MINUS = ("−", "-")
_EXACT = 6e-8  # how far the nearest float32 may lie from a decimal number

_SUPERSCRIPTS = str.maketrans("0123456789+-−abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_RAISED = frozenset(_SUPERSCRIPTS.values()) | frozenset(map(ord, "ᵀ′"))
_OPEN, _CLOSE = "([{", ")]}"


def number_text(value: Number) -> str:
    """Satu bilangan seperti yang dicetak PyTorch: empat desimal di bawah 1, selain itu empat angka penting.

    Bilangan yang tepat dengan tiga angka penting, misalnya 0.00125, tidak dibulatkan.

    >>> [number_text(n) for n in (3.0, -0.48213, 0.0666667, 0.00125, 2.5e-7, float("nan"), True, 1 + 2j)]
    ['3', '−0.4821', '0.0667', '0.00125', '2.5e−07', 'nan', 'True', '1+2j']
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, complex):
        if not cmath.isfinite(value):
            return str(value).replace("-", "−")
        return f"{number_text(value.real)}{'+' if value.imag >= 0 else ''}{number_text(value.imag)}j"
    if isinstance(value, int) or (math.isfinite(value) and value == int(value) and abs(value) < 1e6):
        text = str(int(value))
    elif 0.001 <= abs(value) < 0.99995 and not math.isclose(float(f"{value:.3g}"), value, rel_tol=_EXACT):
        text = f"{value:.4f}".rstrip("0")
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−")


def signs(code: str) -> str:
    """Ungkapan dari kode dengan tanda yang sama seperti di gambar: − dan × di antara dua operan.

    >>> signs("1 - y"), signs("2 * a - b"), signs("a-b"), signs("a ** 2")
    ('1 − y', '2 × a − b', 'a-b', 'a ** 2')
    """
    return code.replace(" - ", " − ").replace(" * ", " × ")


def superscript(text: str) -> str:
    """Menulis pangkat: huruf kecil terangkat bila ada hurufnya, selain itu, dan untuk kata, dengan tanda ^.

    >>> [superscript(text) for text in ("2", "-1", "n − 1", "2.5", "a + b.c", "logvar")]
    ['²', '⁻¹', 'ⁿ⁻¹', '^2.5', '^(a + b.c)', '^logvar']
    """
    tight = re.sub(r"\s", "", re.sub(r"^(-?\d+)\.0$", r"\1", text))
    if tight and all(ord(character) in _SUPERSCRIPTS for character in tight) and not re.search(r"[^\W\d_]{2}", tight):
        return tight.translate(_SUPERSCRIPTS)
    return "^" + (text if re.fullmatch(r"[−-]?[\d.]+", text) else enclose(text, NAME))


def subscript(text: str) -> str:
    """Menulis indeks bawah: angka turun bila bilangan bulat atau tak hingga, selain itu dengan tanda _.

    >>> [subscript(text) for text in ("1", "∞", "1.5")]
    ['₁', '∞', '_1.5']
    """
    if text == "∞":
        return text
    return text.translate(_SUBSCRIPTS) if text.isdecimal() else f"_{text}"


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
