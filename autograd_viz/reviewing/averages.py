"""Rata-rata bergerak (EMA) yang memegang parameter itu sendiri, bukan salinannya."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.events import InPlace
from autograd_viz.recording.source import Place
from autograd_viz.reviewing.blocks import statement_at
from autograd_viz.reviewing.facts import Facts, norm, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import assigned
from autograd_viz.reviewing.rewriting import expression
from autograd_viz.reviewing.written import called, parsed, with_options


def ema_by_reference(facts: Facts) -> Iterator[Found]:
    """Rata-rata bergerak yang memegang parameter itu sendiri, bukan salinannya."""
    scaled: dict[int, InPlace] = {}
    hits: list[tuple[InPlace, InPlace]] = []
    for step in facts.steps:
        if not isinstance(step, InPlace) or step.node is None or step.node not in facts.trained:
            continue
        if step.operation == "mul_":
            scaled[step.node] = step
        elif step.overlaps and step.operation == "lerp_":
            hits.append((step, step))
        elif step.overlaps and step.operation == "add_" and step.node in scaled:
            hits.append((scaled.pop(step.node), step))
        elif step.operation == "copy_" and _of_itself(facts, step):
            hits.append((step, step))
    if len(hits) < 2:
        return
    first, second = hits[0]
    assert second.node is not None
    mend, place = _copied_instead(facts, second.place)
    yield Found(
        "Rata-rata bergerak (EMA) ini memegang parameter yang sedang dilatih, bukan salinannya: yang diubah modelnya "
        "sendiri.",
        (
            f"di {facts.line(second.place)} yang diubah dan yang ditambahkan "
            f"{'terletak di memori yang sama' if second.overlaps else 'tensor yang sama'}: `{facts.name(second.node)}`",
            f"norma parameter itu {number(norm(first.change.before))} → {number(norm(second.change.after))}, dan "
            f"terjadi {len(hits)} kali",
        ),
        mend,
        place,
    )


def _of_itself(facts: Facts, step: InPlace) -> bool:
    """Whether `a.copy_(d * a + (1 - d) * b)`, over pairs of parameters, changed nothing: both are the same tensor."""
    found = statement_at(facts, step.place)
    loop = statement_at(facts, found.loop) if found is not None else None
    if found is None or loop is None or not isinstance(loop.node, ast.For) or "zip(" not in ast.unparse(loop.node.iter):
        return False
    call = called(ast.unparse(found.node), "copy_")
    value = call.args[0] if call is not None and call.args else None
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add):
        return False
    pair = {ast.unparse(one) for one in getattr(loop.node.target, "elts", ())}
    sides = [pair & {ast.unparse(node) for node in ast.walk(side)} for side in (value.left, value.right)]
    if len(pair) != 2 or sorted(map(len, sides)) != [1, 1] or sides[0] == sides[1]:
        return False
    before, after = norm(step.change.before), norm(step.change.after)
    return before is not None and after is not None and 0 < before and abs(before - after) < 1e-6 * before


def _copied_instead(facts: Facts, place: Place | None) -> tuple[str, Place | None]:
    """The line that made the average, with a copy of what it took, and its place."""
    loaded = _loaded_by_reference(facts)
    if loaded is not None:
        return instead(facts, loaded[1], loaded[0]), loaded[1]
    for holder in _holders(facts, place):
        made = assigned(facts, holder)
        value = made[0].node.value if len(made) == 1 and isinstance(made[0].node, ast.Assign) else None
        new = _copied(value) if value is not None else ""
        if new:
            imported = "import copy\n" if new.startswith("copy.") and not _imports_copy(facts) else ""
            return instead(facts, made[0].place, f"{imported}{holder} = {new}"), made[0].place
    return "# isi rata-rata itu dengan salinan, .detach().clone() setiap parameter", place


def _holders(facts: Facts, place: Place | None) -> Iterator[str]:
    """What holds the tensor that is written: `shadow` of `shadow[name].mul_(…)` or of `for s in shadow.values()`."""
    found = statement_at(facts, place)
    written = found.node.value if found is not None and isinstance(found.node, ast.Expr) else None
    while isinstance(written, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(written, ast.Attribute) and isinstance(written.value, ast.Name) and written.value.id == "self":
            break
        written = written.func if isinstance(written, ast.Call) else written.value
    name = ast.unparse(written) if written is not None else ""
    if name:
        yield name
    loop = statement_at(facts, found.loop) if found is not None else None
    if loop is None or not isinstance(loop.node, ast.For):
        return
    given = loop.node.iter
    targets = loop.node.target.elts if isinstance(loop.node.target, ast.Tuple) else [loop.node.target]
    parts = given.args if isinstance(given, ast.Call) and ast.unparse(given.func) == "zip" else [given]
    for target, part in zip(targets, parts, strict=False):
        if ast.unparse(target) == name:
            while isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                part = part.func.value
            yield ast.unparse(part)


def _copied(value: ast.expr) -> str:
    """The value that makes an average, with copies: of each tensor in a comprehension, of a state_dict, of a module."""
    if isinstance(value, ast.DictComp | ast.ListComp):
        side = "value" if isinstance(value, ast.DictComp) else "elt"
        base = ast.unparse(getattr(value, side)).removesuffix(".data").removesuffix(".detach()")
        again = expression(ast.unparse(value))
        setattr(again, side, expression(f"({base}).detach().clone()"))
        return ast.unparse(again)
    text = ast.unparse(value)
    text = text.removeprefix("dict(").removesuffix(")") if text.startswith("dict(") and text.endswith("())") else text
    if text.endswith(".state_dict()"):
        return f"{{name: one.clone() for name, one in {text}.items()}}"
    if text.endswith(".named_parameters()"):
        return f"{{name: one.detach().clone() for name, one in {text}}}"
    if text.startswith("list(") and text.endswith(".parameters())"):
        return f"[one.detach().clone() for one in {text[5:-1]}]"
    if text.startswith("copy.copy("):
        return f"copy.deepcopy({text[10:]}"
    if isinstance(value, ast.Name | ast.Attribute):
        return f"copy.deepcopy({text}).requires_grad_(False)"
    return ""


def _imports_copy(facts: Facts) -> bool:
    return any(
        isinstance(node, ast.Import) and any(one.name == "copy" for one in node.names)
        for source in facts.data.sources
        for node in ast.walk(parsed(source.text) or ast.Module([], []))
    )


def _loaded_by_reference(facts: Facts) -> tuple[str, Place] | None:
    """The only `load_state_dict(other.state_dict(), assign=True)` of the program, mended, and its place."""
    found = []
    for number_, source in enumerate(facts.data.sources):
        tree = parsed(source.text)
        for node in ast.walk(tree) if tree else ():
            text = ast.unparse(node) if isinstance(node, ast.Expr) else ""
            call = called(text, "load_state_dict")
            given = ast.unparse(call.args[0]) if call and call.args else ""
            if isinstance(node, ast.Expr) and given.endswith(".state_dict()") and "assign=True" in text:
                first, last = (source.first - 1 + line for line in (node.lineno, node.end_lineno or node.lineno))
                found.append((with_options(text, "load_state_dict", ("assign",)), Place(number_, first, last)))
    return found[0] if len(found) == 1 else None
