"""Keadaan yang dibawa dari putaran ke putaran: bagiannya yang masih punya graf, dan tempat ia dilepas dari grafnya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.cuts import find_cuts
from autograd_viz.doctor.evidence import UserFrame
from autograd_viz.doctor.expressions import Store
from autograd_viz.doctor.findings import at, instead
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.slices import Context, Step, callee, inside_calls, requires_grad
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.containers import Step as Inside
from autograd_viz.tracing.containers import parts
from autograd_viz.tracing.trace import LEAF

_ITEMS = ("bagian", "isi", "unsur")  # what an item is called, level by level


class Part(NamedTuple):
    """Satu bagian dari yang disimpan: jalannya (`[1]`, `.c`), ungkapannya, dan isinya sekarang."""

    path: str
    written: ast.expr
    value: Any


class HalfCut(NamedTuple):
    """Keadaan yang sebagian sudah diputus: pernyataannya, bagian yang belum, dan yang sudah diputus."""

    statement: Statement
    open: tuple[Part, ...]
    cut: tuple[Part, ...]

    def told(self, path: str) -> str:
        """Kalimat tentang yang belum dan yang sudah diputus."""
        left = ", ".join(f"`{ast.unparse(one.written)}` (`{path}{one.path}`)" for one in self.open)
        done = ", ".join(f"`{ast.unparse(one.written)}`" for one in self.cut)
        return f"Di {at(self.statement)} {done} sudah tanpa graf; {left} belum."

    @property
    def mend(self) -> str:
        """Pernyataan itu dengan semua bagiannya diputus."""
        new = {
            id(one.written): text for one in self.open
            if (text := without_graph(one.value, owned(one.written))) is not None
        }  # fmt: skip
        return instead(self.statement, with_nodes(self.statement.node, new))


def half_cut(context: Context, statement: Statement, store: Store, value: Any) -> HalfCut | None:
    """Tempat sebagian dari `value` diputus dan sebagian lupa; None bila tidak begitu.

    Yang disimpan dapat juga hasil fungsi pengguna; `return`-nya dibaca.
    """
    for line, written in _displays(context, statement, store):
        found = list(_parts(written, value, ""))
        known = [one for one in found if requires_grad(one.value) is not None]
        left = [one for one in known if requires_grad(one.value)]
        cut = [one for one in known if not requires_grad(one.value) and find_cuts(one.written)]
        if left and cut and all(without_graph(one.value, "x") for one in left):
            return HalfCut(line, tuple(left), tuple(cut))
    return None


def _displays(context: Context, statement: Statement, store: Store) -> Iterator[tuple[Statement, ast.expr]]:
    if store.value is None:
        return
    yield statement, store.value
    if not isinstance(store.value, ast.Call) or callee(store.value, context) is None:
        return
    target = getattr(statement.node, "targets", [None])[0]
    names = [ast.unparse(one) for one in target.elts] if isinstance(target, ast.Tuple) else []
    place = names.index(store.path) if store.path in names else None
    for step in inside_calls(Step(store.value, statement, context)):
        whole = step.expression
        if place is not None:
            if not isinstance(whole, ast.Tuple) or len(whole.elts) != len(names):
                continue
            whole = whole.elts[place]
        if step.statement is not None:
            yield step.statement, whole


def _parts(written: ast.expr, value: Any, path: str) -> Iterator[Part]:
    """What was written and what is held there now, side by side."""
    inner = {step.code: item for step, item in parts(value) or ()}
    pairs: list[tuple[str, ast.expr]] = []
    if isinstance(written, (ast.Tuple, ast.List)) and len(written.elts) == len(inner):
        pairs = list(zip(inner, written.elts, strict=True))
    elif isinstance(written, ast.Dict):
        names = [Inside("key", one.value).code if isinstance(one, ast.Constant) else "" for one in written.keys]
        pairs = list(zip(names, written.values, strict=True))
    elif isinstance(written, ast.ListComp) and inner:
        pairs = [(next(iter(inner)), written.elt)]
    elif isinstance(written, ast.Call) and _made_by(written, value):
        pairs = [*zip(_names(value), written.args, strict=False), *((k.arg or "", k.value) for k in written.keywords)]
        pairs = [(f".{name}", one) for name, one in pairs]
    if pairs and all(name in inner for name, _ in pairs):
        for name, one in pairs:
            yield from _parts(one, inner[name], path + name)
    else:
        yield Part(path, written, value)


def _made_by(call: ast.Call, value: Any) -> bool:
    """Whether this call is the constructor of what is held: its arguments are its fields."""
    return bool(_names(value)) and ast.unparse(call.func).rpartition(".")[2] == type(value).__name__ \
        and not any(isinstance(one, ast.Starred) for one in call.args) and all(k.arg for k in call.keywords)


def _names(value: Any) -> Sequence[str]:
    if isinstance(value, tuple):
        return getattr(type(value), "_fields", ())
    return [one.name for one in fields(value) if one.init] if is_dataclass(value) else ()


def detached(path: str, value: Any) -> str:
    """Pernyataan yang melepas `path` dari grafnya, sesuai bentuk isinya.

    >>> w = torch.ones(2, requires_grad=True) * 1
    >>> detached("h", (w, w))
    'h = tuple(bagian.detach() for bagian in h)'
    >>> detached("h", [(w, w)])
    'h = [tuple(isi.detach() for isi in bagian) for bagian in h]'
    """
    whole = without_graph(value, path)
    if whole is not None:
        return f"{path} = {whole}"
    frozen = getattr(getattr(value, "__dataclass_params__", None), "frozen", False)
    lines = [
        (str(step.key), text) for step, item in parts(value) or ()
        if step.kind == "attribute" and requires_grad(item)
        and (text := without_graph(item, f"{path}.{step.key}")) is not None
    ]  # fmt: skip
    if frozen and lines:
        given = ", ".join(f"{name}={text}" for name, text in lines)
        return f"import dataclasses\n{path} = dataclasses.replace({path}, {given})"
    return "\n".join(f"{path}.{name} = {text}" for name, text in lines) or f"{path} = {path}.detach()"


def without_graph(value: Any, text: str, depth: int = 0) -> str | None:
    """Ungkapan yang isinya sama dengan `text` tetapi tanpa graf; None bila bentuk isinya tidak dikenal.

    >>> without_graph({"h": torch.ones(1), "n": 3}, "k")
    "{'h': k['h'].detach(), 'n': k['n']}"
    """
    if isinstance(value, torch.Tensor):
        return f"{text}.detach()"
    if value is None or isinstance(value, (bool, int, float, str)):
        return text
    if isinstance(value, tuple) and (names := getattr(type(value), "_fields", ())):
        new = {name: without_graph(one, f"{text}.{name}", depth) for name, one in zip(names, value, strict=True)}
        changed = [f"{name}={one}" for name, one in new.items() if one != f"{text}.{name}"]
        return None if None in new.values() else f"{text}._replace({', '.join(changed)})"
    if type(value) not in (tuple, list, dict) or depth >= len(_ITEMS):
        return None
    return _contained(value, text, depth)


def _contained(value: Any, text: str, depth: int) -> str | None:
    """A tuple, list or dict, whose items are alike or few."""
    name = _ITEMS[depth]
    items = list(value.values()) if type(value) is dict else list(value)
    alike = {without_graph(one, name, depth + 1) for one in items}
    if len(alike) == 1 and (one := next(iter(alike))) is not None:
        if type(value) is dict:
            return f"{{nama: {one} for nama, {name} in {text}.items()}}"
        return f"tuple({one} for {name} in {text})" if type(value) is tuple else f"[{one} for {name} in {text}]"
    keys = list(value) if type(value) is dict else range(len(items))
    single = [without_graph(one, f"{text}[{key!r}]", depth + 1) for key, one in zip(keys, items, strict=True)]
    if any(one is None for one in single) or not 0 < len(single) <= 4:
        return None
    if type(value) is dict:
        return f"{{{', '.join(f'{key!r}: {one}' for key, one in zip(keys, single, strict=True))}}}"
    listed = ", ".join(map(str, single))
    return f"[{listed}]" if type(value) is list else f"({listed},)" if len(single) == 1 else f"({listed})"


def after_backward(frame: UserFrame, text: str) -> str:
    """Obat yang berdiri sesudah backward(), dengan barisnya bila sesudahnya ada tempat di putaran yang sama."""
    current = frame.current
    if current is None or hasattr(current.node, "body") or isinstance(current.node, ast.Return):
        return f"# di akhir putaran, sesudah backward() ({at(current)}):\n{text}"
    return f"# tepat di bawah {at(current)}, `{current.text}`:\n{text}"


def only_a_statistic(roots: Sequence[torch.Tensor], kept: torch.Tensor) -> bool:
    """Apakah semua daun di hulu `kept` juga dicapai `roots` tanpa melaluinya: ia catatan, bukan satu-satunya jalan.

    >>> w = torch.ones(2, requires_grad=True)
    >>> h = (w * 2).mean()
    >>> only_a_statistic([(w * h).sum()], h), only_a_statistic([h * 3], h)
    (True, False)
    """
    closed = node_of(kept)
    behind = {id(one) for one in leaves(upstream([kept]))}
    seen, waiting = {closed}, [node_of(one) for one in roots]
    reached: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        reached |= {id(node.variable)} if type(node) is LEAF else set()
        waiting += [parent for parent, _ in node.next_functions]
    return closed is not None and behind <= reached
