#: entry = "tanpa-grad-fn"
#: cause = "torch-tensor"
#: line = "log_peluang = torch.tensor(self.log_probs)"
#: cure = [["torch.tensor(self.log_probs)", "torch.stack(self.log_probs)"]]
import torch
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)


class Lorong:
    """Berjalan ke kanan sampai ujung."""

    def __init__(self, panjang=5):
        self.panjang = panjang
        self.posisi = 0

    def reset(self):
        self.posisi = 0
        return torch.tensor([0.0])

    def step(self, aksi):
        self.posisi += 1 if aksi == 1 else -1
        selesai = self.posisi >= self.panjang or self.posisi < 0
        hadiah = 1.0 if self.posisi >= self.panjang else -0.1
        return torch.tensor([float(self.posisi)]), hadiah, selesai


class Agen:
    def __init__(self):
        self.policy = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 2))
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=0.01)
        self.log_probs = []
        self.hadiah = []

    def pilih(self, keadaan):
        dist = Categorical(logits=self.policy(keadaan))
        aksi = dist.sample()
        self.log_probs.append(dist.log_prob(aksi))
        return aksi.item()

    def belajar(self):
        total, hasil = 0.0, []
        for h in reversed(self.hadiah):
            total = h + 0.9 * total
            hasil.insert(0, total)
        hasil = torch.tensor(hasil)
        log_peluang = torch.tensor(self.log_probs)
        loss = -(log_peluang * hasil).sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.log_probs, self.hadiah = [], []
        return loss.item()


lorong, agen = Lorong(), Agen()
for episode in range(3):
    keadaan, selesai, langkah = lorong.reset(), False, 0
    while not selesai and langkah < 30:
        aksi = agen.pilih(keadaan)
        keadaan, h, selesai = lorong.step(aksi)
        agen.hadiah.append(h)
        langkah += 1
    print("episode", episode, "loss", agen.belajar())
