"""Galat yang sebabnya terbaca dari satu pernyataan: keluaran vektor, masukan tak terpakai."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import torch

from autograd_viz.doctor.computed_from import computed_from
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import begins, definitions, heads, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, defined, instead, method_call, span
from autograd_viz.doctor.forward_line import forward_line
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.graph_state import leaves, node_of, same_storage, upstream
from autograd_viz.doctor.methods import code_of, scope_of_function
from autograd_viz.doctor.parts_of_input import rebuilt
from autograd_viz.doctor.slices import callee, frame_context
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.doctor.unused_parameters import unused_parameters

_NODE = re.compile(r"\w+Backward\d*")
_PLACE = re.compile(r"at index (\d+)")


def named_node(evidence: Evidence) -> Iterator[Finding]:
    """Simpul yang disebut pesannya, misalnya `SqrtBackward0`, dan baris forward-nya; sebabnya menurut katalog."""
    named = _NODE.search(str(evidence.error))
    nodes = upstream(evidence.roots)
    found = [node for node in nodes if named is not None and type(node).__name__ == named[0]]
    if len(found) == 1:
        yield Finding("", "", forward=forward_line(evidence, found[0], nodes), nodes=(found[0],), weight=1)


def not_scalar(evidence: Evidence) -> Iterator[Finding]:
    """Bentuk yang di-backward, dan apakah ia loss yang lupa diringkas."""
    here = evidence.here
    root = next((one for one in evidence.roots if one.numel() != 1), None)
    if here is None or root is None:
        return
    expression = asked_expression(here.current, here.call)
    name = ast.unparse(expression) if expression is not None else "loss"
    made = defined(evidence, name) if name.isidentifier() else None
    told = f"`{name}` berbentuk {tuple(root.shape)}: {root.numel()} bilangan, sedangkan backward() mulai dari satu."
    unreduced = method_call(made.node, *_LOSSES) if made is not None else None
    trained = any(True for _ in evidence.of_type(torch.optim.Optimizer))
    how = ".mean()" if trained or unreduced is not None else ".sum()"
    mend = _reduced(evidence, expression, made, how)
    decided = unreduced is not None and made is not None and "reduction" in made.text
    if decided and made is not None:
        mend = instead(made, re.sub(r",?\s*reduction\s*=\s*['\"]none['\"]", "", made.text))
        told += f" `reduction='none'` di {at(made)} yang membuatnya begitu."
    inner = _made_inside(evidence, root, made)
    told += f" Bentuk itu dari `{inner.text}` di {at(inner)}." if inner is not None and not decided else ""
    question = "rata-rata atau jumlah? `mean()` tidak bergantung pada banyaknya contoh, `sum()` bertambah bersamanya."
    yield Finding(
        "belum-diringkas", told, {"loss": name, "tensor": name}, mend, forward=made, tensors=(root,), weight=4,
        question="" if decided else question,
    )  # fmt: skip


def _made_inside(evidence: Evidence, root: torch.Tensor, made: Statement | None) -> Statement | None:
    """The statement in a called function that made it; None where the program shows no other than `made`."""
    node = node_of(root)
    line = forward_line(evidence, node, upstream([root])) if node is not None else None
    if line is None or made is None or line.node is made.node:
        line = _only_return(evidence, made)
    return line if line is not None and made is not None and line.node is not made.node else None


def _only_return(evidence: Evidence, made: Statement | None) -> Statement | None:
    """The only `return` of the user's function whose result the statement stores as it is."""
    here, value = evidence.here, getattr(made.node, "value", None) if made is not None else None
    thing = callee(value, frame_context(evidence, 0)) if here is not None and isinstance(value, ast.Call) else None
    function = code_of(thing)
    scope = scope_of_function(function) if function is not None else None
    found = [one for one in scope.statements if isinstance(one.node, ast.Return)] if scope is not None else []
    return found[0] if len(found) == 1 else None


def _reduced(evidence: Evidence, asked: ast.expr | None, made: Statement | None, how: str) -> str | None:
    """One number: where the loss is made, if it is read again below the backward(); else where that is called."""
    here = evidence.here
    current = here.current if here is not None else None
    if here is None or current is None or asked is None:
        return None
    name = ast.unparse(asked)
    readers = [
        one for one in here.scope.statements if one is not current
        and all(store.path != name for store in stores(one.node))
        and any(begins(path, name) for path in read_paths(*heads(one.node)))
    ]  # fmt: skip
    node = made.node if made is not None and made.place < current.place else None
    plain = isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == [name]
    if plain and made is not None and made in here.scope.statements and readers and all(
        one.place > current.place for one in readers
    ):
        return instead(made, f"{name} = {owned(node.value)}{how}")  # type: ignore[union-attr]
    if hasattr(current.node, "body") or not any(asked is one for one in ast.walk(current.node)):
        return f"{owned(asked)}{how}.backward()"
    return instead(current, with_nodes(current.node, {id(asked): f"{owned(asked)}{how}"}))


