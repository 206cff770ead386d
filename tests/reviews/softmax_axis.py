import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, score, value, shares = torch.randn(8, 5, 4), nn.Linear(4, 1), nn.Linear(4, 1), nn.Linear(4, 3)
parts = (score, value, shares)
attending = torch.optim.SGD([one for part in parts for one in part.parameters()], lr=0.1)

# --- wrong: along the batch
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(F.log_softmax(model(x), dim=0), y).backward()
    opt.step()

# --- wrong: as a module
loss = nn.NLLLoss()
net = nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=0))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    loss(net(x), y).backward()
    opt.step()

# --- right: along the classes
for dim in (1, -1):
    opt.zero_grad()
    F.nll_loss(F.log_softmax(model(x), dim=dim), y).backward()
    opt.step()

# --- right: one example without a batch
for row in range(3):
    opt.zero_grad()
    F.nll_loss(F.log_softmax(model(x[row]), dim=0), y[row]).backward()
    opt.step()

# --- right: weights over the examples of a batch
for _ in range(2):
    opt.zero_grad()
    weights = model(x)[:, :1].softmax(0)
    (weights * F.cross_entropy(model(x), y, reduction="none")[:, None]).sum().backward()
    opt.step()

# --- right: both ways, as a contrastive loss does
a, b = nn.Linear(4, 5), nn.Linear(4, 5)
opt = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    alike = a(x) @ b(x).T
    here = torch.arange(8)
    (F.cross_entropy(alike, here) + F.cross_entropy(alike.T, here) - alike.log_softmax(0).diagonal().mean()).backward()
    opt.step()

# --- wrong: weights over the time, along the batch
for _ in range(2):
    attending.zero_grad()
    weights = torch.softmax(score(inputs).squeeze(-1), dim=0)
    pooled = (weights.unsqueeze(-1) * inputs).sum(dim=1)
    F.mse_loss(value(pooled), torch.randn(8, 1)).backward()
    attending.step()

# --- wrong: attention over the batch
for _ in range(2):
    attending.zero_grad()
    alike = (score(inputs) @ inputs.transpose(1, 2)[:, :1]).softmax(0)
    F.mse_loss(value(alike @ inputs)[:, 0], torch.randn(8, 1)).backward()
    attending.step()

# --- right: weights over the time
for _ in range(2):
    attending.zero_grad()
    weights = score(inputs).squeeze(-1).softmax(1)
    F.mse_loss(value((weights.unsqueeze(-1) * inputs).sum(1)), torch.randn(8, 1)).backward()
    attending.step()

# --- right: clusters share the positions of one picture
for _ in range(2):
    attending.zero_grad()
    parts = shares(inputs[0]).T.softmax(0)
    F.mse_loss(value((parts.unsqueeze(-1) * inputs[0]).sum(1)), torch.randn(3, 1)).backward()
    attending.step()

# --- right: every slot takes what the others leave
for _ in range(2):
    attending.zero_grad()
    parts = shares(inputs).transpose(1, 2).softmax(1)
    F.mse_loss(value(parts @ inputs), torch.randn(8, 3, 1)).backward()
    attending.step()

# --- wrong: no axis is given for three of them
for _ in range(2):
    attending.zero_grad()
    alike = F.softmax(score(inputs) @ inputs.transpose(1, 2)[:, :1])
    F.mse_loss(value(alike @ inputs)[:, 0], torch.randn(8, 1)).backward()
    attending.step()

# --- wrong: along the heads
for _ in range(2):
    attending.zero_grad()
    heads = (inputs * score(inputs)).view(8, 5, 2, 2).transpose(1, 2)
    alike = torch.softmax(heads @ heads.transpose(-2, -1), dim=1)
    F.mse_loss(value((alike @ heads).transpose(1, 2).reshape(8, 5, 4)).mean(1), torch.randn(8, 1)).backward()
    attending.step()

# --- right: experts share what is added up afterwards
for _ in range(2):
    attending.zero_grad()
    parts = torch.stack([score(inputs[0]), value(inputs[0])]).transpose(1, 2).softmax(0)
    (parts @ torch.stack([inputs[0], 2 * inputs[0]])).sum(0).pow(2).mean().backward()
    attending.step()
