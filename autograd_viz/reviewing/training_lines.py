"""Di baris mana program itu berlatih, dan nama kedua sebuah model yang terus dilatih."""

from __future__ import annotations

import ast

from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import Statement, around, inside, statement_at, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.written import function_name


def trains(facts: Facts, block: Place) -> bool:
    """Apakah sebuah backward berjalan di baris-baris itu, atau di fungsi yang dipanggil di sana."""
    starts = [one.start.place for one in facts.rounds if one.start.place is not None]
    if any(inside(place, block) for place in starts):
        return True
    functions = {name for place in starts for name in around(facts, place)[-1:]}
    return any(
        isinstance(node, ast.Call) and function_name(node) in functions
        for one in statements(facts)
        if inside(one.place, block) and not hasattr(one.node, "body")
        for node in ast.walk(one.node)
    )


def trained_between(facts: Facts, first: Statement, last: Statement) -> bool:
    """Apakah program berlatih sesudah `first`: di perulangan yang memuatnya, atau sebelum `last` di fungsi itu."""
    loop = statement_at(facts, first.loop)
    if loop is not None and trains(facts, loop.place):
        return True
    if first.around != last.around:
        return True  # a method that is called from the training
    return trains(facts, Place(first.place.source, first.place.line, last.place.line - 1))


def best_by_name(facts: Facts, one: Statement) -> tuple[str, str] | None:
    """`best_model = model` di bawah sebuah perbandingan, di perulangan yang melatih satu model itu; selain itu None."""
    node = one.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    name, model = ast.unparse(node.targets[0]), ast.unparse(node.value)
    if "best" not in name.lower() or not isinstance(node.value, ast.Name | ast.Attribute):
        return None
    loop = statement_at(facts, one.loop)
    modules = {word for part in facts.data.circumstances.modules for word in (part.name, part.called)}
    asked = any(
        isinstance(other.node, ast.If)
        and isinstance(other.node.test, ast.Compare)
        and not any(isinstance(part, ast.Break | ast.Return) for part in ast.walk(other.node))
        and inside(one.place, other.place)
        and loop is not None
        and inside(other.place, loop.place)
        for other in statements(facts)
    )
    if model not in modules or not asked or loop is None:
        return None
    renewed = any(
        isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store) and ast.unparse(part) == model
        for part in ast.walk(loop.node)
    )
    return (name, model) if trains(facts, loop.place) and not renewed else None
