"""Values between the grader and a learner's code, as JSON: numbers, texts, lists and tensors; no pickle, so no code.

A tensor travels with its strides, its dtype, whether it requires a gradient, and its `.grad`.
"""

import base64
import json
import math
import os
import select
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

LARGEST = 64 * 2**20  # bytes of one message, and elements of one tensor
SLOW = "too slow"
TENSORS = (torch.Tensor, torch.nn.Parameter)  # no subclass: it could behave in its own way
PLAIN = (bool, int, float, str, type(None))
KEYS = (int, str)
DTYPES = {str(kind).removeprefix("torch."): kind for kind in vars(torch).values() if isinstance(kind, torch.dtype)}
Known = Callable[[object], Any]
Kinds = Mapping[str, Callable[[Any], Any]]


class NotPlain(Exception):
    """A value that does not travel; its text is the type."""


class Silence(Exception):
    """The other side ended, took too long, or sent what can't be read."""


def _nothing(value: object) -> None:
    return None


def encode(value: object, known: Known = _nothing) -> Any:
    """`known` gives what stands for a value that both sides have; None where it is an ordinary one.

    Raises NotPlain for a function, a module, a generator, or anything else with behaviour.
    """
    if (instead := known(value)) is not None:
        return instead
    if type(value) in PLAIN:
        return {"float": str(value)} if isinstance(value, float) else value
    if value is ...:
        return {"gap": True}
    if type(value) in (list, tuple):
        return {type(value).__name__: [encode(part, known) for part in value]}  # type: ignore[attr-defined]
    if type(value) is dict and all(type(key) in KEYS for key in value):
        return {"dict": [[key, encode(part, known)] for key, part in value.items()]}
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, torch.Tensor) and type(value) in TENSORS and value.layout == torch.strided:
        return {"tensor": _tensor(value)}
    raise NotPlain(type(value).__name__)


def stretch(value: torch.Tensor) -> bytes:
    """The memory that a tensor lies in, from its first element to its last."""
    plain = value.detach().cpu()
    last = sum((size - 1) * stride for size, stride in zip(plain.shape, plain.stride())) + 1 if plain.numel() else 0
    stored = plain.as_strided((last,), (1,), plain.storage_offset()).contiguous()
    return stored.view(torch.uint8).numpy().tobytes() if last else b""


def lay(raw: bytes, dtype: torch.dtype, size: Any, stride: Any) -> torch.Tensor:
    """The tensor that `stretch` came from."""
    stored = torch.frombuffer(bytearray(raw), dtype=dtype) if raw else torch.empty(0, dtype=dtype)
    nobodys_view = torch.empty(0, dtype=dtype)
    return nobodys_view.set_(stored.untyped_storage(), 0, torch.Size(size), tuple(stride))


def _tensor(value: torch.Tensor) -> dict[str, Any]:
    grad = None if value.grad_fn is not None or value.grad is None else _tensor(value.grad)
    return {
        "size": list(value.shape), "stride": list(value.stride()), "dtype": str(value.dtype).removeprefix("torch."),
        "data": base64.b64encode(stretch(value)).decode("ascii"), "needs": value.requires_grad, "grad": grad,
        "parameter": type(value) is not torch.Tensor,
    }  # fmt: skip


def decode(data: Any, kinds: Kinds | None = None) -> Any:
    """`kinds` reads what `known` gave to `encode`, by its name.

    Raises Silence for what `encode` did not write.
    """
    try:
        return _decode(data, kinds or {})
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError, IndexError) as error:
        raise Silence(f"a value that can't be read: {error}") from error


def _decode(data: Any, kinds: Kinds) -> Any:
    if not isinstance(data, dict):
        if type(data) in PLAIN:
            return data
        raise ValueError(type(data).__name__)
    [(kind, inner)] = data.items()
    if kind in kinds:
        return kinds[kind](inner)
    match kind:
        case "float":
            return float(inner)
        case "gap":
            return ...
        case "list":
            return [_decode(part, kinds) for part in inner]
        case "tuple":
            return tuple(_decode(part, kinds) for part in inner)
        case "dict":
            return {key: _decode(part, kinds) for key, part in inner if type(key) in KEYS}
        case "dtype":
            return DTYPES[inner]
        case "tensor":
            return _to_tensor(inner)
    raise ValueError(kind)


def _to_tensor(data: dict[str, Any]) -> torch.Tensor:
    if math.prod(map(int, data["size"])) > LARGEST:  # without a byte behind it, by strides of 0
        raise ValueError("too many elements")
    value = lay(base64.b64decode(data["data"]), DTYPES[data["dtype"]], data["size"], data["stride"])
    if data["parameter"]:
        value = torch.nn.Parameter(value, requires_grad=data["needs"])
    elif data["needs"]:
        value.requires_grad_()
    if data["grad"] is not None:
        value.grad = _to_tensor(data["grad"])
    return value


def send(pipe: int, message: Any) -> None:
    raw = json.dumps(message).encode()
    raw = len(raw).to_bytes(8, "big") + raw
    while raw:
        try:
            raw = raw[os.write(pipe, raw) :]
        except OSError as error:
            raise Silence("the other side ended") from error


def receive(pipe: int, seconds: float | None = None) -> Any:
    """The next message. Raises Silence at the end, after `seconds`, or where it is none."""
    until = None if seconds is None else time.monotonic() + seconds
    size = int.from_bytes(_read(pipe, 8, until), "big")
    if size > LARGEST:
        raise Silence(f"a message of {size} bytes")
    raw = _read(pipe, size, until)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Silence("a message that can't be read") from error


def _read(pipe: int, size: int, until: float | None) -> bytes:
    raw = b""
    while len(raw) < size:
        left = None if until is None else max(0.0, until - time.monotonic())
        if not select.select([pipe], [], [], left)[0]:
            raise Silence(SLOW)
        piece = os.read(pipe, min(size - len(raw), 2**20))
        if not piece:
            raise Silence("the other side ended")
        raw += piece
    return raw
