"""Dropout yang tetap mengundi dalam mode eval: fungsinya tidak diberi tahu mode modelnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import ModuleCalled
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statement_at, statements
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import switched
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.rewriting import expression, rewritten

FUNCTION = {f"{owner}.dropout" for owner in ("F", "nn.functional", "torch.nn.functional", "functional")}
DELIBERATE = ("monte", "mc_", "mcdropout", "mc dropout", "bayes", "uncertain", "ketidakpastian")


def always_dropout(facts: Facts) -> Iterator[Found]:
    """`F.dropout(x)` tanpa `training=` di `forward` sebuah model yang juga dipanggil dalam mode eval."""
    if any(word in source.text.lower() for source in facts.data.sources for word in DELIBERATE):
        return  # samples at evaluation on purpose
    for one in statements(facts):
        if hasattr(one.node, "body") or len(one.around) < 2 or one.around[-1] != "forward":
            continue
        new = rewritten(statement(facts.data.sources, one.place), _told)
        if not new or switched(facts, one.place):
            continue
        module = _module(facts, one.place)
        calls = [call for call in facts.calls if call.module == module and not call.training]
        if module is None or not calls or any(_repeats(facts, call) for call in calls):
            continue
        call = next(node for node in ast.walk(one.node) if isinstance(node, ast.expr) and _told(node) is not None)
        yield Found(
            f"`{ast.unparse(call)}` tidak mengenal mode modelnya: dalam mode eval pun sebagian unit dimatikan secara "
            "acak.",
            (
                f"modelnya dipanggil {len(calls)} kali dalam mode eval, yang pertama di {facts.line(calls[0].place)}",
                "bawaan `F.dropout` training=True; hanya modul nn.Dropout yang mengikuti eval()",
            ),
            instead(facts, one.place, new),
            one.place,
        )
        return


def _told(node: ast.expr) -> ast.expr | None:
    """The call with the mode of the model, where nothing is said about it."""
    if not isinstance(node, ast.Call):
        return None
    if ast.unparse(node.func) in FUNCTION and 1 <= len(node.args) <= 2:
        if any(word.arg in ("training", None) for word in node.keywords):
            return None
        return expression(f"{ast.unparse(node)[:-1]}, training=self.training)")
    layer = node.func  # nn.Dropout(p)(x): made on the spot, it is always in training mode
    if isinstance(layer, ast.Call) and ast.unparse(layer.func).rpartition(".")[2] == "Dropout" and len(node.args) == 1:
        owner = ast.unparse(layer.func).rpartition(".")[0] or "torch.nn"
        given = [ast.unparse(node.args[0]), *(ast.unparse(one) for one in layer.args)]
        given += [f"{word.arg}={ast.unparse(word.value)}" for word in layer.keywords]
        return expression(f"{owner}.functional.dropout({', '.join(given)}, training=self.training)")
    return None


def _module(facts: Facts, place: Place) -> int | None:
    """The outermost module in whose training call something was computed at that line."""
    times = sorted(facts.made[node] for node, step in facts.making.items() if step.place == place)
    for at, call in enumerate(facts.calls):
        end = facts.calls[at + 1].at if at + 1 < len(facts.calls) else len(facts.steps)
        if call.training and any(call.at <= time < end for time in times):
            return call.module
    return None


def _repeats(facts: Facts, call: ModuleCalled) -> bool:
    """Whether the same input is given again and again, as one does to see how far the answers spread."""
    one = statement_at(facts, call.place)
    loop: Statement | None = statement_at(facts, one.loop) if one is not None else None
    if one is None:
        return False
    read = {node.id for node in ast.walk(one.node) if isinstance(node, ast.Name)}
    if any(isinstance(node, ast.ListComp | ast.GeneratorExp) for node in ast.walk(one.node)):
        return True
    if loop is None or not isinstance(loop.node, ast.For):
        return False
    names = {node.id for node in ast.walk(loop.node.target) if isinstance(node, ast.Name)}
    learning = any(_inside(round_.start.place, loop.place) for round_ in facts.rounds)
    return names.isdisjoint(read) and not learning


def _inside(inner: Place | None, outer: Place) -> bool:
    return inner is not None and inner.source == outer.source and outer.line <= inner.line <= outer.end
