import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
w = nn.Parameter(torch.tensor([1.0, 2.0]))
opt = torch.optim.SGD([w], lr=0.0)

# --- wrong: the exponential of 88
for _ in range(2):
    opt.zero_grad()
    (w * 44).exp().sum().log().backward()
    opt.step()

# --- wrong: a square in half precision
half = torch.tensor([210.0, 3.0], dtype=torch.float16, requires_grad=True)
for _ in range(2):
    half.grad = None
    (half * half).mean().backward()

# --- right: in the logarithm
for _ in range(2):
    opt.zero_grad()
    torch.logsumexp(w * 44, 0).backward()
    opt.step()

# --- right: the mask of a transformer
scores = nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([scores], lr=0.1)
mask = torch.ones(3, 3).tril().bool()
for _ in range(2):
    opt.zero_grad()
    hidden = scores.masked_fill(~mask, torch.finfo(torch.float32).min)
    shown = scores.masked_fill(~mask, torch.finfo(torch.float32).max)
    (hidden.softmax(-1) + shown.amin(-1).sigmoid()).sum().backward()
    opt.step()

# --- right: large numbers that are far from the end
for _ in range(2):
    opt.zero_grad()
    (w * 1e15).pow(2).sum().log().backward()
    opt.step()

# --- right: half precision of the usual size
layer = nn.Linear(4, 4, dtype=torch.float16)
for _ in range(2):
    layer.zero_grad()
    layer(torch.ones(2, 4, dtype=torch.float16)).float().pow(2).mean().backward()

# --- right: computed without being trained
for _ in range(2):
    opt.zero_grad()
    big = (w * 44).exp().detach()
    F.softplus(w).sum().backward()
    opt.step()

# --- right: a large number in place of infinity
scores = nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([scores], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    scores.masked_fill(torch.eye(3).bool(), 1e38).amin(1).sum().backward()
    opt.step()

# --- wrong: shares by hand, by way of a name
x = torch.ones(2, 2)
v = nn.Parameter(torch.tensor([[44.0, 1.0], [2.0, 43.5]]))
opt = torch.optim.SGD([v], lr=0.0)
for _ in range(2):
    scores = x @ v
    powers = torch.exp(2 * scores - 2 * v)
    loss = (powers / powers.sum(dim=1, keepdim=True))[:, 0].mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: a softplus by hand
for _ in range(2):
    loss = torch.log(1 + torch.exp(w * 44)).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: a rate that is the exponential of a score
for _ in range(2):
    rate = torch.exp(w * 44)
    loss = (rate / 1e30 - w).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: a power of a large number
for _ in range(2):
    loss = ((w * 1.4e9) ** 4).sum().log()
    opt.zero_grad()
    loss.backward()
    opt.step()
