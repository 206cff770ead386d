"""New tensors are put into the caller's list.

check: update
advice: Daftarnya kini berisi tensor lain
"""


def sgd_step(params, lr):
    for i, p in enumerate(params):
        if p.grad is not None:
            params[i] = (p.detach() - lr * p.grad).requires_grad_()
