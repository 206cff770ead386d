"""Menulis ke daun atau ke potongannya: apa yang diubah, dan apakah itu pembaruan atau bagian dari hitungan."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import Store, begins, definitions, dotted, read_paths
from autograd_viz.doctor.findings import Finding, above, at, called, defined, instead, span
from autograd_viz.doctor.flow import source_of
from autograd_viz.doctor.graph_state import node_of
from autograd_viz.doctor.pieces_given import piece_given
from autograd_viz.doctor.rows_written import kept_name, rows_written
from autograd_viz.doctor.slices import Step, frame_context
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.words import words_of
from autograd_viz.doctor.writers import Write, writes
from autograd_viz.tracing.trace import LEAF

_CUTTING = ("chunk", "split", "unbind", "tensor_split", "hsplit", "vsplit", "dsplit", "split_with_sizes")
_STACKED = ("unbind",)


def leaf_written(evidence: Evidence) -> Iterator[Finding]:
    """Daun mana yang ditulisi, oleh pernyataan mana, dan apakah yang ditulis membawa graf."""
    here, write = evidence.here, written_now(evidence)
    if here is None or here.current is None:
        return
    path = write.path if write is not None else words_of(evidence).get("tensor", "")
    if not path:
        return
    made = defined(evidence, path)
    base = Finding(
        "luar-no-grad",
        f"`{path}` daun yang requires_grad, dan `{here.current.text}` di {at(here.current)} menulis ke isinya selagi "
        "autograd mencatat.",
        {"tensor": path, "leaf": path},
        _all_unrecorded(here, here.current),
        forward=made if made is not here.current else None,
        writer=here.current,
        tensors=tuple(one.tensor for one in evidence.known if one.path == path),
        weight=4,
    )
    source = _graph_in(evidence, write, path)
    if not source or write is None:
        yield base
        return
    told = f"{base.evidence} Yang ditulis membawa graf dari `{source}`, jadi ia bagian dari hitungan."
    in_container = isinstance(resolve(path, here.variables)[0], (dict, list))
    looped = [
        loop for loop in here.current.loops if isinstance(loop, ast.For)
        and path in [node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)]
    ]  # fmt: skip
    if write.instead and looped and not write.indexed:
        value = write.instead.partition(" = ")[2]
        head = f"for {ast.unparse(looped[-1].target)} in {ast.unparse(looped[-1].iter)}"
        mend = f"# hasilnya tensor baru; pakailah ini selanjutnya, bukan yang lama:\nbaru = [{value} {head}]"
        yield base._replace(cause="bagian-hitungan", evidence=told, mend=mend, example=True)
    elif write.instead and (in_container or not write.indexed):
        mend = f"# tensor baru; menggantikan {span(here.current)}:\n{write.instead}"
        yield base._replace(cause="bagian-hitungan", evidence=told, mend=mend)
    else:
        yield base._replace(
            cause="bagian-hitungan", evidence=told, example=True,
            mend=f"{path} = {path}.clone()  # sebelum ditulisi; daunnya sendiri tetap\n{here.current.text}",
        )  # fmt: skip


def view_of_leaf(evidence: Evidence) -> Iterator[Finding]:
    """Potongan sebuah daun yang ditulisi: pembaruan isinya, atau bagian dari hitungan."""
    here, write = evidence.here, written_now(evidence)
    if here is None or here.current is None or write is None:
        return
    path = write.path
    words = {"tensor": path, "leaf": path}
    told = f"`{here.current.text}` di {at(here.current)} menulis ke sebagian `{path}`."
    source = _graph_in(evidence, write, path)
    tensors = tuple(one.tensor for one in evidence.known if one.path == path)
    if not source:
        mend = _unrecorded(here, here.current)
        yield Finding("mengisi-awal", told, words, mend, writer=here.current, tensors=tensors, weight=4)
        return
    told += f" Yang ditulis membawa graf dari `{source}`, jadi ia bagian dari hitungan."
    loops = here.current.loops
    first = f"{path} = {path}.clone()" + ("  # sebelum perulangan" if loops else "")
    mend = f"{first}\n{here.current.text}"
    parameter = any(isinstance(one, torch.nn.Parameter) for one in tensors)
    yield Finding(
        "mengganti-di-hitungan", told, words, mend, writer=here.current, tensors=tensors, weight=4, example=parameter
    )


def one_of_many_views(evidence: Evidence) -> Iterator[Finding]:
    """Satu hasil chunk, split, atau unbind yang ditulisi: yang berubah seharusnya yang dipotong."""
    here, write = evidence.here, written_now(evidence)
    if here is None or here.current is None or write is None:
        return
    made = next(iter(definitions(here.scope, write.path, here.current, 1)), None)
    if made is None:
        yield from piece_given(evidence, write)
        return
    statement, store = made
    call = _cutting_call(store)
    whole = _whole(store, call)
    if whole is None:
        told = f"`{here.current.text}` di {at(here.current)} menulis ke satu potongan dari `{statement.text}`."
        rows = rows_written(evidence, statement, write) if store.kind == "loop" else None
        kept = kept_name(here.scope, write) if store.kind != "loop" else None
        mend = rows[1] if rows is not None else kept
        yield Finding(
            "potongan-ditulisi", told, {"tensor": write.path}, mend, forward=statement,
            writer=here.current, tensors=_pieces(here, write), weight=4,
        )  # fmt: skip
        return
    tensors = _pieces(here, write)
    told = f"`{write.path}` satu potongan dari `{whole}` ({at(statement)}), dan `{here.current.text}` menulisinya."
    words = {"tensor": whole if store.kind == "loop" else write.path, "line": statement.text}
    cause = "putaran-atas-baris" if store.kind == "loop" else "potongan-ditulisi"
    base = Finding(cause, told, words, forward=statement, writer=here.current, tensors=tensors, weight=4)
    if _of_leaf(tensors):
        told += f" `{whole}` daun: isinya diperbarui di luar catatan autograd."
        yield base._replace(evidence=told, mend=_unrecorded(here, here.current, statement))
    elif store.kind == "loop":
        rows = rows_written(evidence, statement, write)
        yield base._replace(mend=rows[1] if rows is not None else None)
    else:
        yield base._replace(mend=_by_pieces(here, statement, write, whole, call))


def written_now(evidence: Evidence) -> Write | None:
    """Penulisan di tempat yang dilakukan pernyataan yang gagal."""
    here = evidence.here
    if here is None or here.current is None:
        return None
    return next((one for one in writes(here.scope) if one.statement.node is here.current.node), None)


def _graph_in(evidence: Evidence, write: Write | None, path: str) -> str:
    """The name through which what is written carries a graph; the written tensor itself does not count."""
    here = evidence.here
    if here is None or write is None:
        return ""
    node = write.statement.node
    values = [node.value] if isinstance(node, (ast.AugAssign, ast.Assign)) else [
        argument for call in ast.walk(node) if isinstance(call, ast.Call) and called(call).endswith("_")
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
    ]  # fmt: skip
    context = frame_context(evidence, 0)
    for value in values:
        for read in read_paths(value):
            if begins(read, path) or begins(path, read):
                continue
            source = source_of(Step(value, None, context), ast.parse(read, mode="eval").body)
            if source and value is not None:
                return source
    return ""


def _all_unrecorded(frame: UserFrame, current: Statement) -> str:
    """Under no_grad: this statement, and those right below it that write to leaves as well."""
    block, last = [current], current
    below = {one.statement.place: one for one in writes(frame.scope)}
    for one in frame.scope.statements[current.place + 1 :]:
        write = below.get(one.place)
        value = resolve(write.path, frame.variables)[0] if write is not None else None
        if not (isinstance(value, torch.Tensor) and value.is_leaf and value.requires_grad and not one.silenced) \
                or one.blocks != current.blocks:  # fmt: skip
            break
        block.append(one)
        last = one
    end = last.node.end_lineno or last.line
    where = at(current, end)
    return f"# menggantikan {where}:\nwith torch.no_grad():\n" + "\n".join(f"    {one.text}" for one in block)


def _unrecorded(frame: UserFrame, current: Statement, made: Statement | None = None) -> str:
    """The statement under no_grad, with the loop or the cutting that its views come from."""
    loop = made.node if made is not None and isinstance(made.node, (ast.For, ast.AsyncFor)) else None
    if loop is not None:
        whole = textwrap.indent(ast.unparse(loop), "    ")
        return f"# menggantikan {at(made)} beserta isinya:\nwith torch.no_grad():\n{whole}"
    lines = [made.text] if made is not None else []
    where = " dan ".join(at(one) for one in (made, current) if one is not None)
    told = "\n".join(f"    {line}" for line in (*lines, current.text))
    return f"# menggantikan {where}:\nwith torch.no_grad():\n{told}"


def _cutting_call(store: Store) -> ast.Call | None:
    found = [node for node in ast.walk(store.value) if isinstance(node, ast.Call)] if store.value is not None else []
    return next((node for node in found if called(node) in _CUTTING), None)


def _whole(store: Store, call: ast.Call | None) -> str | None:
    """The name of what was cut."""
    if call is not None:
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        cut = call.args[0] if owner is None or dotted(owner) == "torch" and call.args else owner
        return dotted(cut)
    value = store.value
    if isinstance(value, ast.Call) and called(value) == "enumerate" and value.args:
        value = value.args[0]
    return dotted(value)


def _pieces(frame: UserFrame, write: Write) -> tuple[torch.Tensor, ...]:
    value = frame.variables.get(write.path)
    held = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(one for one in held if isinstance(one, torch.Tensor))


def _of_leaf(pieces: tuple[torch.Tensor, ...]) -> bool:
    """Whether what was cut is a leaf."""
    nodes = [node_of(one) for one in pieces[:1]]
    return any(node is not None and any(type(above) is LEAF for above, _ in node.next_functions) for node in nodes)


def _by_pieces(
    frame: UserFrame, statement: Statement, write: Write, whole: str, call: ast.Call | None
) -> str | None:
    """A new piece; what was cut is put together again where it is read later."""
    current = frame.current
    pieces = [ast.unparse(one) for one in getattr(getattr(statement.node, "targets", [None])[0], "elts", [])]
    if not write.instead or current is None:
        return above(current, f"{write.path} = {write.path}.clone()") if current is not None else None
    lines = [write.instead]
    held = write.path
    if isinstance(current.node, ast.AugAssign) and isinstance(current.node.target, ast.Subscript):
        if not pieces:
            lines = [f"{held} = list({held})", write.instead]
        else:
            lines = [f"{held} = {held}.clone()", current.text]
            return instead(current, "\n".join(lines) + _joined(frame, current, pieces, whole, call))
    return instead(current, "\n".join(lines) + _joined(frame, current, pieces or [f"*{held}"], whole, call))


def _joined(frame: UserFrame, current: Statement, pieces: list[str], whole: str, call: ast.Call | None) -> str:
    later = [one for one in frame.scope.statements if one.place > current.place]
    if not any(begins(read, whole) for one in later for read in read_paths(one.node)):
        return ""
    word = "stack" if call is not None and called(call) in _STACKED else "cat"
    dim = next((ast.unparse(one.value) for one in call.keywords if one.arg == "dim"), None) if call else None
    owner = call.func.value if call is not None and isinstance(call.func, ast.Attribute) else None
    place = (1 if owner is not None and dotted(owner) == "torch" else 0) + (0 if word == "stack" else 1)
    if dim is None and call is not None and len(call.args) > place:
        dim = ast.unparse(call.args[place])
    return f"\n{whole} = torch.{word}([{', '.join(pieces)}]{f', dim={dim}' if dim else ''})"
