"""What recording and reading cost, in one run: time against plain, an empty observer, anomaly mode and torchlens;
peak memory; and `trace` against a bare walk of the same graph.

Medians of processor time, so that other work on the machine counts little; one thread unless asked otherwise. The works
take turns, and each first runs once uncounted, since what ran before it must not decide what lies in the caches.
torchlens comes last, because it leaves its wrappers around torch's functions.

Run from the repository root: ``python -m benchmarks.recording [model ...] [--repeat N]``.
The models have their real sizes; torchlens is an extra (``pip install -e .[bench]``) and left out where it is missing.
"record" ends with the block; "+ first_nonfinite" also builds the Recording and searches it.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a waiting thread of numpy would count as processor time

import argparse
import gc
import math
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograd_viz.capturing.record import record
from benchmarks import memory, peers
from benchmarks.models import GPT, ResNet, build

try:
    import torchlens
except ImportError:
    torchlens = None


class Task(NamedTuple):
    """A model, its input, its targets, and what was chosen."""

    model: nn.Module
    inputs: torch.Tensor
    targets: torch.Tensor
    choice: str


def mlp() -> Task:
    sizes = (784, 512, 512, 10)
    layers: list[nn.Module] = []
    for before, after in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return Task(nn.Sequential(*layers[:-1]), torch.randn(128, 784), torch.randint(0, 10, (128,)), "784-512-512-10, 128")


def small() -> Task:
    """16 nodes on tensors of some thousand numbers: here the recorder's own work is what counts."""
    layers = [nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)]
    return Task(nn.Sequential(*layers), torch.randn(32, 32), torch.randint(0, 10, (32,)), "32-64-64-10, 32")


def resnet() -> Task:
    images = torch.randn(4, 3, 112, 112)
    return Task(ResNet(width=64, classes=1000), images, torch.randint(0, 1000, (4,)), "4 images of 112 x 112")


def gpt(length: int) -> Task:
    """With few words the step is short, and all the parameters are read nevertheless."""
    words = torch.randint(0, 50257, (1, length))
    return Task(GPT(width=768, words=50257, length=length), words, words.flatten(), f"1 text of {length} words")


TASKS: dict[str, Callable[[], Task]] = {
    "small": small,
    "mlp": mlp,
    "resnet50-like": resnet,
    "gpt2-small-like": lambda: gpt(128),
    "gpt2-small-like, short": lambda: gpt(8),
}
REPEAT = {"small": 60, "mlp": 20}  # times as often as the large ones
GOALS = {
    "small": "record 3.2 times the observer",
    "gpt2-small-like": "record 1.15 times plain",
    "gpt2-small-like, short": "record 1.5 times plain, on a step of 200 ms",
}
GRAPH, FLOOR, READERS = "resnet50", "walk", ("trace", "trace(names=model)")


def loss_of(task: Task) -> torch.Tensor:
    output = task.model(task.inputs)
    if isinstance(output, tuple):
        output = output[0]
    return nn.functional.cross_entropy(output.reshape(len(task.targets), -1), task.targets)


def plain(task: Task) -> object:
    loss_of(task).backward()
    return None


