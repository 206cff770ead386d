"""What is told of a tensor on another device, computed there piece by piece, and what of one that cannot be read."""

import math

import pytest
import torch

from autograd_viz.capturing import device_summary
from autograd_viz.capturing.device_summary import DeviceSummary
from autograd_viz.capturing.snapshot import Snapshot, is_finite, moved, same_content, take_snapshot, value_of

DEVICES = ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)
TENSORS = {
    "few": lambda: torch.randn(100),
    "several pieces": lambda: torch.randn(2500),
    "expanded": lambda: torch.randn(1, 60).expand(50, 60),
    "with gaps": lambda: torch.randn(70, 80)[:, :60],
    "in another order": lambda: torch.randn(70, 80).t(),
    "half": lambda: torch.randn(2500).half() * 1000,
    "bfloat": lambda: torch.randn(2500).bfloat16(),
    "integers": lambda: torch.arange(2500),
    "truths": lambda: torch.arange(2500) > 7,
    "complex": lambda: torch.randn(2500, dtype=torch.complex64).conj(),
    "imaginary parts": lambda: torch.randn(2500, dtype=torch.complex64).conj().imag,
    "tiny": lambda: torch.full((2500,), 1e-30, dtype=torch.float64),
    "with NaN": lambda: torch.cat([torch.randn(2500), torch.tensor([torch.nan])]),
    "with Inf": lambda: torch.cat([torch.randn(2500), torch.tensor([-torch.inf])]),
}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(device_summary, "PIECE", 1000)


def summary_of(tensor, device):
    return Snapshot(tuple(tensor.shape), tensor.dtype, DeviceSummary(tensor.to(device)))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", TENSORS)
def test_it_is_that_of_the_numbers(name, device):
    torch.manual_seed(0)
    tensor = TENSORS[name]()
    there = summary_of(tensor, device)
    found = value_of(there)
    flat = torch.view_as_real(tensor.resolve_conj()) if tensor.is_complex() else tensor
    wide = flat.double().reshape(-1)
    assert found.finite == is_finite(there) == bool(wide.isfinite().all()) and found.shape == tuple(tensor.shape)
    assert found.norm == pytest.approx(float(wide.norm()), rel=1e-5, nan_ok=True)
    if not found.finite or tensor.is_complex():
        assert (found.low, found.high, found.mean) == (None, None, None)
    else:
        assert (found.low, found.high) == (float(wide.min()), float(wide.max()))
        assert found.mean == pytest.approx(float(wide.mean()), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", ["several pieces", "with gaps", "half", "tiny", "with NaN", "with Inf", "1e200"])
def test_of_a_large_one_only_the_norm_is_told(name, device, monkeypatch):
    monkeypatch.setattr(device_summary, "BRIEF", 2000)
    tensor = (TENSORS | {"1e200": lambda: torch.full((2500,), 1e200, dtype=torch.float64)})[name]()
    found = value_of(summary_of(tensor, device))
    wide = tensor.double().reshape(-1)
    assert (found.low, found.high, found.mean, found.finite) == (None, None, None, bool(wide.isfinite().all()))
    assert found.norm == pytest.approx(float(wide.norm()), rel=1e-5, nan_ok=True)


def test_two_of_them_are_compared_by_what_they_say():
    x = torch.arange(100.0)
    assert same_content(summary_of(x, "cpu"), summary_of(x.clone(), "cpu"))
    assert not same_content(summary_of(x, "cpu"), summary_of(x + 1, "cpu"))


def test_the_same_numbers_in_another_shape_are_not_measured_again():
    x = torch.arange(100.0)
    known = summary_of(x, "cpu")
    assert moved(x.view(10, 10), known).content is known.content


def test_a_device_that_failed_tells_nothing(monkeypatch):
    def fails(tensor):
        raise RuntimeError("CUDA error: device-side assert triggered")

    known = summary_of(torch.arange(100.0), "cpu")
    monkeypatch.setattr(torch.Tensor, "tolist", fails)
    value = value_of(known)
    assert (value.shape, value.norm, value.finite) == ((100,), None, True)
    assert is_finite(known) and known.content.read() is None


def test_what_is_being_captured_is_not_read(monkeypatch):
    known = summary_of(torch.arange(100.0), "cpu")
    with monkeypatch.context() as patched:
        patched.setattr(device_summary, "readable_now", lambda tensor: False)
        assert value_of(known).norm is None
    assert value_of(known).norm == pytest.approx(math.sqrt(328350))


def test_what_may_not_be_read_now_has_only_its_shape(monkeypatch):
    monkeypatch.setattr("autograd_viz.capturing.snapshot.readable_now", lambda tensor: False)
    monkeypatch.setattr(torch.Tensor, "tolist", lambda tensor: pytest.fail("read"))
    assert take_snapshot(torch.ones(3)) == Snapshot((3,), torch.float32, None)
