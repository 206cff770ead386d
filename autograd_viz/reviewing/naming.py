"""Nama modul torch.nn di program itu, dan tempat sebuah atribut atau variabel dibuat."""

from __future__ import annotations

import ast

from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.written import parsed


def nn(facts: Facts) -> str:
    """`nn` bila program itu mengenalnya dengan nama pendek itu, selain itu `torch.nn`."""
    for source in facts.data.sources:
        tree = parsed(source.text)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Name) and node.id == "nn":
                return "nn"
    return "torch.nn"


def assigned(facts: Facts, target: str) -> list[Statement]:
    """Pernyataan-pernyataan yang memberi nilai baru kepada `target`, misalnya `self.experts`."""
    return [
        one
        for one in statements(facts)
        if isinstance(one.node, ast.Assign)
        and len(one.node.targets) == 1
        and ast.unparse(one.node.targets[0]) == target
    ]


def calling(facts: Facts, function: str) -> list[tuple[Statement, ast.Call]]:
    """Pernyataan sederhana yang memanggil fungsi atau metode bernama itu, dan panggilannya."""
    return [
        (one, node)
        for one in statements(facts)
        if not hasattr(one.node, "body")
        for node in ast.walk(one.node)
        if isinstance(node, ast.Call) and _name(node) == function
    ]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
