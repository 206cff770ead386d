#: entry = "backward-kedua"
#: cause = "loss-dicatat"
#: line = "total_loss = total_loss + loss"
#: cure = [["        total_loss = total_loss + loss\n        total_loss.backward()", "        total_loss = total_loss + loss.item()\n        loss.backward()"], ["total_loss.item()", "total_loss"]]
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
fitur = torch.randn(60, 5)
bobot_asli = torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0])
target = fitur @ bobot_asli + 0.1 * torch.randn(60)

dataset = TensorDataset(fitur, target)
loader = DataLoader(dataset, batch_size=20)

model = nn.Sequential(nn.Linear(5, 10), nn.Tanh(), nn.Linear(10, 1))
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
loss_fn = nn.MSELoss()


def satu_epoch(nomor):
    model.train()
    total_loss = 0
    for i, (x, y) in enumerate(loader):
        opt.zero_grad()
        pred = model(x).squeeze(1)
        loss = loss_fn(pred, y)
        # tambah loss supaya nanti bisa dirata-rata
        total_loss = total_loss + loss
        total_loss.backward()
        opt.step()
        if i % 2 == 0:
            print("epoch", nomor, "batch", i, "loss", loss.item())
    print("rata-rata", total_loss.item() / len(loader))
    return total_loss


for e in range(2):
    satu_epoch(e)
