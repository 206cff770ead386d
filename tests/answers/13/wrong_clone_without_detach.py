"""clone() alone is no leaf when x belongs to a graph; on a leaf it would fill x.grad.

check: other_gradients
advice: bukan hanya ke salinan x
"""


def jacobian_row(f, x, i):
    z = (x.detach() if x.is_leaf else x).clone().requires_grad_()
    f(z)[i].backward()
    return z.grad
