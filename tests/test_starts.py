"""What may be drawn, taken apart where it is a container, and what is said of everything else."""

import dataclasses
import sys
import types
from collections import OrderedDict, UserDict, deque, namedtuple
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from autograd_viz import draw, record
from autograd_viz.tracing.trace import trace

x = torch.ones(2, requires_grad=True)


@dataclasses.dataclass
class Result:
    loss: torch.Tensor
    logits: torch.Tensor
    epoch: int = 3


@dataclasses.dataclass(slots=True)
class Slotted:
    loss: torch.Tensor


class ModelOutput(OrderedDict):
    """As in transformers: an ordered dict whose keys are attributes too."""

    def __init__(self, **items):
        super().__init__(items)
        self.__dict__.update(items)

    def __getitem__(self, key):
        raise AssertionError("code of the container")


class Plain:
    def __init__(self):
        self.loc = x.sum()
        self._cache = x * 9


Pair = namedtuple("Pair", "mean spread")


def outputs(*given):
    return [output.name for output in trace(*given, scope=sys._getframe(1)).outputs]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"loss": x.sum(), "logits": x * 2, "labels": torch.ones(2), "epoch": 3, "none": None}, ["loss", "logits"]),
        ([{"boxes": x * 2}], ["boxes"]),
        ([{"boxes": x * 2}, {"boxes": x * 3}], ['given[0]["boxes"]', 'given[1]["boxes"]']),
        ({"a": {"loss": x.sum()}, "b": [{"loss": x.sum()}]}, ["a.loss", "b.loss"]),
        (ModelOutput(loss=x.sum(), logits=x * 2), ["loss", "logits"]),
        (UserDict(loss=x.sum()), ["loss"]),
        (types.MappingProxyType({"loss": x.sum()}), ["loss"]),
        ({"loss": x.sum()}.values(), ["given[0]"]),
        (Result(x.sum(), x * 2), ["loss", "logits"]),
        (Slotted(x.sum()), ["loss"]),
        (Pair(x.sum(), x * 2), ["mean", "spread"]),
        (types.SimpleNamespace(loss=x.sum()), ["loss"]),
        (Plain(), ["loc"]),
        (torch.distributions.Normal(x * 2, torch.ones(2)), ["loc"]),
        (torch.max(x * 2, dim=0), ["values"]),
        (deque([x.sum(), x * 2]), ["given[0]", "given[1]"]),
        (({1: x.sum()},), ["1"]),
        ({"total loss": x.sum(), 'a "b"': x * 2}, ["total loss", 'a "b"']),
        ([[[[[[x.sum()]]]]]], ["given[0][0][0][0][0][0]"]),
        ({"tepi": torch.autograd.graph.get_gradient_edge(x.sum()), "simpul": x.sum().grad_fn}, [None, None]),
    ],
)
def test_containers_are_taken_apart_and_named_by_key(given, expected):
    assert outputs(given) == expected


def test_a_container_that_holds_itself_ends():
    loop = {"loss": x.sum()}
    loop["self"] = loop
    assert outputs(loop) == ["loss"]


def test_what_stands_in_a_named_list_is_named_by_its_place():
    losses = [x.sum(), (x * 2).sum()]
    assert outputs(losses) == ["losses[0]", "losses[1]"]
    assert outputs(*losses) == ["losses[0]", "losses[1]"]


def test_a_variable_keeps_its_name_and_a_name_in_use_is_told_apart():
    y, hasil = x.sum(), {"x": x * 2, "y": x * 3}
    assert outputs({"loss": y}) == ["y"]
    assert outputs(hasil) == ['hasil["x"]', 'hasil["y"]'], "x and y are other tensors already"
    first, second = {"loss": x.sum()}, {"loss": x * 2}
    assert outputs(first, second) == ['first["loss"]', 'second["loss"]']


def test_the_card_of_an_output_bears_its_key():
    text = draw({"loss": (x * 2).sum()}).text
    assert "loss = sum(…) · SumBackward0" in text and "ke loss = sum(…)." in text


def test_what_nobody_has_named_stays_without_a_name():
    assert outputs([x.sum(), x * 2]) == [None, None]
    assert outputs([{"boxes": x * 2}, {"boxes": x * 3}]) == ['[0]["boxes"]', '[1]["boxes"]']


