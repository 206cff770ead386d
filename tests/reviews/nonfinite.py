import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.rand(8, 1)
model = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: the root of zero
w = nn.Parameter(torch.zeros(3))
opt = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    w.pow(2).sum().sqrt().backward()
    opt.step()

# --- wrong: where does not stop it
w = nn.Parameter(torch.tensor([0.0, 4.0]))
opt = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    torch.where(w > 0, w.sqrt(), torch.zeros_like(w)).sum().backward()
    opt.step()

# --- wrong: the logarithm of a sigmoid that is one
for _ in range(2):
    opt.zero_grad()
    p = torch.sigmoid(model(x * 100))
    (-(1 - p).log().mean()).backward()
    opt.step()

# --- right: the double where
w = nn.Parameter(torch.tensor([0.0, 4.0]))
opt = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    safe = torch.where(w > 0, w, torch.ones_like(w))
    torch.where(w > 0, safe.sqrt(), torch.zeros_like(w)).sum().backward()
    opt.step()

# --- right: a mask of minus infinity
q = nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([q], lr=0.1)
mask = torch.ones(3, 3).tril().bool()
for _ in range(2):
    opt.zero_grad()
    q.masked_fill(~mask, float("-inf")).softmax(-1)[:, 0].sum().backward()
    opt.step()

# --- right: the scaler skips a step that overflows
scaler = torch.amp.GradScaler("cpu", init_scale=1e38)
for _ in range(3):
    opt.zero_grad()
    scaler.scale(F.mse_loss(model(100 * x), y)).backward()
    scaler.step(opt)
    scaler.update()

# --- right: an infinity that never reaches a gradient
for _ in range(2):
    opt.zero_grad()
    out = model(x)
    best = torch.tensor(float("inf"))
    loss = F.mse_loss(out, y)
    best = torch.minimum(best, loss.detach())
    loss.backward()
    opt.step()
