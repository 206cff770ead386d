"""A clone of a recorded x stays tied to it, so backward fills x.grad.

check: side_effects
advice: `x.grad` berubah
"""


def jacobian_row(f, x, i):
    z = x.clone().requires_grad_()
    f(z)[i].backward()
    return z.grad
