"""The engine in a thread of its own, without frames of the user, as backward runs on a GPU: the same is recorded."""

import _thread
import threading

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack, _pop_mode, _push_mode

from autograd_viz.capturing.record import record
from tests.device_programs import PROGRAMS, Cube, told


def threaded(engine):
    """What runs the engine, in a new thread that has the modes of this one, while this one waits."""
    home = threading.get_ident()

    def run(roots, *args, **kwargs):
        if threading.get_ident() != home:
            return engine(roots, *args, **kwargs)
        modes, grad = _get_current_dispatch_mode_stack(), torch.is_grad_enabled()
        done, found = _thread.allocate_lock(), {}

        def work():
            try:
                for mode in modes:
                    _push_mode(mode)
                with torch.set_grad_enabled(grad):
                    found["results"] = engine(roots, *args, **kwargs)
            except BaseException as error:
                found["error"] = error
            finally:
                while _get_current_dispatch_mode_stack():
                    _pop_mode()
                done.release()

        work.__code__ = work.__code__.replace(co_filename=torch.__file__)  # no code of a user
        done.acquire()
        _thread.start_new_thread(work, ())
        done.acquire()
        if "error" in found:
            raise found["error"]
        return found["results"]

    return run


@pytest.fixture
def elsewhere(monkeypatch):
    monkeypatch.setattr(torch.autograd, "_engine_run_backward", threaded(torch.autograd._engine_run_backward))


def recorded(program):
    with record() as run:
        program("cpu")
    return run


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_is_recorded(name, request):
    here = recorded(PROGRAMS[name])
    request.getfixturevalue("elsewhere")
    there = recorded(PROGRAMS[name])
    assert here.missing == there.missing == ()
    assert told(there, name) == told(here, name)
    assert [node.grad for node in there.graph.nodes] == [node.grad for node in here.graph.nodes]


def test_what_fails_in_a_function_leaves_nothing_behind(elsewhere):
    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            raise OSError("rusak")

    x = torch.ones(3, requires_grad=True)
    with record() as run:
        with pytest.raises(OSError, match="rusak"):
            Fails.apply(x).sum().backward()
        y = Cube.apply(x)
        y.sum().backward()
    assert x.grad.tolist() == [3.0] * 3 and run.missing == ()
    assert [step.round for step in run.steps if step.kind == "backward"] == [0, 1, 2]
    assert _get_current_dispatch_mode_stack() == []


def test_what_cannot_be_read_is_told_at_the_line_of_backward(elsewhere, monkeypatch):
    monkeypatch.setattr("autograd_viz.capturing.backward_pass.NodeRan", None)
    layer = nn.Linear(2, 1)
    with pytest.warns(RuntimeWarning, match="gradien tidak terbaca"), record() as run:
        y = layer(torch.ones(1, 2)).sum()
        y.backward()
    (one,) = run.missing
    source = run.sources[one.place.source]
    assert source.text.splitlines()[one.place.line - source.first].strip() == "y.backward()"
