"""Function pengguna yang gradiennya tidak cocok dengan masukannya: kelasnya, masukannya, dan `return`-nya."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import Finding, at, called, instead, span
from autograd_viz.doctor.gradient_line import mended_gradient, shape_in_backward, then, transposed
from autograd_viz.doctor.graph_state import upstream
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.shape_sums import in_order, speaks_of, spread_over, summed_axes
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.tracing.trace import LEAF

_NAMED = re.compile(r"[Ff]unction (\w+)Backward")
_COUNTS = re.compile(r"expected (\d+), got (\d+)")
_PLACE = re.compile(r"at (?:position|index) (\d+)")
_SHAPES = re.compile(r"got \[([\d, ]*)\] but expected shape compatible with \[([\d, ]*)\]")


class UserFunction(NamedTuple):
    """Satu Function pengguna: kelasnya, nama masukannya, yang butuh gradien, `return` dan `apply`-nya."""

    name: str
    inputs: tuple[str, ...]
    needed: tuple[bool, ...]
    returns: tuple[Statement, ...]
    applied: Statement | None
    nodes: tuple[Any, ...]
    forward: Scope
    backward: Scope


def gradient_count(evidence: Evidence) -> Iterator[Finding]:
    """`returned an incorrect number of gradients`: yang diberi dibandingkan dengan masukannya."""
    read, counts = _read(evidence), _COUNTS.search(str(evidence.error))
    if read is None or counts is None:
        return
    wanted, got = int(counts[1]), int(counts[2])
    inputs = _inputs(read, wanted)
    statement = next((one for one in read.returns if len(_given(one)) == got), None)
    listed = ", ".join(f"`{name}`" for name in inputs)
    told = f"`{read.name}.forward` menerima {wanted} masukan sesudah `ctx` ({listed}); "
    if statement is None:
        yield _finding("lupa-none", read, None, f"{told}`backward` mengembalikan {got} gradien.", None)
        return
    mended, missing = _placed(_given(statement), inputs, read.needed)
    told += f"`{statement.text}` di {at(statement)} mengembalikan {got}."
    if missing:
        told += f" {', '.join(f'`{name}`' for name in missing)} butuh gradien, dan `backward` belum menghitungnya."
    mend = instead(statement, f"return {', '.join(mended)}")
    nones = [name for name, text in zip(inputs, mended, strict=False) if text == "None"]
    if nones:
        mend += f"  # None untuk {', '.join(nones)}"
    if missing:
        mend += f"\n# {', '.join(mended[inputs.index(name)] for name in missing)}: " \
                "turunan terhadap masukan itu, dikalikan gradien yang datang; tulislah rumusnya"
    yield _finding("lupa-none", read, statement, told, mend)._replace(example=bool(missing))


def _placed(given: Sequence[str], inputs: Sequence[str], needed: Sequence[bool]) -> tuple[list[str], list[str]]:
    """One value for every input, in their order; and the inputs for which a formula is wanting."""
    real = [text for text in given if text != "None"]
    wanted = [place for place, need in enumerate(needed) if need] if len(needed) == len(inputs) else []
    named = {place: text for text in real for place, name in enumerate(inputs) if speaks_of(text, name)}
    if len(given) > len(inputs):
        places = range(len(inputs)) if len(real) >= len(inputs) else wanted
        values = dict(zip(places, real, strict=False))
    elif len(named) == len(real):
        values = named
    elif len(real) == len(wanted) == 1:
        values = {wanted[0]: real[0]}
    else:
        values = dict(enumerate(given))
    missing = [place for place in wanted if values.get(place, "None") == "None"]
    texts = [f"grad_{name}" if place in missing else values.get(place, "None") for place, name in enumerate(inputs)]
    return texts, [inputs[place] for place in missing]


def gradient_for_no_tensor(evidence: Evidence) -> Iterator[Finding]:
    """Gradien bagi masukan yang bukan tensor: di tempatnya seharusnya None."""
    read, place = _read(evidence), _PLACE.search(str(evidence.error))
    if read is None or place is None:
        return
    number = int(place[1]) - 1
    inputs = _inputs(read, number + 1)
    statement = next((one for one in read.returns if len(_given(one)) > number), None)
    if statement is None:
        return
    given = _given(statement)
    told = f"`{statement.text}` di {at(statement)} memberi `{given[number]}` untuk `{inputs[number]}`, bukan tensor."
    given[number] = "None"
    mend = instead(statement, f"return {', '.join(given)}  # None untuk {inputs[number]}")
    yield _finding("bukan-tensor-none", read, statement, told, mend)


def gradient_shape(evidence: Evidence) -> Iterator[Finding]:
    """Gradien yang bentuknya lain dari masukannya: siaran yang belum dijumlahkan, atau sumbu yang tertukar."""
    read, place, shapes = _read(evidence), _PLACE.search(str(evidence.error)), _SHAPES.search(str(evidence.error))
    if read is None or place is None or shapes is None:
        return
    number = int(place[1])
    got, wanted = (tuple(int(one) for one in text.split(",") if one.strip()) for text in shapes.groups())
    name = _inputs(read, number + 1)[number]
    statement = next((one for one in read.returns if len(_given(one)) > number), None)
    told = f"Gradien untuk `{name}` berbentuk {got}, sedangkan `{name}` berbentuk {wanted}."
    if statement is None:
        yield _finding("bentuk-masukan", read, None, told, None)
        return
    given = _given(statement)
    spread, axes = spread_over(got, wanted), summed_axes(got, wanted)
    question, cause = "", "lupa-menjumlahkan-siaran"
    if len(axes) == 1 and not spread:
        dims = axes[0][0] if len(axes[0]) == 1 else axes[0]
        change = then(f".sum(dim={dims})")
        told += f" Saat maju `{name}` disiarkan menjadi {got}, jadi gradiennya dijumlahkan di sumbu yang ditambahkan."
    elif spread:
        if len(axes) > 1:
            question = f"sumbu mana yang ditambahkan kepada `{name}` saat maju? Obat ini untuk penyiaran biasa, yang " \
                       "menambah sumbu di depan; dengan unsqueeze, jumlahkan di sumbu itu: .sum(dim=...)."
        change = then(f".sum_to_size({shape_in_backward(read.forward, read.backward, name) or wanted})")
        told += f" Saat maju `{name}` disiarkan menjadi {got}, jadi gradiennya dijumlahkan kembali."
    elif len(got) == 2 and got[::-1] == wanted:
        swapped = in_order(given, read.inputs)
        if swapped:
            told += " Urutannya tertukar: gradien dikembalikan menurut urutan masukan forward."
            yield _finding("urutan-gradien", read, statement, told, instead(statement, swapped))
            return
        change, cause = transposed, "bentuk-masukan"
        told += " Sumbunya tertukar."
    else:
        yield _other_shape(read, statement, number, got, told)
        return
    line = mended_gradient(read.backward, statement, number, change)
    told += f" `{line.name}` dihitung di {at(line.statement)}." if line.name else ""
    mend = instead(line.statement, line.text)
    yield _finding(cause, read, line.statement, told, mend)._replace(question=question)


def _other_shape(
    read: UserFunction, statement: Statement, number: int, got: Sequence[int], told: str
) -> Finding:
    """No sum and no transposing makes it fit; the shape may be that of another input."""
    given, inputs = _given(statement), _inputs(read, len(_given(statement)))
    parents = [parent for parent, _ in read.nodes[0].next_functions] if read.nodes else []
    fitting = [
        place for place, parent in enumerate(parents)
        if type(parent) is LEAF and tuple(parent.variable.shape) == tuple(got) and place != number
    ]  # fmt: skip
    if len(fitting) == 1 and len(parents) == len(given):
        other = fitting[0]
        given[number], given[other] = given[other], given[number]
        told += f" Itu justru bentuk `{inputs[other]}`: gradien `{inputs[number]}` dan `{inputs[other]}` tertukar."
        mend = f"# menggantikan {span(statement)}; menurut urutan masukan forward:\nreturn {', '.join(given)}"
        return _finding("urutan-gradien", read, statement, told, mend)
    mend = f"# periksa rumus {given[number]} di {at(statement)}: bentuknya harus sama dengan {inputs[number]}"
    return _finding("bentuk-masukan", read, statement, told, mend)._replace(example=True)


def called_directly(evidence: Evidence) -> Iterator[Finding]:
    """Function yang dipanggil seperti modul: pernyataannya dengan `.apply`."""
    here = evidence.here
    if here is None or here.current is None:
        return
    for expression in heads(here.current.node):
        for node in within(expression):
            if not isinstance(node, ast.Call):
                continue
            maker = node.func.func if isinstance(node.func, ast.Call) else node.func
            name, kind = dotted(maker), value_of(maker, here.variables)
            held = isinstance(kind, torch.autograd.Function)
            if not held and not (isinstance(kind, type) and issubclass(kind, torch.autograd.Function)):
                continue
            owner = type(kind).__name__ if held else name
            new = f"{owner}.apply({', '.join([*map(ast.unparse, node.args), *map(_keyword, node.keywords)])})"
            mend = instead(here.current, here.current.text.replace(ast.unparse(node), new))
            yield Finding(
                "tanpa-apply", f"`{ast.unparse(node)}` di {at(here.current)} memanggil kelasnya, bukan `apply`-nya.",
                {"function": owner or ""}, mend, weight=4,
            )  # fmt: skip
            return


def _keyword(keyword: ast.keyword) -> str:
    return ast.unparse(keyword.value)  # apply() takes no keywords


def _finding(cause: str, read: UserFunction, statement: Statement | None, told: str, mend: str | None) -> Finding:
    return Finding(
        cause, told, {"function": read.name}, mend, forward=read.applied, writer=statement, nodes=read.nodes, weight=4
    )


def _inputs(read: UserFunction, count: int) -> list[str]:
    """The names of the inputs; those behind a star have numbers."""
    return [*read.inputs, *(f"masukan ke-{place + 1}" for place in range(len(read.inputs), count))][:max(count, 0)]


def _given(statement: Statement) -> list[str]:
    """What a return statement gives, one by one."""
    value = getattr(statement.node, "value", None)
    if value is None:
        return ["None"]
    return [ast.unparse(one) for one in value.elts] if isinstance(value, ast.Tuple) else [ast.unparse(value)]


def _read(evidence: Evidence) -> UserFunction | None:
    named = _NAMED.search(str(evidence.error))
    if named is None:
        return None
    nodes = [node for node in upstream(evidence.roots) if type(node).__name__ == f"{named[1]}Backward"]
    kind = _class_named(named[1])
    forward, backward = code_of(getattr(kind, "forward", None)), code_of(getattr(kind, "backward", None))
    if kind is None or forward is None or backward is None:
        return None
    code = forward.__code__
    saving = code_of(kind.setup_context) or forward
    own_context = kind.setup_context is not torch.autograd.Function.setup_context
    inputs = code.co_varnames[0 if own_context else 1 : code.co_argcount]
    own = scope_of_function(backward)
    returns = [one for one in own.statements if isinstance(one.node, ast.Return)]
    return UserFunction(
        named[1], tuple(inputs), tuple(getattr(nodes[0], "needs_input_grad", ())) if nodes else (), tuple(returns),
        _applied(evidence, named[1]), tuple(nodes[:1]), scope_of_function(saving), own,
    )  # fmt: skip


def _class_named(name: str) -> Any:
    """The user's Function of this name; where a cell was run again, the newest."""
    waiting, found = [torch.autograd.Function], None
    while waiting:
        kind = waiting.pop(0)
        waiting += kind.__subclasses__()
        found = kind if kind.__name__ == name and code_of(getattr(kind, "backward", None)) is not None else found
    return found


def _applied(evidence: Evidence, name: str) -> Statement | None:
    """The only statement that applies this class, if it is the only one."""
    scopes = [*(frame.scope for frame in evidence.frames), *(one.scope for one in called_scopes(evidence))]
    found: dict[int, Statement] = {}
    for scope in scopes:
        for one in scope.statements:
            for expression in heads(one.node):
                for node in within(expression):
                    if isinstance(node, ast.Call) and called(node) == "apply":
                        owner = dotted(getattr(node.func, "value", None)) or ""
                        if owner.rpartition(".")[2] == name:
                            found[id(one.node)] = one
    return next(iter(found.values())) if len(found) == 1 else None
