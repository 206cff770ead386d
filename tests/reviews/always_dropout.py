import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)


def fit(model, times=2):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(times):
        model.train()
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        model.eval()
        with torch.no_grad():
            F.mse_loss(model(x), y)


# --- wrong: the function is not told the mode


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        h = F.dropout(torch.relu(self.first(given)), 0.5)
        return self.last(h)


fit(Plain())

# --- wrong: a layer made on the spot


class OnTheSpot(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        h = nn.Dropout(0.5)(torch.relu(self.first(given)))
        return self.last(h)


fit(OnTheSpot())

# --- right: told the mode


class Told(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        return self.last(F.dropout(torch.relu(self.first(given)), 0.5, training=self.training))


fit(Told())

# --- right: on purpose, and said so


class OnPurpose(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        return self.last(F.dropout(torch.relu(self.first(given)), 0.5, training=True))


fit(OnPurpose())

# --- right: many answers to one question


class Spread(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        return self.last(F.dropout(torch.relu(self.first(given)), 0.5))


spread = Spread()
opt = torch.optim.SGD(spread.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(spread(x), y).backward()
    opt.step()
spread.eval()
with torch.no_grad():
    answers = torch.stack([spread(x) for _ in range(5)])

# --- right: never called in evaluation


class Always(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        return self.last(F.dropout(torch.relu(self.first(given)), 0.5))


always = Always()
opt = torch.optim.SGD(always.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(always(x), y).backward()
    opt.step()

# --- right: the function stands under the mode


class Under(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, given):
        h = torch.relu(self.first(given))
        if self.training:
            h = F.dropout(h, 0.5)
        return self.last(h)


fit(Under())
