"""Optimizer yang tidak pernah menerima gradien: yang dihitung memakai salinan parameternya, atau tidak memakainya."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from autograd_viz.recording.events import Leaf
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.blocks import around
from autograd_viz.reviewing.derivatives import derivative_without_graph
from autograd_viz.reviewing.facts import Facts, Round, Step, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import building, optimizer_name
from autograd_viz.reviewing.losses import loss_is_leaf
from autograd_viz.reviewing.lost import untouched
from autograd_viz.reviewing.mending import below, instead
from autograd_viz.reviewing.no_derivative import no_derivative
from autograd_viz.reviewing.numbers import path_cut
from autograd_viz.reviewing.replaced import other_parameters
from autograd_viz.reviewing.sampling import sampled
from autograd_viz.reviewing.written import assignments, function_name, parsed

EXPLAINING = (loss_is_leaf, other_parameters, no_derivative, derivative_without_graph, sampled, path_cut)


def optimizer_idle(facts: Facts) -> Iterator[Found]:
    """Setiap langkah sebuah optimizer berjalan dengan .grad None, padahal backward berjalan."""
    idle = set(untouched(facts))
    empty = [steps for steps in facts.optimizers.values() if len(steps) > 1 and set(_held(steps)) <= idle]
    if not empty or any(any(check(facts)) for check in EXPLAINING):
        return
    for steps in empty:
        held, event = _held(steps), steps[0].event
        round_ = _learning(facts)
        copies = _copies(facts, held)
        if not held or round_ is None or not (copies or len(empty) == len(facts.optimizers)):
            continue
        yield Found(
            f"{event.optimizer} melangkah {len(steps)} kali tanpa gradien: .grad semua {len(held)} parameter yang "
            "dipegangnya None setiap kali, jadi tidak satu pun bergeser.",
            (
                f"langkah-langkah itu di {facts.line(event.place)}",
                _elsewhere(facts, copies) if copies else _nowhere(facts, held, round_),
            ),
            _mend(facts, steps, copies),
            event.place,
        )
        return


def _held(steps: list[Step]) -> list[int]:
    return [change.node for change in steps[0].event.changes if change.node is not None]


def _learning(facts: Facts) -> Round | None:
    """The first backward that sent something to a leaf."""
    return next((one for one in facts.rounds if any(norm(came.value) for came in one.reached.values())), None)


def _copies(facts: Facts, held: list[int]) -> list[int]:
    """Leaves that no optimizer holds, as many and of the same shapes, that took the gradients in its place."""
    if any(leaf in facts.uses for leaf in held):
        return []
    wanted = Counter(facts.nodes[leaf].shape for leaf in held)
    found = [
        leaf
        for leaf in sorted({leaf for one in facts.rounds for leaf in one.reached})
        if leaf not in facts.trained and any(norm(came.value) for _, came in facts.accumulated(leaf))
    ]
    shapes = Counter(facts.nodes[leaf].shape for leaf in found)
    return found if all(shapes[shape] >= count for shape, count in wanted.items()) else []


def _elsewhere(facts: Facts, copies: list[int]) -> str:
    place = next((step.place for step in facts.steps if isinstance(step, Leaf) and step.node == copies[0]), None)
    size = number(norm(facts.accumulated(copies[0])[0][1].value))
    return (
        f"backward mengisi .grad {len(copies)} daun lain yang sebentuk (norma {size} pada yang pertama, yang mulai "
        f"dipakai di {facts.line(place)}): salinan parameter itu, yang tidak dipegang optimizer mana pun"
    )


def _nowhere(facts: Facts, held: list[int], round_: Round) -> str:
    last = max((node for leaf in held for node in facts.below(leaf) if node in facts.making), default=None)
    if last is None:
        return f"{facts.line(round_.start.place)} berjalan, tetapi parameter itu tidak dipakai menghitung apa pun"
    return (
        f"yang terakhir dihitung dari parameter itu ada di {facts.line(facts.making[last].place)}; "
        f"{facts.line(round_.start.place)} tidak melewatinya"
    )


def _mend(facts: Facts, steps: list[Step], copies: list[int]) -> str:
    optimizer = optimizer_name(facts, steps[0].event.place)
    lines = [(one.place, new) for one in assignments(facts.data.sources) if (new := _own(one.name, one.value))]
    if copies and len(lines) == 1:
        return instead(facts, *lines[0])
    anew = _for_the_copy(facts, steps, optimizer) if copies else ""
    if anew:
        return anew
    return f"# hitung loss dari parameter yang dipegang {optimizer} sendiri, bukan dari salinan atau tensor lain;\n" \
           f"# langkahnya di {facts.line(steps[0].event.place)}"


def _for_the_copy(facts: Facts, steps: list[Step], optimizer: str) -> str:
    """Below `model = copy.deepcopy(base)`, the optimizer made again as it was for `base`; empty where it is not so."""
    event = steps[0].event
    made = building(facts, event.number, event.optimizer)
    tree = parsed(statement(facts.data.sources, made))
    call = next((node for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.Call)
                 and function_name(node) == event.optimizer), None)  # fmt: skip
    if call is None or len(call.args) != 1 or not optimizer.isidentifier():
        return ""
    held, there = ast.unparse(call.args[0]), around(facts, event.place)
    copied = [
        one
        for one in assignments(facts.data.sources)
        if isinstance(one.value, ast.Call) and function_name(one.value) == "deepcopy" and one.value.args
        and held == f"{ast.unparse(one.value.args[0])}.parameters()"
        and one.name.isidentifier() and around(facts, one.place) == there
    ]  # fmt: skip
    known = there == around(facts, made) or all(isinstance(word.value, ast.Constant) for word in call.keywords)
    if len(copied) != 1 or not known:
        return ""
    given = [f"{copied[0].name}.parameters()", *(f"{word.arg}={ast.unparse(word.value)}" for word in call.keywords)]
    return below(facts, copied[0].place, f"{optimizer} = {ast.unparse(call.func)}({', '.join(given)})")


def _own(name: str, value: ast.expr) -> str:
    """The assignment with the parameters themselves in place of what state_dict() or detach() gives of them."""
    before = ast.unparse(value)
    after = ast.unparse(_Own().visit(ast.parse(before, mode="eval").body))
    if before == after or not ("named_parameters()" in after or "parameters()" in before):
        return ""
    whole = after if after.startswith(("dict(", "{", "[")) else f"dict({after})"
    return f"{name} = {whole}"


class _Own(ast.NodeTransformer):
    """`state_dict()` gives tensors without a graph; `named_parameters()` the parameters themselves."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Memakai parameter itu sendiri, tanpa memutusnya."""
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        name, owner = function_name(node), node.func.value
        if name == "state_dict" and not node.args and not node.keywords:
            node.func.attr = "named_parameters"
        elif name == "items" and isinstance(owner, ast.Call) and function_name(owner) == "named_parameters":
            return owner
        elif name in ("detach", "requires_grad_"):
            return owner
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`.data` sebuah parameter menjadi parameter itu."""
        self.generic_visit(node)
        return node.value if node.attr == "data" else node
