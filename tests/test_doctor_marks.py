"""Which card of the drawn graph the doctor marks, and with which words."""

import pytest

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run

HEAD = "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
OLD = "graf lama, sudah habis"
MARKED = {  # the operation that is marked, how many like it stand above it in the tree, how many marks, and the words
    "a cell of two layers": ("TanhBackward0", 2, 1, OLD, """
a, b, x = nn.Linear(5, 4), nn.Linear(4, 2), torch.ones(1, 3)
h = torch.zeros(1, 2)
for i in range(3):
    h = torch.tanh(b(torch.tanh(a(torch.cat([x, h], 1)))))
    loss = h.sum()
    loss.backward()
"""),
    "a recurrent layer": ("StackBackward0", 0, 2, OLD, """
lstm, s = nn.LSTM(2, 3), None
for i in range(2):
    keluar, s = lstm(torch.ones(4, 1, 2), s)
    keluar.mean().backward()
"""),
    "a state written below backward()": ("TanhBackward0", 1, 1, OLD, """
a = nn.Linear(3, 2)
h = torch.zeros(1, 2)
for i in range(3):
    loss = torch.tanh(a(torch.cat([torch.ones(1, 1), h], 1))).sum()
    loss.backward()
    h = torch.tanh(a(torch.cat([torch.zeros(1, 1), h], 1)))
"""),
    "a state that a module keeps": ("TanhBackward0", 1, 1, OLD, """
class Sel(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.h = nn.Linear(3, 2), torch.zeros(1, 2)
    def forward(self, x):
        self.h = torch.tanh(self.a(torch.cat([x, self.h], 1)))
        return self.h * 2
sel = Sel()
for i in range(2):
    loss = sel(torch.ones(1, 1)).pow(2).sum()
    loss.backward()
"""),
    "a sum of losses": ("AddBackward0", 1, 1, OLD, """
w, jumlah = torch.ones(2, requires_grad=True), 0
for i in range(3):
    jumlah = jumlah + (w ** 2).sum()
    jumlah.backward()
"""),
    "what is brought to numpy": ("MulBackward0", 0, 1, "masih tercatat", """
y = torch.ones(2, requires_grad=True) * 2
y.numpy()
"""),
}


@pytest.mark.parametrize("name", MARKED)
def test_the_mark_stands_on_the_guilty_card(name):
    operation, above, many, words, source = MARKED[name]
    lines = diagnose(run(HEAD + source.removeprefix("\n"))).drawing.text.splitlines()
    marked = [place for place, line in enumerate(lines) if "▶" in line]
    assert len(marked) == many
    assert all(operation in lines[place] and words in lines[place] for place in marked)
    assert sum(operation in line for line in lines[: marked[0]]) == above
