import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 3)
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the local slope alone
class Bump(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.exp(-x * x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return -2 * x * torch.exp(-x * x)


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(Bump.apply(model(x)), y).backward()
    opt.step()

# --- wrong: a loss with a weight, and only the shape of what comes
class Gap(torch.autograd.Function):
    @staticmethod
    def forward(ctx, guess, target):
        ctx.save_for_backward(guess, target)
        return (guess - target).abs().sum()

    @staticmethod
    def backward(ctx, coming):
        guess, target = ctx.saved_tensors
        ones = torch.ones_like(coming).to(coming.dtype)
        return torch.sign(guess - target) * ones, None


for _ in range(2):
    opt.zero_grad()
    (0.1 * Gap.apply(model(x), y)).backward()
    opt.step()

# --- right: times what comes
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x**2


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(Cube.apply(model(x)), y).backward()
    opt.step()

# --- right: a loss from which backward begins, so that a one comes
class Whole(torch.autograd.Function):
    @staticmethod
    def forward(ctx, guess, target):
        ctx.save_for_backward(guess, target)
        return (guess - target).pow(2).sum()

    @staticmethod
    def backward(ctx, grad_output):
        guess, target = ctx.saved_tensors
        return 2 * (guess - target), None


for _ in range(2):
    opt.zero_grad()
    Whole.apply(model(x), y).backward()
    opt.step()

# --- right: nothing is sent on purpose
class Stop(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1.0

    @staticmethod
    def backward(ctx, grad_output):
        return torch.zeros_like(grad_output)


for _ in range(2):
    opt.zero_grad()
    out = model(x)
    F.mse_loss(out + Stop.apply(out), y).backward()
    opt.step()

# --- right: only its direction is kept, on purpose
class Direction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1.0

    @staticmethod
    def backward(ctx, *coming):
        return coming[0] / coming[0].norm()


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(Direction.apply(model(x)), y).backward()
    opt.step()

# --- right: direct feedback alignment, the error of the output through a fixed matrix
class Aligned(torch.autograd.Function):
    @staticmethod
    def forward(ctx, h, matrix, box):
        ctx.matrix, ctx.box = matrix, box
        return h.view_as(h)

    @staticmethod
    def backward(ctx, grad_output):
        return ctx.box["error"] @ ctx.matrix, None, None


box, matrix, last = {}, torch.randn(3, 3), nn.Linear(3, 3)
for _ in range(2):
    out = last(Aligned.apply(model(x).tanh(), matrix, box))
    box["error"] = (out - y).detach() / y.numel()
    opt.zero_grad()
    F.mse_loss(out, y).backward()
    opt.step()

# --- right: a gradient that is given beforehand, through a Function that passes its input on
class Given(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden, gradient):
        ctx.save_for_backward(gradient)
        return hidden.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return ctx.saved_tensors[0], None


for _ in range(2):
    opt.zero_grad()
    out = model(x)
    F.mse_loss(Given.apply(out, 0.1 * torch.sign(out.detach())), y).backward()
    opt.step()

# --- wrong: rows are summed, so the factor must be spread over them
class RowSum(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).sum(dim=1)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 2 * x


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(RowSum.apply(model(x)), y[:, 0]).backward()
    opt.step()
