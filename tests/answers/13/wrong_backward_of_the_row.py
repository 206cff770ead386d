"""backward() in the place of torch.autograd.grad: the way is named first, not what it does with a constant result.

check: other_gradients
advice: parameter yang dipakai f terisi
"""


def jacobian_row(f, x, i):
    copy = x.detach().clone().requires_grad_()
    f(copy)[i].backward()
    return copy.grad
