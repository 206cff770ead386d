"""Bobot yang diikat menjadi satu parameter, tetapi ikatannya lepas: salah satunya diganti sesudah itu."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.reviewing.blocks import Statement, around, statement_at, statements
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import building
from autograd_viz.reviewing.mending import above, below, lines
from autograd_viz.reviewing.written import function_name

_KEY = re.compile(r"\[(['\"]?)(\w+)\1\]")


class Tie(NamedTuple):
    """Baris yang mengikat `target` kepada `source`, dan daun-daun yang kini memakai kedua nama itu."""

    line: Statement
    target: str
    source: str
    leaves: tuple[int, int]


class Swap(NamedTuple):
    """Baris yang mengganti salah satunya, dan nama di depan keduanya di sana."""

    line: Statement
    root: str


def tying_lost(facts: Facts) -> Iterator[Found]:
    """Dua parameter yang diikat di sumbernya, tetapi di akhir rekaman keduanya dilatih sendiri-sendiri."""
    if any("untie" in source.text.lower() for source in facts.data.sources):
        return
    for tie in _ties(facts):
        target, source = tie.leaves
        swaps = {path: _swap(facts, tie, path) for path in (tie.target, tie.source)}
        told = [one for one in swaps.values() if one is not None]
        sizes = [norm(facts.accumulated(leaf)[0][1].value) for leaf in tie.leaves]
        last = max((one.line for one in told), key=lambda line: line.place, default=None)
        yield Found(
            f"Ikatan bobot lepas: `{facts.name(target)}` dan `{facts.name(source)}` diikat menjadi satu parameter, "
            "tetapi kini dua tensor yang dilatih sendiri-sendiri.",
            (
                f"diikat di {facts.line(tie.line.place)}",
                *(f"diganti di {facts.line(one.line.place)}" for one in {one.line.place: one for one in told}.values()),
                f"gradien masing-masing bernorma {number(sizes[0])} dan {number(sizes[1])}; pada satu parameter "
                "keduanya dijumlahkan di satu .grad",
            ),
            _mend(facts, tie, swaps),
            last.place if last is not None else tie.line.place,
        )
        return


def _ties(facts: Facts) -> Iterator[Tie]:
    trained = {
        facts.name(leaf): leaf for leaf in facts.trained if any(norm(c.value) for _, c in facts.accumulated(leaf))
    }
    for one in statements(facts):
        node = one.node
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or _conditional(facts, one):
            continue
        root, target = _path(node.targets[0])
        other, source = _path(node.value)
        if not target or not source or root != other or target.count(".") < 1 or source.count(".") < 1:
            continue
        pairs_ = [
            (leaf, trained[prefix + source])
            for name, leaf in trained.items()
            if (prefix := name.removesuffix(target)) + target == name and prefix[-1:] in ("", ".")
            and prefix + source in trained
        ]  # fmt: skip
        if len(pairs_) == 1 and facts.nodes[pairs_[0][0]].shape == facts.nodes[pairs_[0][1]].shape:
            tie = Tie(one, target, source, pairs_[0])
            if pairs_[0][0] != pairs_[0][1] and _has_run(facts, tie):
                yield tie


def _path(node: ast.expr) -> tuple[str, str]:
    """The name in front and the path behind it, `self` and `layers.1.weight` of `self.layers[1].weight`."""
    inner = node
    while isinstance(inner, ast.Attribute | ast.Subscript):
        inner = inner.value
    text = _KEY.sub(r".\2", ast.unparse(node))
    root, _, path = text.partition(".")
    named = isinstance(node, ast.Attribute) and node.attr != "data" and path.replace(".", "_").isidentifier()
    return (root, path) if isinstance(inner, ast.Name) and named else ("", "")


def _conditional(facts: Facts, one: Statement) -> bool:
    return any(
        isinstance(other.node, ast.If)
        and other.place.source == one.place.source
        and other.place.line < one.place.line <= other.place.end
        for other in statements(facts)
    )


def _has_run(facts: Facts, tie: Tie) -> bool:
    """Whether the statement must have run before: it belongs to the class of what was computed, or stands above it."""
    scope = tie.line.around
    used = [
        facts.making[edge.target].place
        for leaf in tie.leaves
        for edge in facts.uses.get(leaf, ())
        if edge.target in facts.making
    ]
    first = [place for place in used if place is not None]
    if not first:
        return False
    classes = {one.node.name for one in statements(facts) if isinstance(one.node, ast.ClassDef)}
    if scope and scope[0] in classes and any(around(facts, place)[:1] != scope[:1] for place in first):
        return False
    if not scope:
        later = [place for place in first if place.source == tie.line.place.source and not around(facts, place)]
        return all(tie.line.place < place for place in later)
    return scope[-1] == "__init__" or any(
        isinstance(node, ast.Call) and function_name(node) == scope[-1]
        for one in statements(facts)
        if not hasattr(one.node, "body")
        for node in ast.walk(one.node)
    )


def _swap(facts: Facts, tie: Tie, path: str) -> Swap | None:
    """The last statement that puts something else under that path."""
    module, _, leaf = path.rpartition(".")
    found = None
    for one in statements(facts):
        here = one.around == tie.line.around and one.place.source == tie.line.place.source
        if here and one.place <= tie.line.place:  # what the class makes first
            continue
        if isinstance(one.node, ast.Assign) and len(one.node.targets) == 1:
            root, written = _path_or_part(one.node.targets[0])
            making = root == "self" and one.around[-1:] == ("__init__",) and not here
            if root and written in (path, module) and not making:
                found = Swap(one, root)
        elif isinstance(one.node, ast.Expr) and isinstance(one.node.value, ast.Call):
            call = one.node.value
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            if function_name(call) == "load_state_dict" and given.get("assign") == "True":
                if isinstance(call.func, ast.Attribute):
                    found = Swap(one, ast.unparse(call.func.value))
    return found


def _path_or_part(target: ast.expr) -> tuple[str, str]:
    if isinstance(target, ast.Subscript):
        wrapped = ast.Attribute(target, "weight", ast.Load())
        root, path = _path(wrapped)
        return root, path.removesuffix(".weight")
    return _path(target)


def _mend(facts: Facts, tie: Tie, swaps: dict[str, Swap | None]) -> str:
    """Tied again below what replaced one of them last, in the direction that keeps the new content."""
    found = [one for one in swaps.values() if one is not None]
    kept = tie.target if swaps[tie.source] is None and found else tie.source
    other = tie.source if kept == tie.target else tie.target
    last = max(found, key=lambda one: one.line.place, default=None)
    if last is not None and len({one.line.around for one in found}) == 1:
        return below(facts, last.line.place, f"{_named(last.root, other, tie)} = {_named(last.root, kept, tie)}")
    return _before_the_optimizer(facts, tie) or (
        f"# ikatannya di {lines(facts, tie.line.place)} dijalankan lagi sesudah penggantian itu, dan sebelum\n"
        "# optimizer dibuat"
    )


def _before_the_optimizer(facts: Facts, tie: Tie) -> str:
    """A new line above the one that gives the parameters of the model to the optimizer."""
    steps = next((mine for mine in facts.optimizers.values() if tie.leaves[0] in {
        change.node for change in mine[0].event.changes
    }), None)  # fmt: skip
    made = building(facts, steps[0].event.number, steps[0].event.optimizer) if steps else None
    built = statement_at(facts, made)
    if made is None or built is None:
        return ""
    owners = {
        ast.unparse(node.func.value)
        for node in ast.walk(built.node)
        if isinstance(node, ast.Call) and function_name(node) == "parameters" and isinstance(node.func, ast.Attribute)
    }
    paths = {one.leaf: one.path for module in facts.data.circumstances.modules for one in module.parameters}
    inside = paths.get(tie.leaves[0], "").removesuffix(tie.target).rstrip(".")
    if len(owners) != 1 or tie.leaves[0] not in paths or hasattr(built.node, "body"):
        return ""
    root = ".".join(filter(None, (owners.pop(), inside)))
    return above(facts, made, f"{_named(root, tie.target, tie)} = {_named(root, tie.source, tie)}")


def _named(root: str, path: str, tie: Tie) -> str:
    """The path as the program writes it, under another name in front."""
    node = tie.line.node
    assert isinstance(node, ast.Assign)
    sides = {_path(one)[1]: ast.unparse(one) for one in (node.targets[0], node.value)}
    own = _path(node.value)[0]
    return root + sides[path].removeprefix(own)