def told(*given):
    with pytest.raises((TypeError, ValueError)) as caught:
        trace(*given, scope=sys._getframe(1))
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (x.mean, "Metode mean belum dipanggil. Tambahkan tanda kurung: x.mean()."),
        ((x * 2).sum().backward, "Metode backward belum dipanggil. Tambahkan tanda kurung: backward()."),
        (nn.Linear(2, 1).forward, "Tambahkan tanda kurung: forward(x)."),
        (torch.autograd.Function.apply, "belum dipanggil"),
        (torch.sin, "Itu fungsi yang belum dipanggil. Berikan hasil panggilannya, misalnya sin(x)."),
        (lambda: x, "Berikan hasil panggilannya, misalnya hasilnya."),
        (partial(torch.sum, x), "Itu fungsi yang belum dipanggil."),
        (nn.Linear, "Linear adalah kelas."),
        (nn.Linear(2, 1), "Berikan keluaran modulnya"),
        ((x * n for n in range(2)), "Simpan dulu: keluaran = list(…)"),
        ({x}, "Himpunan tidak punya urutan"),
        ("loss", "Tulis nama variabelnya tanpa tanda kutip: draw(loss)."),
        (3.5, "Bilangan Python tidak punya graf"),
        (np.ones(2), "NumPy tidak mencatat graf"),
        (np.float64(2), "NumPy tidak mencatat graf"),
        (None, "grad_fn sebuah daun selalu None"),
        (..., "isi dulu dengan tensornya"),
        ({}, "Ia kosong."),
        ({"a": 1, "b": "c"}, "Isinya tidak memuat tensor, hanya int, str."),
        (torch.Size([2]), "Isinya tidak memuat tensor, hanya int."),
        (object(), "Berikan tensor, GradientEdge, grad_fn, atau wadah"),
    ],
)
def test_everything_else_is_told_what_to_do(given, expected):
    assert expected in told(given)
    assert told(given).startswith("Masukan ke-1 ")


def test_a_recording_or_graph_is_drawn_alone():
    with record() as run:
        y = x * 2
    for other in (run, trace(y)):
        with pytest.raises(TypeError, match="digambar sendiri"):
            draw(other, y)
    assert "Graf yang sudah dibaca digambar sendiri" in told(trace(y))


# --- a tensor without a graph ----------------------------------------------------------------------------------------


def causes(text):
    """The causes in the order in which they are told."""
    marks = {"create_graph=True": "create_graph", "tanpa requires_grad=True": "no input", "di tengah jalan": "cut"}
    found = sorted((text.index(mark), name) for mark, name in marks.items() if mark in text)
    return [name for _, name in found]


def test_a_first_derivative_is_asked_for_create_graph_first():
    x = torch.ones(2, requires_grad=True)
    (slope,) = torch.autograd.grad((x**2).sum(), x)
    assert causes(told(slope)) == ["create_graph", "no input", "cut"]
    assert "Tambahkan requires_grad=True" in told(slope)


def test_other_shapes_were_rather_never_connected():
    x = torch.ones(2, requires_grad=True)
    y = torch.ones(3, 3) * 2
    assert causes(told(y)) == ["no input", "cut", "create_graph"]
    assert x.requires_grad


def test_without_any_gradient_in_sight_only_the_input_is_left():
    def nothing():
        y = torch.ones(3) * 2
        return told_in({"y": y}, y)

    assert causes(nothing()) == ["no input", "cut"] and "(1)" not in nothing()


def told_in(scope, tensor):
    with pytest.raises(ValueError, match="tidak punya graf: grad_fn kosong") as caught:
        trace(tensor, scope=scope)
    return str(caught.value)


def test_the_grad_of_a_leaf_is_known_for_what_it_is():
    w = torch.ones(2, requires_grad=True)
    (w * 2).sum().backward()
    assert "Ia adalah w.grad, dan backward() mengisi .grad tanpa graf." in told(w.grad)
    model = nn.Linear(2, 1)
    model(torch.ones(1, 2)).sum().backward()
    assert "dan backward() mengisi .grad tanpa graf" in told(model.weight.grad)


CUTS = [lambda y: y.detach(), lambda y: y.data, lambda y: torch.from_numpy(y.detach().numpy())]


@pytest.mark.parametrize("cut", CUTS)
def test_a_cut_is_seen_by_what_it_shares(cut):
    w = torch.ones(2, requires_grad=True)
    y = w * 2
    assert "Isinya sama dengan isi 'y', yang punya gradien" in told(cut(y))


def test_under_no_grad_the_block_is_named():
    w = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        y = w * 2
        inside = told(y)
    assert "Saat ini torch.no_grad()" in inside and "Saat ini" not in told(y)
    assert "cut" in causes(told(y))


def test_what_is_certain_is_told_alone():
    w = torch.ones(2, requires_grad=True)
    with torch.inference_mode():
        y = w * 2
    assert "inference_mode" in told(y) and causes(told(y)) == []
    assert "Isinya int64" in told((w * 2).argmax()) and "Isinya bool" in told(w > 0)


def test_a_container_whose_tensors_have_no_graph_says_so():
    w = torch.ones(2, requires_grad=True)
    assert "Tensor [\"loss\"] di dalam masukan ke-1 (dict) tidak punya graf" in told({"loss": w.detach()})
    assert "Semua tensor (2) di dalam masukan ke-1 (list) tidak punya graf" in told([torch.ones(2), torch.ones(3)])
