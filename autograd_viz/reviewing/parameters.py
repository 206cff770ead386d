"""Parameter yang tidak terlatih: terputus, tidak terdaftar, tidak dipegang optimizer, atau beku tetapi bergeser."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.graph import Value
from autograd_viz.recording.circumstances import Parameter
from autograd_viz.recording.events import Cut, Leaf
from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import statement_at, statements
from autograd_viz.reviewing.facts import Facts, differs, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.meant import led_otherwise, moved_by_hand, switched
from autograd_viz.reviewing.mending import below, instead
from autograd_viz.reviewing.naming import assigned, calling, nn
from autograd_viz.reviewing.rewriting import uncut

COPIES = ("torch.tensor", "torch.as_tensor", "torch.from_numpy")
CALLS = {"detach": ".detach()", "data": ".data", "item": ".item()", "numpy": ".numpy()"}


def path_cut(facts: Facts) -> Iterator[Found]:
    """Parameter yang dipegang optimizer tetapi jalannya ke loss diputus."""
    told: dict[int, list[int]] = {}
    cuts: dict[int, Cut] = {}
    for at, step in enumerate(facts.steps):
        if isinstance(step, Cut) and step.how in CALLS and _feeds(facts, step, at):
            cuts.setdefault(step.node, step)
    for leaf in sorted(idle_leaves(facts)):
        below = facts.below(leaf)
        if below.isdisjoint(facts.ran) and len(below) > 1:
            end = max((node for node in below if node in cuts or _copied_by(facts, node)), default=None)
            if end is not None and not switched(facts, _cut_at(facts, cuts, end)):
                told.setdefault(end, []).append(leaf)
    if told:
        node, leaves = max(told.items(), key=lambda one: len(one[1]))
        how = CALLS[cuts[node].how] if node in cuts else f"{_copied_by(facts, node)}(...)"
        place = _cut_at(facts, cuts, node)
        yield Found(
            f"{facts.names(leaves)} dipegang optimizer tetapi tidak pernah mendapat gradien: jalannya ke loss diputus "
            f"oleh `{how}`.",
            (
                f"diputus di {facts.line(place)}, dan hasilnya dipakai lagi sebagai konstanta",
                f"{len(leaves)} parameter tidak pernah dicapai backward; yang lain dicapai",
            ),
            _uncut(facts, place, how),
            place,
        )


def _cut_at(facts: Facts, cuts: dict[int, Cut], node: int) -> Place | None:
    return cuts[node].place if node in cuts else facts.making[node].place


def _uncut(facts: Facts, place: Place | None, how: str) -> str:
    word = how.strip(".()").rpartition(".")[2]
    new = uncut(statement(facts.data.sources, place), word)
    if place is None or not new:
        return f"# hitung tanpa {how} di {facts.line(place)}"
    return instead(facts, place, new)


def _copied_by(facts: Facts, node: int) -> str:
    """The call that copies the result of a node into a new tensor, in the same statement; empty where none does."""
    value = facts.result(node)
    line = (statement(facts.data.sources, facts.making[node].place) if node in facts.making else "") or ""
    call = next((one for one in COPIES if f"{one}(" in line), "")
    return call if call and value is not None and _goes_on(facts, node, value, facts.made[node]) else ""


def idle_leaves(facts: Facts) -> set[int]:
    """Yang dipegang optimizer tetapi tidak pernah mendapat gradien, padahal yang lain di optimizer itu mendapatnya."""
    found: set[int] = set()
    for steps in facts.optimizers.values():
        grads: dict[int, bool] = {}
        for step in steps:
            for change, update in zip(step.event.changes, step.event.updates, strict=True):
                if change.node is not None:
                    grads[change.node] = grads.get(change.node, False) or update.grad is not None
        if any(grads.values()):
            found |= {leaf for leaf, had in grads.items() if not had and not facts.accumulated(leaf)}
    return {leaf for leaf in found if not led_otherwise(facts, leaf)}


def _feeds(facts: Facts, cut: Cut, at: int) -> bool:
    """Whether the cut-off result went on as a constant into something that a backward ran through."""
    linked = [link.target for link in facts.data.cuts if link.source == cut.node]
    around = facts.data.circumstances
    later = cut.how in ("detach", "data") and any(  # after more that had no graph either
        one.node in facts.ran and any(around.origins[at_].how == cut.how and cut.node in around.origins[at_].nodes
                                      for at_ in one.origins)
        for one in around.entered
    )  # fmt: skip
    return later or _into(facts, linked, at) or (cut.value is not None and _goes_on(facts, cut.node, cut.value, at))


def _goes_on(facts: Facts, node: int, value: Value, at: int) -> bool:
    constants = [
        number
        for number, found in enumerate(facts.nodes)
        if found.role == "constant" and found.value is not None and _same(value, found.value)
    ]
    return _into(facts, constants, at)


def _into(facts: Facts, targets: list[int], at: int) -> bool:
    return any(
        edge.target in facts.ran and facts.made.get(edge.target, -1) > at
        for target in targets
        for edge in facts.uses.get(target, ())
    )


def _same(cut: Value, constant: Value) -> bool:
    if cut.numbers is not None and constant.numbers is not None:
        return cut.numbers == constant.numbers and any(cut.numbers)
    return cut.shape == constant.shape and cut.norm == constant.norm and bool(cut.norm)


def not_registered(facts: Facts) -> Iterator[Found]:
    """Parameter yang dipegang modul di dalam daftar biasa, sehingga optimizer tidak mengenalnya."""
    for module in facts.data.circumstances.modules:
        if not any(one.leaf in facts.trained for one in module.parameters):
            continue
        alone = _alone(module.unregistered)
        lost = [
            one
            for one in module.unregistered
            if one.leaf is not None
            and one.leaf not in facts.trained
            and not moved_by_hand(facts, one.leaf)
            and one.path.partition("[")[0] not in alone
            and not (facts.nodes[one.leaf].name or "").isidentifier()  # a variable holds it: an input
            and any(norm(came.value) for _, came in facts.accumulated(one.leaf))
        ]
        if lost:
            first = lost[0]
            assert first.leaf is not None
            grad = norm(facts.accumulated(first.leaf)[0][1].value)
            holder = first.path.partition("[")[0]
            mend, place = _registered(facts, first.path)
            paths = ", ".join(f"`{one.path}`" for one in lost[:4])
            yield Found(
                f"{len(lost)} tensor di dalam modul tidak terdaftar: {paths} tidak ada di parameters(), jadi "
                "tidak satu optimizer pun menggesernya.",
                (
                    f"backward mengirim gradien ke sana (norma {number(grad)} di `{first.path}`)",
                    f"`{holder}` dipegang sebagai atribut biasa; yang terdaftar "
                    f"{len(module.parameters)} parameter lain",
                ),
                mend,
                place or _seen(facts, first.leaf),
            )
            return


def _registered(facts: Facts, path: str) -> tuple[str, Place | None]:
    """The line that makes the attribute, with what torch.nn has in place of a plain list, dict or tensor."""
    name, bracket, rest = path.partition("[")
    attribute = f"self.{name.rpartition('.')[2]}"
    of = "Parameter" if not bracket or path.endswith("]") else "Module"
    kind = f"{nn(facts)}.{of}" + (("Dict" if rest.startswith("'") else "List") if bracket else "")
    made = assigned(facts, attribute)
    value = made[0].node.value if len(made) == 1 and isinstance(made[0].node, ast.Assign) else None
    keyed = isinstance(value, ast.Dict | ast.DictComp)
    if value is None or "[" in rest or (bracket and keyed != kind.endswith("Dict")):
        return f"# pegang isi {attribute} dengan {kind}, bukan dengan wadah Python biasa", None
    return instead(facts, made[0].place, f"{attribute} = {kind}({ast.unparse(value)})"), made[0].place


def _alone(held: tuple[Parameter, ...]) -> set[str]:
    """Lists of one thing: the usual way to hold a module without registering it, on purpose."""
    places: dict[str, set[str]] = {}
    for one in held:
        name, bracket, rest = one.path.partition("[")
        if bracket:
            places.setdefault(name, set()).add(rest.partition("]")[0])
    return {name for name, indexes in places.items() if indexes == {"0"}}


def _seen(facts: Facts, leaf: int) -> Place | None:
    return next((step.place for step in facts.steps if isinstance(step, Leaf) and step.node == leaf), None)


def frozen_still_moved(facts: Facts) -> Iterator[Found]:
    """Parameter yang sudah dibekukan masih digeser optimizer."""
    for step in facts.optimizer_steps:
        moved = [
            change
            for change, update in zip(step.event.changes, step.event.updates, strict=True)
            if update.frozen and differs(change.before, change.after)
        ]
        if moved:
            first = moved[0]
            grad = next(
                update.grad
                for change, update in zip(step.event.changes, step.event.updates, strict=True)
                if change is first
            )
            yield Found(
                f"{step.event.optimizer} masih menggeser {len(moved)} parameter yang sudah dibekukan: "
                "requires_grad-nya False, tetapi .grad-nya masih ada.",
                (
                    f"`{first.name}` bergeser di {facts.line(step.event.place)}: norma {number(norm(first.before))} → "
                    f"{number(norm(first.after))}",
                    f"norma .grad yang tertinggal {number(grad)}; optimizer hanya melewati parameter yang "
                    ".grad-nya None",
                ),
                _emptied(facts, [change.node for change in moved if change.node is not None]),
                step.event.place,
            )
            return


def _emptied(facts: Facts, leaves: list[int]) -> str:
    """A new line below the one that freezes: what is frozen has no gradient left."""
    frozen = [(one, call) for one, call in calling(facts, "requires_grad_") if ast.unparse(call).endswith("(False)")]
    by_hand = [
        (one, one.node.targets[0].value)
        for one in statements(facts)
        if isinstance(one.node, ast.Assign)
        and isinstance(one.node.targets[0], ast.Attribute)
        and one.node.targets[0].attr == "requires_grad"
        and ast.unparse(one.node.value) == "False"
    ]
    if len(by_hand) == 1 and not frozen:
        one, owner = by_hand[0]
        return below(facts, one.place, f"{ast.unparse(owner)}.grad = None")
    if len(frozen) != 1 or by_hand or not isinstance(frozen[0][1].func, ast.Attribute):
        return f"# sesudah dibekukan, kosongkan .grad {facts.names(leaves)}: isinya None, bukan nol"
    one, name = frozen[0][0], ast.unparse(frozen[0][1].func.value)
    loop = statement_at(facts, one.loop)
    each = isinstance(loop.node, ast.For) and "parameters()" in ast.unparse(loop.node.iter) if loop else False
    tensor = each or any(facts.nodes[leaf].name == name for leaf in leaves)
    return below(facts, one.place, f"{name}.grad = None" if tensor else f"{name}.zero_grad()")
