"""Data beku (NamedTuple) ke JSON dan kembali, menurut anotasi bidangnya; nilai bawaan tidak ditulis."""

from __future__ import annotations

import functools
import json
import math
import types
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def dumps(value: Any) -> str:
    """JSON dari data beku; NaN dan tak hingga ditulis sebagai teks agar sah bagi peramban."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads(kind: type[T], text: str) -> T:
    """Data beku berjenis `kind` dari JSON buatan `dumps`.

    Galat: `ValueError` bila teks bukan JSON atau isinya bukan `kind`.
    """
    try:
        decoded = decode(kind, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"Teks ini bukan JSON {kind.__name__} ({error}). Berikan teks yang dibuat oleh to_json() tanpa diubah."
        ) from error
    return decoded  # type: ignore[no-any-return]


def encode(value: Any) -> Any:
    """Bentuk JSON (dict, list, angka, teks) dari data beku."""
    if isinstance(value, tuple):
        fields = getattr(type(value), "_fields", None)
        if fields is None:
            return [encode(item) for item in value]
        defaults = type(value)._field_defaults  # type: ignore[attr-defined]
        return {
            name: encode(item)
            for name, item in zip(fields, value, strict=True)
            if name not in defaults or item != defaults[name]
        }
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, complex):
        return {"re": encode(value.real), "im": encode(value.imag)}
    return value


def decode(kind: Any, plain: Any) -> Any:
    """Data berjenis `kind` dari bentuk JSON-nya."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        choices = get_args(kind)
        if plain is None:
            return None
        if float in choices or complex in choices:
            return _number(plain)
        return decode(next(choice for choice in choices if choice is not type(None)), plain)
    if origin is tuple:
        if not isinstance(plain, list):
            raise TypeError(f"daftar diharapkan, bukan {type(plain).__name__}")
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(decode(inner[0], item) for item in plain)
        return tuple(decode(one, item) for one, item in zip(inner, plain, strict=True))
    if origin is Literal:
        if plain not in get_args(kind):
            raise ValueError(f"{plain!r} tidak dikenal")
        return plain
    if kind in (float, complex):
        return _number(plain)
    if hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], item) for name, item in plain.items()})
    return plain


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _number(plain: Any) -> Any:
    if isinstance(plain, str):
        return _SPECIAL[plain]
    if isinstance(plain, dict):
        return complex(_number(plain["re"]), _number(plain["im"]))
    return plain
