"""Parameter yang baru dicairkan sesudah optimizer dibuat dari yang saat itu meminta gradien."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import ModuleParts
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts, Step, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import building
from autograd_viz.reviewing.meant import led_otherwise
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import put

ASKING = "requires_grad"


def thawed_unheld(facts: Facts) -> Iterator[Found]:
    """Optimizer memegang semua yang meminta gradien ketika ia dibuat; yang meminta gradien sesudahnya tidak."""
    for steps in facts.optimizers.values():
        event = steps[0].event
        made = building(facts, event.number, event.optimizer)
        chosen = _chosen(statement(facts.data.sources, made)) if made is not None else None
        if made is None or chosen is None or len(steps) < 2:
            continue
        for module in facts.data.circumstances.modules:
            free = _free(facts, module, steps)
            if not free or not _is_whole(module, chosen[1]):
                continue
            came = facts.accumulated(free[0])
            yield Found(
                f"{facts.names(free)} meminta gradien dan mendapatkannya, tetapi tidak dipegang optimizer mana pun: "
                f"{event.optimizer} dibuat dari yang saat itu requires_grad.",
                (
                    f"di {facts.line(made)} yang dipilih hanya yang requires_grad ketika baris itu dijalankan",
                    f"backward mengisi .grad `{facts.name(free[0])}` {len(came)} kali (norma "
                    f"{number(norm(came[0][1].value))}), dan {len(steps)} langkah tidak menggesernya",
                    *(f"dicairkan di {facts.line(one.place)}" for one in _thawing(facts)[:1]),
                ),
                instead(facts, made, put(statement(facts.data.sources, made), chosen[0], f"{chosen[1]}.parameters()")),
                made,
            )
            return


def _chosen(text: str | None) -> tuple[str, str] | None:
    """The expression that keeps only what asks for gradients, and whose parameters it chooses from."""
    try:
        tree = ast.parse((text or "").strip())
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        given: ast.expr | None = None
        if isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
            loop = node.generators[0]
            name = ast.unparse(loop.target)
            if ast.unparse(node.elt) == name and [ast.unparse(one) for one in loop.ifs] == [f"{name}.{ASKING}"]:
                given = loop.iter
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "filter" and len(node.args) == 2:
            asked = node.args[0]
            if isinstance(asked, ast.Lambda) and len(asked.args.args) == 1:
                given = node.args[1] if ast.unparse(asked.body) == f"{asked.args.args[0].arg}.{ASKING}" else None
        if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "parameters":
            return ast.unparse(node), ast.unparse(given.func.value)
    return None


def _free(facts: Facts, module: ModuleParts, steps: list[Step]) -> list[int]:
    """The module's own that got gradients before two of these steps and that no optimizer holds."""
    held = {change.node for step in steps for change in step.event.changes}
    leaves = [one.leaf for one in module.parameters if one.leaf is not None and not one.frozen]
    if held.isdisjoint(leaves):
        return []
    return [
        leaf
        for leaf in leaves
        if leaf not in facts.trained
        and not led_otherwise(facts, leaf)
        and sum(bool(norm(came.value)) for _, came in facts.accumulated(leaf)) > 1
    ]


def _is_whole(module: ModuleParts, name: str) -> bool:
    """Whether the choice was among all of the module, by a name it goes by."""
    last = name.rpartition(".")[2]
    return last in {(one or "").rpartition(".")[2] for one in (module.name, module.called)} or last == "self"


def _thawing(facts: Facts) -> list[Statement]:
    return [
        one
        for one in statements(facts)
        if not hasattr(one.node, "body")
        and ("requires_grad_(True)" in (text := ast.unparse(one.node)) or text.endswith("requires_grad = True"))
    ]
