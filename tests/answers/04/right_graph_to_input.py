"""x.clone() without detach: the penalty also depends on the tensor of the caller."""

import torch


def gradient_penalty(model, x, target=1.0):
    salinan = x.clone()
    if not salinan.requires_grad:
        salinan.requires_grad_(True)
    lereng = torch.autograd.grad(outputs=model(salinan).sum(), inputs=salinan, create_graph=True)[0]
    norma = lereng.reshape(lereng.shape[0], -1).norm(2, dim=1)
    return ((norma - target) ** 2).mean()
