"""Kotak di bawah sel tebakan: tanpa kernel ia menilai yang diketik seperti `predict` menilai yang ditulis di sel."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from string import Template
from typing import Any

import torch

from autograd_viz.assets import read
from autograd_viz.minify import minify
from jejak.guesses import Guess
from jejak.show import ELEMENTS, show


def guess_box(actual: object, entry: Guess) -> str:
    """HTML kotak tebakan; kosong bila hasilnya bukan sesuatu yang dapat diketik.

    >>> guess_box(torch.zeros(100), Guess(""))
    ''
    """
    data = box_data(actual, entry)
    if data is None:
        return ""
    # The answer must lie in the page, but nobody should read it there in passing.
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    code = _page_script(parts_of(data["want"], entry))
    return Template(read("guess.html", "jejak")).substitute(data=base64.b64encode(written).decode("ascii"), script=code)


def box_data(actual: object, entry: Guess) -> dict[str, Any] | None:
    """Yang perlu diketahui kotak itu: hasilnya sebagai data, petunjuk, dan alasan; None bila tidak dapat diketik."""
    want = _want(actual)
    if want is None:
        return None
    reasons = {"reasons": dict(entry.reasons), "because": entry.because, "replies": dict(entry.replies)}
    return {"want": want, "shown": show(actual), "hint": entry.hint, **reasons}


def _want(value: Any) -> dict[str, Any] | None:
    if isinstance(value, torch.Tensor):
        plain = value.detach().cpu()
        if plain.numel() > ELEMENTS or plain.is_complex() or plain.layout != torch.strided:
            return None
        whole = not plain.is_floating_point()
        numbers = [_number(part) for part in plain.flatten().tolist()]
        return {"kind": "tensor", "shape": list(plain.shape), "value": numbers, "whole": whole,
                "truth": plain.dtype == torch.bool}  # fmt: skip
    if isinstance(value, BaseException):
        value = type(value)
    if isinstance(value, type):
        return {"kind": "error", "value": [kind.__name__ for kind in value.__mro__]} if _raisable(value) else None
    if value is None:
        return {"kind": "none"}
    if isinstance(value, bool):
        return {"kind": "bool", "value": value}
    if isinstance(value, str):
        return {"kind": "text", "value": value}
    if isinstance(value, (int, float)):
        return {"kind": "number", "value": _number(value), "whole": isinstance(value, int)}
    if isinstance(value, (list, tuple)):
        parts = [_want(part) for part in value]
        return {"kind": "sequence", "list": isinstance(value, list), "value": parts} if None not in parts else None
    return None


def _raisable(kind: type) -> bool:
    return issubclass(kind, BaseException)


def _number(value: float) -> float | str:
    """JSON knows no NaN and no infinity; JavaScript's Number reads their names."""
    return value if value - value == 0 else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(float(value))]


def parts_of(want: Mapping[str, Any], entry: Guess) -> tuple[str, ...]:
    """Skrip yang dibutuhkan sebuah kotak, menurut urutannya."""
    kinds = {want["kind"]} | ({part["kind"] for part in want["value"]} if want["kind"] == "sequence" else set())
    more = {"close"} if kinds & {"number", "tensor"} else set()
    numbers = kinds & {"number", "tensor"} and not want.get("truth")
    more |= {"reason"} if entry.because else {"comma"} if numbers else set()
    return ("read", "assess", *sorted((kinds - {"none"}) | more))


@cache
def script(names: tuple[str, ...]) -> str:
    """Skrip-skrip itu sebagai satu skrip pendek, tanpa yang menghubungkannya dengan halaman."""
    return "\n".join(read(f"guess_{name}.js", "jejak") for name in names)


@cache
def _page_script(names: tuple[str, ...]) -> str:
    page = [read(name, "jejak") for name in ("guess_box.js", "own_root.js")]
    whole = "\n".join([script(names), *page, 'startBox(ownRoot(".jejak-tebak"));'])
    return minify(f"(() => {{\n{whole}\n}})();")

