"""A recorded run is drawn with the loops of its code: turns fold into one card, which opens to its first and last."""

import torch

from autograd_viz import draw, record
from autograd_viz.drawing.layers import top_layer
from autograd_viz.graph import Edge, Graph, Node, NodeTurn
from autograd_viz.simplifying.steps import are_apart, by_turn
from benchmarks.models import build, example


def training(rounds: int, odd: bool = False):
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
    with record() as run:
        for step in range(rounds):
            optimizer.zero_grad()
            out = model(x) * 2 if odd and step % 2 else model(x)
            loss = torch.nn.functional.cross_entropy(out, y)
            loss.backward()
            optimizer.step()
    return run


def rnn(count: int):
    w = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        h = torch.tensor(0.0)
        for t in range(count):
            h = torch.tanh(w * h + t)
        (h**2).backward()
    return run


def names(layer) -> list[str]:
    return [node.name for node in layer.graph.nodes if node.role == "group"]


def opened(graph: Graph) -> list[str]:
    layer = top_layer(graph)
    (card,) = layer.cards
    return names(layer.open(card))


def with_turns(run) -> Graph:
    from autograd_viz.drawing.recorded import recorded

    return recorded(run)[0]


def test_steps_of_training_that_differ_fold_as_in_the_code() -> None:
    for odd in (False, True):
        run = training(60, odd)
        drawn = draw(run)
        (group,) = [node for node in drawn.graph.nodes if node.role == "group"]
        assert group.name == "60 langkah (step = 0 … 59)" and len(drawn.graph.nodes) == 5
        assert odd or group.count % 60 == 0
        assert opened(with_turns(run)) == ["step = 0", "58 lagi (step = 1 … 58)", "step = 59"]


def test_an_unrolled_rnn_is_named_after_its_loop() -> None:
    run = rnn(80)
    assert names(top_layer(with_turns(run))) == ["80 langkah (t = 0 … 79)"]
    assert opened(with_turns(run)) == ["t = 0", "78 lagi (t = 1 … 78)", "t = 79"]


def test_a_small_run_stays_whole() -> None:
    assert names(top_layer(with_turns(rnn(4)))) == []


def test_the_outermost_loop_with_several_turns_folds() -> None:
    def node(*turns: tuple[int, int]) -> Node:
        return Node("MulBackward0", "operation", turns=tuple(NodeTurn(run, n, f"r{run} = {n}") for run, n in turns))

    leaf = Node("AccumulateGrad", "leaf", "w")
    inner = [node((0, 0), (1, k)) for k in range(4)]
    chain = Graph((leaf, *inner), (Edge(0, 1, 0), *(Edge(i, i + 1, 0) for i in range(1, 4))))
    found = by_turn(chain)
    assert found is not None and [n.name for n in found.graph.nodes] == ["w", "4 langkah (r1 = 0 … 3)"]
    assert not are_apart(found), "a turn takes what the one before it gave"
    outer = Graph((leaf, *(node((0, k), (1 + k, 0)) for k in range(3))), tuple(Edge(0, i, 0) for i in (1, 2, 3)))
    found = by_turn(outer)
    assert found is not None and are_apart(found) and found.graph.nodes[-1].name == "3 langkah (r0 = 0 … 2)"
    assert by_turn(Graph((leaf, node()), (Edge(0, 1, 0),))) is None


def test_equal_labels_are_turns_of_their_own() -> None:
    w = torch.tensor(0.9, requires_grad=True)
    with record() as run:
        h = torch.tensor(1.0)
        for k in [2.0] * 60:
            h = torch.sin(w * h) + torch.cos(h * k)
        h.backward()
    assert names(top_layer(with_turns(run)))[0].startswith("60 langkah")


def test_a_small_loop_inside_of_a_module_leaves_the_modules_to_be_drawn():
    loss, model = build("llama-2")
    with record() as run:
        model(example(model)).sum().backward()
    cards = draw(run).graph.nodes
    assert len(cards) < 20 and {"layers.0", "layers.1"} <= {node.name for node in cards}
