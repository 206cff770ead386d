"""`@once_differentiable` pada `backward` yang sebenarnya dapat diturunkan lagi."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.findings import Finding, called
from autograd_viz.doctor.grad_switches import files
from autograd_viz.doctor.source import Function, Text, read_text

_MARK = "once_differentiable"
_OUTSIDE = re.compile(r"numpy|\bnp\.|\bscipy\b|detach|\.data\b|no_grad|\.item\(|\.tolist\(|inference_mode")
_OF_CONTEXT = re.compile(r"\bctx\.(\w+)")


def once_only(evidence: Evidence) -> Iterator[Finding]:
    """Function mana yang ditandai, di baris mana, dan apakah tandanya boleh dihapus.

    Boleh bila `backward` itu hanya operasi torch atas masukan atau hasil yang dititipkan: yang lain tidak tercatat.
    """
    marked = [
        (text, kind, function, line) for name in files(evidence) if (text := read_text(name, {})) is not None
        for kind, function, line in _marked(text)
    ]  # fmt: skip
    for text, kind, function, line in marked[:1] if len(marked) == 1 else ():
        where = f"{text.title} " if text.title.startswith("sel") else ""
        told = f"`@{_MARK}` ada di {where}baris {line}, di atas `{kind.name}.backward`."
        if _differentiable(kind, function):
            told += " Isinya hanya operasi torch atas yang dititipkan `save_for_backward`, jadi ia sendiri dapat " \
                    "diturunkan lagi."
            mend: str | None = f"# hapus {where}baris {line}: {text.lines[line - 1].strip()}"
        else:
            mend = None
        yield Finding("tanda-sekali", told, {"function": kind.name}, mend, weight=4, example=mend is None)


def _marked(text: Text) -> Iterator[tuple[ast.ClassDef, Function, int]]:
    for kind in [node for node in ast.walk(text.tree) if isinstance(node, ast.ClassDef)]:
        for function in kind.body:
            if isinstance(function, ast.FunctionDef) and function.name == "backward":
                for one in function.decorator_list:
                    if ast.unparse(one).rpartition(".")[2] == _MARK:
                        yield kind, function, one.lineno


def _differentiable(kind: ast.ClassDef, backward: Function) -> bool:
    """Whether only what forward was given or gives back was saved, and only torch computes with it."""
    forward = next((one for one in kind.body if isinstance(one, ast.FunctionDef) and one.name == "forward"), None)
    if forward is None or _OUTSIDE.search("\n".join(map(ast.unparse, backward.body))):
        return False
    known = {one.arg for one in forward.args.args[1:]}
    for node in ast.walk(forward):
        if isinstance(node, ast.Return) and node.value is not None:
            known |= {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)} if isinstance(
                node.value, (ast.Name, ast.Tuple)
            ) else set()
    saved = [
        ast.unparse(one) for node in ast.walk(forward) if isinstance(node, ast.Call)
        and called(node) == "save_for_backward" for one in node.args
    ]  # fmt: skip
    return bool(saved) and all(one in known for one in saved) and _plain_context(forward, backward)


def _plain_context(forward: Function, backward: Function) -> bool:
    """Whether nothing but saved tensors, and what forward was given as it is, comes through the context."""
    read = set(_OF_CONTEXT.findall("\n".join(map(ast.unparse, backward.body))))
    given = {one.arg for one in forward.args.args}
    kept = {
        target.attr for node in ast.walk(forward) if isinstance(node, ast.Assign) and ast.unparse(node.value) in given
        for target in node.targets if isinstance(target, ast.Attribute)
    }  # fmt: skip
    return read <= {"saved_tensors", "needs_input_grad"} | kept
