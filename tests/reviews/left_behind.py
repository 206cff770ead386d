import torch
from torch import nn

torch.manual_seed(0)
net = nn.Linear(4, 2).requires_grad_(False)
target = torch.randn(3, 2)

# --- wrong: clamped into a new leaf in every turn
image = torch.rand(3, 4, requires_grad=True)
optimizer = torch.optim.Adam([image], lr=0.02)
for _ in range(3):
    optimizer.zero_grad()
    (net(image) - target).pow(2).mean().backward()
    optimizer.step()
    image = image.detach().clamp(0, 1).requires_grad_(True)

# --- wrong: divided by its norm, through .data
point = nn.Parameter(torch.rand(3, 4))
optimizer = torch.optim.SGD([point], lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    (net(point) - target).pow(2).mean().backward()
    optimizer.step()
    point = nn.Parameter(point.data / point.data.norm())

# --- right: clamped in place
image = torch.rand(3, 4, requires_grad=True)
optimizer = torch.optim.Adam([image], lr=0.02)
for _ in range(3):
    optimizer.zero_grad()
    (net(image) - target).pow(2).mean().backward()
    optimizer.step()
    with torch.no_grad():
        image.clamp_(0, 1)

# --- right: a new leaf, and a new optimizer without memory
image = torch.rand(3, 4, requires_grad=True)
for _ in range(3):
    optimizer = torch.optim.SGD([image], lr=0.02)
    (net(image) - target).pow(2).mean().backward()
    optimizer.step()
    image = image.detach().clamp(0, 1).requires_grad_(True)

# --- right: a picture that is shown under another name
image = torch.rand(3, 4, requires_grad=True)
optimizer = torch.optim.Adam([image], lr=0.02)
for _ in range(3):
    optimizer.zero_grad()
    (net(image) - target).pow(2).mean().backward()
    optimizer.step()
    shown = image.detach().clamp(0, 1)

# --- right: a state that is carried over, which no optimizer holds
cell = nn.RNNCell(4, 4)
optimizer = torch.optim.SGD(cell.parameters(), lr=0.02)
h = torch.zeros(3, 4, requires_grad=True)
for _ in range(3):
    optimizer.zero_grad()
    h = cell(torch.rand(3, 4), h)
    h.pow(2).mean().backward()
    optimizer.step()
    h = h.detach().requires_grad_(True)
