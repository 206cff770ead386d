import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: zero_grad was forgotten
for _ in range(3):
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: only the first layer is cleared
for _ in range(3):
    model[0].zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: zero_grad of another optimizer
other = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
for _ in range(3):
    other.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: cleared at the top
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: micro-batches are summed on purpose
for _ in range(3):
    opt.zero_grad()
    for part in (slice(0, 4), slice(4, 8)):
        (F.mse_loss(model(x[part]), y[part]) / 2).backward()
    opt.step()

# --- right: cleared by hand, to None
for _ in range(3):
    F.mse_loss(model(x), y).backward()
    opt.step()
    for p in model.parameters():
        p.grad = None

# --- right: cleared to zeros
for _ in range(3):
    opt.zero_grad(set_to_none=False)
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: multiplied by zero
for _ in range(3):
    F.mse_loss(model(x), y).backward()
    opt.step()
    with torch.no_grad():
        for p in model.parameters():
            p.grad.mul_(0)

# --- right: a closure clears it
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=3)


def closure():
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    return loss


for _ in range(2):
    optimizer.step(closure)

# --- right: the generator's backward also reaches the critic, which is cleared before its turn
critic = nn.Linear(1, 1)
opt_critic = torch.optim.SGD(critic.parameters(), lr=0.05)
for _ in range(3):
    opt_critic.zero_grad()
    (critic(model(x).detach()).mean() - critic(y).mean()).backward()
    opt_critic.step()
    opt.zero_grad()
    (-critic(model(x)).mean()).backward()
    opt.step()

# --- wrong: by hand, and never cleared
w = torch.zeros(4, 1, requires_grad=True)
for _ in range(3):
    F.mse_loss(x @ w, y).backward()
    with torch.no_grad():
        w -= 0.1 * w.grad

# --- right: by hand, and cleared
w = torch.zeros(4, 1, requires_grad=True)
for _ in range(3):
    F.mse_loss(x @ w, y).backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()

# --- right: both gradients of a perturbed step are summed
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    moves = [0.05 * p.grad.clone() for p in model.parameters()]
    with torch.no_grad():
        for p, move in zip(model.parameters(), moves, strict=True):
            p.add_(move)
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p, move in zip(model.parameters(), moves, strict=True):
            p.sub_(move)
    opt.step()

# --- wrong: in a dict, in a function of its own
kit = {"net": nn.Linear(4, 1)}
kit["mover"] = torch.optim.SGD(kit["net"].parameters(), lr=0.1)


def advance(parts, given, wanted):
    F.mse_loss(parts["net"](given), wanted).backward()
    parts["mover"].step()


for _ in range(3):
    advance(kit, x, y)
