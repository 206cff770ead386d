import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 3, 1, 2)
cell = nn.RNN(2, 3)
opt = torch.optim.SGD(cell.parameters(), lr=0.01)

# --- wrong: the state is carried with its graph
a, b = nn.Parameter(torch.tensor(0.5)), nn.Parameter(torch.tensor(1.0))
opt = torch.optim.SGD([b], lr=0.01)
h = torch.tensor(0.0)
for _ in range(4):
    opt.zero_grad()
    h = (a * h + b).tanh()
    (h - 1).pow(2).backward(retain_graph=True)
    opt.step()

# --- wrong: a running mean in the graph
w = nn.Parameter(torch.tensor([1.0, 2.0]))
opt = torch.optim.SGD([w], lr=0.01)
mean = torch.zeros(2)
for turn in range(4):
    opt.zero_grad()
    mean = 0.9 * mean + 0.1 * (w + turn)
    mean.sum().backward(retain_graph=True)
    opt.step()

# --- right: detached
h = torch.zeros(1, 1, 3)
for part in x:
    opt.zero_grad()
    out, h = cell(part, h.detach())
    out.pow(2).mean().backward()
    opt.step()

# --- right: sequences that become longer
for length in range(1, 5):
    opt.zero_grad()
    h = torch.zeros(1, 1, 3)
    for _ in range(length):
        out, h = cell(x[0], h)
    out.pow(2).mean().backward()
    opt.step()

# --- right: a graph that is kept, and always the same
w = nn.Parameter(torch.tensor([1.0, 2.0]))
fixed = torch.ones(2, requires_grad=True) * 2
opt = torch.optim.SGD([w], lr=0.01)
for _ in range(4):
    opt.zero_grad()
    (w + fixed).sum().backward(retain_graph=True)
    opt.step()

# --- right: an unrolled inner loop, one backward at the end
w = nn.Parameter(torch.tensor([1.0, 2.0]))
opt = torch.optim.SGD([w], lr=0.01)
for _ in range(3):
    opt.zero_grad()
    fast = w
    for _ in range(3):
        (grad,) = torch.autograd.grad((fast**2).sum(), fast, create_graph=True)
        fast = fast - 0.1 * grad
    (fast**2).sum().backward()
    opt.step()
