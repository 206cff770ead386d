#: entry = "tanpa-grad-fn"
#: cause = "tanpa-grad-mode"
#: line = "x = F.relu(self.conv(x))"
#: cure = [["    @torch.no_grad()\n", ""]]
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.fc = nn.Linear(4 * 6 * 6, 10)

    @torch.no_grad()
    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x.view(x.size(0), -1)
        return self.fc(x)


def fgsm(model, gambar, label, eps):
    """Serangan FGSM: geser gambar ke arah tanda gradien."""
    gambar = gambar.clone()
    gambar.requires_grad = True
    keluaran = model(gambar)
    loss = F.cross_entropy(keluaran, label)
    model.zero_grad()
    loss.backward()
    geser = eps * gambar.grad.sign()
    return torch.clamp(gambar + geser, 0, 1).detach()


model = CNN()
model.eval()
gambar = torch.rand(5, 1, 8, 8)
label = torch.randint(0, 10, (5,))

for eps in [0.0, 0.1, 0.3]:
    diserang = fgsm(model, gambar, label, eps)
    tebakan = model(diserang).argmax(dim=1)
    benar = (tebakan == label).sum().item()
    print("eps", eps, "benar", benar, "dari", len(label))
