import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)

# --- wrong: layers in a plain list


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return self.out(x)


model = Net()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: a tensor as a plain attribute


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.ones(4, requires_grad=True)
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        return self.out(x * self.scale)


model = Scaled()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: heads in a plain dict


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Linear(4, 3)
        self.heads = {"a": nn.Linear(3, 1), "b": nn.Linear(3, 1)}

    def forward(self, x):
        hidden = self.trunk(x)
        return self.heads["a"](hidden) + self.heads["b"](hidden)


model = Heads()
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a ModuleList


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 1)])
        self.order = [self.layers[0], self.layers[1]]

    def forward(self, x):
        for layer in self.order:
            x = layer(x)
        return x


model = Listed()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a plain list, whose parameters the optimizer got


class Loose(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).tanh()
        return self.out(x)


model = Loose()
opt = torch.optim.SGD([*model.parameters(), *(p for layer in model.layers for p in layer.parameters())], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: a judge that is held without being registered, on purpose


class Student(nn.Module):
    def __init__(self, judge):
        super().__init__()
        self.out = nn.Linear(4, 4)
        self.judge = [judge]

    def forward(self, x):
        return self.judge[0](self.out(x))


model = Student(nn.Linear(4, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: what a module remembers of its input


class Saliency(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        self.seen = x
        return self.out(x)


model = Saliency()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    image = x.clone().requires_grad_()
    F.mse_loss(model(image), y).backward()
    opt.step()

# --- right: perturbations of the layers, climbed by hand


class Attacked(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 1)
        self.shifts = [torch.zeros(8, 4, requires_grad=True), torch.zeros(8, 4, requires_grad=True)]

    def forward(self, x):
        return self.second(self.first(x + self.shifts[0]).tanh() + self.shifts[1])


model = Attacked()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(2):
    F.mse_loss(model(x), y).backward()
    with torch.no_grad():
        for shift in model.shifts:
            shift += 0.1 * shift.grad.sign()
            shift.grad = None
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
