import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
tokens = torch.randint(0, 6, (8,))

# --- wrong: tied by .data
embed, out = nn.Embedding(6, 4), nn.Linear(4, 6, bias=False)
model = nn.ModuleDict({"embed": embed, "out": out})
model.out.weight.data = model.embed.weight.data
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    F.cross_entropy(model["out"](model["embed"](tokens)), tokens).backward()
    optimizer.step()

# --- wrong: a new Parameter over the same memory
first, second = nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)
model = nn.ModuleDict({"first": first, "second": second})
model.second.weight = nn.Parameter(model.first.weight)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.randn(8, 4)
for _ in range(3):
    optimizer.zero_grad()
    model["second"](model["first"](x).tanh()).pow(2).mean().backward()
    optimizer.step()

# --- right: one parameter for both
embed, out = nn.Embedding(6, 4), nn.Linear(4, 6, bias=False)
out.weight = embed.weight
model = nn.ModuleDict({"embed": embed, "out": out})
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    F.cross_entropy(model["out"](model["embed"](tokens)), tokens).backward()
    optimizer.step()

# --- right: the same start, then apart
first = nn.Linear(4, 4)
second = copy.deepcopy(first)
optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.01)
x = torch.randn(8, 4)
for _ in range(3):
    optimizer.zero_grad()
    second(first(x).tanh()).pow(2).mean().backward()
    optimizer.step()

# --- right: twins that see the same
first = nn.Linear(4, 4)
second = copy.deepcopy(first)
optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], lr=0.01)
x = torch.randn(8, 4)
for _ in range(3):
    optimizer.zero_grad()
    (first(x).pow(2).mean() + second(x).pow(2).mean()).backward()
    optimizer.step()

# --- right: biases that start at zero, and steps of one size
layers = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
for layer in (layers[0], layers[2]):
    nn.init.zeros_(layer.bias)
optimizer = torch.optim.Adam(layers.parameters(), lr=0.01)
x = torch.randn(8, 4)
for _ in range(3):
    optimizer.zero_grad()
    layers(x).pow(2).mean().backward()
    optimizer.step()
