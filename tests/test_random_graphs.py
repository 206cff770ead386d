import gc
import weakref

import torch
from hypothesis import given, settings

from autograd_viz.graph import Graph
from autograd_viz.tracing.trace import trace
from tests.random_graphs import build, programs

SETTINGS = settings(max_examples=60, deadline=None)


def count_nodes(outputs):
    """Independent of the tracer: every node once, leaves by their tensor."""
    found, todo = set(), [output.grad_fn for output in outputs if output.grad_fn is not None]
    leaves = {id(output) for output in outputs if output.grad_fn is None}
    while todo:
        node = todo.pop()
        if node in found:
            continue
        found.add(node)
        todo += [parent for parent, _ in node.next_functions if parent is not None]
    leaves |= {id(node.variable) for node in found if node.name() == "torch::autograd::AccumulateGrad"}
    operations = sum(node.name() != "torch::autograd::AccumulateGrad" for node in found)
    edges = sum(parent is not None for node in found for parent, _ in node.next_functions)
    return operations + len(leaves), edges


@SETTINGS
@given(programs())
def test_as_many_nodes_and_edges_as_autograd(program):
    outputs = build(program)
    graph = trace(*outputs, values=True)
    constants = {i for i, node in enumerate(graph.nodes) if node.role == "constant"}
    edges = [edge for edge in graph.edges if edge.source not in constants]
    assert (len(graph.nodes) - len(constants), len(edges)) == count_nodes(outputs)
    assert len(graph.outputs) == len(outputs)
    assert all(edge.source < edge.target for edge in graph.edges)
    assert constants <= {edge.source for edge in graph.edges}


@SETTINGS
@given(programs())
def test_same_bytes_for_the_same_program(program):
    outputs = build(program)
    first = trace(*outputs, values=True).to_json()
    assert trace(*outputs, values=True).to_json() == first
    again = build(program)
    assert trace(*again, values=True, scope={}).to_json() == trace(*outputs, values=True, scope={}).to_json()
    assert Graph.from_json(first).to_json() == first


@SETTINGS
@given(programs())
def test_freed_graph_keeps_its_nodes(program):
    outputs = build(program)
    before = trace(*outputs)
    total = torch.stack([output.sum() for output in outputs if output.requires_grad]).sum()
    total.backward()
    after = trace(*outputs)
    assert [node.op for node in after.nodes if node.role != "constant"] == [
        node.op for node in before.nodes if node.role != "constant"
    ]


@settings(max_examples=25, deadline=None)
@given(programs())
def test_keeps_nothing_alive(program):
    gc.disable()
    try:
        outputs = build(program)
        graph = trace(*outputs, values=True)
        seen = [weakref.ref(output) for output in outputs]
        seen += [weakref.ref(node.variable) for node in leaves_of(outputs)]
        del outputs
        assert all(ref() is None for ref in seen)
        assert graph.nodes
    finally:
        gc.enable()


def leaves_of(outputs):
    found, todo = {}, [output.grad_fn for output in outputs if output.grad_fn is not None]
    while todo:
        node = todo.pop()
        if node not in found:
            found[node] = None
            todo += [parent for parent, _ in node.next_functions if parent is not None]
    return [node for node in found if hasattr(node, "variable")]
