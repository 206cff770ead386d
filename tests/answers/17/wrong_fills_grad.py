"""backward() into x.grad, left as it is.

check: side_effects
advice: Pakai `torch.autograd.grad`
"""


def each_gradient(losses, x):
    grads = []
    for i, loss in enumerate(losses):
        x.grad = None
        loss.backward(retain_graph=i < len(losses) - 1)
        grads.append(x.grad)
    return grads
