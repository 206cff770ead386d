import gc
import threading
import warnings
import weakref

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from autograd_viz.graph import Edge, Graph, Output
from autograd_viz.tracing.trace import trace


def leaf(*shape, **options):
    return torch.ones(*shape, **options).requires_grad_()


def ops(graph):
    return [node.op for node in graph.nodes]


def saved(graph, op):
    return {item.name: item for node in graph.nodes if node.op == op for item in node.saved}


def test_shared_leaf_is_one_node():
    w = torch.tensor(2.0, requires_grad=True)
    graph = trace(w * w)
    assert ops(graph) == ["AccumulateGrad", "MulBackward0"]
    assert graph.edges == (Edge(0, 1, 0), Edge(0, 1, 1))
    assert [node.role for node in graph.nodes] == ["leaf", "output"]


def test_facts_of_an_operation():
    w = leaf(2, 3, dtype=torch.float64)
    node = trace(w.sum(dim=-1)).nodes[1]
    assert (node.shapes, node.dtype, node.device) == (((2,),), "float64", "cpu")
    assert dict(node.attributes)["dim"] == "(-1)"  # autograd itself keeps 18446744073709551615


def test_edges_carry_slot_and_output():
    w = leaf(3, 2)
    a, b, c = w.unbind()
    graph = trace(c * a)
    assert graph.nodes[1].shapes == ((2,), (2,), (2,))
    assert graph.edges[1:] == (Edge(1, 2, 0, 2), Edge(1, 2, 1, 0))
    assert b.requires_grad


def test_inputs_come_before_what_uses_them():
    w = leaf(2)
    b = w + 1
    graph = trace(2 * b + 3 * b + b.unsqueeze(0).expand(2, 2))
    assert all(edge.source < edge.target for edge in graph.edges)


def test_several_outputs_and_the_same_twice():
    w = leaf(2)
    y, z = w.sin(), w.cos()
    graph = trace(y, z, y)
    assert ops(graph) == ["AccumulateGrad", "SinBackward0", "CosBackward0"]
    assert graph.outputs == (Output(1, 0, "y"), Output(2, 0, "z"), Output(1, 0, "y"))


def test_output_inside_the_graph_of_another():
    w = leaf(2)
    h = w.sin()
    y = h.cos()
    graph = trace(y, h)
    assert [node.role for node in graph.nodes] == ["leaf", "output", "output"]


def test_leaf_as_output():
    w = leaf(2)
    y = w.sin()
    alone = trace(w, w)
    assert (ops(alone), alone.edges) == (["AccumulateGrad"], ())
    assert alone.outputs == (Output(0, 0, "w"), Output(0, 0, "w"))
    assert alone.nodes[0].role == "leaf"
    assert ops(trace(y, w)) == ["AccumulateGrad", "SinBackward0"]
    assert ops(trace(y.grad_fn.next_functions[0][0], y)) == ["AccumulateGrad", "SinBackward0"]


def test_gradient_edge_and_grad_fn():
    w = leaf(2, 2)
    u, v = w.unbind()
    edge = torch.autograd.graph.get_gradient_edge(v)
    assert trace(edge).outputs == (Output(1, 1, "v"),)
    assert ops(trace(u.grad_fn)) == ["AccumulateGrad", "UnbindBackward0"]


@pytest.mark.parametrize("join", [torch.cat, torch.stack])
def test_lists(join):
    a, b = leaf(2), leaf(2)
    graph = trace(join([a, b, a]))
    assert [(edge.source, edge.slot) for edge in graph.edges] == [(0, 0), (1, 1), (0, 2)]


def test_views_and_in_place():
    w = leaf(4)
    y = w.clone()
    y[1:3].mul_(2)
    assert "CopySlices" in ops(trace(y))
    v = w.view(2, 2).t()[0]
    assert len(trace(v).nodes) == 4


def test_in_place_conflict_shows_the_versions():
    w = leaf(2)
    y = w.exp()
    node = y.grad_fn
    y.add_(1)
    item = saved(trace(node), "ExpBackward0")["result"]
    assert (item.state, item.version, item.expected, item.shape) == ("changed", 1, 0, (2,))


