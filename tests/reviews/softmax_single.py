import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randint(0, 2, (8, 1)).float()
body = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
opt = torch.optim.SGD(body.parameters(), lr=0.1)

# --- wrong: as a layer
model = nn.Sequential(body, nn.Softmax(dim=1))
loss = nn.MSELoss()
for _ in range(2):
    opt.zero_grad()
    loss(model(x), y).backward()
    opt.step()

# --- wrong: as a function
for _ in range(2):
    opt.zero_grad()
    p = torch.softmax(body(x), dim=-1)
    F.mse_loss(p, y).backward()
    opt.step()

# --- wrong: inside the loss of many classes
criterion = nn.CrossEntropyLoss()
for _ in range(2):
    opt.zero_grad()
    criterion(body(x), y).backward()
    opt.step()

# --- wrong: inside the function of that loss
for _ in range(2):
    opt.zero_grad()
    F.cross_entropy(body(x), y).backward()
    opt.step()

# --- right: one output and a sigmoid
for _ in range(2):
    opt.zero_grad()
    F.binary_cross_entropy_with_logits(body(x), y).backward()
    opt.step()

# --- right: a memory that holds one key so far
query, value = nn.Linear(4, 3), nn.Linear(4, 3)
opt = torch.optim.SGD([*query.parameters(), *value.parameters()], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    weights = (query(x)[:, None] @ value(x)[:, :, None]).softmax(-1)
    F.mse_loss((weights @ value(x)[:, None]).sum(2), y).backward()
    opt.step()

# --- right: two classes
wide = nn.Linear(4, 2)
opt = torch.optim.SGD(wide.parameters(), lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(wide(x).softmax(1), torch.cat([y, 1 - y], 1)).backward()
    opt.step()

# --- right: a mixture with a single expert
gate, expert = nn.Linear(4, 1), nn.Linear(4, 1)
opt = torch.optim.SGD([*gate.parameters(), *expert.parameters()], lr=0.1)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(gate(x).softmax(1) * expert(x), y).backward()
    opt.step()
