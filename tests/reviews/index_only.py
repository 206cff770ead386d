import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 2)
router = nn.Linear(4, 3)
experts = nn.ModuleList(nn.Linear(4, 2) for _ in range(3))
opt = torch.optim.SGD([*router.parameters(), *experts.parameters()], lr=0.01)

# --- wrong: the probability of the chosen one is thrown away
for _ in range(2):
    gate = F.softmax(router(x), dim=-1)
    best, index = gate.max(dim=-1)
    chosen = F.one_hot(index, 3).float()
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    mixed = (chosen.unsqueeze(-1) * outs).sum(dim=1)
    opt.zero_grad()
    F.mse_loss(mixed, y).backward()
    opt.step()

# --- wrong: gathered by the index
for _ in range(2):
    best, index = router(x).softmax(dim=-1).max(dim=-1)
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    mixed = outs[torch.arange(8), index]
    opt.zero_grad()
    F.mse_loss(mixed, y).backward()
    opt.step()

# --- right: weighted by the probability
for _ in range(2):
    best, index = router(x).softmax(dim=-1).max(dim=-1)
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    mixed = best.unsqueeze(-1) * outs[torch.arange(8), index]
    opt.zero_grad()
    F.mse_loss(mixed, y).backward()
    opt.step()

# --- right: straight through
for _ in range(2):
    gate = router(x).softmax(dim=-1)
    best, index = gate.max(dim=-1)
    chosen = F.one_hot(index, 3) + gate - gate.detach()
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    mixed = (chosen.unsqueeze(-1) * outs).sum(dim=1)
    opt.zero_grad()
    F.mse_loss(mixed, y).backward()
    opt.step()

# --- right: another head is only scored
for _ in range(2):
    best, index = router(x).softmax(dim=-1).max(dim=-1)
    right = (index == 0).float().mean()
    opt.zero_grad()
    F.mse_loss(experts[0](x), y).backward()
    opt.step()

# --- right: a router that no optimizer holds
frozen = torch.optim.SGD(experts.parameters(), lr=0.01)
for _ in range(2):
    best, index = router(x).softmax(dim=-1).max(dim=-1)
    outs = torch.stack([expert(x) for expert in experts], dim=1)
    mixed = outs[torch.arange(8), index]
    frozen.zero_grad()
    F.mse_loss(mixed, y).backward()
    frozen.step()
