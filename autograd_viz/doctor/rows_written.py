"""Perulangan yang menulisi potongannya: potongan baru dikumpulkan, dan hasilnya kembali ke tensor yang dibaca lagi."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence

from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, definitions, dotted, read_paths
from autograd_viz.doctor.findings import at, called, instead
from autograd_viz.doctor.slices import frame_context
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.writers import Write

_LEAVING = (ast.Continue, ast.Break, ast.Return)


def rows_written(evidence: Evidence, statement: Statement, write: Write) -> tuple[str, str] | None:
    """Tensor yang dilalui perulangan-perulangan itu dan obatnya; None bila tidak dapat disusun."""
    scope = evidence.frames[0].scope
    loops, whole = [statement], _iterated(statement.node, write.path)
    while whole is not None:
        outer = next(iter(definitions(scope, whole, loops[-1], 1)), None)
        if outer is None or outer[1].kind != "loop" or outer[0].node not in loops[-1].blocks:
            break
        loops.append(outer[0])
        whole = _iterated(outer[0].node, whole)
    first = loops[-1]
    if whole is None or any(isinstance(node, _LEAVING) for node in ast.walk(first.node)):
        return None
    text = "\n".join(_rendered(first.node, loops[0].node, write))
    if "baris_baru.append" not in text or not _rewritten(write):
        return None
    listed = isinstance(resolve(whole, evidence.frames[0].variables)[0], (list, tuple))
    if listed and len(loops) > 1:
        return None
    joined = f"torch.stack(baris_baru).view_as({whole})" if len(loops) > 1 else "torch.stack(baris_baru)"
    joined = f"{whole} = {'baris_baru' if listed else joined}"
    last = first.node.end_lineno
    mend = f"# menggantikan {at(first, last)}:\nbaris_baru = []\n{text}\n{joined}"
    return whole, mend + put_back(evidence, first, whole)


def put_back(evidence: Evidence, loop: Statement, whole: str) -> str:
    """Baris-baris yang masih perlu supaya tensor baru itu sampai ke pembacanya; kosong bila tidak perlu."""
    here = evidence.frames[0]
    returned = [
        one for one in here.scope.statements
        if isinstance(one.node, ast.Return) and whole in read_paths(one.node.value)
    ]  # fmt: skip
    if whole not in here.scope.parameters:
        return ""
    more = "" if returned or read_after(here.scope.statements, loop, whole) else f"\nreturn {whole}"
    outer = evidence.frames[1] if len(evidence.frames) > 1 else None
    if outer is None or outer.current is None or not (returned or more):
        return more
    node, given = outer.current.node, frame_context(evidence, 0).given.get(whole)
    name = dotted(given[1]) if given is not None else None
    if isinstance(node, ast.Expr) and name is not None:  # called for what it writes alone
        return f"{more}\n# menggantikan {at(outer.current)}, pemanggilnya:\n{name} = {outer.current.text}"
    return more


def read_after(statements: Sequence[Statement], current: Statement, path: str) -> bool:
    """Apakah nama ini dibaca lagi sesudah pernyataan itu."""
    last = current.node.end_lineno or current.line
    after = [one for one in statements if one.place > current.place and one.line > last]
    return any(begins(read, path) for one in after for read in read_paths(one.node))


def _iterated(loop: ast.stmt, path: str) -> str | None:
    """The name of what this loop goes through by rows under that name, also in zip() and enumerate()."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)):
        return None
    target, source = loop.target, loop.iter
    if isinstance(source, ast.Call) and called(source) == "enumerate" and isinstance(target, ast.Tuple):
        if len(target.elts) != 2 or not source.args:
            return None
        target, source = target.elts[1], source.args[0]
    if isinstance(source, ast.Call) and called(source) == "zip" and isinstance(target, ast.Tuple):
        pairs = zip(target.elts, source.args, strict=False)
        return next((dotted(one) for name, one in pairs if dotted(name) == path), None)
    return dotted(source) if dotted(target) == path else None


def _rendered(node: ast.stmt, inner: ast.stmt, write: Write) -> list[str]:
    """The lines of this statement with a new piece in place of the written one, which is collected."""
    if node is write.statement.node:
        return _rewritten(write).splitlines()
    if not isinstance(node, (ast.For, ast.If)) or not any(one is write.statement.node for one in ast.walk(node)):
        return ast.unparse(node).splitlines()
    body = [line for one in node.body for line in _rendered(one, inner, write)]
    if node is inner:
        body.append(f"baris_baru.append({write.path})")
    head = f"if {ast.unparse(node.test)}:" if isinstance(node, ast.If) else \
        f"for {ast.unparse(node.target).strip('()')} in {ast.unparse(node.iter)}:"
    lines = [head, *_indented(body)]
    if node.orelse:
        lines += ["else:", *_indented([line for one in node.orelse for line in _rendered(one, inner, write)])]
    return lines


def _rewritten(write: Write) -> str:
    if write.indexed or not write.instead:
        return f"{write.path} = {write.path}.clone()\n{ast.unparse(write.statement.node)}"
    return write.instead


def _indented(lines: list[str]) -> list[str]:
    return textwrap.indent("\n".join(lines), "    ").splitlines()


def kept_name(scope: Scope, write: Write) -> str | None:
    """Pernyataan yang membuat tensor baru, bila namanya memang dibaca lagi; None bila hasilnya akan terbuang."""
    kept = write.instead and read_after(scope.statements, write.statement, write.path)
    return instead(write.statement, write.instead) if kept else None
