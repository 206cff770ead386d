"""Other threads: those that begin inside the block are recorded; what cannot be seen of older ones is told."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack

from autograd_viz.capturing import threads
from autograd_viz.capturing.record import record
from autograd_viz.playing.player import play
from autograd_viz.tracing.trace import trace


def leaf(*numbers):
    return torch.tensor(numbers[0] if len(numbers) == 1 else list(numbers), requires_grad=True)


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def in_thread(work, kind=threading.Thread):
    thread = kind(target=work)
    thread.start()
    thread.join()
    return thread


def cards(run):
    return [(node.op, node.value.numbers) for node in run.graph.nodes if node.role in ("operation", "output")]


class Worker(threading.Thread):
    def __init__(self, target):
        super().__init__()
        self.work = target

    def run(self):
        self.work()


@pytest.mark.parametrize("kind", [threading.Thread, Worker])
def test_operations_of_a_thread_have_their_values(kind):
    w, out = leaf(3.0), {}

    def work():
        out["y"] = w * 2
        out["z"] = out["y"] * out["y"]

    with record() as run:
        thread = in_thread(work, kind)
        loss = out["z"] * w
        loss.backward()
    assert w.grad.item() == 108.0 and "run" not in vars(thread)
    assert cards(run) == [("MulBackward0", (6.0,)), ("MulBackward0", (36.0,)), ("MulBackward0", (108.0,))]
    assert [node.op for node in run.graph.nodes if node.role != "constant"] == [
        node.op for node in trace(loss).nodes if node.role != "constant"
    ]
    assert run.line(of(run, "forward")[0]).strip() == 'out["y"] = w * 2' and run.missing == ()
    assert threading.Thread.start.__module__ == "threading"


def test_workers_of_a_pool_and_of_asyncio():
    w = leaf(3.0)

    async def both():
        return await asyncio.to_thread(lambda: w * 2)

    with record() as run:
        with ThreadPoolExecutor(2) as pool:
            first = list(pool.map(lambda k: w * k, [5.0, 7.0]))
        (sum(first) + asyncio.run(both())).backward()
    assert w.grad.item() == 14.0 and run.missing == ()
    assert sorted(numbers for op, numbers in cards(run) if op == "MulBackward0") == [(6.0,), (15.0,), (21.0,)]


def test_training_in_threads():
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

    def work():
        optimizer.zero_grad()
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()

    with record() as run:
        for _ in range(2):
            in_thread(work)
    assert len(of(run, "backward")) == len(of(run, "optimizer")) == 2 and run.missing == ()
    leaves = {node.name: node.grad.numbers for node in run.graph.nodes if node.role == "leaf"}
    assert leaves == {"weight": (1.0, 1.0), "bias": (1.0,)}
    assert {node.module for node in run.graph.nodes if node.op == "AddmmBackward0"} == {"model"}
    assert len(play(run).page) > 0


def test_backward_in_a_thread():
    w = leaf(2.0)
    with record() as run:
        loss = w**3
        in_thread(loss.backward)
    assert w.grad.item() == 12.0 and [step.kind for step in run.steps][-3:] == ["gradient", "accumulate", "end"]


def test_an_older_thread_runs_backward_on_a_known_graph():
    w = leaf(2.0)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: None).result()
        with record() as run:
            loss = w**3
            pool.submit(loss.backward).result()
    assert w.grad.item() == 12.0 and run.missing == ()
    assert [node.grad.numbers for node in run.graph.nodes if node.role == "leaf"] == [(12.0,)]


def test_what_an_older_thread_does_by_itself_is_told():
    w = leaf(2.0)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: None).result()
        with pytest.warns(RuntimeWarning, match="utas yang dimulai sebelum blok"), record() as run:
            (w * 3).backward()
            pool.submit(lambda: (leaf(5.0) * 2).backward()).result()
    assert [(one.kind, one.times) for one in run.missing] == [("thread", 1)]
    assert run.missing_line in repr(play(run))


def test_a_recording_in_a_thread_that_is_recorded():
    w, v, inner = leaf(2.0), leaf(5.0), []

    def work():
        (w * 2).backward()
        with record() as run:
            (v * v).backward()
        inner.append(run)
        (w * 3).backward()

    with record() as run:
        in_thread(work)
    assert [node.name for node in run.graph.nodes if node.role == "leaf"] == ["w"] and w.grad.item() == 5.0
    assert [step.kind for step in run.steps].count("accumulate") == 2
    assert [node.name for node in inner[0].graph.nodes if node.role == "leaf"] == ["v"]


def test_a_thread_that_outlives_the_block():
    before = _get_current_dispatch_mode_stack()
    w, go, ready = leaf(2.0), threading.Event(), threading.Event()

    def work():
        w * 2
        ready.set()
        go.wait(20)
        (w * 5).backward()

    thread = threading.Thread(target=work)
    with record() as run:
        thread.start()
        ready.wait(20)
    assert not threads.active and threading.Thread.start.__module__ == "threading"
    steps = len(run.steps)
    go.set()
    thread.join()
    assert w.grad.item() == 5.0 and len(run.steps) == steps and not threads.active
    assert _get_current_dispatch_mode_stack() == before


def test_an_error_in_a_thread_and_one_in_its_start():
    w, seen = leaf(2.0), []

    def work():
        w * 2
        raise KeyError("milik pengguna")

    hook, threading.excepthook = threading.excepthook, lambda details: seen.append(details.exc_type)
    try:
        with record() as run:
            in_thread(work)
            thread = threading.Thread(target=lambda: None)
            thread.start()
            with pytest.raises(RuntimeError):
                thread.start()  # a second time
            (w * 3).backward()
    finally:
        threading.excepthook = hook
    assert seen == [KeyError] and "run" not in vars(thread) and len(of(run, "forward")) == 2
