"""grad of the number g · v."""

from torch.func import grad


def hvp(f, x, v):
    def slope(t):
        return (grad(f)(t) * v).sum()

    return grad(slope)(x)
