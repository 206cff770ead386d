import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(2, 1, 6, 6), torch.randint(0, 3, (2, 6, 6))
net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)

# --- wrong: the picture is laid flat as it lies
for _ in range(2):
    opt.zero_grad()
    logits = net(x).view(-1, 3)
    F.cross_entropy(logits, y.view(-1)).backward()
    opt.step()

# --- wrong: a signal in time
line = nn.Conv1d(1, 3, 3, padding=1)
opt = torch.optim.SGD(line.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(line(x[:, :, 0]).reshape(-1, 3), y[:, 0].reshape(-1)).backward()
    opt.step()

# --- right: the classes go to the back first
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(net(x).permute(0, 2, 3, 1).reshape(-1, 3), y.view(-1)).backward()
    opt.step()

# --- right: the loss takes the picture whole
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(net(x), y).backward()
    opt.step()

# --- right: every place of the positions is laid flat
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(net(x).flatten(2).transpose(1, 2).reshape(-1, 3), y.view(-1)).backward()
    opt.step()

# --- right: a linear layer has its classes last
words = nn.Linear(5, 3)
opt = torch.optim.SGD(words.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(words(torch.randn(4, 3, 5)).view(-1, 3), torch.randint(0, 3, (12,))).backward()
    opt.step()

# --- right: one class for a whole picture
pool = nn.Sequential(nn.Conv2d(1, 3, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
opt = torch.optim.SGD(pool.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(pool(x), y[:, 0, 0]).backward()
    opt.step()

# --- wrong: the classes of a linear layer are read from the second axis
words = nn.Linear(6, 3)
opt = torch.optim.SGD(words.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    told = words(x[:, 0])
    F.cross_entropy(told.view(2, 3, 6), y[:, 0]).backward()
    opt.step()

# --- right: the classes of a linear layer are moved there
words = nn.Linear(6, 3)
opt = torch.optim.SGD(words.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(words(x[:, 0]).transpose(1, 2), y[:, 0]).backward()
    opt.step()
