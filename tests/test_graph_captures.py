"""CUDA graphs, played here without CUDA: what is captured is not computed, and what is replayed no version counts."""

import pytest
import torch

from autograd_viz.capturing import observations, optimizer_steps
from autograd_viz.capturing import record as record_module
from autograd_viz.capturing.record import record
from autograd_viz.tracing import cuda_work

CALLS = ("capture_begin", "capture_end", "replay")


class Played:
    """Stands for a torch.cuda.CUDAGraph whose work is to double a tensor."""

    def __init__(self, tensor):
        self.numbers = tensor.numpy()  # written without a version


@pytest.fixture(autouse=True)
def played(monkeypatch):
    monkeypatch.setattr(torch.cuda.CUDAGraph, "capture_begin", lambda graph: None)
    monkeypatch.setattr(torch.cuda.CUDAGraph, "capture_end", lambda graph: None)
    monkeypatch.setattr(torch.cuda.CUDAGraph, "replay", lambda graph: graph.numbers.__imul__(2))


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def test_what_a_replay_writes_is_read_anew_and_told():
    bare = [getattr(torch.cuda.CUDAGraph, name) for name in CALLS]
    x, w = torch.ones(3), torch.ones(3, requires_grad=True)
    graph = Played(x)
    with pytest.warns(RuntimeWarning, match="2 kali replay"), record() as run:
        first = w * x
        torch.cuda.CUDAGraph.replay(graph)
        torch.cuda.CUDAGraph.replay(graph)
        second = w * x
    assert first.requires_grad and second.requires_grad
    assert {step.name: step.values[0].numbers for step in of(run, "forward")} == {
        "first": (1.0,) * 3,
        "second": (4.0,) * 3,
    }
    assert [node.value.numbers for node in run.graph.nodes if node.role == "constant"] == [(1.0,) * 3, (4.0,) * 3]
    assert [(one.kind, one.times) for one in run.missing] == [("replay", 2)]
    assert run.sources[0].text.splitlines()[run.missing[0].place.line - run.sources[0].first].strip() == (
        "torch.cuda.CUDAGraph.replay(graph)"
    )
    assert [getattr(torch.cuda.CUDAGraph, name) for name in CALLS] == bare


def test_what_was_computed_before_a_capture_is_read_and_what_is_captured_is_not(monkeypatch):
    x, w = torch.ones(3), torch.ones(3, requires_grad=True)
    graph = Played(x)
    with pytest.warns(RuntimeWarning, match="1 CUDA graph disusun"), record() as run:
        first = w * x
        torch.cuda.CUDAGraph.capture_begin(graph)
        with monkeypatch.context() as patched:
            patched.setattr("autograd_viz.capturing.snapshot.readable_now", lambda tensor: False)
            second = first * 2
            torch.cuda.CUDAGraph.capture_end(graph)
        third = second * 2
    assert third.requires_grad
    values = {step.name: step.values[0].numbers for step in of(run, "forward")}
    assert values == {"first": (1.0,) * 3, "second": None, "third": (4.0,) * 3}


def test_a_compiler_is_not_the_user(monkeypatch):
    x, w = torch.ones(3), torch.ones(3, requires_grad=True)
    space = {"__name__": "torch.compiler", "torch": torch, "graph": Played(x)}
    code = compile("torch.cuda.CUDAGraph.replay(graph)", torch.compiler.__file__, "exec")
    with record() as run:
        first = w * x
        exec(code, space)
        second = w * x
    assert first.requires_grad and second.requires_grad and run.missing == ()
    assert [step.values[0].numbers for step in of(run, "forward")] == [(1.0,) * 3, (2.0,) * 3]


def test_while_a_graph_is_captured_no_number_is_asked_for(monkeypatch):
    for module in (observations, optimizer_steps, record_module):
        monkeypatch.setattr(module, "capturing", lambda: True)
    w = torch.nn.Parameter(torch.ones(2))
    optimizer = torch.optim.SGD([w], lr=torch.tensor(0.1))
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    monkeypatch.setattr(torch.amp.GradScaler, "get_scale", lambda scaler: pytest.fail("asked"))
    with pytest.warns(RuntimeWarning, match="CUDA graph"), record() as run:
        scaler.scale((w * 2).sum()).backward()
        optimizer.step()
    assert [one.kind for one in run.missing] == ["capture"] and len(of(run, "optimizer")) == 1
    assert w.tolist() == pytest.approx([-0.6] * 2)


def test_a_device_that_failed_captures_nothing(monkeypatch):
    def fails():
        raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_current_stream_capturing", fails)
    assert cuda_work.capturing() is False


def test_a_copy_that_nobody_waits_for_is_waited_for(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_current_stream_capturing", lambda: bool(waited))
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: waited.append(1))
    monkeypatch.setattr(torch.Tensor, "is_pinned", lambda tensor: tensor.numel() == 2)
    assert cuda_work.readable_now(torch.ones(3)) and waited == []
    assert cuda_work.readable_now(torch.ones(2)) and waited == [1]
    assert not cuda_work.readable_now(torch.ones(2)) and waited == [1]
