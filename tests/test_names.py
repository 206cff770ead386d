import gc
import sys
import time
import weakref

import pytest
import torch
from torch import nn

from autograd_viz.tracing.trace import trace

w_global = torch.ones(2, requires_grad=True)


def named(*outputs, names=None, scope=None):
    scope = sys._getframe(1) if scope is None else scope
    return [node.name for node in trace(*outputs, names=names, scope=scope).nodes]


def test_variables_of_the_caller():
    w = torch.ones(2, requires_grad=True)
    h = w * w_global
    y = h.sin()
    graph = trace(y)
    assert [node.name for node in graph.nodes] == ["w", "w_global", "h", "y"]
    assert graph.outputs[0].name == "y"


def test_local_hides_global_of_the_same_name():
    scope_global = w_global

    def inner():
        w_global = torch.ones(2, requires_grad=True)
        return trace(w_global + scope_global.sin())

    assert [node.name for node in inner().nodes] == ["w_global", "scope_global", None, None]


def test_underscore_names_are_skipped_and_first_name_wins():
    _hidden = torch.ones(2, requires_grad=True)
    first = torch.ones(2, requires_grad=True)
    second = first
    assert named(_hidden + second) == [None, "first", None]


def test_seen_from_a_comprehension():
    w = torch.ones(2, requires_grad=True)
    assert [named(y) for y in [w.sin()]] == [["w", "y"]]


def test_scope_may_be_a_mapping():
    w = torch.ones(2, requires_grad=True)
    assert named(w.sin(), scope={}) == [None, None]
    assert named(w.sin(), scope={"bobot": w}) == ["bobot", None]


def test_names_win_over_variables():
    w = torch.ones(2, requires_grad=True)
    b = torch.ones(2, requires_grad=True)
    assert named(w + b, names={"b": w}) == ["b", "b (2)", None]
    assert named(w + b, names={"bobot": w}) == ["bobot", "b", None]


def test_outputs_of_one_operation_are_all_named():
    w = torch.ones(2, requires_grad=True)
    u, v = w.unbind()
    graph = trace(u * v)
    assert graph.nodes[1].name == "u, v"
    assert trace(v).outputs[0] == (1, 1, "v")


def test_one_module_names_its_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    unrelated = nn.Linear(2, 2)
    for p in model.parameters():  # leaves a variable behind that must not name the last parameter
        assert p.requires_grad
    graph = trace(model(torch.ones(4, 2)).sum())
    leaves = {node.name for node in graph.nodes if node.role == "leaf"}
    assert leaves == {"0.weight", "0.bias", "2.weight", "2.bias"}
    assert unrelated.weight.requires_grad
    assert {node.module for node in graph.nodes if node.op == "AddmmBackward0"} == {"0", "2"}


def test_several_modules_are_told_apart_by_their_variable():
    encoder, decoder = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 1))
    alias, part = encoder, decoder[0]
    loss = decoder(encoder(torch.ones(1, 2))).sum()
    graph = trace(loss)
    leaves = {node.name for node in graph.nodes if node.role == "leaf"}
    assert leaves == {"encoder.weight", "encoder.bias", "decoder.0.weight", "decoder.0.bias"}
    assert {node.module for node in graph.nodes if node.op == "AddmmBackward0"} == {"encoder", "decoder.0"}
    assert alias is encoder and part is decoder[0]


def test_module_given_as_names():
    model = nn.Sequential(nn.Linear(2, 1))
    y = model(torch.ones(1, 2))
    for names, prefix in ((model, "0."), ({"jaringan": model}, "jaringan.0.")):
        leaves = {node.name for node in trace(y, names=names, scope={}).nodes if node.role == "leaf"}
        assert leaves == {prefix + "weight", prefix + "bias"}


def test_module_method_sees_its_own_parameters():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(2))

        def forward(self, x):
            return trace(self.w * x)

    assert [node.name for node in Net()(torch.ones(2)).nodes] == ["w", "x", None]


def test_tied_weights_belong_to_no_module():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x).sin())

    model = Tied()
    graph = trace(model(torch.ones(1, 2)))
    assert [node.name for node in graph.nodes if node.role == "leaf"] == ["a.weight"]
    assert all(node.module is None for node in graph.nodes)


