"""Data biasa (NamedTuple) ke JSON baku dan kembali, tanpa kehilangan apa pun."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

TAG = "kind"  # the field, with a default, that tells records apart where one place may hold several types
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
KINDS = {str: "teks", bool: "true/false", int: "bilangan bulat", float: "bilangan", complex: "[riil, imajiner]"}
ADVICE = "Gunakan teks yang ditulis to_json() tanpa mengubahnya."


def write(value: Any) -> str:
    """Menulis satu NamedTuple (boleh bersarang) menjadi teks JSON baku satu baris.

    Isian yang sama dengan nilai bakunya tidak ditulis. NaN dan tak hingga menjadi teks ("NaN", "Infinity",
    "-Infinity"), bilangan kompleks menjadi daftar [riil, imajiner].

    >>> from autograd_viz.graph import Output
    >>> write(Output(3, name="y"))
    '{"node":3,"name":"y"}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read(cls: type, text: str) -> Any:
    """Membaca teks JSON menjadi NamedTuple `cls`, kebalikan dari `write`.

    Galat: ValueError bila teksnya bukan JSON baku, ada isian yang hilang, tidak dikenal, atau salah jenis.

    >>> from autograd_viz.graph import Output
    >>> read(Output, '{"node":3,"name":"y"}')
    Output(node=3, output=0, name='y')
    """
    try:
        data = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError(f"JSON tidak dapat dibaca: sarangnya terlalu dalam. {ADVICE}") from error
    except json.JSONDecodeError as error:
        raise ValueError(
            f"Teks ini bukan JSON: salah pada baris {error.lineno}, kolom {error.colno}. {ADVICE}"
        ) from error
    return _build(cls, data, cls.__name__)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        record: Any = value
        if not hasattr(record, "_fields"):
            return [_plain(item) for item in value]
        defaults = record._field_defaults
        pairs = zip(record._fields, record, strict=True)
        plain = {name: _plain(item) for name, item in pairs if name not in defaults or item != defaults[name]}
        return {TAG: defaults[TAG], **plain} if TAG in defaults else plain
    if isinstance(value, complex):
        return [_plain(value.real), _plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"Kata {word} bukan JSON baku: NaN dan tak hingga ditulis di antara tanda petik. {ADVICE}")


@lru_cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(kind: Any, data: Any, where: str) -> Any:
    if hasattr(kind, "_fields"):
        return _build_record(kind, data, where)
    origin, choices = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        return _build_union(choices, data, where)
    if origin is Literal:
        if not isinstance(data, str) or data not in choices:
            raise _wrong(where, f"salah satu dari {', '.join(map(repr, choices))}", data)
        return data
    if origin is tuple:
        if not isinstance(data, list):
            raise _wrong(where, "daftar [...]", data)
        if choices[-1] is Ellipsis:
            return tuple(_build(choices[0], item, f"{where}[{i}]") for i, item in enumerate(data))
        if len(data) != len(choices):
            raise _wrong(where, f"daftar berisi {len(choices)} unsur", data)
        return tuple(_build(c, item, f"{where}[{i}]") for i, (c, item) in enumerate(zip(choices, data, strict=True)))
    return _build_atom((kind,), data, where)


def _build_record(cls: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, "objek {...}", data)
    unknown = [name for name in data if name not in cls._fields]
    if unknown:
        raise ValueError(f"JSON salah di {where}: isian {unknown[0]!r} tidak dikenal. {ADVICE}")
    missing = [name for name in cls._fields if name not in data and name not in cls._field_defaults]
    if missing:
        raise ValueError(f"JSON salah di {where}: isian {missing[0]!r} tidak ada. {ADVICE}")
    hints = _hints(cls)
    return cls(**{name: _build(hints[name], item, f"{where}.{name}") for name, item in data.items()})


def _build_union(choices: tuple[Any, ...], data: Any, where: str) -> Any:
    if data is None and NoneType in choices:
        return None
    structured = [choice for choice in choices if hasattr(choice, "_fields") or get_origin(choice) is not None]
    defaults = [(choice, getattr(choice, "_field_defaults", {})) for choice in structured]
    tagged = {fields[TAG]: choice for choice, fields in defaults if TAG in fields}
    if tagged:
        kind = data.get(TAG) if isinstance(data, dict) else data
        if not isinstance(kind, str) or kind not in tagged:
            raise _wrong(f"{where}.{TAG}", f"salah satu dari {', '.join(map(repr, tagged))}", kind)
        return _build(tagged[kind], data, where)
    if structured:
        return _build(structured[0], data, where)
    return _build_atom(choices, data, where)


def _build_atom(kinds: tuple[Any, ...], data: Any, where: str) -> Any:
    if type(data) in kinds:
        return data
    if float in kinds and isinstance(data, str) and data in SPECIAL:
        return SPECIAL[data]
    if complex in kinds and isinstance(data, list) and len(data) == 2:
        return complex(*(cast(float, _build_atom((float,), part, where)) for part in data))
    raise _wrong(where, " atau ".join(KINDS[kind] for kind in kinds if kind is not NoneType), data)


def _wrong(where: str, wanted: str, data: object) -> ValueError:
    shown = json.dumps(data, ensure_ascii=False)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    return ValueError(f"JSON salah di {where}: seharusnya {wanted}, yang ada {shown}. {ADVICE}")
