import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
encoder, head = nn.Linear(4, 3), nn.Linear(3, 1)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)

# --- wrong: detach in the middle of the model
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x).detach()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: .data in the middle of the model
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x).data
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: a weight that goes in as a number
scale = nn.Parameter(torch.tensor(2.0))
opt = torch.optim.SGD([scale, *head.parameters()], lr=0.05)
z = torch.randn(8, 3)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(z) * (scale * 3).item(), y).backward()
    opt.step()

# --- right: nothing is cut
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: a target that is detached
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x)
    (F.mse_loss(head(hidden), y) + F.mse_loss(hidden, hidden.detach().roll(1, 0))).backward()
    opt.step()

# --- right: a second head that this batch does not use
spare = nn.Linear(3, 2)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters(), *spare.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x)
    shown = spare(hidden).sum().item()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: the generator is detached while the critic learns
opt_critic = torch.optim.SGD(head.parameters(), lr=0.05)
opt_generator = torch.optim.SGD(encoder.parameters(), lr=0.05)
for _ in range(2):
    opt_critic.zero_grad()
    head(encoder(x).detach()).mean().backward()
    opt_critic.step()
    opt_generator.zero_grad()
    (-head(encoder(x)).mean()).backward()
    opt_generator.step()

# --- right: features of a frozen encoder
opt = torch.optim.SGD(head.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(encoder(x).detach()), y).backward()
    opt.step()

# --- wrong: copied by torch.tensor
for _ in range(2):
    opt.zero_grad()
    hidden = torch.tensor(encoder(x).tanh())
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: first the new head alone


class Warmed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head, self.steps = nn.Linear(4, 3), nn.Linear(3, 1), 0

    def forward(self, x):
        features = self.body(x)
        if self.steps < 100:
            features = features.detach()
        return self.head(features)


model = Warmed()
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(2):
    model.steps = step
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: the same in one line
opt = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=0.05)
for step in range(2):
    hidden = encoder(x) if step > 100 else encoder(x).detach()
    opt.zero_grad()
    F.mse_loss(head(hidden), y).backward()
    opt.step()
