"""Satu temuan: sebab yang dikenali pada sebuah galat, buktinya, dan tempatnya."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from autograd_viz.doctor.evidence import Evidence, Known, UserFrame, resolve
from autograd_viz.doctor.expressions import begins, definitions
from autograd_viz.doctor.source import Scope, Statement

NOTHING: Mapping[str, str] = {}
Side = Literal["atas", "bawah"]


class Finding(NamedTuple):
    """Sebab yang dikenali: `cause` id-nya di katalog, `evidence` kalimat buktinya, `words` nama-nama program pengguna.

    `mend` menggantikan obat dari katalog, dan `example` mengatakan bahwa ia hanya contoh. `question` pertanyaan yang
    menentukan apakah obat itu yang dimaksud; kosong bila program itu sendiri menjawabnya. `forward` pernyataan operasi
    majunya, `writer` yang menulis atau memutus; `nodes` dan `tensors` yang ditandai di gambar. `weight` lebih besar
    berarti lebih pasti.
    """

    cause: str
    evidence: str
    words: Mapping[str, str] = NOTHING
    mend: str | None = None
    forward: Statement | None = None
    writer: Statement | None = None
    nodes: tuple[Any, ...] = ()
    tensors: tuple[Any, ...] = ()
    weight: int = 2
    example: bool = False  # the mend shows how; it is not made of this program's lines alone
    question: str = ""


def rows(first: int, last: int | None = None) -> str:
    """Baris-baris dalam kata.

    >>> rows(4), rows(4, 4), rows(4, 6)
    ('baris 4', 'baris 4', 'baris 4 sampai 6')
    """
    return f"baris {first}" + (f" sampai {last}" if last is not None and last > first else "")


def at(statement: Statement | None, last: int | None = None) -> str:
    """Tempat sebuah pernyataan dalam kata, sampai baris `last`: `baris 4`, atau `sel [2] baris 4 sampai 6`.

    >>> at(None)
    'baris yang tidak terbaca'
    """
    if statement is None:
        return "baris yang tidak terbaca"
    where = f"{statement.title} " if statement.title.startswith("sel") else ""
    return f"{where}{rows(statement.line, last)}"


def span(statement: Statement) -> str:
    """Semua baris sebuah pernyataan dalam kata: `baris 4`, atau `baris 4 sampai 6`.

    >>> span(Statement(ast.parse("f(\\n  x)").body[0], 0, ""))
    'baris 1 sampai 2'
    """
    return at(statement, last_line(statement.node))


def last_line(node: ast.stmt) -> int:
    """Baris terakhir sebuah pernyataan; dari pernyataan majemuk baris terakhir kepalanya.

    >>> last_line(ast.parse("if (a and\\n    b):\\n    c").body[0])
    2
    """
    if not hasattr(node, "body"):
        return node.end_lineno or node.lineno
    parts = [one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.stmt)]
    decorators = getattr(node, "decorator_list", [])
    ends = [inner.end_lineno or 0 for one in parts if one not in decorators for inner in ast.walk(one)
            if isinstance(inner, ast.expr)]  # fmt: skip
    return max([node.lineno, *ends])


def instead(statement: Statement, text: str) -> str:
    """Obat yang menggantikan sebuah pernyataan, dengan barisnya.

    >>> print(instead(Statement(ast.parse("y = x").body[0], 0, ""), "y = 2 * x"))
    # menggantikan baris 1:
    y = 2 * x
    """
    return f"# menggantikan {span(statement)}:\n{text}"


def above(statement: Statement, text: str) -> str:
    """Obat yang berdiri sebagai baris baru di atas sebuah pernyataan.

    >>> print(above(Statement(ast.parse("y = x").body[0], 0, "y = x"), "x = 2"))
    # baris baru, tepat di atas baris 1, `y = x`:
    x = 2
    """
    return f"# baris baru, tepat di atas {at(statement)}, `{statement.text}`:\n{text}"


def below(statement: Statement, text: str) -> str:
    """Obat yang berdiri sebagai baris baru di bawah sebuah pernyataan, dari yang majemuk di bawah kepalanya.

    >>> print(below(Statement(ast.parse("y = f(\\n  x)").body[0], 0, "y = f(x)"), "z = y"))
    # baris baru, tepat di bawah baris 2, `y = f(x)`:
    z = y
    """
    return f"# baris baru, tepat di bawah {_end(statement)}, `{statement.text}`:\n{text}"


def moved(statement: Statement, to: Statement, side: Side) -> str:
    """Obat yang memindahkan sebuah pernyataan ke atas atau ke bawah pernyataan lain.

    >>> first, last = ast.parse("a = 1\\nb = 2").body
    >>> print(moved(Statement(last, 1, "b = 2"), Statement(first, 0, "a = 1"), "atas"))
    # pindahkan baris 2 ke tepat di atas baris 1, `a = 1`:
    b = 2
    """
    where = at(to) if side == "atas" else _end(to)
    return f"# pindahkan {span(statement)} ke tepat di {side} {where}, `{to.text}`:\n{statement.text}"


def removed(statement: Statement) -> str:
    """Obat yang menghapus sebuah pernyataan, beserta `if`-nya bila isinya hanya itu.

    >>> removed(Statement(ast.parse("y = x").body[0], 0, "y = x"))
    '# hapus baris 1, `y = x`'
    """
    block = statement.blocks[-1] if statement.blocks else None
    if isinstance(block, ast.If) and block.body == [statement.node] and not block.orelse:
        where = at(statement).replace(f"baris {statement.line}", rows(block.lineno, block.end_lineno))
        return f"# hapus {where}, `if {ast.unparse(block.test)}:` beserta isinya"
    return f"# hapus {span(statement)}, `{statement.text}`"


def _end(statement: Statement) -> str:
    where = f"{statement.title} " if statement.title.startswith("sel") else ""
    return f"{where}baris {last_line(statement.node)}"


def defined(evidence: Evidence, path: str, first: int = 0) -> Statement | None:
    """Pernyataan terakhir yang memberi nama ini isinya, dari bingkai ke-`first` ke luar."""
    for frame in evidence.frames[first:]:
        found = definitions(frame.scope, path, frame.current, 1)
        if found:
            return found[0][0]
    return None


def called_here(known: Known, variables: Mapping[str, Any], read: Sequence[str]) -> str:
    """Nama tensor ini di antara yang dibaca, meskipun ia lebih dulu dikenal dengan nama lain; kosong bila tidak dibaca.

    >>> import torch
    >>> h = torch.ones(2)
    >>> called_here(Known("asal", h, 0), {"asal": h, "h": h}, ["h.square"])
    'h'
    """
    if any(begins(path, known.path) for path in read):
        return known.path
    found = ((path, *resolve(path, variables)) for path in read)
    return next((path.removesuffix(rest) for path, value, rest in found if value is known.tensor), "")


def method_call(expression: ast.AST | None, *names: str) -> ast.Call | None:
    """Panggilan salah satu fungsi atau metode ini di dalam sebuah ungkapan; None bila tidak ada."""
    if expression is None:
        return None
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and called(node) in names:
            return node
    return None


def called(call: ast.Call) -> str:
    """Nama yang dipanggil, tanpa pemiliknya.

    >>> called(ast.parse("torch.nn.ReLU()", mode="eval").body)
    'ReLU'
    """
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def asked_expression(statement: Statement | None, frame_call: ast.expr | None = None) -> ast.expr | None:
    """Ungkapan yang di-backward oleh pernyataan ini: `loss` pada `loss.backward()` atau `autograd.grad(loss, w)`."""
    call = frame_call if isinstance(frame_call, ast.Call) and called(frame_call) in _ASKING else None
    if call is None and statement is not None:
        call = method_call(statement.node, *_ASKING)
    if call is None:
        return None
    if isinstance(call.func, ast.Attribute) and call.func.attr == "backward" and not _is_module(call.func.value):
        return call.func.value
    for keyword in call.keywords:
        if keyword.arg in ("outputs", "tensors"):
            return keyword.value
    return call.args[0] if call.args else None


_ASKING = ("backward", "grad")


def _is_module(owner: ast.expr) -> bool:
    return ast.unparse(owner) in ("torch.autograd", "autograd")


def keeps_graph(call: ast.AST) -> bool:
    """Apakah panggilan ini meminta grafnya dipertahankan."""
    return any(
        isinstance(node, ast.keyword)
        and node.arg in ("retain_graph", "create_graph")
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in ast.walk(call)
    )


def backward_calls(scope: Scope) -> list[tuple[Statement, ast.expr]]:
    """Pernyataan yang menjalankan backward dan menghabiskan grafnya, beserta ungkapan yang di-backward."""
    found = []
    for one in scope.statements:
        if hasattr(one.node, "body"):
            continue
        call = method_call(one.node, *_ASKING)
        expression = asked_expression(one)
        if call is not None and expression is not None and not keeps_graph(call):
            found.append((one, expression))
    return found


def root_words(evidence: Evidence) -> dict[str, str]:
    """Kata `{loss}` dan `{call}`: apa yang di-backward dan pernyataan yang memintanya."""
    here: UserFrame | None = evidence.here
    if here is None or here.current is None:
        return {}
    words = {"call": here.current.text}
    expression = asked_expression(here.current, here.call)
    named = [evidence.name(root) for root in evidence.roots]
    if named and named[0]:
        words["loss"] = named[0]
    elif expression is not None:
        words["loss"] = ast.unparse(expression)
    return words
