"""NumPy in backward: the numbers are right, the graph ends there.

check: second_derivative
advice: NumPy
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        s = s.detach().numpy()
        return torch.from_numpy(grad_output.detach().numpy() * s * (1 - s))


my_sigmoid = MySigmoid.apply
