import torch
from torch import nn

torch.manual_seed(0)
G = nn.Sequential(nn.Linear(4, 16), nn.LeakyReLU(0.2), nn.Linear(16, 2))
D = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
opt_g = torch.optim.Adam(G.parameters(), lr=1e-3)
opt_d = torch.optim.Adam(D.parameters(), lr=1e-3)
bce = nn.BCEWithLogitsLoss()
ones, zeros = torch.ones(32, 1), torch.zeros(32, 1)
real = torch.randn(32, 2)

# --- wrong: cleared at the top, and the generator comes first
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    fake = G(torch.randn(32, 4))
    bce(D(fake), ones).backward()
    opt_g.step()
    loss_d = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    loss_d.backward()
    opt_d.step()

# --- wrong: both backward first, then both steps
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    fake = G(torch.randn(32, 4))
    loss_d = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    loss_d.backward()
    loss_g = bce(D(fake), ones)
    loss_g.backward()
    opt_d.step()
    opt_g.step()

# --- right: the discriminator is cleared before its own backward
for _ in range(3):
    opt_g.zero_grad()
    fake = G(torch.randn(32, 4))
    bce(D(fake), ones).backward()
    opt_g.step()
    opt_d.zero_grad()
    (bce(D(real), ones) + bce(D(fake.detach()), zeros)).backward()
    opt_d.step()

# --- right: the discriminator steps before the generator's loss
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    fake = G(torch.randn(32, 4))
    (bce(D(real), ones) + bce(D(fake.detach()), zeros)).backward()
    opt_d.step()
    bce(D(fake), ones).backward()
    opt_g.step()

# --- right: the generator's backward sends to its own parameters only
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    fake = G(torch.randn(32, 4))
    (bce(D(real), ones) + bce(D(fake.detach()), zeros)).backward()
    bce(D(fake), ones).backward(inputs=list(G.parameters()))
    opt_d.step()
    opt_g.step()

# --- right: an encoder and a decoder with an optimizer each, and a penalty of the decoder
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    D(G(torch.randn(32, 4))).pow(2).mean().backward()
    (-0.1 * sum(p.pow(2).sum() for p in D.parameters())).backward()
    opt_d.step()
    opt_g.step()

# --- right: two losses on purpose, and one optimizer
both = torch.optim.Adam([*G.parameters(), *D.parameters()], lr=1e-3)
for _ in range(3):
    both.zero_grad()
    hidden = G(torch.randn(32, 4))
    bce(D(hidden.detach()), zeros).backward()
    bce(D(hidden), ones).backward()
    both.step()

# --- right: micro-batches are summed for both
for _ in range(2):
    opt_g.zero_grad()
    for _part in range(2):
        bce(D(G(torch.randn(32, 4))), ones).backward()
    opt_g.step()
    opt_d.zero_grad()
    for _part in range(2):
        (bce(D(real), ones) + bce(D(G(torch.randn(32, 4)).detach()), zeros)).backward()
    opt_d.step()

# --- right: the encoder's own result is held still for a second loss of its own
torch.manual_seed(0)
opt_g = torch.optim.SGD(G.parameters(), lr=0.1)
opt_d = torch.optim.SGD(D.parameters(), lr=0.1)
for _ in range(3):
    opt_g.zero_grad()
    opt_d.zero_grad()
    seen = torch.randn(32, 4)
    hidden = G(seen)
    bce(D(hidden), (seen[:, :1] > 0).float()).backward()
    (G(seen + 0.5 * torch.randn(32, 4)) - hidden.detach()).pow(2).mean().backward()
    opt_g.step()
    opt_d.step()
