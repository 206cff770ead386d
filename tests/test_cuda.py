"""What only CUDA shows: streams, graphs, threads of the engine, failures of the device; else the same as on CPU."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from torch import nn

from autograd_viz import check_run, draw, explain, play, record, trace
from tests.device_programs import PROGRAMS, Cube, network, told, training

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA tidak ada di sini")
DEVICES = ("cpu", "cuda")
MB = 1 << 20
ROOT = Path(__file__).resolve().parents[1]


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def busy():
    """Work for the device that takes longer than Python needs for what follows."""
    x = torch.full((4096, 4096), 1e-4, device="cuda")
    y = x
    for _ in range(30):
        y = y @ x
    return y


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_recording_as_on_cpu(name):
    runs = []
    for device in DEVICES:
        with record() as run:
            PROGRAMS[name](device)
        assert run.missing == ()
        runs.append(run)
    assert told(runs[1], name) == told(runs[0], name)
    for one, other in zip(*[run.graph.nodes for run in runs], strict=True):
        for mine, theirs in ((one.value, other.value), (one.grad, other.grad)):
            assert (mine is None) == (theirs is None)
            if mine is not None and mine.norm is not None:
                assert theirs.norm == pytest.approx(mine.norm, rel=1e-3, abs=1e-5), one
    assert repr(play(runs[1])).splitlines()[0] == repr(play(runs[0])).splitlines()[0]


def test_a_large_tensor_is_not_copied():
    x = torch.ones(64 * MB, device="cuda", requires_grad=True)  # 256 MB

    def peak(watched):
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        if watched:
            with record():
                (x * 2).sum().backward()
        else:
            (x * 2).sum().backward()
        x.grad = None
        return torch.cuda.max_memory_allocated()

    assert peak(True) - peak(False) < 100 * MB


def test_nothing_stays_on_the_device():
    training("cuda")  # the first one makes cuBLAS take memory that it keeps
    before = torch.cuda.memory_allocated()
    with record() as run:
        training("cuda")
    assert len(of(run, "optimizer")) == 2
    assert torch.cuda.memory_allocated() - before < MB


def test_numbers_of_another_stream_are_complete():
    w = torch.full((1000,), 3.0, device="cuda", requires_grad=True)
    stream = torch.cuda.Stream()
    torch.cuda.synchronize()
    with record() as run, torch.cuda.stream(stream):
        y = w * (1 + busy().sum() * 0)
        y.sum().backward()
    found = {step.name: step.values[0] for step in of(run, "forward")}
    assert (found["y"].low, found["y"].high) == (3.0, 3.0)
    (leaf,) = [node for node in run.graph.nodes if node.name == "w"]
    assert (leaf.grad.low, leaf.grad.high) == (1.0, 1.0)


@pytest.mark.parametrize("count", [10, 1000])
def test_a_copy_that_nobody_waits_for_is_read_when_it_is_there(count):
    w = torch.full((count,), 3.0, device="cuda", requires_grad=True)
    with record() as run:
        far = w * (2 + busy().sum() * 0)
        near = far.to("cpu", non_blocking=True)
        total = near * 1
    assert total.requires_grad
    found = {step.name: step.values[0] for step in of(run, "forward")}
    assert found["near"].norm == pytest.approx(6.0 * count**0.5)
    drawn = (w * (2 + busy().sum() * 0)).to("cpu", non_blocking=True)
    assert trace(drawn, values=True).nodes[-1].value.norm == pytest.approx(6.0 * count**0.5)


def captured(watched):
    model, x, y = network("cuda")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            optimizer.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    torch.cuda.current_stream().wait_stream(side)
    optimizer.zero_grad(set_to_none=True)

    def work():
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        for _ in range(3):
            graph.replay()
        return loss

    if not watched:
        return [work().item(), *[parameter.sum().item() for parameter in model.parameters()]], None
    with record() as run:
        loss = work()
    return [loss.item(), *[parameter.sum().item() for parameter in model.parameters()]], run


def test_a_cuda_graph_is_captured_as_without_a_recording():
    bare, _ = captured(False)
    with pytest.warns(RuntimeWarning, match="CUDA graph"):
        watched, run = captured(True)
    assert watched == bare
    assert {one.kind: one.times for one in run.missing} == {"capture": 1, "replay": 3}
    values = [step.values[0] for step in of(run, "forward")]
    assert len(values) > 3 and all(value.norm is None and value.numbers is None for value in values)
    assert "CUDA graph" in draw(run).text and "CUDA graph" in repr(play(run))


def test_a_recording_inside_a_capture():
    x = torch.ones(100, device="cuda", requires_grad=True)
    graph = torch.cuda.CUDAGraph()
    with pytest.warns(RuntimeWarning, match="CUDA graph"), torch.cuda.graph(graph), record() as run:
        y = (x * 2).sum()
    graph.replay()
    assert y.item() == 200.0 and run.missing[0].kind == "capture"


def test_values_after_a_replay_are_read_anew():
    x = torch.ones(3, device="cuda")
    w = torch.ones(3, device="cuda", requires_grad=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        x.add_(1)
    with pytest.warns(RuntimeWarning, match="replay"), record() as run:
        first = w * x
        graph.replay()
        second = w * x
    assert second.requires_grad and first.requires_grad
    found = {step.name: step.values[0].numbers for step in of(run, "forward")}
    assert found == {"first": (1.0,) * 3, "second": (2.0,) * 3}
    constants = [node.value.numbers for node in run.graph.nodes if node.role == "constant"]
    assert constants == [(1.0,) * 3, (2.0,) * 3]


def scaled(watched):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 1)).cuda()
    x, y = torch.randn(32, 64, device="cuda"), torch.randn(32, 1, device="cuda")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cuda", init_scale=2.0**40, growth_interval=1)

    def work():
        for _ in range(3):
            optimizer.zero_grad()
            with torch.autocast("cuda", dtype=torch.float16):
                out = model(x)
            loss = nn.functional.mse_loss(out.float(), y)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()

    run = None
    if watched:
        with record() as run:
            work()
    else:
        work()
    return [scaler.get_scale(), *[parameter.detach().clone() for parameter in model.parameters()]], run


def test_a_scaler_that_overflows():
    bare, _ = scaled(False)
    watched, run = scaled(True)
    assert bare[0] == watched[0] < 2.0**40
    assert all(torch.equal(one, other) for one, other in zip(bare[1:], watched[1:], strict=True))
    found = run.first_nonfinite()
    assert found is not None and found.phase == "mundur" and found.kind == "Inf", found
    assert run.missing == () and check_run(run).findings == ()
    assert "float16" in {node.dtype for node in run.graph.nodes}


def test_the_user_who_looks_for_waiting_is_told_of_nothing_here():
    w = torch.ones(3, device="cuda", requires_grad=True)
    large = torch.ones(300, device="cuda")
    torch.cuda.set_sync_debug_mode("error")
    try:
        with record() as run:
            y = (w * 2).sum() + large.sum()
            y.backward()
        values = [step.values[0] for step in of(run, "forward")]
        assert torch.cuda.get_sync_debug_mode() == 2
    finally:
        torch.cuda.set_sync_debug_mode(0)
    assert values[0].numbers == (2.0, 2.0, 2.0) and all(value.numbers is not None for value in values)


def test_a_gradient_that_cannot_be_read_is_told_at_the_line_of_backward(monkeypatch):
    monkeypatch.setattr("autograd_viz.capturing.backward_pass.NodeRan", None)
    x = torch.ones(3, device="cuda", requires_grad=True)
    with pytest.warns(RuntimeWarning, match="gradien tidak terbaca"), record() as run:
        y = (x * 2).sum()
        y.backward()
    (one,) = run.missing
    source = run.sources[one.place.source]
    assert source.text.splitlines()[one.place.line - source.first].strip() == "y.backward()"


def test_errors_of_the_device_pass_through():
    x = torch.ones(3, device="cuda", requires_grad=True)
    with pytest.raises(RuntimeError, match="same device") as caught, record() as run:
        y = x * 2
        y + torch.ones(3)
    assert of(run, "forward") and of(run, "error")
    assert "tidak ada di katalog" in str(explain(caught.value))
    before = torch.cuda.memory_allocated()
    with pytest.raises(torch.cuda.OutOfMemoryError) as caught, record() as run:
        y = x * 2
        y.new_empty(1 << 44)
    assert of(run, "forward")[0].values[0].numbers == (2.0,) * 3
    assert "tidak ada di katalog" in str(explain(caught.value))
    del caught, y
    assert torch.cuda.memory_allocated() <= before + MB


def test_a_function_that_fails_in_a_thread_of_the_engine():
    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            raise OSError("rusak")

    x = torch.ones(3, device="cuda", requires_grad=True)
    with record() as run:
        with pytest.raises(OSError, match="rusak"):
            Fails.apply(x).sum().backward()
        y = Cube.apply(x)
        y.sum().backward()
    assert x.grad.tolist() == [3.0] * 3 and run.missing == ()
    assert [step.round for step in of(run, "backward")] == [0, 1, 2]


AFTER_AN_ASSERT = """
    import sys
    import torch
    from autograd_viz import doctor, draw, play, record, explain
    doctor.install()
    table = torch.ones(10, 4, device="cuda", requires_grad=True)
    w = torch.ones(100, device="cuda", requires_grad=True)
    try:
        with record() as run:
            y = w * 2
            rows = torch.nn.functional.embedding(torch.tensor([3, 99], device="cuda"), table)
            rows.sum().backward()
            torch.cuda.synchronize()
    except RuntimeError as error:
        print("galat:", type(error).__name__, "assert" in str(error))
        print(explain(error))
    print(len(run.steps) > 0, "MulBackward0" in [node.op for node in run.graph.nodes])
    repr(run); draw(run).text; repr(play(run)); draw(y).text; run.first_nonfinite()
    print("selesai")
    rows.sum().item()
"""


def test_after_a_device_side_assert_nothing_worse_happens():
    script = textwrap.dedent(AFTER_AN_ASSERT)
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("galat:") and lines[0].endswith("True"), (ended.stdout, ended.stderr[-2000:])
    assert lines[-2:] == ["True True", "selesai"], (ended.stdout, ended.stderr[-2000:])
    assert ended.returncode == 1 and "device-side assert" in ended.stderr.splitlines()[-1] + ended.stderr


def test_compiled_code_stays_compiled():
    def f(x):
        return (x.sin() * x.cos()).sum()

    x = torch.linspace(0, 1, 1000, device="cuda", requires_grad=True)
    fast = torch.compile(f)
    fast(x).backward()
    bare, x.grad = x.grad, None
    with record() as run:
        fast(x).backward()
    assert torch.equal(x.grad, bare)
    assert [node.op for node in run.graph.nodes if node.role == "output"] == ["CompiledFunctionBackward"]
