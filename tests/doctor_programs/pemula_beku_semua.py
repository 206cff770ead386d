#: entry = "tanpa-grad-fn"
#: cause = "beku"
#: line = "keluaran = model(x)"
#: cure = [["for p in model.parameters():\n    p.requires_grad = False\n", "for p in model.parameters():\n    p.requires_grad = False\nfor parameter in model.parameters():\n    parameter.requires_grad_(True)\n"]]
import torch
from torch import nn

torch.manual_seed(0)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.badan = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU())
        self.kepala = nn.Linear(20, 2)

    def forward(self, x):
        return self.kepala(self.badan(x))


model = Model()

# fine-tuning: bekukan badan, latih kepala saja
model.kepala = nn.Linear(20, 3)
for p in model.parameters():
    p.requires_grad = False

criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

x = torch.randn(12, 10)
y = torch.randint(0, 3, (12,))


def train(model, x, y, epochs):
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        keluaran = model(x)
        loss = criterion(keluaran, y)
        loss.backward()
        optimizer.step()
        print(f"Epoch {epoch + 1}/{epochs} loss {loss.item():.3f}")


train(model, x, y, 3)
