"""Tensor yang dipegang optimizer: yang namanya sudah berpindah ke tensor lain, dan dua parameter di satu memori."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from autograd_viz.graph import Value
from autograd_viz.recording.events import Cut, Leaf
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.facts import Facts, Step, norm, number, pairs
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.written import assignments, function_name, parsed

IN_PLACE = ("clamp", "clip", "clamp_min", "clamp_max", "mul", "add", "sub", "div")


def left_behind(facts: Facts) -> Iterator[Found]:
    """Nama parameter dipindahkan ke tensor baru, sedang optimizer tetap memegang yang lama."""
    for steps in facts.optimizers.values():
        moving = [any(grad for _, grad in pairs(step.event)) for step in steps]
        if len(steps) < 2 or moving != [True] + [False] * (len(steps) - 1):
            continue
        held = {leaf for leaf, _ in pairs(steps[0].event)}
        cut = next((one for one in facts.steps[steps[0].at :] if isinstance(one, Cut) and one.node in held), None)
        renewed = _renewed(facts, cut) if cut is not None else None
        if cut is None or renewed is None:
            continue
        name, mend = renewed
        fresh = [
            step.node
            for step in facts.steps[steps[0].at :]
            if isinstance(step, Leaf) and step.node not in facts.trained
            and (step.place == cut.place or (step.name or "").partition(" (")[0] == name)
        ]
        got = [leaf for leaf in fresh if any(norm(one.value) for _, one in facts.accumulated(leaf))]
        if got and facts.nodes[got[0]].shape == facts.nodes[cut.node].shape:
            event = steps[1].event
            yield Found(
                f"`{name}` menjadi tensor baru di setiap putaran, sedang {event.optimizer} tetap memegang yang lama: "
                "sesudah langkah pertama tidak ada lagi yang digesernya.",
                (
                    f"di {facts.line(cut.place)} `{name}` dipasang pada daun baru; backward mengisi .grad daun-daun "
                    f"baru itu (norma {number(norm(facts.accumulated(got[0])[0][1].value))}), yang tidak dipegang "
                    "optimizer mana pun",
                    f"{len(steps) - 1} dari {len(steps)} langkah di {facts.line(event.place)} berjalan dengan .grad "
                    "kosong",
                ),
                instead(facts, cut.place, mend) if cut.place else mend,
                cut.place,
            )
            return


def _renewed(facts: Facts, cut: Cut) -> tuple[str, str] | None:
    """The name that a statement gives to what it makes from the same name, and that statement in place."""
    tree = parsed(statement(facts.data.sources, cut.place))
    one = tree.body[0] if tree and len(tree.body) == 1 else None
    if not isinstance(one, ast.Assign) or len(one.targets) != 1:
        return None
    if not isinstance(one.targets[0], ast.Name | ast.Attribute):
        return None
    name, value = ast.unparse(one.targets[0]), one.value
    while isinstance(value, ast.Call):
        if function_name(value) == "requires_grad_" and isinstance(value.func, ast.Attribute):
            value = value.func.value
        elif function_name(value) in ("Parameter", "Variable") and value.args:
            value = value.args[0]
        else:
            break
    value = _Attached(name).visit(value)
    if name not in {ast.unparse(node) for node in ast.walk(value)}:
        return None
    method = value.func if isinstance(value, ast.Call) else None
    if isinstance(method, ast.Attribute) and method.attr in IN_PLACE and ast.unparse(method.value) == name:
        method.attr += "_"
        return name, f"with torch.no_grad():\n    {ast.unparse(value)}"
    return name, f"with torch.no_grad():\n    {name}.copy_({ast.unparse(value)})"


class _Attached(ast.NodeTransformer):
    """The name itself in place of its detached or `.data` form."""

    def __init__(self, name: str) -> None:
        self.forms = {f"{name}.detach()", f"{name}.data", f"{name}.detach().clone()", f"{name}.clone().detach()"}
        self.name = name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.unparse(node) in self.forms:
            return ast.parse(self.name, mode="eval").body
        return super().generic_visit(node)


def one_memory(facts: Facts) -> Iterator[Found]:
    """Dua parameter di satu memori: setiap langkah menggesernya dua kali."""
    for steps in facts.optimizers.values():
        held = [leaf for leaf, _ in pairs(steps[0].event)]
        for one, other in combinations(held, 2):
            if facts.nodes[one].shape == facts.nodes[other].shape and _together(steps, one, other):
                event = steps[0].event
                sizes = [next(grad for leaf, grad in pairs(event) if leaf == which) for which in (one, other)]
                mend, place = _tied(facts, one, other)
                yield Found(
                    f"`{facts.name(one)}` dan `{facts.name(other)}` dua parameter di satu memori: {event.optimizer} "
                    "menggeser memori itu dua kali di setiap langkah, masing-masing dengan sebagian gradiennya.",
                    (
                        f"isi keduanya sama sebelum dan sesudah {len(steps)} langkah di {facts.line(event.place)}, "
                        f"padahal .grad-nya berbeda: norma {number(sizes[0])} dan {number(sizes[1])}",
                        "parameter yang benar-benar satu muncul satu kali dan .grad-nya jumlah keduanya",
                    ),
                    mend,
                    place or event.place,
                )
                return


def _together(steps: list[Step], one: int, other: int) -> bool:
    uneven = 0
    apart = False
    for step in steps:
        found = {
            change.node: (change.before, change.after, update.grad)
            for change, update in zip(step.event.changes, step.event.updates, strict=True)
            if change.node in (one, other)
        }
        if len(found) < 2:
            return False
        (before, after, grad), (before_, after_, grad_) = found[one], found[other]
        if before != before_ or after != after_ or before == after or not grad or not grad_:
            return False
        uneven += _uneven(before)
        apart = apart or grad != grad_
    return apart and uneven >= 2


def _uneven(value: Value | None) -> bool:
    """Whether a content is of its own kind: neither all zero nor all the same."""
    if value is None or not norm(value):
        return False
    return len(set(value.numbers)) > 1 if value.numbers is not None else value.low != value.high


def _tied(facts: Facts, one: int, other: int) -> tuple[str, Place | None]:
    names = [facts.name(one), facts.name(other)]
    for made in assignments(facts.data.sources):
        target = made.name.removesuffix(".data")
        value = made.value
        if isinstance(value, ast.Call) and function_name(value) == "Parameter" and value.args:
            value = value.args[0]
        source = ast.unparse(value).removesuffix(".data")
        if any(target.endswith(a) and source.endswith(b) for a, b in (names, names[::-1])):
            return instead(facts, made.place, f"{target} = {source}"), made.place
    words = f"`{names[1]}` dan `{names[0]}` menunjuk parameter yang sama, tanpa `.data`"
    return f"# di baris yang menyatukan memorinya, sebelum optimizer dibuat:\n# buat {words}", None
