#: entry = "backward-kedua"
#: cause = "keadaan-terbawa"
#: line = "keluaran, hidden = model(masuk, hidden)"
#: cure = [["            total += loss.item()\n", "            total += loss.item()\n            hidden = tuple(bagian.detach() for bagian in hidden)\n"]]
import torch
import torch.nn as nn

torch.manual_seed(0)
teks = "saya suka makan nasi goreng di warung dekat kampus " * 4
huruf = sorted(set(teks))
ke_angka = {h: i for i, h in enumerate(huruf)}
data = torch.tensor([ke_angka[h] for h in teks])


class CharRNN(nn.Module):
    def __init__(self, vocab, ukuran=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, ukuran)
        self.lstm = nn.LSTM(ukuran, ukuran, batch_first=True)
        self.fc = nn.Linear(ukuran, vocab)

    def forward(self, x, hidden):
        x = self.embed(x)
        x, hidden = self.lstm(x, hidden)
        return self.fc(x), hidden


model = CharRNN(len(huruf))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
panjang = 20


def latih(epoch):
    for e in range(epoch):
        hidden = (torch.zeros(1, 1, 16), torch.zeros(1, 1, 16))
        total = 0.0
        for i in range(0, 80, panjang):
            masuk = data[i : i + panjang].unsqueeze(0)
            target = data[i + 1 : i + panjang + 1]
            keluaran, hidden = model(masuk, hidden)
            loss = criterion(keluaran.squeeze(0), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print("epoch", e, "loss", total)


latih(2)
