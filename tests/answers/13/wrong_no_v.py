"""backward without v.

check: row
advice: autograd perlu tahu hasil yang mana
"""


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    f(z).backward()
    return z.grad[i]
