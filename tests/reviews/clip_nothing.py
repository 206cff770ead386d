import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

torch.manual_seed(0)
x, y = torch.randn(8, 4), 5 * torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: the optimizer has read the filter to its end
trained = filter(lambda p: p.requires_grad, model.parameters())
optimizer = torch.optim.SGD(trained, lr=0.05)
for _ in range(2):
    optimizer.zero_grad()
    F.mse_loss(model(x), y).backward()
    clip_grad_norm_(trained, 0.1)
    optimizer.step()

# --- wrong: parameters() kept under a name
weights = model.parameters()
optimizer = torch.optim.SGD(weights, lr=0.05)
for _ in range(2):
    optimizer.zero_grad()
    F.mse_loss(model(x), y).backward()
    nn.utils.clip_grad_norm_(weights, max_norm=0.1)
    optimizer.step()

# --- right: a list
trained = list(filter(lambda p: p.requires_grad, model.parameters()))
optimizer = torch.optim.SGD(trained, lr=0.05)
for _ in range(2):
    optimizer.zero_grad()
    F.mse_loss(model(x), y).backward()
    clip_grad_norm_(trained, 0.1)
    optimizer.step()

# --- right: asked anew every time
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    clip_grad_norm_(model.parameters(), 0.1)
    opt.step()

# --- right: an iterator read by the clipping alone
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    weights = model.parameters()
    clip_grad_value_(weights, 0.1)
    opt.step()

# --- right: nothing to be clipped in this part of the model, by a list
rest = [p for p in model.parameters() if not p.requires_grad]
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    clip_grad_norm_(rest, 0.1)
    opt.step()

# --- right: what is clipped is frozen
frozen = nn.Linear(4, 4).requires_grad_(False)
fixed = frozen.parameters()
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(frozen(x)), y).backward()
    clip_grad_norm_(fixed, 0.1)
    opt.step()
