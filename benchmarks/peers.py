"""Reading and drawing the same graphs with autograd_viz and its peers.

First the readers: medians, as multiples of a bare walk. Then the pictures (``benchmarks.pictures``): time, bytes, width
and height of each drawer on each model that is drawn.

Run from the repository root: ``python -m benchmarks.peers [model ...] [--repeat N] [--pictures]``.
The peers are extras of this benchmark: ``pip install -e .[bench]``.
"""

from __future__ import annotations

import argparse
import gc
import math
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import nn

from autograd_viz import draw
from autograd_viz.tracing.trace import trace
from autograd_viz.tracing.walk import walk
from benchmarks import pictures
from benchmarks.models import MODELS, build

Work = Callable[[torch.Tensor, nn.Module | None], object]


class Row(NamedTuple):
    """One thing to measure; `only` names the models on which it is known to end."""

    name: str
    work: Work
    only: tuple[str, ...] = tuple(MODELS)


def visit(output: torch.Tensor, model: nn.Module | None) -> int:
    """The least that any reader does: see every node once, in no order."""
    seen = {output.grad_fn: None}
    stack: list[Any] = [output.grad_fn]
    while stack:
        for parent, _ in stack.pop().next_functions:
            if parent is not None and parent not in seen:
                seen[parent] = None
                stack.append(parent)
    return len(seen)


def walk_in_order(output: torch.Tensor, model: nn.Module | None) -> object:
    """The walk that a drawing needs: inputs first, however deep, nothing read."""
    order: dict[Any, int] = {}
    stack: list[tuple[Any, bool]] = [(output.grad_fn, False)]
    while stack:
        node, ready = stack.pop()
        if node in order:
            continue
        if ready:
            order[node] = len(order)
            continue
        stack.append((node, True))
        stack += [(parent, False) for parent, _ in reversed(node.next_functions) if parent is not None]
    return order


def torchviz_source(output: torch.Tensor, model: nn.Module | None, **options: bool) -> object:
    import torchviz

    parameters = dict(model.named_parameters()) if model is not None else None
    return torchviz.make_dot(output, params=parameters, **options).source


# torchviz recurses: deep graphs end in a RecursionError; on 50,000 nodes it takes minutes.
SHALLOW = ("mlp", "resnet50", "gpt2-small", "rnn-50")

ROWS = (
    Row("visit", visit),
    Row("walk", walk_in_order),
    Row("trace's own walk", lambda output, model: walk([output.grad_fn])),
    Row("trace", lambda output, model: trace(output)),
    Row("trace(names=model)", lambda output, model: trace(output, names=model, scope={})),
    Row("trace(values=True)", lambda output, model: trace(output, values=True)),
    Row("trace + DOT", lambda output, model: draw(output, names=model, collapse=None).dot.source),
    Row("torchviz", torchviz_source, SHALLOW),
    Row("torchviz, attributes and saved", partial(torchviz_source, show_attrs=True, show_saved=True), SHALLOW),
)


FLOORS = ("visit", "walk")
TURNS, PATIENCE = 3, 10.0  # seconds


def measure(rows: list[Row], output: torch.Tensor, model: nn.Module | None, repeat: int) -> dict[str, list[float]]:
    """Seconds of every row. The rows take turns, so that a busy moment of the machine meets all of them alike.

    In each turn a row first runs once uncounted: what ran before it must not decide what lies in the caches.
    A row that has used up its patience stands aside.
    """
    times: dict[str, list[float]] = {row.name: [] for row in rows}
    for _ in range(TURNS):
        for row in rows:
            for counted in [False] + [True] * math.ceil(repeat / TURNS):
                if sum(times[row.name]) > PATIENCE:
                    break
                start = time.perf_counter()
                row.work(output, model)
                if counted:
                    times[row.name].append(time.perf_counter() - start)
            gc.collect()
    return times


def table(name: str, repeat: int) -> str:
    output, model = build(name)
    gc.collect()
    gc.freeze()  # the collections between two runs then sweep up only what the last run left
    titles = "".join(f"{'× ' + floor:>10}" for floor in FLOORS)
    lines = [f"{name}: {visit(output, model)} nodes", f"  {'':32}{'ms':>10}{titles}"]
    rows, failed = [], {}
    for row in ROWS:
        if name in row.only:
            try:
                row.work(output, model)
                rows.append(row)
            except Exception as error:  # a peer that fails is a result
                failed[row.name] = f"{type(error).__name__}: {str(error)[:60]}"
    medians = {row: statistics.median(times) for row, times in measure(rows, output, model, repeat).items()}
    for label, seconds in medians.items():
        ratios = "".join(f"{seconds / medians[floor]:10.1f}" for floor in FLOORS)
        lines.append(f"  {label:32}{seconds * 1e3:10.3f}{ratios}")
    return "\n".join([*lines, *(f"  {label:32}{reason}" for label, reason in failed.items())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", help=f"from {', '.join(MODELS)}; all of them without one")
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--pictures", action="store_true", help="only the pictures")
    arguments = parser.parse_args()
    unknown = set(arguments.models) - set(MODELS)
    if unknown:
        parser.error(f"unknown model {sorted(unknown)[0]!r}; choose from {', '.join(MODELS)}")
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, Python {sys.version.split()[0]}, one thread, medians")
    for name in () if arguments.pictures else arguments.models or MODELS:
        print(table(name, arguments.repeat), flush=True)
    print(f"Pictures: medians of {pictures.REPEAT} runs, each drawer in a process of its own")
    for name in pictures.MODELS:
        if not arguments.models or name in arguments.models:
            print(pictures.table(name), flush=True)


if __name__ == "__main__":
    main()
