"""Parameter yang jalannya ke loss diputus `nn.Parameter(...)`: di setiap putaran isinya dibungkus menjadi daun baru."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import around
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import Entry, behind, entries
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead, lines
from autograd_viz.reviewing.rewriting import rewritten
from autograd_viz.reviewing.written import function_name, parsed


def made_anew(facts: Facts) -> Iterator[Found]:
    """Parameter yang dipegang optimizer, tetapi yang dipakai daun baru yang dibuat dari isinya di setiap putaran."""
    found = entries(facts, {"parameter"})
    for origin, (leaves, entry) in behind(facts, found).items():
        place = origin.place
        if place is None or not _each_round(facts, found, place) or switched(facts, place):
            continue
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: di jalannya ke loss "
            "`Parameter(...)` membuat daun baru di setiap putaran, dan gradien berhenti di daun itu.",
            (
                f"daun baru dibuat di {facts.line(place)}; isinya disalin, grafnya tidak",
                f"daun itu masuk ke {facts.line(facts.making[entry.node].place)}",
                f"{len(leaves)} parameter tidak pernah dicapai {len(facts.rounds)} backward",
            ),
            _mend(facts, place),
            place,
        )
        return


def _each_round(facts: Facts, found: list[Entry], place: Place) -> bool:
    """Whether the leaf is made again between two backwards, not once for a layer that stays."""
    if facts.most_steps == 1:
        return around(facts, place)[-1:] == ("forward",)
    times = {one.origin.at for one in found if one.origin.place == place}
    return len({sum(round_.begin < at for round_ in facts.rounds) for at in times}) > 1


def _mend(facts: Facts, place: Place) -> str:
    text = statement(facts.data.sources, place)
    new = rewritten(text, _inside)
    tree = parsed(new)
    stored = tree is not None and isinstance(tree.body[0], ast.Assign | ast.AnnAssign) and any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in ast.walk(tree)
    )
    if new and not stored:
        return instead(facts, place, new)
    return (
        f"# di {lines(facts, place)}: pakai hasil hitungannya langsung, tanpa Parameter(...), detach(), atau .data,\n"
        "# dan simpan di variabel lokal; Parameter dibuat sekali saja, di __init__"
    )


def _inside(node: ast.expr) -> ast.expr | None:
    """What a Parameter was made of, not cut from its graph either."""
    if not isinstance(node, ast.Call) or function_name(node) != "Parameter":
        return None
    given = node.args[0] if node.args else next((one.value for one in node.keywords if one.arg == "data"), None)
    return None if given is None else _whole(given)


def _whole(node: ast.expr) -> ast.expr:
    uncut: ast.expr = _Uncut().visit(ast.parse(ast.unparse(node), mode="eval").body)
    return uncut


class _Uncut(ast.NodeTransformer):
    """Without `.detach()` and `.data`, and without the copy that follows them."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Panggilan `.detach()`, dan `.clone()` sesudahnya, dilewati."""
        self.generic_visit(node)
        plain = isinstance(node.func, ast.Attribute) and not node.args and not node.keywords
        if plain and isinstance(node.func, ast.Attribute) and node.func.attr in ("detach", "clone"):
            return node.func.value
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`.data` dilewati."""
        self.generic_visit(node)
        return node.value if node.attr == "data" else node
