"""One step of a variational autoencoder: reconstruction and KL divergence, then Adam."""

import torch
import torch.nn.functional as F
from torch import nn

from autograd_viz import record

torch.manual_seed(0)
x = torch.rand(8, 12)
enc, mu_layer, logvar_layer, dec = nn.Linear(12, 6), nn.Linear(6, 2), nn.Linear(6, 2), nn.Linear(2, 12)
parameters = [p for layer in (enc, mu_layer, logvar_layer, dec) for p in layer.parameters()]
opt = torch.optim.Adam(parameters, lr=0.01)

with record() as run:
    opt.zero_grad()
    h = torch.relu(enc(x))
    mu, logvar = mu_layer(h), logvar_layer(h)
    std = torch.exp(0.5 * logvar)
    z = mu + std * torch.randn_like(std)
    recon = torch.sigmoid(dec(z))
    BCE = F.binary_cross_entropy(recon, x, reduction="sum")
    KLD = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    loss = BCE + KLD
    loss.backward()
    opt.step()
