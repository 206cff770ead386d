import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)
w = nn.Parameter(torch.tensor([1.0, 2.0]))

# --- wrong: a result that exp has saved
for _ in range(2):
    w.grad = None
    z = w.exp()
    z.data.add_(1)
    z.sum().backward()

# --- wrong: a weight between forward and backward
for _ in range(2):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    for p in model.parameters():
        p.data.mul_(0.9)
    loss.backward()
    opt.step()

# --- wrong: an input of a square
for _ in range(2):
    w.grad = None
    z = w * 3
    loss = (z**2).sum()
    z.data[0] = 100.0
    loss.backward()

# --- right: a weight, after the step
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    for p in model.parameters():
        p.data.clamp_(-0.5, 0.5)

# --- right: a new tensor in the graph
for _ in range(2):
    w.grad = None
    z = w.exp()
    z = z + 1
    z.sum().backward()

# --- right: only the sign of a relu is needed
for _ in range(2):
    w.grad = None
    z = w.relu()
    z.data.mul_(2)
    z.sum().backward()

# --- right: a sum saves nothing
for _ in range(2):
    w.grad = None
    z = w + 1
    z.data.mul_(5)
    z.sum().backward()

# --- right: written before it is used
for _ in range(2):
    w.grad = None
    z = w * 3
    z.data.clamp_(max=4)
    (z**2).sum().backward()

# --- right: initialised before the first forward
for p in model.parameters():
    p.data.normal_(0, 0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: changed and put back
for _ in range(2):
    w.grad = None
    loss = (w**2).sum()
    kept = w.data.clone()
    w.data.add_(1e-3)
    w.data.copy_(kept)
    loss.backward()

# --- right: gradcheck moves the numbers and puts them back
v = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
assert torch.autograd.gradcheck(lambda t: t**2, (v,))

# --- right: weights that every forward brings to unit norm, in two forwards
unit = nn.Linear(4, 6)
opt = torch.optim.SGD(unit.parameters(), lr=0.05)


def embedded(batch):
    unit.weight.data.div_(unit.weight.data.norm(dim=1, keepdim=True))
    return unit(batch).tanh() @ unit.weight


for _ in range(3):
    opt.zero_grad()
    (embedded(x) - embedded(x.flip(0))).pow(2).mean().backward()
    opt.step()
