"""Small programs that run on any device, and what is told of a recording of each."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


class Cube(torch.autograd.Function):
    """Runs a backward of its own inside backward."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.detach() ** 3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            inner = x.detach().requires_grad_()
            (own,) = torch.autograd.grad((inner**3).sum(), inner)
        return grad * own


def network(device):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(10, 12), nn.Tanh(), nn.Linear(12, 3)).to(device)
    return model, torch.randn(4, 10).to(device), torch.tensor([0, 1, 2, 0]).to(device)


def training(device):
    model, x, y = network(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(2):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def recomputed(device, reentrant):
    model, x, y = network(device)
    out = checkpoint(model, x.requires_grad_(), use_reentrant=reentrant)
    nn.functional.cross_entropy(out, y).backward()


def inner(device):
    x = torch.tensor([2.0, 3.0], device=device, requires_grad=True)
    y = Cube.apply(x)
    (y * 2).sum().backward()


def double(leaf):
    leaf.grad.mul_(2)


def hooked(device):
    x = torch.tensor([2.0, 3.0], device=device, requires_grad=True)
    y = x.exp()
    y.register_hook(lambda grad: grad.detach() * 10)
    x.register_post_accumulate_grad_hook(double)
    (y * x).sum().backward()


def penalty(device):
    model, x, _ = network(device)
    x.requires_grad_()
    (grad,) = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    ((grad.norm(dim=1) - 1) ** 2).mean().backward()


def sparse(device):
    torch.manual_seed(0)
    table = nn.Embedding(200, 3, sparse=True).to(device)
    optimizer = torch.optim.SGD(table.parameters(), lr=0.1)
    table(torch.tensor([3, 7, 3], device=device)).pow(2).sum().backward()
    optimizer.step()


PROGRAMS = {
    "training": training,
    "recomputed": lambda device: recomputed(device, False),
    "recomputed, reentrant": lambda device: recomputed(device, True),
    "inner": inner,
    "hooked": hooked,
    "penalty": penalty,
    "sparse": sparse,
}


def told(run, name):
    """What is the same on every device; a graph of gradients, made in another thread, has an order of its own."""
    nodes = [(node.op, node.name, node.module, node.shape) for node in run.graph.nodes]
    steps = [(step.kind, step.node, run.line(step)) for step in run.steps]
    return [*nodes, *(sorted(steps, key=repr) if name == "penalty" else steps)]