def test_in_place_conflict_in_a_constant():
    w, x = leaf(2), torch.ones(2)
    y = w * x
    x.add_(1)
    x.add_(1)
    graph = trace(y)
    item = saved(graph, "MulBackward0")["other"]
    assert (item.state, item.version, item.expected) == ("changed", 2, 0)
    assert [node.name for node in graph.nodes if node.role == "constant"] == ["x"]


def test_freed_graph_has_the_same_nodes():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    loss = (model(torch.ones(5, 3)) * 2).pow(2).mean()
    before = trace(loss)
    loss.backward()
    after = trace(loss)
    assert (ops(after), after.edges) == (ops(before), before.edges)
    states = {item.state for node in after.nodes for item in node.saved}
    assert states == {"freed"}
    assert saved(after, "AddmmBackward0")["mat1"].shape == (5, 4)  # sizes outlive the tensor


def test_freed_list():
    w = leaf(3)
    y = w.index_put((torch.tensor([0]),), w[:1]).sum()
    assert saved(trace(y), "IndexPutBackward0")["indices[0]"].state == "alive"
    y.backward()
    assert saved(trace(y), "IndexPutBackward0")["indices"].state == "freed"


def test_changed_member_of_a_list():
    w, i, j = leaf(3, 3), torch.tensor([0, 1]), torch.tensor([1, 2])
    y = w[i, j]
    j.zero_()
    states = {name: item.state for name, item in saved(trace(y), "IndexBackward0").items()}
    assert states == {"indices[0]": "alive", "indices[1]": "changed"}


def test_hooked_is_not_unpacked():
    def unpack(packed):
        raise AssertionError("unpacked")

    w, x = leaf(2), torch.ones(2)
    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor, unpack):
        y = (w * x).exp()
        z = y[torch.tensor([0])]
    graph = trace(z)
    assert {item.state for node in graph.nodes for item in node.saved} == {"hooked"}


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, factor, b):
        out = a * factor
        ctx.save_for_backward(a, None, out)
        ctx.factor, ctx.note, ctx.blob, ctx._private = factor, "catatan", torch.ones(2), 1
        return out, b + a.detach()

    @staticmethod
    def backward(ctx, grad_out, grad_sum):
        return grad_out * ctx.factor, None, grad_sum


def test_custom_function():
    w, b = leaf(2), leaf(2)
    out, total = Scale.apply(w, 3, b)
    graph = trace(out, total)
    node = graph.nodes[2]
    assert (node.op, node.shapes) == ("ScaleBackward", ((2,), (2,)))
    assert [(item.name, item.state) for item in node.saved] == [
        ("saved_tensors[0]", "alive"),
        ("saved_tensors[2]", "alive"),
    ]
    assert node.attributes == (("factor", "3"), ("note", "catatan"))
    out.sum().backward()
    assert trace(out).nodes[2].saved[0].state == "freed"


def test_custom_function_in_conflict():
    a, b = leaf(2).sin(), leaf(2)
    out, _ = Scale.apply(a, 3, b)
    node = out.grad_fn
    a.add_(1)
    assert [item.state for item in trace(node).nodes[-1].saved] == ["changed", "alive"]


def test_custom_function_behind_hooks():
    def unpack(packed):
        raise AssertionError("unpacked")

    with torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor, unpack):
        out, _ = Scale.apply(leaf(2), 3, leaf(2))
    assert {item.state for item in trace(out).nodes[-1].saved} == {"hooked"}


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpoint_is_not_recomputed(reentrant):
    runs = []

    def block(x):
        runs.append(x)
        return (x * x).sin()

    w = leaf(2)
    y = checkpoint(block, w, use_reentrant=reentrant).sum()
    graph = trace(y)
    assert len(runs) == 1
    assert ops(graph)[-1] == "SumBackward0"
    if not reentrant:
        assert {item.state for node in graph.nodes for item in node.saved} == {"hooked"}
    y.backward()
    assert len(trace(y).nodes) == len(graph.nodes)


