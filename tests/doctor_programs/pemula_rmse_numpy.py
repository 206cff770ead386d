#: entry = "tanpa-grad-fn"
#: cause = "numpy"
#: line = "selisih = prediksi.detach().numpy() - target.numpy()"
#: cure = [["prediksi.detach().numpy() - target.numpy()", "prediksi - target"], ["torch.tensor(np.sqrt(np.mean(selisih ** 2)))", "torch.sqrt(torch.mean(selisih ** 2))"]]
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

np.random.seed(0)
torch.manual_seed(0)
luas = np.random.uniform(30, 120, size=(64, 1))
harga = 3.5 * luas + 20 + np.random.randn(64, 1) * 5
X = torch.tensor((luas - luas.mean()) / luas.std(), dtype=torch.float32)
y = torch.tensor(harga / 100, dtype=torch.float32)


class Regresi(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, x):
        return self.net(x)


def rmse(prediksi, target):
    selisih = prediksi.detach().numpy() - target.numpy()
    return torch.tensor(np.sqrt(np.mean(selisih ** 2)))


model = Regresi()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
loader = DataLoader(TensorDataset(X, y), batch_size=16, shuffle=True)

for epoch in range(3):
    jumlah = 0
    for xb, yb in loader:
        optimizer.zero_grad()
        out = model(xb)
        loss = rmse(out, yb)
        loss.backward()
        optimizer.step()
        jumlah += loss.item()
    print(f"epoch {epoch}: {jumlah / len(loader):.3f}")
