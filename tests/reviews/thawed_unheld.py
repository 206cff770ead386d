import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Linear(4, 5), nn.Linear(5, 1)
        self.body.requires_grad_(False)

    def forward(self, given):
        return self.head(torch.tanh(self.body(given)))


net = Net()


def fit(opt, times=3):
    for _ in range(times):
        opt.zero_grad()
        F.mse_loss(net(x), y).backward()
        opt.step()


# --- wrong: a list of what asks for gradients, and then more asks
opt = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
fit(opt)
net.body.requires_grad_(True)
fit(opt)

# --- wrong: filter, and one flag after the other
opt = torch.optim.Adam(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1)
for p in net.body.parameters():
    p.requires_grad = True
fit(opt)

# --- right: what stays frozen
opt = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
fit(opt)

# --- right: what has thawed is given to it
opt = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
fit(opt)
net.body.requires_grad_(True)
opt.add_param_group({"params": net.body.parameters()})
fit(opt)

# --- right: only the head is trained, on purpose
net.body.requires_grad_(True)
opt = torch.optim.SGD([p for p in net.head.parameters() if p.requires_grad], lr=0.1)
fit(opt)

# --- right: another optimizer holds the rest
opt = torch.optim.SGD([p for p in net.parameters() if p.requires_grad], lr=0.1)
net.body.requires_grad_(True)
rest = torch.optim.Adam(net.body.parameters(), lr=0.01)
for _ in range(3):
    opt.zero_grad()
    rest.zero_grad()
    F.mse_loss(net(x), y).backward()
    opt.step()
    rest.step()

# --- wrong: the optimizer holds the head, and the body thaws later
opt = torch.optim.SGD(net.head.parameters(), lr=0.1)
for turn in range(6):
    if turn == 3:
        for p in net.body.parameters():
            p.requires_grad = True
    opt.zero_grad()
    F.mse_loss(net(x), y).backward()
    opt.step()

# --- right: the body asks from the start, and only the head is trained
net.body.requires_grad_(True)
opt = torch.optim.SGD(net.head.parameters(), lr=0.1)
fit(opt)

# --- right: it thaws for a look at its gradients, after the training
opt = torch.optim.SGD(net.head.parameters(), lr=0.1)
fit(opt)
net.body.requires_grad_(True)
for _ in range(2):
    F.mse_loss(net(x), y).backward()