def test_double_backward():
    w = leaf(2)
    (grad,) = torch.autograd.grad((w**3).sum(), w, create_graph=True)
    (second,) = torch.autograd.grad(grad.sum(), w, create_graph=True)
    assert trace(second).nodes[0].name == "w"


@pytest.mark.parametrize(
    "make",
    [
        lambda: leaf(2, dtype=torch.complex64).abs().sum(),
        lambda: leaf(2, dtype=torch.bfloat16) * 2,
        lambda: leaf(()) * 2,
        lambda: leaf(0, 3).sum(),
        lambda: leaf(2, 1, 3, 1, 2, 1).squeeze(),
        lambda: torch.eye(3).to_sparse().requires_grad_() * 2,
        lambda: torch.sparse.mm(torch.eye(3).to_sparse(), leaf(3, 2)),
        lambda: torch.where(torch.tensor([True, False]), leaf(2), 0.0),
        lambda: torch.empty(3, device="meta", requires_grad=True) * torch.empty(3, device="meta"),
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], requires_grad=True) * 2,
        lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], requires_grad=True, layout=torch.jagged) * 2,
        lambda: torch.fft.rfft(leaf(8)),
        lambda: nn.LSTM(3, 4)(torch.ones(2, 1, 3))[0],
        lambda: nn.MultiheadAttention(4, 2)(leaf(3, 1, 4), leaf(3, 1, 4), leaf(3, 1, 4))[0],
        lambda: torch.linalg.svd(leaf(3, 2))[1],
        lambda: leaf(5).topk(2).values,
    ],
)
@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.filterwarnings("ignore:Sparse CSR")
def test_kinds_of_tensors(make):
    graph = trace(make(), values=True)
    assert Graph.from_json(graph.to_json()) == graph
    assert graph.nodes[-1].shapes


def test_ragged_shape_is_unknown():
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], requires_grad=True, layout=torch.jagged)
    assert trace(nested * 2).nodes[-1].shape is None


