#: entry = "backward-kedua"
#: cause = "luar-lingkaran"
#: line = "fitur = encoder(gambar.flatten(1))"
#: cure = [["fitur = encoder(gambar.flatten(1))\n", ""], ["    logit = kepala(fitur)\n", "    fitur = encoder(gambar.flatten(1))\n    logit = kepala(fitur)\n"]]
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)

# 40 gambar kecil, dua kelas
gambar = torch.rand(40, 1, 6, 6)
label = (gambar.mean(dim=(1, 2, 3)) > 0.5).long()

encoder = nn.Sequential(
    nn.Linear(36, 12),
    nn.ReLU(),
    nn.Linear(12, 8),
    nn.Tanh(),
)
kepala = nn.Linear(8, 2)
semua = list(encoder.parameters()) + list(kepala.parameters())
optimizer = torch.optim.SGD(semua, lr=0.1)


def akurasi(logit, label):
    return (logit.argmax(1) == label).float().mean().item()


# hitung fiturnya sekali saja biar cepat
fitur = encoder(gambar.flatten(1))

for epoch in range(10):
    logit = kepala(fitur)
    loss = F.cross_entropy(logit, label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 2 == 0:
        print(f"epoch {epoch} loss {loss.item():.4f} akurasi {akurasi(logit, label):.2f}")
