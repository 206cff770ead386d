"""Examples laid flat before the model sees them.

check: model_as_given
advice: Model yang berisi konvolusi menolaknya
"""

import torch


def gradient_penalty(model, x, target=1.0):
    n = x.shape[0]
    titik = x.detach().reshape(n, -1).requires_grad_()
    if titik.data_ptr() == x.data_ptr():
        titik = x.detach().reshape(n, -1).clone().requires_grad_()
    (lereng,) = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)
    return ((lereng.norm(dim=1) - target) ** 2).mean()
