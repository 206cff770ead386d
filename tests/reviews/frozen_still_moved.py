import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
encoder, head = nn.Linear(4, 3), nn.Linear(3, 1)
parameters = [*encoder.parameters(), *head.parameters()]
opt = torch.optim.Adam(parameters, lr=0.05)

# --- wrong: frozen with a gradient left behind
for turn in range(3):
    if turn == 1:
        encoder.requires_grad_(False)
    head.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- wrong: cleared to zeros, so Adam's momentum goes on
for turn in range(3):
    if turn == 1:
        encoder.requires_grad_(False)
    opt.zero_grad(set_to_none=False)
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: cleared to None
for turn in range(3):
    if turn == 1:
        encoder.requires_grad_(False)
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: frozen from the beginning
encoder.requires_grad_(False)
for _ in range(2):
    opt.zero_grad(set_to_none=False)
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: plain SGD does not move what has a gradient of zero
opt = torch.optim.SGD(parameters, lr=0.05)
for turn in range(3):
    if turn == 1:
        encoder.requires_grad_(False)
    opt.zero_grad(set_to_none=False)
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: thawed later
encoder.requires_grad_(False)
for turn in range(3):
    if turn == 1:
        encoder.requires_grad_(True)
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- wrong: an attribute of a module freezes nothing
net = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
for layer in net[:2].children():
    layer.requires_grad = False
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(net(x), y).backward()
    opt.step()

# --- wrong: a misspelt attribute of a parameter freezes nothing
for p in head.parameters():
    p.require_grad = False
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: the same name beside a freeze, and as a setting of the class


class Optional(nn.Module):
    def __init__(self):
        super().__init__()
        self.requires_grad, self.layer = False, nn.Linear(4, 3)
        self.requires_grad = False

    def forward(self, x):
        return self.layer(x)


net = nn.Sequential(Optional(), head)
head.requires_grad_(False)
head.requires_grad = False
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(net(x), y).backward()
    opt.step()
