import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)


def fit(model, times=3):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(times):
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()


# --- wrong: a layer with a name


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.size = 5
        self.first, self.last = nn.Linear(4, self.size), nn.Linear(self.size, 1)

    def forward(self, given):
        h = torch.tanh(self.first(given))
        middle = nn.Linear(5, 5)
        return self.last(torch.tanh(middle(h)))


fit(Named())

# --- wrong: made and called at once


class AtOnce(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 5), nn.Linear(5, 1)

    def forward(self, given):
        h = self.first(given)
        h = nn.Linear(5, 5)(torch.tanh(h))
        return self.last(torch.tanh(h))


fit(AtOnce())

# --- wrong: its width is that of the data


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 5), nn.Linear(5, 1)

    def forward(self, given):
        h = torch.tanh(self.first(given))
        width = h.shape[1]
        middle = nn.Linear(width, 5)
        return self.last(torch.tanh(middle(h)))


fit(Wide())

# --- right: made once


class Once(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(4, 5), nn.Linear(5, 5), nn.Linear(5, 1)

    def forward(self, given):
        return self.last(torch.tanh(self.middle(torch.tanh(self.first(given)))))


fit(Once())

# --- right: noise laid over the data


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 1)

    def forward(self, given):
        with torch.no_grad():
            given = nn.Linear(4, 4)(given)
        return self.last(given)


fit(Noisy())

# --- right: made at the first call and kept


class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last, self.middle = nn.Linear(4, 5), nn.Linear(5, 1), None

    def forward(self, given):
        h = torch.tanh(self.first(given))
        if self.middle is None:
            self.middle = nn.Linear(5, 5)
        return self.last(torch.tanh(self.middle(h)))


late = Late()
late(x)
fit(late)

# --- right: a layer without parameters


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 5), nn.Linear(5, 1)

    def forward(self, given):
        bend = nn.Sequential(nn.Tanh(), nn.Identity())
        return self.last(bend(self.first(given)))


fit(Plain())

# --- wrong: an attribute that each call gives anew


class Anew(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 5)

    def forward(self, given):
        h = torch.tanh(self.first(given))
        self.last = nn.Linear(h.size(1), 1)
        return self.last(h)


fit(Anew())

# --- wrong: a parameter of its own


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 5)

    def forward(self, given):
        h = torch.tanh(self.first(given))
        w = nn.Parameter(torch.randn(5, 1))
        return h @ w


fit(Own())
