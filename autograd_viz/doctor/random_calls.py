"""Undian Python dan NumPy yang ditulis dengan undian torch, yang keadaannya dipulihkan checkpoint."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence


def in_torch(call: ast.Call) -> str:
    """Panggilan torch yang menggantikan undian ini; kosong bila tidak ada yang sepadan.

    >>> in_torch(ast.parse("random.randint(1, n)", mode="eval").body)
    'torch.randint(1, n + 1, ()).item()'
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    numpy = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith(".random")
    given = [ast.unparse(one) for one in call.args]
    for known, library, counts, write in _WAYS:
        if name == known and library in (None, numpy) and len(given) in counts and not call.keywords:
            return write(given)
    return ""


_Way = tuple[str, bool | None, Sequence[int], Callable[[Sequence[str]], str]]
_WAYS: Sequence[_Way] = (
    ("random", None, (0,), lambda given: "torch.rand(()).item()"),
    ("rand", True, (0,), lambda given: "torch.rand(()).item()"),
    ("uniform", None, (0,), lambda given: "torch.rand(()).item()"),
    ("uniform", None, (2,), lambda given: f"torch.empty(()).uniform_({given[0]}, {given[1]}).item()"),
    ("randn", True, (0,), lambda given: "torch.randn(()).item()"),
    ("randint", False, (2,), lambda given: f"torch.randint({given[0]}, {given[1]} + 1, ()).item()"),
    ("randint", True, (2,), lambda given: f"torch.randint({given[0]}, {given[1]}, ()).item()"),
    ("randint", True, (1,), lambda given: f"torch.randint({given[0]}, ()).item()"),
    ("randrange", False, (1,), lambda given: f"torch.randint({given[0]}, ()).item()"),
    ("randrange", False, (2,), lambda given: f"torch.randint({given[0]}, {given[1]}, ()).item()"),
    ("choice", False, (1,), lambda given: f"{given[0]}[torch.randint(len({given[0]}), ()).item()]"),
    ("choice", True, (1,), lambda given: f"{given[0]}[torch.randint(len({given[0]}), ()).item()]"),
)
