"""`state_dict()` yang dipegang tanpa salinan: isinya tensor modul itu sendiri, yang ikut berubah di setiap langkah."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.source import Place, statement
from autograd_viz.reviewing.blocks import Statement, statements
from autograd_viz.reviewing.facts import Facts, differs, number
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.mending import instead
from autograd_viz.reviewing.naming import calling
from autograd_viz.reviewing.rewriting import put
from autograd_viz.reviewing.training_lines import best_by_name, trained_between
from autograd_viz.reviewing.written import function_name, parsed

KEEPING = ("save", "load_state_dict")  # what only reads the state it is given


def own_state(facts: Facts) -> Iterator[Found]:
    """Yang dimuat kembali adalah isi modul itu sendiri, jadi pemuatannya tidak mengubah apa pun."""
    shifts = (
        (change.name, update.size)
        for step in facts.optimizer_steps
        for change, update in zip(step.event.changes, step.event.updates, strict=True)
        if differs(change.before, change.after) and update.size
    )
    moved = next(shifts, None)
    if moved is None:
        return
    size = f"satu langkah yang terekam menggeser `{moved[0]}` sejauh {number(moved[1])}"
    for one, call in calling(facts, "load_state_dict"):
        found = _itself(facts, one, call) or _alias(facts, one, call)
        if found is not None:
            sentence, mend, place = found
            yield Found(sentence, (f"dimuat di {facts.line(one.place)}", size), mend, place)
            return
    for one in statements(facts):
        best = best_by_name(facts, one)
        if best is not None:
            name, model = best
            yield Found(
                f"`{name}` hanya nama kedua untuk `{model}`, bukan salinannya: langkah sesudahnya ikut mengubahnya.",
                (f"diberi nama di {facts.line(one.place)}, di dalam perulangan yang terus melatih `{model}`", size),
                instead(facts, one.place, f"{_imported(facts)}{name} = copy.deepcopy({model})"),
                one.place,
            )
            return
        names = _difference(facts, one)
        if names is not None:
            first = names[0]
            yield Found(
                f"`{names[1]}` dan `{first.name}` memegang tensor yang sama, yaitu isi `{first.module}` sekarang: "
                "selisihnya selalu nol.",
                (f"dikurangkan di {facts.line(one.place)}", size),
                _copied(facts, first.made, first.name),
                first.made.place,
            )
            return


class _Held:
    """A name that holds the state of a module by reference, the statement that gave it, and that module."""

    def __init__(self, name: str, made: Statement, module: str) -> None:
        self.name, self.made, self.module = name, made, module


def _state_of(node: ast.expr) -> str:
    """The module of a bare `module.state_dict()`; empty where it is anything else."""
    if isinstance(node, ast.Call) and function_name(node) == "state_dict" and not node.args and not node.keywords:
        return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    return ""


def _itself(facts: Facts, one: Statement, call: ast.Call) -> tuple[str, str, Place] | None:
    """`a.load_state_dict(a.state_dict())`."""
    target = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if not call.args or not target or _state_of(call.args[0]) != target:
        return None
    others = {_state_of(other.args[0]) for _, other in calling(facts, "load_state_dict") if other.args
              and isinstance(other.func, ast.Attribute) and ast.unparse(other.func.value) == target}  # fmt: skip
    others -= {"", target}
    text = statement(facts.data.sources, one.place)
    new = put(text, f"{target}.state_dict()", f"{others.pop()}.state_dict()") if len(others) == 1 else ""
    mend = instead(facts, one.place, new) if new else f"# muat state_dict() model lain ke {target}, bukan miliknya"
    return f"`{target}` dimuati isinya sendiri: baris ini tidak mengubah apa pun.", mend, one.place


def _alias(facts: Facts, one: Statement, call: ast.Call) -> tuple[str, str, Place] | None:
    """`a.load_state_dict(best)` where `best = a.state_dict()`, and nobody put anything else into it."""
    target = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    given = call.args[0] if call.args else None
    if not target or not isinstance(given, ast.Name | ast.Attribute):
        return None
    held = _held(facts, ast.unparse(given), one)
    if held is None or target.rpartition(".")[2] not in _known_as(facts, held):
        return None
    if _is_given_anew(facts, target, held.made) or not trained_between(facts, held.made, one):
        return None
    return (
        f"`{held.name}` memegang tensor `{held.module}` sendiri, bukan salinannya: setiap langkah ikut mengubahnya, "
        "jadi memuatnya kembali tidak mengembalikan apa pun.",
        _copied(facts, held.made, held.name),
        held.made.place,
    )


def _known_as(facts: Facts, held: _Held) -> set[str]:
    """The names of that module: its own, and what is given for it where it is an argument of a method."""
    names = {held.module.rpartition(".")[2]}
    for one in statements(facts):
        if not isinstance(one.node, ast.FunctionDef) or (*one.around, one.node.name) != held.made.around:
            continue
        taken = [word.arg for word in one.node.args.args if word.arg != "self"]
        calls = calling(facts, one.node.name)
        if held.module in taken and len(calls) == 1 and len(calls[0][1].args) > taken.index(held.module):
            names = {ast.unparse(calls[0][1].args[taken.index(held.module)]).rpartition(".")[2]}
    return names


def _held(facts: Facts, name: str, user: Statement) -> _Held | None:
    """The only statement that gives that name a state, if nobody changes what the name holds."""
    last = name.rpartition(".")[2]
    made: list[tuple[Statement, str]] = []
    for one in statements(facts):
        target = one.node.targets[0] if isinstance(one.node, ast.Assign) and len(one.node.targets) == 1 else None
        text = ast.unparse(target) if target is not None else ""
        same = text == name and one.around == user.around if "." not in name else text.rpartition(".")[2] == last
        if target is None or not same or ("." in name) != ("." in text):
            continue
        value = one.node.value if isinstance(one.node, ast.Assign) else None
        if isinstance(value, ast.Constant) and value.value is None:
            continue
        made.append((one, _state_of(value) if value is not None else ""))
    if len(made) != 1 or not made[0][1] or _is_changed(facts, last):
        return None
    return _Held(ast.unparse(made[0][0].node.targets[0]), *made[0])  # type: ignore[attr-defined]


def _is_changed(facts: Facts, last: str) -> bool:
    """Whether anything but loading or saving is done with what goes by that name."""
    for source in facts.data.sources:
        tree = parsed(source.text)
        fine: set[int] = set()
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Call) and function_name(node) in KEEPING:
                fine |= {id(part) for part in node.args}
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
                fine.add(id(node.left))
        for node in ast.walk(tree) if tree else ():
            called = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
            named = called == last
            if named and isinstance(getattr(node, "ctx", None), ast.Load) and id(node) not in fine:
                return True
    return False


def _is_given_anew(facts: Facts, module: str, since: Statement) -> bool:
    """Whether that function gives the module's own name to another one after the state was taken."""
    return any(
        isinstance(one.node, ast.Assign)
        and any(ast.unparse(target) == module for target in one.node.targets)
        and one.around == since.around
        and one.place > since.place
        for one in statements(facts)
    )


