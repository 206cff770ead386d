#: entry = "tanpa-grad-fn"
#: cause = "argmax"
#: line = "kelas = torch.argmax(peluang, dim=1)"
#: cure = [["    loss = hitung_loss(peluang, kelas, label)\n", "    loss = torch.nn.functional.cross_entropy(skor, label)\n"]]
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(3)


def buat_data(n=90):
    pusat = torch.tensor([[0.0, 0.0], [3.0, 3.0], [0.0, 4.0]])
    label = torch.arange(n) % 3
    titik = pusat[label] + torch.randn(n, 2)
    return titik, label


class Klasifikasi(nn.Module):
    def __init__(self, n_kelas=3):
        super().__init__()
        self.fc1 = nn.Linear(2, 32)
        self.fc2 = nn.Linear(32, n_kelas)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        return self.fc2(x)


def hitung_loss(peluang, kelas, label):
    benar = (kelas == label).float()
    return 1 - benar.mean()


titik, label = buat_data()
net = Klasifikasi()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)

for epoch in range(4):
    skor = net(titik)
    peluang = F.softmax(skor, dim=1)
    kelas = torch.argmax(peluang, dim=1)
    loss = hitung_loss(peluang, kelas, label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    akurasi = (kelas == label).float().mean()
    print("epoch", epoch, "loss", loss.item(), "akurasi", akurasi.item())
