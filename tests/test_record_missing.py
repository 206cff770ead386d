"""What could not be recorded is counted, kept, and told: in the drawing, in the text, and as one warning."""

import warnings
from typing import get_args

import pytest
import torch
from torch import nn

from autograd_viz.capturing import backward_pass, missing, module_calls, observer, optimizer_steps, recorder
from autograd_viz.capturing.record import record
from autograd_viz.drawing.display import draw
from autograd_viz.playing.player import play
from autograd_viz.recording.events import Missing, MissingKind
from autograd_viz.recording.missing import SENTENCES
from autograd_viz.recording.recording import Recording


def leaf(*numbers):
    data = numbers[0] if len(numbers) == 1 else list(numbers)
    return torch.tensor(data, requires_grad=True)


def broken(*_args, **_kwargs):
    raise OSError("unreadable")


def unreadable(op):
    """Observer.number, which fails for one kind of node."""
    number = observer.Observer.number

    def fails(self, node, *args, **kwargs):
        return broken() if type(node).__name__ == op else number(self, node, *args, **kwargs)

    return fails


def test_every_kind_has_a_sentence():
    assert list(SENTENCES) == list(get_args(MissingKind))


def test_a_complete_recording_says_nothing():
    x = leaf(3.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with record() as run:
            (x * 2).backward()
    assert run.missing == () and run.missing_line == ""
    assert "tidak lengkap" not in draw(run).text + draw(run).svg + repr(play(run))


def test_what_is_missing_is_told_everywhere(monkeypatch):
    monkeypatch.setattr(observer.Observer, "number", unreadable("MulBackward0"))
    x = leaf(3.0)
    with pytest.warns(RuntimeWarning) as warned, record() as run:
        y = (x * 2) * x
        y.backward()
    assert x.grad.item() == 12.0
    assert {one.kind for one in run.missing} == {"operation", "backward"}
    first = run.missing[0]
    assert (
        first.times == 2
        and run.sources[first.place.source]
        .text.splitlines()[first.place.line - run.sources[first.place.source].first]
        .strip()
        == "y = (x * 2) * x"
    )
    assert run.missing_line.startswith("Rekaman ini tidak lengkap: 2 operasi tidak terbaca (pertama di baris ")
    drawing = draw(run)
    assert run.missing_line in drawing.text and run.missing_line in drawing.svg
    assert repr(play(run)).splitlines()[-1] == run.missing_line
    (one,) = [warning for warning in warned if "tidak lengkap" in str(warning.message)]
    assert one.filename == __file__ and "OSError: unreadable" in str(one.message)
    assert f"test_record_missing.py, baris {first.place.line}" in str(one.message)


def test_a_notebook_is_not_warned(monkeypatch):
    monkeypatch.setattr(missing, "_in_notebook", lambda: True)
    monkeypatch.setattr(backward_pass.BackwardPass, "received", broken)
    x = leaf(3.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with record() as run:
            (x * 2).backward()
    assert [(one.kind, one.times) for one in run.missing] == [("gradient", 2)]


def test_missing_survives_json():
    assert '"missing"' not in Recording.from_json("{}").to_json()
    run = Recording.from_json('{"missing":[{"kind":"cut","times":3}]}')
    assert run.missing == (Missing("cut", 3),) and Recording.from_json(run.to_json()) == run


def step(optimizer):
    optimizer.step()


def clear(optimizer):
    optimizer.zero_grad()


@pytest.mark.parametrize(
    ("kind", "where", "name"),
    [
        ("operation", observer, "take_snapshot"),
        ("module", module_calls.ModuleCalls, "_root"),
        ("cut", recorder, "GraphCut"),
        ("optimizer", optimizer_steps, "OptimizerStepped"),
        ("zero_grad", optimizer_steps, "GradCleared"),
        ("backward", backward_pass, "BackwardStarted"),
        ("gradient", backward_pass, "NodeRan"),
        ("names", recorder, "Names"),
    ],
)
def test_each_kind_is_noted_at_its_place(monkeypatch, kind, where, name):
    layer = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    monkeypatch.setattr(where, name, broken)
    with pytest.warns(RuntimeWarning, match="tidak lengkap"), record() as run:
        out = layer(torch.ones(1, 2))
        (out.detach() * 2 + out).sum().backward()
        step(optimizer)
        clear(optimizer)
    found = {one.kind: one for one in run.missing}
    assert kind in found and found[kind].times >= 1
    if kind != "names":
        line = found[kind].place.line - run.sources[0].first
        word = {"optimizer": "optimizer.step()", "zero_grad": "optimizer.zero_grad()", "cut": "detach()"}.get(kind, "")
        assert word in run.sources[found[kind].place.source].text.splitlines()[line]
