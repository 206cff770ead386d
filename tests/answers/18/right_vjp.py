"""vjp of grad."""

from torch.func import grad, vjp


def hvp(f, x, v):
    _, pull = vjp(grad(f), x)
    return pull(v)[0]
