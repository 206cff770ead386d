"""Contoh acak dari `sample()`, yang memutus gradien ke parameter sebarannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import Cut
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import called, parsed


def sampled(facts: Facts) -> Iterator[Found]:
    """`sample()` di tempat `rsample()`: bagian loss di hilirnya tidak melatih pembuat sebarannya."""
    if any("log_prob" in source.text for source in facts.data.sources):
        return  # the score function trains what was sampled from
    groups: dict[tuple[Place, int | None], list[Cut]] = {}
    for step in facts.steps:
        if isinstance(step, Cut) and step.how == "no_grad" and step.place is not None:
            groups.setdefault((step.place, step.turn), []).append(step)
    for (place, _), cuts in groups.items():
        text = statement(facts.data.sources, place)
        call = called(text, "sample")
        sources = {cut.node for cut in cuts}
        if call is None or len(sources) < 2 or _meant(facts, place):
            continue
        above = {node for source in sources for node in facts.above(source)}
        cut_off = sorted(above & facts.trained)
        targets = {link.target for link in facts.data.cuts if link.source in sources and link.how == "no_grad"}
        users = [edge.target for target in targets for edge in facts.uses.get(target, ())]
        if not cut_off or not users or any(not above.isdisjoint(facts.above(user)) for user in users):
            continue
        for one in facts.rounds:
            trained = [leaf for leaf in cut_off if leaf in one.reached]
            if trained and all(user in one.ran for user in users):
                yield Found(
                    f"`{ast.unparse(call)}` memutus gradien: bagian loss yang dihitung dari contoh itu tidak melatih "
                    f"{facts.names(cut_off)}.",
                    (
                        f"di {facts.line(place)} sample() berjalan di dalam no_grad, dan hasilnya masuk ke "
                        f"{facts.line(facts.making[users[0]].place)} sebagai konstanta",
                        f"di {facts.line(one.start.place)}, `{facts.name(trained[0])}` hanya mendapat gradien dari "
                        f"bagian loss yang lain (norma {number(norm(one.reached[trained[0]].value))})",
                    ),
                    instead(facts, place, _reparametrised(text)),
                    place,
                )
                return


def _reparametrised(text: str | None) -> str:
    tree = parsed(text)
    assert tree is not None
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "sample":
            node.attr = "rsample"
    return ast.unparse(tree)


def _meant(facts: Facts, place: Place) -> bool:
    """Whether the user's own no_grad stands around the statement."""
    source = facts.data.sources[place.source]
    tree = parsed(source.text)
    line = place.line - source.first + 1
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.With) and node.lineno <= line <= (node.end_lineno or node.lineno):
            if any("no_grad" in ast.unparse(item) or "inference_mode" in ast.unparse(item) for item in node.items):
                return True
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or node.lineno):
            if any("no_grad" in ast.unparse(one) for one in node.decorator_list):
                return True
    return False
