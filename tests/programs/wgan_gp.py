"""One step of a WGAN's critic with gradient penalty: a backward through a backward."""

import torch
from torch import nn

from autograd_viz import record

torch.manual_seed(0)
critic = nn.Sequential(nn.Linear(2, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
real, fake = torch.randn(6, 2), torch.randn(6, 2) + 2
opt = torch.optim.Adam(critic.parameters(), lr=1e-3)

with record() as run:
    alpha = torch.rand(6, 1)
    interpolates = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    d_interpolates = critic(interpolates)
    (gradients,) = torch.autograd.grad(d_interpolates.sum(), interpolates, create_graph=True)
    penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    d_loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
    opt.zero_grad()
    d_loss.backward()
    opt.step()
