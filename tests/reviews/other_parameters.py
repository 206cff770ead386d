import copy

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the model is copied after the optimizer was made
model = copy.deepcopy(model)
for _ in range(2):
    opt.zero_grad()
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: the last layer is replaced after the optimizer was made
model[2] = nn.Linear(4, 3)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y.expand(-1, 3)).backward()
    opt.step()

# --- right: the optimizer is made afterwards
model[2] = nn.Linear(4, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: only the last layer is trained
opt = torch.optim.SGD(model[2].parameters(), lr=0.05)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a critic that rests in this block, beside a trunk that is not trained
critic = nn.Linear(4, 1)
opt = torch.optim.SGD([*model[2].parameters(), *critic.parameters()], lr=0.05)
for _ in range(2):
    model.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a target network that only follows
target = copy.deepcopy(model).requires_grad_(False)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), target(x) + y).backward()
    opt.step()
    with torch.no_grad():
        for new, old in zip(model.parameters(), target.parameters(), strict=True):
            old.lerp_(new, 0.1)

# --- wrong: a whole program, whose second phase has a new head that its optimizer does not know


def fit(net, optimizer, target):
    for _ in range(3):
        loss = F.mse_loss(net(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def prepare(net, rows):
    for p in net[0].parameters():
        p.requires_grad_(False)
    trainable = [p for p in net.parameters() if p.requires_grad]
    chosen = torch.optim.Adam(trainable, lr=0.05)
    net[2] = nn.Linear(4, rows)
    return chosen


fit(model, torch.optim.Adam(model.parameters(), lr=0.05), y)
fit(model, prepare(model, 3), y.expand(-1, 3))

# --- wrong: one optimizer through both phases, and a model that replaces its layer itself


class Growing(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 4), nn.Linear(4, 1)

    def grow(self, rows):
        self.head = nn.Linear(4, rows)

    def forward(self, given):
        return self.head(self.body(given).tanh())


class Phases:
    def __init__(self):
        self.net = Growing()
        self.mover = torch.optim.SGD(self.net.parameters(), lr=0.05)

    def train(self, target):
        for _ in range(2):
            self.mover.zero_grad()
            F.mse_loss(self.net(x), target).backward()
            self.mover.step()


phases = Phases()
phases.train(y)
phases.net.grow(3)
phases.train(y.expand(-1, 3))

# --- right: two phases, and the optimizer of the second is made after its head
model[2] = nn.Linear(4, 1)
for rows in (1, 3):
    model[2] = nn.Linear(4, rows)
    opt = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(2):
        loss = F.mse_loss(model(x), y.expand(-1, rows))
        opt.zero_grad()
        loss.backward()
        opt.step()

# --- right: the new head is given to the optimizer that holds the old one as well
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for rows in (1, 3):
    model[2] = nn.Linear(4, rows)
    opt.add_param_group({"params": model[2].parameters()})
    for _ in range(2):
        loss = F.mse_loss(model(x), y.expand(-1, rows))
        opt.zero_grad()
        loss.backward()
        opt.step()

# --- wrong: one function makes the optimizer, and another one the new head
model[2] = nn.Linear(4, 1)


def prepared(net):
    moving = net[2].parameters()
    return torch.optim.Adam(moving, lr=0.05), nn.MSELoss()


def widened(net, rows):
    net[2] = nn.Linear(4, rows)
    return net


def fitted(net, opt, score, target):
    for _ in range(2):
        loss = score(net(x), target)
        opt.zero_grad()
        loss.backward()
        opt.step()


opt, score = prepared(model)
fitted(model, opt, score, y)
opt, score = prepared(model)
wider = widened(model, 3)
fitted(wider, opt, score, y.expand(-1, 3))

# --- right: the same, in the right order
model[2] = nn.Linear(4, 1)


def prepared(net):
    moving = net[2].parameters()
    return torch.optim.Adam(moving, lr=0.05), nn.MSELoss()


def widened(net, rows):
    net[2] = nn.Linear(4, rows)
    return net


wider = widened(model, 3)
opt, score = prepared(wider)
for _ in range(2):
    loss = score(wider(x), y.expand(-1, 3))
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: a function replaces the head of what an object holds and trains


class Coach:
    def __init__(self, net):
        self.net = net
        self.mover = torch.optim.SGD(self.net.parameters(), lr=0.05)

    def train(self, target):
        for _ in range(2):
            self.mover.zero_grad()
            F.mse_loss(self.net(x), target).backward()
            self.mover.step()


def beheaded(net, rows):
    net[2] = nn.Linear(4, rows)


coach = Coach(nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1)))
coach.train(y)
beheaded(coach.net, 3)
coach.train(y.expand(-1, 3))
