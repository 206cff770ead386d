"""Obat bagi pilihan yang tidak membawa gradien: pilihan lunak yang maju sama, dan gradien lewat log-peluangnya."""

from __future__ import annotations

import ast

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, beside, statement_at, statements
from autograd_viz.reviewing.call_sites import origin_of
from autograd_viz.reviewing.facts import Facts, Round
from autograd_viz.reviewing.held_as import loss_name
from autograd_viz.reviewing.mending import below, instead, removed
from autograd_viz.reviewing.rewriting import expression, rewritten
from autograd_viz.reviewing.written import assignments, called, function_name

_CONVERTING = ("float", "double", "to")


def kinds_of(facts: Facts, call: ast.Call) -> set[str]:
    """Nama sebaran yang diundi itu, sejauh terbaca di sumbernya."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call
    name = ast.unparse(owner)
    made = [one.value for one in assignments(facts.data.sources) if one.name == name] if owner is not call else []
    return {function_name(value) for value in (owner, *made) if isinstance(value, ast.Call)}


def softened(facts: Facts, place: Place, user: int, later: Round) -> str:
    """Undian di tempat itu dengan peluangnya bila ia hanya memilih; selain itu dengan log-peluangnya."""
    text = statement(facts.data.sources, place)
    call = called(text, "sample")
    kinds = kinds_of(facts, call) if call is not None else set()
    owner = ast.unparse(call.func.value) if call is not None and isinstance(call.func, ast.Attribute) else ""
    if not owner.isidentifier() or not kinds:
        return ""
    if kinds <= {"Bernoulli", "OneHotCategorical"}:
        through = expression(f"{owner}.probs + ({owner}.sample() - {owner}.probs).detach()")
        new = rewritten(text, lambda node: through if ast.unparse(node) == f"{owner}.sample()" else None)
        return f"{instead(facts, place, new)}   # maju undiannya, mundur peluangnya (straight-through)" if new else ""
    if kinds == {"Categorical"}:
        soft = f"torch.nn.functional.gumbel_softmax({owner}.logits, hard=True)"
        hot = rewritten(text, lambda node: expression(soft) if _is_one_hot(node, f"{owner}.sample()") else None)
        new = instead(facts, place, hot) if hot else taken_by_index(facts, place, soft, user)
        if new:
            return new
    return by_its_score(facts, place, later, owner)


def _is_one_hot(node: ast.expr, of: str) -> bool:
    """`F.one_hot(of, n).float()`."""
    inner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    return isinstance(inner, ast.Call) and function_name(inner) == "one_hot" and ast.unparse(inner.args[0]) == of


def taken_by_index(facts: Facts, place: Place, soft: str, user: int) -> str:
    """`name = <indeks>` di tempat itu, yang hanya memilih baris sebuah tabel: `soft`, satu baris per contoh, @ tabel.

    `soft` ungkapan pilihan yang lunak, satu bilangan per baris tabel; kosong bila indeks itu dipakai untuk hal lain.
    """
    one = statement_at(facts, place)
    name = _target(one)
    if one is None or not name:
        return ""
    readers = [other for other in statements(facts) if _reads(other, name) and other.around == one.around]
    if len(readers) != 1 or not beside(facts, place, readers[0].place):
        return ""
    rows = _rows(facts, user)
    new = rewritten(statement(facts.data.sources, readers[0].place), lambda node: _with_table(node, name, soft, rows))
    return f"{removed(facts, place)}\n{instead(facts, readers[0].place, new)}" if new else ""


def by_its_score(facts: Facts, place: Place, later: Round, owner: str) -> str:
    """Suku bernilai nol yang gradiennya log-peluang undian itu dikali loss-nya; kosong bila namanya tidak sampai."""
    one, name = statement_at(facts, place), _target(statement_at(facts, place))
    loss = loss_name(facts, later.start.place)
    made = origin_of(facts, loss, later.start.place)
    if one is None or not name or not owner or made is None or made.around != one.around:
        return ""
    if not beside(facts, place, made.place) or made.place <= place:
        return ""
    return (
        f"# gradien lewat log-peluang undian itu; nilai {loss} tetap:\n"
        + below(
            facts,
            made.place,
            f"skor = {owner}.log_prob({name}).sum()\n{loss} = {loss} + (skor - skor.detach()) * {loss}.detach()",
        )  # fmt: skip
    )


def _target(one: Statement | None) -> str:
    node = one.node if one is not None else None
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _reads(one: Statement, name: str) -> bool:
    return not hasattr(one.node, "body") and any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in ast.walk(one.node)
    )


def _rows(facts: Facts, user: int) -> str:
    """What kind of table the index went into."""
    return {"IndexBackward0": "index", "EmbeddingBackward0": "embedding"}.get(facts.nodes[user].op, "")


def _with_table(node: ast.expr, name: str, soft: str, rows: str) -> ast.expr | None:
    if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == name and rows == "index":
        return expression(f"({soft} @ {ast.unparse(node.value)})")
    if not isinstance(node, ast.Call):
        return None
    if rows == "embedding" and [ast.unparse(one) for one in node.args] == [name] and not node.keywords:
        return expression(f"({soft} @ {ast.unparse(node.func)}.weight)")
    hot = node.func.value if isinstance(node.func, ast.Attribute) and function_name(node) in _CONVERTING else None
    if isinstance(hot, ast.Call) and function_name(hot) == "one_hot" and ast.unparse(hot.args[0]) == name:
        return expression(soft)
    return None
