import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Linear(4, 1)
w = torch.zeros(4, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

# --- wrong: the name of the loop takes the step
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            p = p - 0.1 * p.grad

# --- wrong: in a function of its own, on the data


def update(parameters, rate):
    for p in parameters:
        p = p.data - rate * p.grad.data
        p.grad = None


for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    update(model.parameters(), 0.1)

# --- right: written into the tensor
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= 0.1 * p.grad

# --- right: the new tensors are taken over
held = [w, b]
for _ in range(3):
    F.mse_loss(x @ held[0] + held[1], y).backward()
    new = []
    for p in held:
        p = p - 0.1 * p.grad
        new.append(p.detach().requires_grad_(True))
    held = new

# --- right: copied back
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            new = p - 0.1 * p.grad
            p.copy_(new)

# --- right: only how far it would go
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        far = max((0.1 * p.grad).abs().max() for p in model.parameters())

# --- wrong: an argument takes the step


def move(p, rate):
    p = p - rate * p.grad


for _ in range(3):
    w.grad = None
    F.mse_loss(x @ w, y).backward()
    with torch.no_grad():
        move(w, 0.1)

# --- wrong: the result is thrown away
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        p.data.sub(0.1 * p.grad)

# --- wrong: a new name that nobody reads
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            moved = p - 0.1 * p.grad

# --- right: the argument is given back


def give(p, rate):
    p = p - rate * p.grad
    return p.detach().requires_grad_(True)


for _ in range(3):
    F.mse_loss(x @ w, y).backward()
    w = give(w, 0.1)

# --- wrong: the step comes through other names, in an optimizer of one's own


class Momentum:
    def __init__(self, params, rate):
        self.params, self.rate = list(params), rate
        self.speed = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            g = p.grad
            self.speed[i] = 0.9 * self.speed[i] + g
            p = p - self.rate * self.speed[i]


optimizer = Momentum(model.parameters(), 0.1)
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    optimizer.step()

# --- wrong: a place of a list takes the step
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    parameters = list(model.parameters())
    with torch.no_grad():
        for i in range(len(parameters)):
            parameters[i] = parameters[i] - 0.1 * parameters[i].grad

# --- wrong: the sum with a negative step, kept as a new leaf of its own
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    for p in model.parameters():
        change = -0.1 * p.grad
        p = (p + change).detach().requires_grad_(True)

# --- wrong: a function of torch, and a gradient as an argument


def shift(p, g):
    p = torch.add(p, g, alpha=-0.1)


for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for p in model.parameters():
            shift(p, p.grad)

# --- right: an optimizer of one's own that writes


class Writing:
    def __init__(self, params, rate):
        self.params, self.rate = list(params), rate
        self.speed = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            g = p.grad
            self.speed[i] = 0.9 * self.speed[i] + g
            p.sub_(self.rate * self.speed[i])


optimizer = Writing(model.parameters(), 0.1)
for _ in range(3):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    optimizer.step()

# --- right: a list of new tensors that the next forward uses
lots = [w, b]
for _ in range(3):
    F.mse_loss(x @ lots[0] + lots[1], y).backward()
    for i in range(2):
        lots[i] = (lots[i] - 0.1 * lots[i].grad).detach().requires_grad_(True)