class Loud(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise AssertionError(func)


def test_tensor_subclass_runs_none_of_its_code():
    with torch._C.DisableTorchFunctionSubclass():
        w = torch.ones(2).as_subclass(Loud).requires_grad_()
        y = w.sin()
    assert ops(trace(y, w, values=True)) == ["AccumulateGrad", "SinBackward0"]


def test_no_mode_sees_the_reading():
    class Seen(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            raise AssertionError(func)

    class Dispatched(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            raise AssertionError(func)

    w = leaf(200)
    y = w * torch.ones(200)
    with Seen(), Dispatched():
        trace(y, values=True)


def test_parameter_and_values():
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.fill_(3)
    y = model(torch.ones(1, 2)).sum()
    weight = next(node for node in trace(y, values=True).nodes if node.name == "weight")
    assert weight.value is not None and weight.value.numbers == (3.0, 3.0) and weight.grad is None
    y.backward()
    weight = next(node for node in trace(y, values=True).nodes if node.name == "weight")
    assert weight.grad is not None and weight.grad.numbers == (1.0, 1.0)


def test_values_of_named_variables_and_constants():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    h = w * 2
    h.retain_grad()
    y = h.sum()
    y.backward(retain_graph=True)
    by_name = {node.name: node for node in trace(y, values=True).nodes}
    assert by_name["h"].value.numbers == (2.0, 4.0) and by_name["h"].grad.numbers == (1.0, 1.0)
    assert by_name["y"].value.numbers == (6.0,) and by_name["y"].grad is None
    assert by_name[None].role == "constant" and by_name[None].value.numbers == (2,)
    assert all(node.value is None and node.grad is None for node in trace(y).nodes)


def test_constant_needs_something_known():
    w, x = leaf(2), torch.ones(2)
    assert ops(trace(w + x)) == ["AccumulateGrad", "AddBackward0"]
    assert ops(trace(w * x)) == ["AccumulateGrad", "", "MulBackward0"]
    assert [node.shape for node in trace(w * x).nodes] == [(2,), (2,), (2,)]
    assert ops(trace(w * x * x)).count("") == 1  # the same tensor is the same node


def test_reading_changes_nothing_and_warns_of_nothing():
    w, x = leaf(2), torch.ones(2)
    h = w * x
    y = h.exp()
    seen = []
    y.grad_fn.register_hook(lambda *_: seen.append(1))
    w.register_hook(lambda _: seen.append(2))
    versions = [tensor._version for tensor in (w, x, h, y)]
    numbers = torch._C._autograd._get_sequence_nr()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace(y, h, w, values=True)
    assert seen == [] and w.grad is None
    assert versions == [tensor._version for tensor in (w, x, h, y)]
    assert numbers == torch._C._autograd._get_sequence_nr()
    y.sum().backward()
    assert seen == [1, 2]


def test_no_graph_is_a_value_error():
    frozen, counts = torch.ones(2), torch.ones(2, dtype=torch.int64)
    flags = leaf(2) > 0
    with torch.inference_mode():
        inside = torch.ones(2)
    hints = {"requires_grad=True": frozen, "int64": counts, "bool": flags, "inference_mode": inside}
    for hint, tensor in hints.items():
        with pytest.raises(ValueError, match="tidak punya graf: grad_fn kosong") as caught:
            trace(tensor)
        assert hint in str(caught.value)


def test_transformed_tensor_is_a_value_error():
    def function(x):
        y = (x * x).sum()
        with pytest.raises(ValueError, match="Tensor 'y' sedang dibungkus torch.func"):
            trace(y)
        return y

    torch.func.grad(function)(torch.ones(2))
    torch.func.vmap(function)(torch.ones(2, 2))


def test_graph_from_outside_a_transform_is_read_inside():
    w = leaf(2)
    y = w.sin()

    def function(x):
        graph = trace(y, values=True)
        assert ops(graph) == ["AccumulateGrad", "SinBackward0"]
        assert graph.nodes[0].value.numbers == (1.0, 1.0)
        return x.sum()

    torch.func.grad(function)(torch.ones(2))


@pytest.mark.parametrize("wrong", [3, "y", None, [[1]], {"y": 1}, torch.ones, nn.Linear(1, 1)])
def test_wrong_type_is_a_type_error(wrong):
    with pytest.raises(TypeError, match="Masukan ke-1"):
        trace(wrong)


def test_nothing_asked_is_a_type_error():
    with pytest.raises(TypeError, match="paling sedikit satu"):
        trace()


def test_collector_is_restored_even_after_an_error():
    w = leaf(2)
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        try:
            trace(w.sin())
            with pytest.raises(ValueError):
                trace(torch.ones(2))
            assert gc.isenabled() == enabled
        finally:
            gc.enable()


@pytest.mark.parametrize("values", [False, True])
def test_keeps_nothing_alive(values):
    gc.collect()
    gc.disable()
    try:
        w, x = leaf(2), torch.ones(2)
        h = w * x
        out, total = Scale.apply(h, 3, w)
        y = out.sum() + total.exp().sum()
        graph = trace(y, h, values=values)
        seen = [weakref.ref(tensor) for tensor in (w, x, h, out, total, y)]
        del w, x, h, out, total, y
        assert [ref() for ref in seen] == [None] * 6
        assert graph.nodes
    finally:
        gc.enable()


def test_learners_class_is_not_kept():
    def run():
        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def backward(ctx, grad):
                return grad * 2

        trace(Twice.apply(leaf(2)))
        return weakref.ref(Twice)

    seen = run()
    gc.collect()
    assert seen() is None


def test_long_chain_and_wide_graph():
    w = leaf(())
    y = w
    for _ in range(10_000):
        y = y.sin()
    assert len(trace(y).nodes) == 10_001
    total = torch.stack([w * i for i in range(25_000)]).sum()
    graph = trace(total)
    assert sum(node.role != "constant" for node in graph.nodes) == 25_003
    assert sum(node.role == "constant" for node in graph.nodes) == 25_000


def test_graph_built_by_other_threads():
    w = leaf(2)
    parts = []
    threads = [threading.Thread(target=lambda: parts.append(w.sin())) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert len(trace(sum(parts)).nodes) == 7
