import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
x, y, mask = torch.randn(8, 4), torch.randn(8, 1), (torch.rand(8, 1) > 0.5).float()
body, gate, head = nn.Linear(4, 3), nn.Linear(3, 1), nn.Linear(3, 1)
opt = torch.optim.SGD([*body.parameters(), *gate.parameters(), *head.parameters()], lr=0.05)

# --- wrong: a threshold before a term of the loss
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    chosen = (torch.sigmoid(gate(hidden)) > 0.5).float()
    overlap = (chosen * mask).sum() / (chosen.sum() + mask.sum() + 1)
    (F.mse_loss(head(hidden), y) + 1 - overlap).backward()
    opt.step()

# --- wrong: a gate of zeros and ones
def gated(hidden):
    score = gate(hidden)
    return hidden * (score < 0.0)


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(gated(body(x))), y).backward()
    opt.step()

# --- wrong: whole numbers
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    steps = gate(hidden).long().clamp(0, 3)
    F.mse_loss(head(hidden) * steps, y).backward()
    opt.step()

# --- right: a soft gate, and the share of open ones only shown
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    weight = torch.sigmoid(gate(hidden))
    shown = (weight > 0.5).float().mean()
    F.mse_loss(head(hidden * weight), y).backward()
    opt.step()

# --- right: straight through
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    weight = torch.sigmoid(gate(hidden))
    F.mse_loss(head(hidden * ((weight > 0.5).float() + (weight - weight.detach()))), y).backward()
    opt.step()

# --- right: a mask of what is large, from what is trained anyway
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    weight = gate(hidden)
    F.mse_loss(head(hidden) * (weight > 0) + weight, y).backward()
    opt.step()

# --- right: a second head that is only scored
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    hits = ((gate(hidden) > 0).float() == mask).float().mean()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: ones of the shape of a gate that waits for its turn
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    F.mse_loss(head(hidden * torch.ones_like(gate(hidden))), y).backward()
    opt.step()

# --- right: the labels that one net gives to another
other = nn.Linear(4, 3)
both = torch.optim.SGD([*body.parameters(), *other.parameters()], lr=0.05)
target = torch.arange(8) % 3
for _ in range(2):
    both.zero_grad()
    first, second = body(x), other(x)
    mutual = F.cross_entropy(second, first.argmax(1)) + F.cross_entropy(first, second.argmax(1))
    (F.cross_entropy(first, target) + mutual).backward()
    both.step()

# --- wrong: one of several, by its index
several = nn.Linear(3, 3)
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    one = F.one_hot(several(hidden).argmax(dim=-1), 3).float()
    F.mse_loss(head(hidden * one), y).backward()
    opt.step()

# --- wrong: a mask of two conditions
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    open_ = (gate(hidden) > 0) & (mask > 0)
    F.mse_loss(head(hidden) * open_, y).backward()
    opt.step()

# --- right: a gate that is hard only while the others warm up
warm = 5
for turn in range(2):
    opt.zero_grad()
    hidden = body(x)
    weight = torch.sigmoid(gate(hidden))
    if turn < warm:
        weight = (weight > 0.1).float()
    F.mse_loss(head(hidden * weight), y).backward()
    opt.step()

# --- right: centres that the program moves itself, beside what is trained
centres = nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([*body.parameters(), centres], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    nearest = (hidden @ centres.t()).argmax(1)
    F.cross_entropy(body(x + 0.1), nearest).backward()
    opt.step()
    with torch.no_grad():
        centres[0].lerp_(hidden.detach().mean(0), 0.1)

# --- wrong: a row of a table by an index alone
several, rows = nn.Linear(3, 3), nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters(), rows], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = body(x)
    which = several(hidden).argmax(dim=-1)
    F.mse_loss(head(hidden + rows[which]), y).backward()
    opt.step()

# --- wrong: one of several is drawn, and its row of a table is taken
several, table = nn.Linear(3, 3), nn.Embedding(3, 3)
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters(), *table.parameters()], lr=0.05)
for _ in range(2):
    hidden = body(x)
    word = Categorical(logits=several(hidden))
    pick = word.sample()
    loss = F.mse_loss(head(hidden + table(pick)), y)
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: one of several is drawn, as zeros and a one
several = nn.Linear(3, 3)
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    hidden = body(x)
    word = Categorical(logits=several(hidden))
    pick = F.one_hot(word.sample(), 3).float()
    loss = F.mse_loss(head(hidden * pick), y)
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: one of several is drawn by its share, as a row of a table
several, rows = nn.Linear(3, 3), nn.Parameter(torch.randn(3, 3))
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters(), rows], lr=0.05)
for _ in range(2):
    hidden = body(x)
    shares = several(hidden).softmax(dim=-1)
    pick = torch.multinomial(shares, 1).squeeze(1)
    loss = F.mse_loss(head(hidden + rows[pick]), y)
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: the number of the one that is drawn is reckoned with
several = nn.Linear(3, 3)
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    hidden = body(x)
    word = Categorical(logits=several(hidden))
    times = word.sample()
    loss = (head(hidden).squeeze(1) * times).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: the number that is drawn, and its score
several = nn.Linear(3, 3)
opt = torch.optim.SGD([*body.parameters(), *several.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    hidden = body(x)
    word = Categorical(logits=several(hidden))
    times = word.sample()
    error = (head(hidden).squeeze(1) * times).pow(2)
    loss = (error + word.log_prob(times) * error.detach()).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
