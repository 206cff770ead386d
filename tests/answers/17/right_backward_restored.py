"""backward() for x alone, whose own .grad is put back."""


def each_gradient(losses, x):
    kept, grads = x.grad, []
    for i, loss in enumerate(losses):
        x.grad = None
        loss.backward(retain_graph=i + 1 < len(losses), inputs=[x])
        grads.append(x.grad)
    x.grad = kept
    return grads
