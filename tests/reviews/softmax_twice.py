import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.1)

# --- wrong: softmax before cross_entropy
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x).softmax(1), y).backward()
    opt.step()

# --- wrong: sigmoid before the loss that has one
single = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.SGD(single.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.binary_cross_entropy_with_logits(single(x), (y[:, None] > 0).float()).backward()
    opt.step()

# --- wrong: nll_loss of probabilities
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(model(x).softmax(dim=1), y).backward()
    opt.step()

# --- right: logits
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x), y).backward()
    opt.step()

# --- right: log_softmax and nll_loss
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(F.log_softmax(model(x), dim=1), y).backward()
    opt.step()

# --- right: attention inside, logits outside
for _ in range(2):
    opt.zero_grad()
    mixed = (x @ x.T + model(x).sum()).softmax(-1) @ model(x)
    F.cross_entropy(mixed, y).backward()
    opt.step()

# --- right: probabilities as the target of a student
teacher = nn.Linear(4, 3)
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x), teacher(x).softmax(1).detach()).backward()
    opt.step()

# --- right: sigmoid and the loss for probabilities
single = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.SGD(single.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.binary_cross_entropy(single(x), (y[:, None] > 0).float()).backward()
    opt.step()

# --- wrong: a layer of its own, under an attribute


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scores, self.prob = nn.Linear(4, 3), None
        self.prob = nn.Softmax(dim=1)

    def forward(self, given):
        return self.prob(self.scores(given))


net, criterion = Net(), nn.CrossEntropyLoss()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    criterion(net(x), y).backward()
    opt.step()
