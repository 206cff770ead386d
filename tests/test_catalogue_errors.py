"""The catalogue of errors is true: every program raises what its entry says, and every mend cures it."""

import json
import os
import re
import subprocess
import sys

import pytest

from autograd_viz.doctor.catalogue import WORDS, catalogue
from autograd_viz.doctor.diagnose import diagnose
from tests.error_programs import Outcome, joins, outcomes
from tools.twins import ROOT

ENTRIES = {entry.id: entry for entry in catalogue()}
CAUSES = [f"{entry.id}/{cause.id}" for entry in catalogue() for cause in entry.causes]

# What people meet that no autograd error is: the doctor has nothing to say.
ELSEWHERE = [
    RuntimeError("mat1 and mat2 shapes cannot be multiplied (3x4 and 3x2)"),
    RuntimeError("The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 0"),
    RuntimeError("shape '[2, 5]' is invalid for input of size 12"),
    RuntimeError("Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4"),
    RuntimeError("stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1"),
    RuntimeError("expected scalar type Long but found Float"),
    RuntimeError("mat1 and mat2 must have the same dtype, but got BFloat16 and Float"),
    RuntimeError("a Tensor with 2 elements cannot be converted to Scalar"),
    RuntimeError("Boolean value of Tensor with more than one value is ambiguous"),
    RuntimeError("Error(s) in loading state_dict for Linear:\n\tsize mismatch for weight"),
    RuntimeError("Found no NVIDIA driver on your system."),
    RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"),
    RuntimeError("DataLoader worker (pid 7) exited unexpectedly"),
    RuntimeError("generator raised StopIteration"),
    RuntimeError("dictionary changed size during iteration"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:117] not enough memory"),
    IndexError("index 5 is out of bounds for dimension 0 with size 3"),
    IndexError("list index out of range"),
    IndexError("Target 7 is out of bounds."),
    KeyError("bobot"),
    ValueError("Expected input batch_size (3) to match target batch_size (4)."),
    ValueError("optimizer must be one of 'sgd', 'adam'"),
    ValueError("could not convert string to float: 'tiga'"),
    ValueError("only one element tensors can be converted to Python scalars"),
    TypeError("unsupported operand type(s) for +: 'int' and 'str'"),
    TypeError("unsupported operand type(s) for +: 'int' and 'NoneType'"),
    TypeError("forward() missing 1 required positional argument: 'x'"),
    TypeError("'method' object is not iterable"),
    TypeError("'float' object is not iterable"),
    AttributeError("'NoneType' object has no attribute 'append'"),
    AttributeError("'Linear' object has no attribute 'bobot'"),
    AttributeError("module 'torch' has no attribute 'tensorr'"),
    AssertionError(""),
    AssertionError("loss is NaN"),
    NotImplementedError(""),
    ZeroDivisionError("division by zero"),
    FileNotFoundError(2, "No such file or directory", "data.csv"),
    UserWarning("Creating a tensor from a list of numpy.ndarrays is extremely slow."),
    ImportError("cannot import name 'gambar' from 'autograd_viz'"),
]


@pytest.fixture(scope="module")
def ended():
    found = outcomes(entry for entry in catalogue() if not joins(entry))
    script = [sys.executable, str(ROOT / "tests" / "error_programs.py")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    text = subprocess.run(script, env=environment, capture_output=True, text=True, check=True, timeout=120).stdout
    return found | {place: tuple(map(read, pair)) for place, pair in json.loads(text).items()}


def read(written):
    return written and Outcome(tuple(written[0]), written[1], tuple(written[2]))


def known_by(outcome):
    """The entries that take an outcome's error for their own, read as the doctor reads it."""
    kinds = {*outcome.kinds}
    return [
        entry.id
        for entry in catalogue()
        if not kinds.isdisjoint(entry.types) and re.search(entry.pattern, outcome.message)
    ]


@pytest.mark.parametrize("place", [*(f"{name}/" for name in ENTRIES), *CAUSES])
def test_the_program_raises_exactly_this(ended, place):
    assert known_by(ended[place][0]) == [place.partition("/")[0]], ended[place][0]


@pytest.mark.parametrize("name", ENTRIES)
def test_the_message_to_look_for_is_in_it(ended, name):
    assert ENTRIES[name].message in ended[f"{name}/"][0].message


@pytest.mark.parametrize("place", CAUSES)
def test_the_mend_cures_it(ended, place):
    cured = ended[place][1]
    assert cured.kinds == (), cured.message
    assert all(cured.given), "a leaf in the graph has no finite gradient"


def test_at_least_sixty_errors_are_known():
    assert len(ENTRIES) >= 60


def test_gradients_are_looked_at(ended):
    assert sum(bool(cured.given) for _, cured in ended.values() if cured) > len(CAUSES) / 3


@pytest.mark.parametrize("error", ELSEWHERE, ids=repr)
def test_an_error_from_elsewhere_is_unknown(error):
    assert diagnose(error) is None


def test_only_known_words_are_put_in():
    texts = [(entry.id, entry.title + entry.happened) for entry in catalogue()]
    texts += [(entry.id, cause.say) for entry in catalogue() for cause in entry.causes]
    found = {(name, word) for name, text in texts for word in re.findall(r"\{(\w*)\}", text)}
    assert {(name, word) for name, word in found if word not in WORDS} == set()
    assert [name for name, text in texts if "!" in text] == []
