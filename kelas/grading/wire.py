"""Values between the grader and a learner's code, as JSON: numbers, texts, lists and tensors; no pickle, so no code.

A tensor travels with its strides, its dtype, whether it requires a gradient, and its `.grad`.
"""

import base64
import json
import os
import select
import time
from typing import Any

import torch

LARGEST = 64 * 2**20  # bytes of one message
SLOW = "too slow"
TENSORS = (torch.Tensor, torch.nn.Parameter)  # no subclass: it could behave in its own way
PLAIN = (bool, int, float, str, type(None))
DTYPES = {str(kind).removeprefix("torch."): kind for kind in vars(torch).values() if isinstance(kind, torch.dtype)}


class NotPlain(Exception):
    """A value that does not travel; its text is the type."""


class Silence(Exception):
    """The other side ended, took too long, or sent what can't be read."""


def encode(value: object) -> Any:
    """Raises NotPlain for a function, a module, a generator, or anything else with behaviour."""
    if type(value) in PLAIN:
        return {"float": str(value)} if isinstance(value, float) else value
    if value is ...:
        return {"gap": True}
    if type(value) in (list, tuple):
        return {type(value).__name__: [encode(part) for part in value]}  # type: ignore[attr-defined]
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(part) for key, part in value.items()}}
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, torch.Tensor) and type(value) in TENSORS and value.layout == torch.strided:
        return {"tensor": _tensor(value)}
    raise NotPlain(type(value).__name__)


def _tensor(value: torch.Tensor) -> dict[str, Any]:
    plain = value.detach().cpu()
    shape = {"size": list(plain.shape), "stride": list(plain.stride())}
    last = sum((size - 1) * stride for size, stride in zip(plain.shape, plain.stride())) + 1 if plain.numel() else 0
    stored = plain.as_strided((last,), (1,), plain.storage_offset()).contiguous()
    data = base64.b64encode(stored.view(torch.uint8).numpy().tobytes() if last else b"").decode("ascii")
    kind = {"dtype": str(plain.dtype).removeprefix("torch."), "data": data}
    grad = None if value.grad_fn is not None or value.grad is None else _tensor(value.grad)
    return {**shape, **kind, "needs": value.requires_grad, "grad": grad, "parameter": type(value) is not torch.Tensor}


def decode(data: Any) -> Any:
    """Raises Silence for what `encode` did not write."""
    try:
        return _decode(data)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise Silence(f"a value that can't be read: {error}") from error


def _decode(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    [(kind, inner)] = data.items()
    match kind:
        case "float":
            return float(inner)
        case "gap":
            return ...
        case "list":
            return [_decode(part) for part in inner]
        case "tuple":
            return tuple(_decode(part) for part in inner)
        case "dict":
            return {str(key): _decode(part) for key, part in inner.items()}
        case "dtype":
            return DTYPES[inner]
        case "tensor":
            return _to_tensor(inner)
    raise ValueError(kind)


def _to_tensor(data: dict[str, Any]) -> torch.Tensor:
    raw = bytearray(base64.b64decode(data["data"]))
    dtype = DTYPES[data["dtype"]]
    stored = torch.frombuffer(raw, dtype=dtype) if raw else torch.empty(0, dtype=dtype)
    value = stored.as_strided(data["size"], data["stride"])
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
