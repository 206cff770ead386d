"""How much of a model's graph a recording knows: every shape, value, module and the engine's order."""

import pytest
import torch
from torch import nn

from autograd_viz.capturing.record import record
from autograd_viz.tracing.trace import trace


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))
        y += x
        return self.relu(y)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.qkv(self.norm1(x)).split(width, dim=2)
        q, k, v = (part.view(batch, length, self.heads, -1).transpose(1, 2) for part in parts)
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.token, self.place = nn.Embedding(17, 8), nn.Embedding(6, 8)
        self.blocks = nn.ModuleList(Attention(8, 2) for _ in range(2))
        self.norm, self.head = nn.LayerNorm(8), nn.Linear(8, 17, bias=False)

    def forward(self, ids):
        x = self.token(ids) + self.place(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)).flatten(0, 1)


def images():
    body = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
    model = nn.Sequential(*body, Residual(8), Residual(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5))
    return model, torch.randn(2, 3, 16, 16), torch.tensor([0, 3])


def words():
    ids = torch.randint(0, 17, (2, 6))
    return Language(), ids, ids.flatten()


def perceptron():
    model = nn.Sequential(nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 5))
    return model, torch.randn(4, 9), torch.tensor([0, 1, 2, 3])


@pytest.mark.parametrize("make", [perceptron, images, words])
def test_everything_is_known(make):
    torch.manual_seed(0)
    model, x, target = make()
    order = []
    with record() as run:
        out = model(x)
        loss = nn.functional.cross_entropy(out, target)
        nodes, stack = {}, [loss.grad_fn]
        while stack:
            node = stack.pop()
            if node not in nodes:
                nodes[node] = node.name().rpartition("::")[2]
                node.register_hook(lambda *_, name=nodes[node]: order.append(name))
                stack += [parent for parent, _ in node.next_functions if parent is not None]
        loss.backward()
    operations = [node for node in run.graph.nodes if node.role in ("operation", "output")]
    assert len(operations) == sum(name != "AccumulateGrad" for name in nodes.values())
    for node in operations:
        assert node.shapes and None not in node.shapes
        assert node.value is not None and node.grad is not None
        assert node.value.shape == node.shape and (node.value.numbers is not None or node.value.norm is not None)
    outside = [node.op for node in operations if node.module is None]
    assert sorted(outside) == ["LogSoftmaxBackward0", "NllLossBackward0"]
    assert [run.graph.nodes[s.node].op for s in run.steps if s.kind in ("gradient", "accumulate")] == order
    leaves = {node.name: node for node in run.graph.nodes if node.role == "leaf"}
    assert leaves.keys() == dict(model.named_parameters()).keys()
    for name, parameter in model.named_parameters():
        assert leaves[name].grad.norm == pytest.approx(parameter.grad.norm().item(), rel=1e-4)


@pytest.mark.parametrize("make", [perceptron, images, words])
def test_the_graph_is_the_one_that_trace_reads(make):
    torch.manual_seed(0)
    model, x, target = make()
    with record() as run:
        loss = nn.functional.cross_entropy(model(x), target)
    plain = trace(nn.functional.cross_entropy(model(x), target))
    known = [sorted(node.op for node in graph.nodes if node.role != "constant") for graph in (plain, run.graph)]
    assert known[0] == known[1]
    assert loss.grad_fn is not None
