"""Where a default device is set, every call passes through Python code of torch: what the user does is still seen."""

import sys

import pytest
import torch

from autograd_viz.capturing.record import record
from jejak.catalog import find


def of(run, kind):
    return [step for step in run.steps if step.kind == kind]


def test_a_number_taken_out_is_a_cut():
    with torch.device("cpu"), record() as run:
        w = torch.tensor(3.0, requires_grad=True)
        y = w * 2
        z = y.item() * w
    assert z.requires_grad and [(step.how, step.name) for step in of(run, "cut")] == [("item", "y")]


def test_a_write_through_data_is_the_users():
    with torch.device("cpu"), record() as run:
        w = torch.ones(2, requires_grad=True)
        y = w.exp()
        y.data.mul_(2)
    (step,) = of(run, "inplace")
    assert step.operation == "mul_" and step.through is not None and run.line(step).strip() == "y.data.mul_(2)"


def test_checks_are_made_on_the_cpu(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("jejak.tasks.mesin_")]:
        package, _, inner = name.rpartition(".")
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(sys.modules[package], inner)  # `from package import inner` would find it there
    with torch.device("meta"):  # stands for CUDA
        find("05_mesin_tensor").load_checks()
    leaves = [leaf for program in sys.modules["jejak.tasks.mesin_dasar"].REUSED for leaf in program.leaves]
    assert leaves and {leaf.device.type for leaf in leaves} == {"cpu"}


@pytest.mark.parametrize("name", ["data", "grad"])
def test_dynamo_may_be_imported_while_a_recording_runs(name):
    with record():
        watched = vars(torch.Tensor)[name]
        assert isinstance(watched, property) and watched.__get__.__self__.__objclass__ is None
