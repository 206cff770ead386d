"""Nama yang dipakai program itu sendiri: optimizer, GradScaler, model, dan loss, dibaca dari pernyataannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import ModuleCalled, OptimizerMade, Scaled
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.written import assignments, parsed, receiver


def _calls(facts: Facts, place: Place | None) -> Iterator[ast.Call]:
    text = statement(facts.data.sources, place)
    tree = parsed(text) or parsed(f"{(text or '').rstrip()} pass")
    return (node for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.Call))


def optimizer_name(facts: Facts, place: Place | None) -> str:
    """Ungkapan optimizer di baris `step()`-nya, misalnya `self.optimizer` atau `opts["g"]`; kosong bila tidak ada."""
    scaled = any(isinstance(one, Scaled) and one.place == place for one in facts.seen)
    for node in _calls(facts, place):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "step":
            return ast.unparse(node.args[0]) if scaled and node.args else ast.unparse(node.func.value)
    return ""


def scaler_name(facts: Facts) -> str:
    """Ungkapan GradScaler di barisnya; kosong bila tidak ada, atau bila tidak selalu sama."""
    names = {
        ast.unparse(node.func.value)
        for one in facts.seen
        if isinstance(one, Scaled)
        for node in _calls(facts, one.place)
        if isinstance(node.func, ast.Attribute) and node.func.attr == one.call
    }
    return names.pop() if len(names) == 1 else ""


def called_name(facts: Facts, call: ModuleCalled) -> str:
    """Ungkapan sebuah modul di baris yang memanggilnya; kosong bila tidak terbaca di sana."""
    modules = facts.data.circumstances.modules
    held = (modules[call.module].called, modules[call.module].name) if call.module < len(modules) else ()
    lasts = [name.rpartition(".")[2] for name in held if name]
    names = [ast.unparse(node.func) for node in _calls(facts, call.place)]
    return next((name for last in lasts for name in names if name.rpartition(".")[2] == last), "")


def loss_name(facts: Facts, place: Place | None) -> str:
    """Yang di-backward di sebuah pernyataan, tanpa pengali GradScaler; kosong bila tidak terbaca."""
    text = receiver(statement(facts.data.sources, place), "backward")
    inner = parsed(text)
    one = inner.body[0] if inner and inner.body else None
    call = one.value if isinstance(one, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "scale" and call.args:
        return ast.unparse(call.args[0])
    return text


def building(facts: Facts, number: int, kind: str) -> Place | None:
    """Tempat optimizer bernomor itu dibuat: yang terekam, atau satu-satunya pembuatan jenis itu di sumbernya."""
    for one in facts.seen:
        if isinstance(one, OptimizerMade) and one.optimizer == number:
            return one.place
    trees = [parsed(source.text) for source in facts.data.sources]
    made = [node for tree in trees for node in (ast.walk(tree) if tree else ()) if _makes(node, kind)]
    named = [one.place for one in assignments(facts.data.sources) if _makes(one.value, kind)]
    return named[0] if len(made) == len(named) == 1 else None


def born(facts: Facts, number: int) -> bool:
    """Apakah pembuatan optimizer bernomor itu terekam."""
    return any(isinstance(one, OptimizerMade) and one.optimizer == number for one in facts.seen)


def _makes(node: ast.AST, kind: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == kind
