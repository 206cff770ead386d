"""A clone of a recorded x stays tied to it, and backward fills what else f uses.

check: other_gradients
advice: parameter yang dipakai f terisi
"""


def jacobian_row(f, x, i):
    z = x.clone().requires_grad_()
    f(z)[i].backward()
    return z.grad
