"""A detached view shares memory and version with the parameter."""


def sgd_step(params, lr):
    for p in params:
        g = p.grad
        if g is not None:
            p.detach().add_(g.detach(), alpha=-lr)