def test_buffer_and_view_of_a_variable_name_a_constant():
    x = torch.ones(2, 3, 4)
    model = nn.Linear(4, 1)
    graph = trace(model(x).sum())
    assert "x" in [node.name for node in graph.nodes if node.role == "constant"]

    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("skala", torch.ones(2))
            self.w = nn.Parameter(torch.ones(2))

    scale = Scale()
    assert named(scale.w * scale.skala) == ["w", "skala", None]


@pytest.mark.parametrize("names", [3, "w", ["w"], {1: w_global}, {"w": 3}, {"w": "w"}, {"w": None}])
def test_bad_names_are_type_errors(names):
    with pytest.raises(TypeError, match="names"):
        trace(w_global.sin(), names=names)


def test_error_names_the_variable():
    y = torch.ones(2)
    with pytest.raises(ValueError, match="Tensor 'y' tidak punya graf: grad_fn kosong"):
        trace(y)
    with pytest.raises(ValueError, match="Tensor pada masukan ke-2 tidak punya graf"):
        trace(w_global, torch.ones(2))
    with pytest.raises(ValueError, match="Tensor 'keluaran' tidak punya graf"):
        trace(y, names={"keluaran": y})


def test_frame_keeps_no_deleted_variable():
    gc.disable()
    try:
        w = torch.ones(2, requires_grad=True)
        trace(w.sin())
        seen = weakref.ref(w)
        del w
        assert seen() is None
    finally:
        gc.enable()


def test_locals_dict_of_the_caller_is_left_alone():
    w = torch.ones(2, requires_grad=True)
    mine = locals()
    trace(w.sin())
    assert mine["w"] is w


def test_strange_objects_in_scope_run_no_code():
    class Hostile:
        @property
        def __class__(self):
            raise AssertionError("looked at")

        def __getattr__(self, name):
            raise AssertionError(name)

    strange = Hostile()
    w = torch.ones(2, requires_grad=True)
    assert named(w.sin()) == ["w", None]
    assert strange is not None


def test_what_lists_dicts_and_objects_hold_is_named_by_the_way_to_it():
    class Engine:
        def __init__(self):
            self.w = torch.ones(2, requires_grad=True)
            self.layers = [nn.Linear(2, 1, bias=False)]

    ws = [torch.ones(2, requires_grad=True) for _ in range(2)]
    params, engine = {"w": torch.ones(2, requires_grad=True)}, Engine()
    loss = ws[0] * ws[1] * params["w"] * engine.w * engine.layers[0](torch.ones(2))
    leaves = [node.name for node in trace(loss).nodes if node.role == "leaf"]
    assert leaves == ["ws[0]", "ws[1]", 'params["w"]', "engine.w", "engine.layers[0].weight"]
    assert {node.module for node in trace(loss).nodes if node.module} == {"engine.layers[0]"}


def test_variables_of_functions_around_this_one():
    w, v = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    loss = w * v

    def inner():
        show = lambda y: trace(y)  # noqa: E731
        return max(map(show, [loss]))

    assert [node.name for node in inner().nodes] == ["w", "v", "y"]
    assert max([trace(y) for y in [loss]]).nodes[1].name == "v"
    assert max(trace(y) for y in [loss]).nodes[1].name == "v"


def test_a_parameter_and_a_variable_of_one_name_are_told_apart():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(2))

    net, w = Net(), torch.ones(2, requires_grad=True)
    assert named(net.w * w) == ["net.w", "w", None]
    assert named(net.w * w, names=net) == ["w", "w (2)", None]


def test_words_of_this_package_are_names_like_any_other():
    konstanta, tensor, nodes, names, scope = (torch.ones(2, requires_grad=True) for _ in range(5))
    graph = trace(konstanta * tensor * nodes * names * scope)
    assert [n.name for n in graph.nodes if n.role == "leaf"] == ["konstanta", "tensor", "nodes", "names", "scope"]


def test_a_huge_list_costs_no_more_than_a_small_one():
    """Shortest of five, beside a search without it: reading the whole list would take hundreds of times longer."""
    w = torch.ones(2, requires_grad=True)
    hidden = [[[[w]]]]
    y = w * 2
    del w

    def search(many):
        cells = {"many": many, "deep": [[[[[torch.ones(2)]]]]]}
        start = time.perf_counter()
        assert named(y) == [None, None, "y"], "deeper than a name is looked for"
        return time.perf_counter() - start, cells, hidden

    huge = list(range(3_000_000))
    times = [(search(huge)[0], search([0])[0]) for _ in range(5)]
    assert min(long for long, _ in times) < 20 * min(short for _, short in times)
