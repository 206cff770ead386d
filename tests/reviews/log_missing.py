import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))
model = nn.Linear(4, 3)
opt = torch.optim.SGD(model.parameters(), lr=0.1)

# --- wrong: logits for nll_loss
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(model(x), y).backward()
    opt.step()

# --- wrong: logits for its layer
criterion = nn.NLLLoss()
for _ in range(2):
    opt.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    opt.step()

# --- right: log_softmax first
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(F.log_softmax(model(x), dim=1), y).backward()
    opt.step()

# --- right: the logarithm of probabilities by hand
for _ in range(2):
    opt.zero_grad()
    F.nll_loss(torch.log(model(x).softmax(1) + 1e-9), y).backward()
    opt.step()

# --- right: cross_entropy takes logits
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(model(x), y).backward()
    opt.step()

# --- right: the sum over paths in logarithms
for _ in range(2):
    opt.zero_grad()
    parts = torch.stack([model(x), model(2 * x)]).logsumexp(0)
    F.nll_loss(parts - parts.logsumexp(1, keepdim=True), y).backward()
    opt.step()

# --- right: the score of a class is picked, not a loss
for _ in range(2):
    opt.zero_grad()
    score = -F.nll_loss(model(x), y, reduction="none")
    F.relu(1 - score).mean().backward()
    opt.step()
