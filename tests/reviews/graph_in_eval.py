import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Dropout(0.5), nn.Linear(6, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.05)

# --- wrong: eval alone
for _ in range(3):
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval()
    print(F.mse_loss(model(x), y).item() > 0, end="")

# --- wrong: in a function


def accuracy():
    model.eval()
    return (model(x).round() == y.round()).float().mean().item()


for _ in range(3):
    accuracy()
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: with no_grad
for _ in range(3):
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval()
    with torch.no_grad():
        print(F.mse_loss(model(x), y).item() > 0, end="")

# --- right: with inference_mode
for _ in range(3):
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
    model.eval()
    with torch.inference_mode():
        print(F.mse_loss(model(x), y).item() > 0, end="")

# --- right: an attack needs gradients in eval
for _ in range(3):
    model.eval()
    image = x.clone().requires_grad_()
    (grad,) = torch.autograd.grad(F.mse_loss(model(image), y), image)
    model.train()
    opt.zero_grad()
    F.mse_loss(model(x + 0.1 * grad.sign()), y).backward()
    opt.step()

# --- right: once, at the very end
for _ in range(3):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()
model.eval()
last = model(x)