def _difference(facts: Facts, one: Statement) -> tuple[_Held, str] | None:
    """`after[name] - before[name]`, both the same module's state by reference."""
    if hasattr(one.node, "body"):
        return None
    for node in ast.walk(one.node):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
            continue
        left, right = node.left, node.right
        if not isinstance(left, ast.Subscript) or not isinstance(right, ast.Subscript):
            continue
        if ast.unparse(left.slice) != ast.unparse(right.slice):
            continue
        sides = [_only(facts, ast.unparse(side.value), one) for side in (left, right)]
        if sides[0] is None or sides[1] is None or sides[0].module != sides[1].module or sides[0].name == sides[1].name:
            continue
        first, later = sorted(sides, key=lambda held: held.made.place if held is not None else one.place)
        assert first is not None and later is not None
        if not _is_given_anew(facts, first.module, first.made) and trained_between(facts, first.made, later.made):
            return first, later.name
    return None


def _only(facts: Facts, name: str, user: Statement) -> _Held | None:
    """The only statement of that function that gives the name, if it is a bare state."""
    made = [
        one
        for one in statements(facts)
        if one.around == user.around
        and isinstance(one.node, ast.Assign)
        and [ast.unparse(target) for target in one.node.targets] == [name]
    ]
    module = _state_of(made[0].node.value) if len(made) == 1 else ""  # type: ignore[attr-defined]
    return _Held(name, made[0], module) if module else None


def _copied(facts: Facts, made: Statement, name: str) -> str:
    value = ast.unparse(made.node.value)  # type: ignore[attr-defined]
    return instead(facts, made.place, f"{_imported(facts)}{name} = copy.deepcopy({value})")


def _imported(facts: Facts) -> str:
    """The line that imports `copy`, where the program does not."""
    known = any(
        isinstance(node, ast.Import) and any(one.name == "copy" for one in node.names)
        for source in facts.data.sources
        for node in ast.walk(parsed(source.text) or ast.Module([], []))
    )
    return "" if known else "import copy\n"
