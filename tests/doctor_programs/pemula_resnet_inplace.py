#: entry = "diubah-in-place"
#: cause = "tulis-langsung"
#: line = "out += jalan_pintas"
#: cure = [["        out += jalan_pintas\n", "        out = out + jalan_pintas\n"]]
import torch
from torch import nn

torch.manual_seed(0)


class BlokResidual(nn.Module):
    def __init__(self, saluran):
        super().__init__()
        self.conv1 = nn.Conv2d(saluran, saluran, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(saluran)
        self.conv2 = nn.Conv2d(saluran, saluran, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(saluran)

    def forward(self, x):
        jalan_pintas = x
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.sigmoid(self.bn2(self.conv2(out)))
        out += jalan_pintas
        return out


class ResNetKecil(nn.Module):
    def __init__(self, n_kelas=4):
        super().__init__()
        self.awal = nn.Conv2d(1, 6, 3, padding=1)
        self.blok1 = BlokResidual(6)
        self.blok2 = BlokResidual(6)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(6, n_kelas)

    def forward(self, x):
        x = self.awal(x)
        x = self.blok1(x)
        x = self.blok2(x)
        x = self.pool(x).flatten(1)
        return self.fc(x)


model = ResNetKecil()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
loss_fn = nn.CrossEntropyLoss()
gambar = torch.randn(8, 1, 8, 8)
label = torch.randint(0, 4, (8,))

for epoch in range(2):
    optimizer.zero_grad()
    keluaran = model(gambar)
    loss = loss_fn(keluaran, label)
    loss.backward()
    optimizer.step()
    print("epoch", epoch, "loss", loss.item())