_LOSSES = (
    "mse_loss", "l1_loss", "cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits",
    "smooth_l1_loss", "huber_loss", "kl_div",
)  # fmt: skip


def not_used(evidence: Evidence) -> Iterator[Finding]:
    """Tensor yang tidak ada di graf, dan yang sebenarnya ada bila isinya sama."""
    found = _PLACE.search(str(evidence.error))
    place = int(found[1]) if found else 0
    if place >= len(evidence.inputs):
        return
    tensor = evidence.inputs[place]
    name = evidence.name(tensor) or f"masukan ke-{place}"
    used = leaves(upstream(evidence.roots))
    alike = [one for one in used if one is not tensor and one.shape == tensor.shape and same_storage(one, tensor)]
    twin = next(map(evidence.name, alike), None)
    named = [text for one in used if (text := evidence.name(one))]
    shown = named[:4]
    others = f", dan {len(used) - len(shown)} lainnya" if len(used) > len(shown) > 0 else ""
    told = f"`{name}` tidak ada di graf; daunnya {', '.join(f'`{text}`' for text in shown) or 'tidak bernama'}{others}."
    if twin:
        told += f" Isinya sama dengan `{twin}`, tetapi ia tensor lain."
    if unused := unused_parameters(evidence):
        yield from unused
        return
    made = defined(evidence, name) if name.isidentifier() else None
    whole = rebuilt(evidence, tensor) if not twin else None
    if whole is not None:
        yield Finding(
            "di-luar-graf", f"{told} {whole.told}", {"tensor": name}, whole.mend, forward=whole.line,
            tensors=(tensor,), weight=4,
        )  # fmt: skip
        return
    here = evidence.here
    text = here.current.text if here is not None and here.current is not None else ""
    changed = re.sub(rf"\b{re.escape(name)}\b(?=\W*$)", twin, text) if twin else text
    mend = instead(here.current, changed) if here is not None and here.current is not None and changed != text else None
    further, example = "create_graph" in text, False
    question = f"apakah keluarannya memang tidak bergantung pada `{name}`? Bila seharusnya bergantung, jawaban None " \
               f"itu keliru: keluarannya harus dihitung dari `{name}` itu sendiri, bukan dari tensor asalnya."
    if not twin and further:  # a derivative that is computed with further: None would only hide what is wrong
        told += " " + _computed_without(evidence)
        mend, question = computed_from(evidence, name), ""
        if mend is not None:
            question = f"apakah turunannya memang terhadap `{name}`? Bila terhadap tensor asalnya, berikan yang itu " \
                       "kepada autograd.grad, dan biarkan hitungan keluarannya."
        else:
            example, mend = True, _compute(_outermost(evidence, tensor) or name, _root(evidence)[1])
    yield Finding(
        "di-luar-graf",
        told,
        {"tensor": name},
        mend or _allowed(here.current if here is not None else None),
        example=example,
        question=question if not twin else "",
        forward=made,
        tensors=(tensor,),
        weight=4,
    )


def _compute(name: str, line: Statement | None) -> str:
    now = f"\n# sekarang ({at(line)}): {line.text}" if line is not None else ""
    return f"# hitung keluarannya dari {name}, tensor yang sama yang diberikan kepada autograd.grad{now}"


def _root(evidence: Evidence) -> tuple[str, Statement | None]:
    """Where the output was computed that is to be differentiated, in whichever frame knows it."""
    name = next((one for root in evidence.roots if (one := _outermost(evidence, root))), "")
    frames = evidence.frames[::-1]
    if not name and frames and frames[-1].current is not None:  # energy.sum(): what it reads has a name here
        read = read_paths(asked_expression(frames[-1].current, frames[-1].call))
        name = read[0].split(".")[0] if read and not read[0].startswith(("self.", "torch.")) else ""
        frames = frames[-1:]
    for frame in frames:
        found = definitions(frame.scope, name, frame.current, 1) if name else []
        if found:
            return name, found[0][0]
    return name, None


def _outermost(evidence: Evidence, tensor: torch.Tensor) -> str:
    for frame in evidence.frames[::-1]:
        for name, value in frame.variables.items():
            if value is tensor:
                return name
    return ""


def _computed_without(evidence: Evidence) -> str:
    name, line = _root(evidence)
    given = [one for tensor in evidence.inputs if (one := _outermost(evidence, tensor))]
    if line is None or not given:
        return "Hasilnya diturunkan lagi, jadi None bukan jawaban yang dimaksud."
    return f"`{name}` dihitung di {at(line)} (`{line.text}`), tanpa `{given[0]}`."


def _allowed(asking: Statement | None) -> str | None:
    """The same call with allow_unused=True."""
    try:
        node = ast.parse(asking.text if asking is not None else "").body[0]
    except (SyntaxError, IndexError):
        return None
    call = method_call(node, "grad")
    if call is None or asking is None:
        return None
    call.keywords.append(ast.keyword("allow_unused", ast.Constant(True)))
    return f"# bila memang tidak bergantung, mintalah None sebagai jawabannya; menggantikan {span(asking)}:\n" \
           + ast.unparse(node)
