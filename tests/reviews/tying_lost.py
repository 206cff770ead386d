import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
tokens = torch.randint(0, 6, (8,))
vectors = torch.randn(6, 4)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.out = nn.Linear(4, 6, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, x):
        return self.out(self.embed(x).tanh())


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.layers[2].weight = self.layers[0].weight

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return x


class Loose(nn.Module):
    def __init__(self, tie=False):
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.out = nn.Linear(4, 6, bias=False)
        if tie:
            self.out.weight = self.embed.weight

    def forward(self, x):
        return self.out(self.embed(x).tanh())


class Apart(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.out = nn.Linear(4, 6, bias=False)

    def forward(self, x):
        return self.out(self.embed(x).tanh())


def train(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        F.cross_entropy(model(tokens), tokens).backward()
        optimizer.step()


# --- wrong: other vectors are put in as a new Parameter
model = Tied()
model.embed.weight = nn.Parameter(vectors.clone())
train(model)

# --- wrong: the layer is made anew
model = Tied()
model.embed = nn.Embedding.from_pretrained(vectors, freeze=False)
train(model)

# --- wrong: a state is assigned
model = Tied()
state = {name: value.clone() for name, value in Tied().state_dict().items()}
model.load_state_dict(state, assign=True)
train(model)

# --- wrong: a part of it is copied
model = Tied()
model.out = copy.deepcopy(model.out)
train(model)

# --- wrong: one of several layers
tower = Tower()
tower.layers[0] = nn.Linear(4, 4)
optimizer = torch.optim.SGD(tower.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    tower(vectors).pow(2).mean().backward()
    optimizer.step()

# --- right: the content is put in
model = Tied()
with torch.no_grad():
    model.embed.weight.copy_(vectors)
train(model)

# --- right: tied again
model = Tied()
model.embed.weight = nn.Parameter(vectors.clone())
model.out.weight = model.embed.weight
train(model)

# --- right: the whole model is copied
model = copy.deepcopy(Tied())
train(model)

# --- right: a head of another size
model = Tied()
model.out = nn.Linear(4, 9, bias=False)
train(model)

# --- right: not tied, by its own choice
train(Loose())

# --- right: another class of the same parts
train(Apart())

# --- wrong: both are made anew, one after the other
model = Tied()
model.embed = nn.Embedding.from_pretrained(vectors, freeze=False)
model.out = nn.Linear(4, 6, bias=False)
train(model)

# --- wrong: what makes them anew goes by another name
class Fresh(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.out = nn.Linear(4, 6, bias=False)
        self.out.weight = self.embed.weight
        for module in self.children():
            module.weight = nn.Parameter(torch.randn_like(module.weight))

    def forward(self, x):
        return self.out(self.embed(x).tanh())


model = Fresh()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    loss = F.cross_entropy(model(tokens), tokens)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
