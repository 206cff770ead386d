import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.1)

# --- wrong: requires_grad is switched on
for _ in range(2):
    opt.zero_grad()
    loss = (model(x).argmax(1) != y).float().mean()
    loss.requires_grad = True
    loss.backward()
    opt.step()

# --- wrong: a loss rebuilt from its number
for _ in range(2):
    opt.zero_grad()
    loss = torch.tensor(F.cross_entropy(model(x), y).item(), requires_grad=True)
    loss.backward()
    opt.step()

# --- right: computed from the parameters
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x), y).backward()
    opt.step()

# --- right: the derivative of a number with respect to itself
number = torch.tensor(3.0, requires_grad=True)
number.backward()

# --- right: a parameter is its own loss
w = nn.Parameter(torch.tensor(2.0))
own = torch.optim.SGD([w], lr=0.1)
for _ in range(2):
    own.zero_grad()
    w.backward()
    own.step()

# --- right: a leaf has a backward of its own, beside the training
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x), y).backward()
    number = torch.tensor(3.0, requires_grad=True)
    number.backward()
    opt.step()
