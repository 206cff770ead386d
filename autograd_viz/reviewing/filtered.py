"""Parameter yang baru dicairkan sesudah optimizer dibuat dari yang saat itu meminta gradien."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import ModuleParts
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, around, statement_at, statements
from autograd_viz.reviewing.facts import Facts, Step, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import building
from autograd_viz.reviewing.meant import led_otherwise
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import put
from autograd_viz.reviewing.written import parsed

ASKING = "requires_grad"


def thawed_unheld(facts: Facts) -> Iterator[Found]:
    """Optimizer memegang semua yang meminta gradien ketika ia dibuat; yang meminta gradien sesudahnya tidak."""
    for steps in facts.optimizers.values():
        event = steps[0].event
        made = building(facts, event.number, event.optimizer)
        chosen = _chosen(statement(facts.data.sources, made)) if made is not None else None
        if made is None or len(steps) < 2:
            continue
        for module in facts.data.circumstances.modules:
            free = _free(facts, module, steps)
            if not free:
                continue
            if chosen is not None and _is_whole(module, chosen[1]):
                new = put(statement(facts.data.sources, made), chosen[0], f"{chosen[1]}.parameters()")
                why = "dibuat dari yang saat itu requires_grad"
                first = f"di {facts.line(made)} yang dipilih hanya yang requires_grad ketika baris itu dijalankan"
            else:
                later = _later(facts, module, free, made)
                if later is None:
                    continue
                new, why = later[1], "dibuat sebelum parameter itu dicairkan"
                first = f"dicairkan di {facts.line(later[0])}, sesudah {facts.line(made)}"
            came = facts.accumulated(free[0])
            yield Found(
                f"{facts.names(free)} meminta gradien dan mendapatkannya, tetapi tidak dipegang optimizer mana pun: "
                f"{event.optimizer} {why}.",
                (
                    first,
                    f"backward mengisi .grad `{facts.name(free[0])}` {len(came)} kali (norma "
                    f"{number(norm(came[0][1].value))}), dan {len(steps)} langkah tidak menggesernya",
                ),
                instead(facts, made, new),
                made,
            )
            return


def _later(facts: Facts, module: ModuleParts, free: list[int], made: Place) -> tuple[Place, str] | None:
    """The line below the optimizer's that thaws all of these, and the optimizer's line with them in it."""
    paths = [one.path for one in module.parameters if one.leaf in free]
    text = statement(facts.data.sources, made)
    given = _only_parameters(text)
    for one in statements(facts) if given else ():
        owner = _thawed(facts, one)
        if not owner or one.place.source != made.source or one.place.line < made.line:
            continue
        if around(facts, made) != one.around:
            continue
        part = owner.partition(".")[2] if "." in owner else ""
        if part and not all(path.startswith(f"{part}.") for path in paths):
            continue
        if not part and not _is_whole(module, owner):
            continue
        both = f"[*{given}.parameters(), *{owner}.parameters()]"
        whole = f"{owner}.parameters()" if given.startswith(f"{owner}.") else both
        new = put(text, f"{given}.parameters()", whole)
        if new:
            return one.place, new
    return None


def _only_parameters(text: str | None) -> str:
    """The one part of a model whose parameters an optimizer is given."""
    calls = [node for node in ast.walk(parsed(text) or ast.Module([], [])) if isinstance(node, ast.Call)]
    found = [
        ast.unparse(one.func.value)
        for one in calls
        if isinstance(one.func, ast.Attribute) and one.func.attr == "parameters" and not one.args
    ]
    return found[0] if len(found) == 1 and "." in found[0] else ""


def _thawed(facts: Facts, one: Statement) -> str:
    """What a statement asks gradients of: `net.body` of `net.body.requires_grad_(True)`, or of a loop over its own."""
    text = "" if hasattr(one.node, "body") else ast.unparse(one.node)
    loop = statement_at(facts, one.loop)
    if text.endswith(".requires_grad_(True)"):
        owner = text.removesuffix(".requires_grad_(True)")
    elif text.endswith(".requires_grad = True"):
        owner = text.removesuffix(".requires_grad = True")
    else:
        return ""
    if loop is None or not isinstance(loop.node, ast.For) or ast.unparse(loop.node.target) != owner:
        return owner
    given = ast.unparse(loop.node.iter)
    return given.removesuffix(".parameters()") if given.endswith(".parameters()") else ""


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
        and sum(
            bool(norm(came.value)) and facts.rounds[at].end < steps[-1].at for at, came in facts.accumulated(leaf)
        ) > 1
    ]


def _is_whole(module: ModuleParts, name: str) -> bool:
    """Whether the choice was among all of the module, by a name it goes by."""
    last = name.rpartition(".")[2]
    return last in {(one or "").rpartition(".")[2] for one in (module.name, module.called)} or last == "self"
