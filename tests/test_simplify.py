"""simplify: Graph → Graph, on hand-made and random graphs."""

from __future__ import annotations

import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_viz.graph import Edge, Graph, Node, Output, Value
from autograd_viz.simplifying.chips import chips
from autograd_viz.simplifying.fold import drop_scalars, fold
from autograd_viz.simplifying.groups import Group, contract
from autograd_viz.simplifying.modules import _above, _below, _paths, by_module
from autograd_viz.simplifying.patterns import Run, by_chain, by_pattern, runs
from autograd_viz.simplifying.simplify import collapsed, simplify
from autograd_viz.simplifying.steps import by_round, by_use
from autograd_viz.text.formatting import folded_names
from autograd_viz.tracing.trace import trace

OPS = ["MulBackward0", "AddBackward0", "TBackward0", "ViewBackward0", "SinBackward0", "UnbindBackward0"]
MODULES = [None, None, "a.0.x", "a.0.y", "a.1.x", "b"]


class Builder:
    """Writes a graph one node at a time; every method returns the node's number."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def add(self, node: Node, *sources: int) -> int:
        self.nodes.append(node)
        target = len(self.nodes) - 1
        self.edges += [Edge(source, target, slot) for slot, source in enumerate(sources)]
        return target

    def leaf(self, name: str | None = None) -> int:
        return self.add(Node("AccumulateGrad", "leaf", name, ((3,),)))

    def op(self, name: str, *sources: int, module: str | None = None) -> int:
        return self.add(Node(name + "Backward0", "operation", shapes=((3,),), module=module), *sources)

    def graph(self, *outputs: int) -> Graph:
        for index in outputs:
            if self.nodes[index].role == "operation":
                self.nodes[index] = self.nodes[index]._replace(role="output")
        return Graph(tuple(self.nodes), tuple(self.edges), tuple(Output(index) for index in outputs))


def linear(build: Builder, path: str, source: int) -> int:
    weight, bias = build.leaf(path + ".weight"), build.leaf(path + ".bias")
    turned = build.op("T", weight, module=path)
    return build.op("Addmm", bias, source, turned, module=path)


def transformer(blocks: int, width: int = 2) -> Graph:
    build = Builder()
    x = build.op("Embedding", build.leaf("wte.weight"), module="wte")
    for block in range(blocks):
        for part in range(width):
            y = build.op("NativeLayerNorm", x, build.leaf(f"h.{block}.ln_{part}.weight"), module=f"h.{block}.ln_{part}")
            y = linear(build, f"h.{block}.mlp_{part}.c_fc", y)
            y = linear(build, f"h.{block}.mlp_{part}.c_proj", build.op("Gelu", y))
            x = build.op("Add", x, y)
    y = linear(build, "head", x)
    return build.graph(build.op("Mean", y))


def rnn(steps: int) -> Graph:
    build = Builder()
    h, wx, wh = build.leaf("h0"), build.leaf("W_xh"), build.leaf("W_hh")
    for _ in range(steps):
        x = build.add(Node("", "constant", shapes=((3,),)))
        a = build.op("Mm", x, build.op("T", wx))
        h = build.op("Tanh", build.op("Add", a, build.op("Mm", h, build.op("T", wh))))
    return build.graph(build.op("Sum", h))


def loop(count: int) -> Graph:
    build = Builder()
    y = build.leaf("x")
    for _ in range(count // 2):
        y = build.op("Add", build.op("Mul", y))
    return build.graph(y)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    build = Builder()
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            build.leaf(draw(st.sampled_from([None, "w", "a.0.x.weight"])))
        else:
            value = draw(st.sampled_from([None, Value((), "float32", (2.0,)), Value((), "int64", (3,))]))
            build.add(Node("", "constant", draw(st.sampled_from([None, "c"])), ((),), value=value))
    build.leaf()
    for _ in range(draw(st.integers(1, 40))):
        sources = draw(st.lists(st.integers(0, len(build.nodes) - 1), min_size=1, max_size=3))
        sources[0] = max(sources[0], len(build.nodes) - draw(st.integers(1, 3)))
        new = build.op(draw(st.sampled_from(OPS))[:-9], *sources, module=draw(st.sampled_from(MODULES)))
        if draw(st.integers(0, 9)) == 0:
            build.nodes[new] = build.nodes[new]._replace(name="h")
    more = draw(st.lists(st.integers(0, len(build.nodes) - 1), max_size=2))
    used = {edge.source for edge in build.edges}
    ends = [index for index in range(len(build.nodes)) if index not in used]
    return build.graph(*dict.fromkeys([*ends, *more]))


def assert_sound(graph: Graph) -> None:
    count = len(graph.nodes)
    assert all(0 <= edge.source < edge.target < count for edge in graph.edges), "topological, so without a cycle"
    assert all(0 <= output.node < count for output in graph.outputs)
    assert len({(edge.source, edge.target, edge.slot) for edge in graph.edges}) == len(graph.edges)
    linked = {edge.source for edge in graph.edges} | {output.node for output in graph.outputs}
    assert linked == set(range(count)), "everything leads to an output"


def identities(graph: Graph) -> list[tuple[str, str | None]]:
    return [(graph.nodes[output.node].op, graph.nodes[output.node].name) for output in graph.outputs]


MODES = st.sampled_from(["auto", "pattern", None])


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from(["lesson", "full"]), MODES)
def test_simplify_is_sound_deterministic_and_idempotent(graph: Graph, detail, mode) -> None:
    found = simplify(graph, detail, mode)
    assert_sound(found)
    assert identities(found) == identities(graph)
    assert simplify(graph, detail, mode) == found
    assert simplify(found, detail, mode) == found


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_grouping_keeps_the_count_and_makes_no_cycle(graph: Graph) -> None:
    for group in (by_module, by_pattern, by_chain, by_round, by_use):
        folded = group(graph)
        found = (folded[-1] if group is by_module else folded).graph if folded else graph
        assert_sound(found)
        assert len(found.outputs) == len(graph.outputs)
        inside = [found.nodes[output.node].count > 1 for output in found.outputs]
        alone = [place for place, folded in enumerate(inside) if not folded]
        assert [identities(found)[place] for place in alone] == [identities(graph)[place] for place in alone]
        assert not any(inside) or (group in (by_round, by_use) and sum(inside) >= 3), "unless each step gives an output"
        assert sum(node.count for node in found.nodes) == len(graph.nodes)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_any_grouping_at_all_contracts_without_a_cycle(graph: Graph, random) -> None:
    wanted = {output.node for output in graph.outputs}
    member = [-1 if index in wanted else random.randint(-1, 2) for index in range(len(graph.nodes))]
    member = [-1 if node.role in ("leaf", "constant") else m for m, node in zip(member, graph.nodes, strict=True)]
    found = contract(graph, member, [Group("p"), Group("q"), Group("r")])
    assert_sound(found)
    assert sum(node.count for node in found.nodes) == len(graph.nodes)


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_chips_only_copy_leaves(graph: Graph) -> None:
    found = chips(graph)
    assert_sound(found)
    assert sum(node.count for node in found.nodes) == len(graph.nodes)
    assert [node for node in found.nodes if not node.chip] == list(graph.nodes)
    assert sorted((edge.slot, edge.label) for edge in found.edges) == sorted((e.slot, e.label) for e in graph.edges)


def test_folded_operations_become_labels_upstream_first() -> None:
    build = Builder()
    w, x = build.leaf("w"), build.leaf("x")
    view = build.op("View", build.op("T", w))
    y = build.op("Mm", x, view)
    graph = fold(build.graph(build.op("Add", y, view)))
    assert [node.op[:-9] for node in graph.nodes[2:]] == ["Mm", "Add"]
    assert graph.edges == (
        Edge(1, 2, 0),
        Edge(0, 2, 1, 0, ("T", "View")),
        Edge(2, 3, 0),
        Edge(0, 3, 1, 0, ("T", "View")),
    )


@pytest.mark.parametrize(
    "kept", ["output", "asked for", "second piece", "named", "grad", "pieces", "two inputs", "slice", "clone"]
)
def test_what_is_not_folded(kept: str) -> None:
    build = Builder()
    w = build.leaf("w")
    op = {"slice": "Slice", "clone": "Clone", "pieces": "Unbind"}.get(kept, "T")
    t = build.op(op, *([w, w] if kept == "two inputs" else [w]))
    if kept == "named":
        build.nodes[t] = build.nodes[t]._replace(name="wt")
    if kept == "grad":
        build.nodes[t] = build.nodes[t]._replace(grad=Value((3,), "float32"))
    y = build.op("Sin", t)
    if kept == "second piece":
        build.edges[-1] = build.edges[-1]._replace(output=1)
    graph = build.graph(y, t) if kept == "output" else build.graph(y)
    if kept == "asked for":
        graph = graph._replace(outputs=(Output(y), Output(t)))
    assert fold(graph) == graph


def test_a_parameter_seen_through_a_folded_view_gives_its_module_to_the_consumer() -> None:
    build = Builder()
    x, w = build.leaf("x"), build.leaf("fc.weight")
    y = build.op("Mm", x, build.op("T", w, module="fc"))
    assert fold(build.graph(y)).nodes[2].module == "fc"


def test_a_long_chain_of_views_is_a_short_label() -> None:
    build = Builder()
    y = build.leaf("x")
    for _ in range(5000):
        y = build.op("View", y)
    graph = fold(build.graph(build.op("Sin", y)))
    assert graph.edges[0].label == ("View", "View", "View", "View", "View") and graph.edges[0].skipped == 4995
    assert folded_names(graph.edges[0]) == ("View", "View", "View", "View", "… 4995 lagi", "View")


def test_scalar_constants_become_slots() -> None:
    build = Builder()
    x = build.leaf("x")
    half = build.add(Node("", "constant", shapes=((),), value=Value((), "float32", (-0.5,))))
    named = build.add(Node("", "constant", "c", ((),), value=Value((), "float32", (3.0,))))
    graph = drop_scalars(build.graph(build.op("Mul", build.op("Mul", x, half), named)))
    assert [(node.name, node.attributes) for node in graph.nodes] == [
        ("x", ()),
        ("c", ()),
        (None, (("·slot1", "−0.5"),)),
        (None, ()),
    ]
    assert simplify(build.graph(), detail="full").nodes[1].role == "constant"


@pytest.mark.parametrize("uses", [1, 2, 3, 4])
def test_near_uses_share_one_card(uses: int) -> None:
    build = Builder()
    w = build.leaf("w")
    total = build.op("Mul", w, w)
    for _ in range(uses - 1):
        total = build.op("Add", total, build.op("Mul", w))
    assert not any(node.chip for node in chips(build.graph(total)).nodes)


def test_an_rnn_has_one_chip_per_use() -> None:
    graph = simplify(rnn(50), collapse=None)
    names = [(node.name, node.chip) for node in graph.nodes if node.name and node.name.startswith("W")]
    assert graph.edges[[e.label for e in graph.edges].index(("T",))].source < 4, "the first step has the full cards"
    assert names.count(("W_xh", False)) == names.count(("W_hh", False)) == 1
    assert names.count(("W_hh", True)) == 49
    assert names.count(("W_xh", True)) >= 48
    depth = [0] * len(graph.nodes)
    spans = []
    for edge in graph.edges:
        depth[edge.target] = max(depth[edge.target], depth[edge.source] + 1)
    for node in range(len(graph.nodes)):
        used = [depth[edge.target] for edge in graph.edges if edge.source == node]
        spans.append(max(used, default=0) - min(used, default=0))
    assert max(spans) <= 1


def test_a_transformer_collapses_to_its_blocks() -> None:
    graph = fold(transformer(12))
    found = collapsed(graph)
    assert [node.name for node in found.nodes] == ["wte", *(f"h.{block}" for block in range(12)), "head", None]
    assert found.nodes[1].attributes == (("parameter", "10"),)
    assert [(edge.source, edge.target) for edge in found.edges] == [(i, i + 1) for i in range(14)]
    assert sum(node.count for node in found.nodes) == len(graph.nodes)


def test_too_many_blocks_become_one_card() -> None:
    found = collapsed(fold(transformer(96)))
    assert [node.name for node in found.nodes] == ["wte", "h.0 … h.95 × 96", "head", None]
    assert dict(found.nodes[1].attributes) == {"parameter": "960", "ulangan": "96"}


def test_a_lone_layer_does_not_swallow_the_activation_after_it() -> None:
    build = Builder()
    y = linear(build, "fc1", build.leaf("x"))
    y = linear(build, "fc2", build.op("Relu", y))
    found = collapsed(build.graph(build.op("Sum", y)), "module")
    assert [node.name or node.op for node in found.nodes] == ["x", "fc1", "ReluBackward0", "fc2", "SumBackward0"]


def test_a_module_that_is_used_around_another_is_cut_in_two() -> None:
    build = Builder()
    a = build.op("Mul", build.leaf("x"), build.leaf("a.p"), module="a")
    b = build.op("Mul", a, build.leaf("b.p"), module="b")
    a = build.op("Mul", b, build.leaf("a.q"), module="a")
    found = collapsed(build.graph(build.op("Sum", a)), "module")
    assert_sound(found)
    assert [node.name for node in found.nodes] == ["x", "a", "b", "a", None]


def test_a_module_whose_first_part_could_start_early_stays_whole() -> None:
    build = Builder()
    start = build.op("Sin", build.leaf("decoder.p"), module="decoder")
    memory = build.op("Cos", build.leaf("encoder.p"), module="encoder")
    y = build.op("Mul", start, memory, build.leaf("decoder.q"), module="decoder")
    found = collapsed(build.graph(build.op("Sum", y)), "module")
    assert [(node.name, node.count) for node in found.nodes] == [("encoder", 2), ("decoder", 4), (None, 1)]


def test_an_operation_belongs_to_the_module_it_shares_most_with() -> None:
    build = Builder()
    query = build.op("Sin", build.leaf("decoder.0.q"), module="decoder.0.q")
    memory = build.op("Cos", build.leaf("encoder.0.p"), module="encoder.0.p")
    scores = build.op("Mm", query, memory)
    y = build.op("Mul", scores, build.leaf("decoder.0.out"), module="decoder.0.out")
    found = collapsed(build.graph(build.op("Sum", y)), "module")
    assert [node.name or node.op for node in found.nodes][2] == "MmBackward0"  # small enough for single layers
    paths = _paths(graph := build.graph())
    assert _above(graph, paths, _below(graph, paths))[scores] == query


def test_patterns() -> None:
    assert [node.name for node in collapsed(loop(5000)).nodes] == ["x", "2499 × (Mul → Add)", None, None]
    names = [node.name for node in simplify(rnn(200)).nodes]
    assert names == ["W_xh", "h0", "W_hh", "200 × (2 Mm → Add → Tanh)", None]
    assert runs("abcabcabcx") == [Run(0, 3, 3)]
    assert runs("abab") == []


def test_a_module_that_works_again_and_again_is_shown_by_step() -> None:
    build = Builder()
    wh, wx = build.leaf("cell.wh"), build.leaf("cell.wx")
    h = build.add(Node("", "constant", shapes=((3,),)))
    for _ in range(60):
        x = build.op("Mm", build.add(Node("", "constant", shapes=((3,),))), wx, module="cell")
        h = build.op("Tanh", build.op("Add", build.op("Mm", h, wh, module="cell"), x))
    graph = build.graph(build.op("Sum", h))
    assert [node.count for node in collapsed(graph).nodes if node.role == "group"] == [303]
    assert "60 × (2 Mm → Add → Tanh)" in [node.name for node in collapsed(graph).nodes]


def test_a_chain_without_a_pattern_still_collapses() -> None:
    build = Builder()
    y = build.leaf("x")
    ops, state = ["Sin", "Cos", "Exp", "Tanh", "Neg"], 1
    for _ in range(1000):
        state = state * 16807 % 2147483647
        y = build.op(ops[state % 5], y)
    found = collapsed(build.graph(y))
    assert len(found.nodes) <= 150
    assert sum(node.count for node in found.nodes) == 1001


def test_a_pattern_is_found_whatever_order_the_branches_come_in() -> None:
    build = Builder()
    inputs = [build.op("Mm", build.add(Node("", "constant", shapes=((3,),)))) for _ in range(60)]
    h = build.leaf("h0")
    for x in reversed(inputs):
        h = build.op("Tanh", build.op("Add", build.op("Mul", h), x))
    found = collapsed(build.graph(build.op("Sum", h)))
    assert len(found.nodes) == 3
    assert found.nodes[1].attributes == (("konstanta", "60"), ("ulangan", "60"))


@pytest.mark.parametrize("mode", ["module", "pattern", "auto"])
def test_what_is_collapsed_stays_as_it_is(mode) -> None:
    once = collapsed(transformer(30), mode)
    assert len(once.nodes) < len(transformer(30).nodes)
    assert collapsed(once, mode) == once


def test_collapse_none_and_small_graphs_stay_whole() -> None:
    assert simplify(loop(5000), collapse=None) == loop(5000)
    assert simplify(loop(100)) == loop(100)


@pytest.mark.parametrize("mode", ["Auto", "modul", 3, True, False, ("auto",), []])
def test_unknown_choices_are_named(mode) -> None:
    with pytest.raises(ValueError, match=r"collapse=.* tidak dikenal.*'auto'.*'module'.*'pattern'.*None"):
        simplify(loop(4), collapse=mode)
    with pytest.raises(ValueError, match=r"detail=.* tidak dikenal.*'lesson'.*'full'"):
        simplify(loop(4), detail=mode)


def test_by_module_without_modules_says_so() -> None:
    with pytest.raises(ValueError, match="names=model"):
        simplify(loop(4), collapse="module")


def test_cost_is_about_linear() -> None:
    graph = loop(50_000)
    start = time.process_time()
    simplify(graph)
    simplify(graph, collapse=None)
    assert time.process_time() - start < 5, "seconds; ten times what a slow machine takes"


def test_constant_of_which_nothing_is_known_is_not_drawn():
    x = torch.tensor(3.0, requires_grad=True)
    y = 2 * x
    before = simplify(trace(y, values=True))
    y.backward()
    after = simplify(trace(y))
    assert [node.op for node in before.nodes] == [node.op for node in after.nodes] == ["AccumulateGrad", "MulBackward0"]
