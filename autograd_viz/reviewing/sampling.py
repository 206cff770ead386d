"""Contoh acak dari sebuah sebaran, yang memutus gradien ke parameter sebarannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.chosen import kinds_of, softened
from autograd_viz.reviewing.facts import MOVING, Facts, Round, is_zero, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.lost import entries, untouched
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import called, function_name, parsed

NORMAL = tuple(f"NormalBackward{digit}" for digit in range(4))  # it has a node, and sends zeros
WITH_RSAMPLE = frozenset(
    "Normal LogNormal Laplace MultivariateNormal LowRankMultivariateNormal Uniform Gumbel Cauchy StudentT Gamma Beta "
    "Dirichlet Exponential HalfNormal Weibull".split()
)

WITHOUT_RSAMPLE = frozenset(
    "Bernoulli Categorical OneHotCategorical Multinomial Binomial Poisson Geometric NegativeBinomial VonMises "
    "MixtureSameFamily".split()
)


class Drawn(NamedTuple):
    """Undian di satu pernyataan: dari simpul mana, dan operasi mana yang menerima hasilnya di putaran mana."""

    sources: frozenset[int]
    users: tuple[int, ...]
    later: Round
    came: float | None  # the norm of the gradient that arrived at the draw, where it has a node


def sampled(facts: Facts) -> Iterator[Found]:
    """Undian tanpa gradien: bagian loss di hilirnya tidak melatih pembuat sebarannya."""
    if any("log_prob" in source.text for source in facts.data.sources):
        return  # the score function trains what was sampled from
    told = [*_with_node(facts), *_without_graph(facts)]
    scored = {place for place, drawn in told if _is_scored(facts, drawn)}
    for place, drawn in told:
        cut_off = sorted(_above(facts, drawn) & facts.trained)
        if not cut_off or place in scored:
            continue
        trained = [leaf for leaf in cut_off if leaf in drawn.later.reached] if _asked(facts, drawn) else []
        if trained or set(cut_off) <= set(untouched(facts)) or _nothing_else(drawn, cut_off):
            yield _found(facts, place, drawn, cut_off, trained)
            return


def _above(facts: Facts, drawn: Drawn) -> set[int]:
    return set().union(*map(facts.above, drawn.sources))


def _is_scored(facts: Facts, drawn: Drawn) -> bool:
    """Whether the draw meets again what it was drawn from, as in a score function by hand."""
    above = _above(facts, drawn)
    return any(not above.isdisjoint(_others(facts, user)) for user in drawn.users)


def _found(facts: Facts, place: Place | None, drawn: Drawn, cut_off: list[int], trained: list[int]) -> Found:
    text = statement(facts.data.sources, place)
    call = called(text, "sample") or called(text, "normal")
    entered = facts.line(facts.making[drawn.users[0]].place)
    how = (
        f"sample() berjalan di dalam no_grad, dan hasilnya masuk ke {entered} sebagai konstanta"
        if drawn.came is None
        else f"gradien bernorma {number(drawn.came)} sampai di undian itu, dan yang diteruskannya tepat nol"
    )
    other = (
        f"di {facts.line(drawn.later.start.place)}, `{facts.name(trained[0])}` hanya mendapat gradien dari bagian loss "
        f"yang lain (norma {number(norm(drawn.later.reached[trained[0]].value))})"
        if trained
        else f"{len(cut_off)} parameter itu tidak mendapat gradien sama sekali"
    )
    return Found(
        f"`{ast.unparse(call) if call else 'Undian itu'}` memutus gradien: bagian loss yang dihitung dari contoh itu "
        f"tidak melatih {facts.names(cut_off)}.",
        (f"di {facts.line(place)} {how}", other),
        _mend(facts, place, text, drawn),
        place,
    )


def _asked(facts: Facts, drawn: Drawn) -> bool:
    """Whether the mean or the width themselves get a gradient in that backward, from another part of the loss."""
    own = [drawn.later.ran.get(facts.source(node)) for node in drawn.sources]
    own += [drawn.later.ran.get(node) for node in drawn.sources]
    return any(norm(value) for step in own if step is not None for value in step.values)


def _nothing_else(drawn: Drawn, cut_off: list[int]) -> bool:
    """Whether a draw with a node of its own is the only way, so that exact zeros arrive."""
    reached = [drawn.later.reached.get(leaf) for leaf in cut_off]
    return drawn.came is not None and all(one is not None and is_zero(one.value) for one in reached)


def _with_node(facts: Facts) -> Iterator[tuple[Place | None, Drawn]]:
    """`torch.normal(mean, std)`: a gradient comes and zeros go out."""
    for node in sorted(facts.ran):
        if facts.nodes[node].op not in NORMAL or node not in facts.making:
            continue
        later = facts.rounds[facts.ran[node][0]]
        step = later.ran[node]
        came = next((size for value in step.values if (size := norm(value))), None)
        sent = [flow.value for flow in step.sent if flow.value is not None]
        users = tuple(user for user in _users(facts, node) if user in later.ran)
        sources = frozenset(
            edge.source for edge in facts.inputs.get(node, ()) if facts.nodes[edge.source].role != "constant"
        )
        if came and sent and all(map(is_zero, sent)) and users:
            yield facts.making[node].place, Drawn(sources, users, later, came)


def _users(facts: Facts, node: int) -> list[int]:
    """What takes it in, past what only moves its numbers."""
    found: list[int] = []
    for edge in facts.uses.get(node, ()):
        moves = facts.nodes[edge.target].op in MOVING
        found += _users(facts, edge.target) if moves else [edge.target]
    return found


def _without_graph(facts: Facts) -> Iterator[tuple[Place | None, Drawn]]:
    """`sample()` of a distribution that has rsample(), and whose result went into what was sent backward."""
    groups: dict[tuple[Place | None, int], list[tuple[frozenset[int], int, Round]]] = {}
    for entry in entries(facts, {"no_grad"}):
        key = entry.origin.place, entry.node
        groups.setdefault(key, []).append((frozenset(entry.origin.nodes), entry.node, entry.later))
    for (place, node), found in groups.items():
        text = statement(facts.data.sources, place)
        sources = frozenset().union(*(nodes for nodes, _, _ in found))
        call = called(text, "sample")
        if place is not None and call is not None and not _meant(facts, place):
            kinds = kinds_of(facts, call)
            above = set().union(*map(facts.above, sources)) & facts.trained
            with_gradient = not kinds & WITHOUT_RSAMPLE and (len(sources) > 1 or bool(kinds & WITH_RSAMPLE))
            if with_gradient or above <= set(untouched(facts)):  # or it is the only way to what it was drawn from
                yield place, Drawn(sources, (node,), found[0][2], None)


def _others(facts: Facts, user: int) -> set[int]:
    """What else goes into an operation, besides the draw."""
    found: set[int] = set()
    for edge in facts.inputs.get(user, ()):
        if facts.nodes[facts.source(edge.source)].op not in NORMAL:
            found |= facts.above(edge.source)
    return found


def _mend(facts: Facts, place: Place | None, text: str | None, drawn: Drawn) -> str:
    call = called(text, "sample")
    kinds = kinds_of(facts, call) if call is not None else set()
    if kinds & WITHOUT_RSAMPLE:
        new = softened(facts, place, drawn.users[0], drawn.later) if place is not None and call is not None else ""
        return new or (
            f"# undian di {facts.line(place)} tidak punya rsample(): pakai sebaran yang dilunakkan, misalnya\n"
            "# RelaxedBernoulli atau gumbel_softmax(logits, hard=True), atau latih dengan -log_prob(undian) * ganjaran"
        )
    new = _reparametrised(text)
    return instead(facts, place, new) if place is not None and new else "# pakai rsample() di tempat sample()"


def _reparametrised(text: str | None) -> str:
    tree = parsed(text)
    return "" if tree is None else ast.unparse(_Reparametrised().visit(tree))


class _Reparametrised(ast.NodeTransformer):
    """`rsample` for `sample`, and the mean and the width with noise of their own for `torch.normal`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Metode `sample` menjadi `rsample`."""
        self.generic_visit(node)
        if node.attr == "sample":
            node.attr = "rsample"
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`torch.normal(mean, std)` menjadi `mean + std * torch.randn_like(std)`."""
        self.generic_visit(node)
        named = {word.arg: word.value for word in node.keywords}
        given = [*node.args, *(named[name] for name in ("mean", "std")[len(node.args) :] if name in named)]
        if function_name(node) != "normal" or len(given) != 2 or named.keys() - {"mean", "std"}:
            return node
        mean, std = map(ast.unparse, given)
        like = mean if isinstance(given[1], ast.Constant) else std
        return ast.parse(f"({mean}) + ({std}) * torch.randn_like({like})", mode="eval").body


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
