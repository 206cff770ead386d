#: entry = "backward-kedua"
#: cause = "batang-bersama"
#: line = "palsu = generator(noise)"
#: cure = [["    skor_palsu = diskriminator(palsu)\n    loss_d", "    skor_palsu = diskriminator(palsu.detach())\n    loss_d"]]
import torch
from torch import nn

torch.manual_seed(1)
dim_noise, dim_data, batch = 4, 2, 16

generator = nn.Sequential(
    nn.Linear(dim_noise, 16),
    nn.ReLU(),
    nn.Linear(16, dim_data),
)
diskriminator = nn.Sequential(
    nn.Linear(dim_data, 16),
    nn.LeakyReLU(0.2),
    nn.Linear(16, 1),
    nn.Sigmoid(),
)
opt_g = torch.optim.Adam(generator.parameters(), lr=2e-4)
opt_d = torch.optim.Adam(diskriminator.parameters(), lr=2e-4)
bce = nn.BCELoss()

for langkah in range(5):
    asli = torch.randn(batch, dim_data) * 0.5 + 2
    label_asli = torch.ones(batch, 1)
    label_palsu = torch.zeros(batch, 1)

    # latih diskriminator
    noise = torch.randn(batch, dim_noise)
    palsu = generator(noise)
    skor_asli = diskriminator(asli)
    skor_palsu = diskriminator(palsu)
    loss_d = bce(skor_asli, label_asli) + bce(skor_palsu, label_palsu)
    opt_d.zero_grad()
    loss_d.backward()
    opt_d.step()

    # latih generator
    tebakan = diskriminator(palsu)
    loss_g = bce(tebakan, label_asli)
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()

    print(langkah, loss_d.item(), loss_g.item())