class Through(TorchDispatchMode):
    """Sees every operation and does nothing."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*args, **(kwargs or {}))


def nodes_of(loss: torch.Tensor) -> set[Any]:
    found: set[Any] = set()
    stack: list[Any] = [loss.grad_fn]
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack += [parent for parent, _ in node.next_functions if parent is not None]
    return found


def observed(task: Task) -> object:
    """The floor: an observer that looks at nothing, and an empty hook on every node."""
    with Through():
        loss = loss_of(task)
        handles = [node.register_hook(lambda *_: None) for node in nodes_of(loss)]
        loss.backward()
    for handle in handles:
        handle.remove()
    return None


def recorded(task: Task) -> object:
    with record() as run:
        loss_of(task).backward()
    return run


def searched(task: Task) -> object:
    with record() as run:
        loss_of(task).backward()
    return run.first_nonfinite()


def anomaly(task: Task) -> object:
    with torch.autograd.detect_anomaly():
        loss_of(task).backward()
    return None


def lens(task: Task) -> object:
    log = torchlens.trace(task.model, task.inputs, capture=torchlens.options.CaptureOptions(save_grads=True))
    output = log[log.output_layers[0]].out
    log.log_backward(nn.functional.cross_entropy(output.reshape(len(task.targets), -1), task.targets))
    return log


COUNTED = 3  # runs of a work in one turn
WORKS: dict[str, Callable[[Task], object]] = {
    "plain": plain,
    "empty observer": observed,
    "record": recorded,
    "+ first_nonfinite": searched,
    "anomaly mode": anomaly,
}


def measure(task: Task, works: dict[str, Callable[[Task], object]], repeat: int) -> dict[str, float]:
    """Medians in seconds."""
    times: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.freeze()  # the collections between two works then sweep up only what the last one left
    for _ in range(math.ceil(repeat / COUNTED)):
        for name, work in works.items():
            for counted in range(COUNTED + 1):
                task.model.zero_grad()
                start = time.process_time()
                kept: Any = work(task)
                spent = time.process_time() - start
                del kept
                if counted:
                    times[name].append(spent)
            gc.collect()
    gc.unfreeze()
    return {name: statistics.median(spent) for name, spent in times.items()}


def coverage(task: Task) -> str:
    """How many operation nodes have a value, a gradient, and a module name."""
    task.model.zero_grad()
    with record() as run:
        loss_of(task).backward()
    nodes = [node for node in run.graph.nodes if node.role in ("operation", "output")]
    known = [sum(getattr(node, field) is not None for node in nodes) for field in ("value", "grad", "module")]
    return f"{len(nodes)} operations: {known[0]} values, {known[1]} gradients, {known[2]} modules"


def reading() -> str:
    """`trace` on a graph with many batch norms, as multiples of the walk that it needs."""
    output, model = build(GRAPH)
    gc.collect()
    gc.freeze()
    rows = [row for row in peers.ROWS if row.name in (FLOOR, *READERS)]
    found = {name: statistics.median(times) for name, times in peers.measure(rows, output, model, 60).items()}
    gc.unfreeze()
    told = ", ".join(f"{name} {found[name] / found[FLOOR]:.1f} times" for name in READERS)
    return f"{GRAPH}: walk {found[FLOOR] * 1e3:.2f} ms, {told}; goal: 12"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", metavar="model", help=f"{', '.join(TASKS)}; all and the rest without one")
    parser.add_argument("--repeat", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(arguments.threads)
    plains: dict[str, float] = {}
    names = arguments.models or list(TASKS)
    for name in names:
        torch.manual_seed(0)
        task = TASKS[name]()
        found = measure(task, WORKS, arguments.repeat * REPEAT.get(name, 1))
        plains[name] = found["plain"]
        print(f"{name} ({task.choice}): plain {found['plain'] * 1e3:.2f} ms; {coverage(task)}")
        print(f"    load of the machine: {os.getloadavg()[0]:.1f}")
        if name in GOALS:
            print(f"    goal: {GOALS[name]}")
        nodes = len(nodes_of(loss_of(task)))
        added = {work: (found[work] - found["plain"]) / nodes * 1e6 for work in ("empty observer", "record")}
        print(
            f"    a node: observer {added['empty observer']:.1f} us, record {added['record']:.1f} us, "
            f"{added['record'] / added['empty observer']:.1f} times"
        )
        for work, seconds in found.items():
            print(f"    {work:<20}{seconds / found['plain']:8.2f}", flush=True)
    if not arguments.models:
        print(memory.table(), "goal: 1.25 times", sep="\n")
        print(reading())
    for name in names if torchlens is not None else ():
        found = measure(TASKS[name](), {"torchlens": lens}, 3)
        print(f"{name}: torchlens {found['torchlens'] / plains[name]:.2f}", flush=True)


if __name__ == "__main__":
    main()
