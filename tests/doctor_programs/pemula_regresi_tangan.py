#: entry = "grad-kosong-dihitung"
#: cause = "variabel-baru"
#: line = "w = w - lr * w.grad"
#: cure = [["        w = w - lr * w.grad\n        b = b - lr * b.grad\n", "        with torch.no_grad():\n            w -= lr * w.grad\n            b -= lr * b.grad\n            w.grad = None\n            b.grad = None\n"]]
import torch

torch.manual_seed(0)

# data suhu (celcius) dan penjualan es
suhu = torch.tensor([20.0, 22.0, 25.0, 27.0, 30.0, 33.0])
es = torch.tensor([12.0, 15.0, 21.0, 26.0, 34.0, 41.0])
suhu = (suhu - suhu.mean()) / suhu.std()

w = torch.randn(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
lr = 0.1


def prediksi(x):
    return x * w + b


def mse(p, t):
    return ((p - t) ** 2).mean()


def latih(epoch):
    global w, b
    riwayat = []
    for e in range(epoch):
        p = prediksi(suhu)
        loss = mse(p, es)
        loss.backward()
        w = w - lr * w.grad
        b = b - lr * b.grad
        riwayat.append(loss.item())
        if e % 5 == 0:
            print("epoch", e, "loss", loss.item())
    return riwayat


riwayat = latih(20)
print("w", w.item(), "b", b.item())
print("loss terakhir", riwayat[-1])
