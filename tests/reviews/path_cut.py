import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
encoder, head = nn.Linear(4, 3), nn.Linear(3, 1)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)

# --- wrong: detach in the middle of the model
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x).detach()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: .data in the middle of the model
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x).data
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: a weight that goes in as a number
scale = nn.Parameter(torch.tensor(2.0))
opt = torch.optim.SGD([scale, *head.parameters()], lr=0.05)
z = torch.randn(8, 3)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(z) * (scale * 3).item(), y).backward()
    opt.step()

# --- right: nothing is cut
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(encoder(x)), y).backward()
    opt.step()

# --- right: a target that is detached
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x)
    (F.mse_loss(head(hidden), y) + F.mse_loss(hidden, hidden.detach().roll(1, 0))).backward()
    opt.step()

# --- right: a second head that this batch does not use
spare = nn.Linear(3, 2)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters(), *spare.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x)
    shown = spare(hidden).sum().item()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: the generator is detached while the critic learns
opt_critic = torch.optim.SGD(head.parameters(), lr=0.05)
opt_generator = torch.optim.SGD(encoder.parameters(), lr=0.05)
for _ in range(2):
    opt_critic.zero_grad()
    head(encoder(x).detach()).mean().backward()
    opt_critic.step()
    opt_generator.zero_grad()
    (-head(encoder(x)).mean()).backward()
    opt_generator.step()

# --- right: features of a frozen encoder
opt = torch.optim.SGD(head.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(encoder(x).detach()), y).backward()
    opt.step()

# --- wrong: copied by torch.tensor
for _ in range(2):
    opt.zero_grad()
    hidden = torch.tensor(encoder(x).tanh())
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: first the new head alone


class Warmed(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.head, self.steps = nn.Linear(4, 3), nn.Linear(3, 1), 0

    def forward(self, x):
        features = self.body(x)
        if self.steps < 100:
            features = features.detach()
        return self.head(features)


model = Warmed()
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(2):
    model.steps = step
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- right: the same in one line
opt = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=0.05)
for step in range(2):
    hidden = encoder(x) if step > 100 else encoder(x).detach()
    opt.zero_grad()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: angles that go through Python's own functions
turn = nn.Parameter(torch.tensor(0.3))
opt = torch.optim.SGD([turn, *head.parameters()], lr=0.05)
angles = torch.randn(8)


def wrapped(angle):
    inside = [math.atan2(math.sin(a), math.cos(a)) for a in angle.tolist()]
    return torch.tensor(inside)


for _ in range(2):
    opt.zero_grad()
    around = wrapped(angles + turn)
    F.mse_loss(head(torch.stack([around.sin(), around.cos(), around], dim=1)), y).backward()
    opt.step()

# --- wrong: the numbers of a list of losses
spare = nn.Linear(3, 2)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters(), *spare.parameters()], lr=0.05)
shares = torch.tensor([0.5, 0.2])
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x)
    parts = [column.pow(2).mean() for column in spare(hidden).unbind(1)]
    others = torch.tensor(parts)
    (F.mse_loss(head(hidden), y) + (shares * others).sum()).backward()
    opt.step()

# --- right: a head that is only written down, beside new data
spare = nn.Linear(3, 2)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters(), *spare.parameters()], lr=0.05)
written = []
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(torch.tensor([[1.0, 2.0, 3.0, 4.0]]))
    written.append(spare(hidden).sum().item())
    kept = spare(hidden).tolist()
    weight = torch.tensor([2.0, 1.0])
    (F.mse_loss(head(hidden), y[:1]) * weight.sum()).backward()
    opt.step()

# --- right: a codebook of moving averages, replaced after each step


class Codebook(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = nn.Parameter(torch.randn(5, 3))

    def forward(self, z):
        chosen = F.one_hot(torch.cdist(z, self.codes).argmin(1), 5).float()
        found = chosen @ self.codes
        self.codes = nn.Parameter(self.codes * 0.9 + 0.1 * chosen.t() @ z)
        return z + (found - z).detach(), F.mse_loss(z, found.detach())


model = nn.Sequential(encoder, Codebook())
opt = torch.optim.Adam([*model.parameters(), *head.parameters()], lr=0.05)
for _ in range(3):
    opt.zero_grad()
    found, commitment = model(x)
    (F.mse_loss(head(found), y) + commitment).backward()
    opt.step()

# --- wrong: what the same block has prepared is not moved by hand
encoder, head = nn.Linear(4, 3), nn.Linear(3, 1)
nn.init.xavier_uniform_(encoder.weight)
nn.init.zeros_(encoder.bias)
encoder.bias.data.fill_(0.1)
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    hidden = encoder(x).detach()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: a helper of the model under a decorator that switches the recording off
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)


@torch.no_grad()
def features(data):
    return encoder(data).relu()


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(features(x)), y).backward()
    opt.step()

# --- wrong: the first layer in a block without recording
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    with torch.no_grad():
        hidden = encoder(x).relu()
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: recording switched off and on again
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    torch.set_grad_enabled(False)
    hidden = encoder(x).relu()
    torch.set_grad_enabled(True)
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- right: a head that is warmed up first, on features in evaluation mode, and a frozen copy
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for step in range(2):
    opt.zero_grad()
    if step < 5:
        with torch.no_grad():
            hidden = encoder(x)
    else:
        hidden = encoder(x)
    F.mse_loss(head(hidden), y).backward()
    opt.step()
for _ in range(2):
    opt.zero_grad()
    encoder.eval()
    with torch.no_grad():
        hidden = encoder(x)
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: a tensor of the numbers of two losses, that asks for a gradient
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
opt.zero_grad()
hidden = encoder(x)
fit, size = F.mse_loss(head(hidden), y), hidden.abs().mean()
loss = torch.tensor([fit, size], requires_grad=True).sum()
loss.backward()
opt.step()

# --- wrong: losses gathered as numbers
opt = torch.optim.SGD([*encoder.parameters(), *head.parameters()], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    losses = []
    for part, wanted in ((x[:4], y[:4]), (x[4:], y[4:])):
        loss = F.mse_loss(head(encoder(part)), wanted)
        losses.append(loss.item())
    mean = torch.tensor(losses, requires_grad=True).mean()
    mean.backward()
    opt.step()

# --- wrong: a weight wrapped as a new parameter in every forward


class Positive(nn.Module):
    def __init__(self):
        super().__init__()
        self.raw, self.bias = nn.Parameter(torch.randn(3, 4)), nn.Parameter(torch.zeros(3))

    def forward(self, x):
        weight = nn.Parameter(F.softplus(self.raw))
        return F.linear(x, weight, self.bias)


model = nn.Sequential(Positive(), nn.Linear(3, 1))
opt = torch.optim.Adam(model.parameters(), lr=0.05)
for _ in range(2):
    opt.zero_grad()
    F.mse_loss(model(x), y).backward()
    opt.step()

# --- wrong: two halves joined, cut, and wrapped
left, right = nn.Parameter(torch.randn(1, 2)), nn.Parameter(torch.randn(1, 2))
bias = nn.Parameter(torch.zeros(1))
opt = torch.optim.Adam([left, right, bias], lr=0.05)
for _ in range(2):
    opt.zero_grad()
    loss = F.mse_loss(F.linear(x, nn.Parameter(data=torch.cat([left, right], 1).detach().clone()), bias), y)
    loss.backward()
    opt.step()

# --- wrong: the module's own parameter is replaced
scale, layer = nn.Parameter(torch.ones(1)), nn.Linear(4, 1)
opt = torch.optim.Adam([scale, layer.bias], lr=0.05)
for _ in range(2):
    layer.weight = nn.Parameter(scale * x[:1])
    opt.zero_grad()
    F.mse_loss(layer(x), y).backward()
    opt.step()

# --- right: a layer is built once from the weights of another, and copies are averaged
old, new, mean = nn.Linear(4, 3), nn.Linear(4, 3), nn.Linear(4, 3)
new.weight = nn.Parameter(torch.cat([old.weight[:2], torch.randn(1, 4)]))
new.bias = nn.Parameter(old.bias * 0.5)
tied = nn.Linear(3, 4)
opt = torch.optim.Adam([*old.parameters(), *new.parameters(), *head.parameters(), *tied.parameters()], lr=0.05)
for _ in range(3):
    tied.weight = nn.Parameter(new.weight.t())
    opt.zero_grad()
    F.mse_loss(head(new(x)), y).backward()
    opt.step()
    with torch.no_grad():
        mean.weight = nn.Parameter(mean.weight * 0.9 + new.weight * 0.1)
    shown = mean(x)

# --- wrong: a hook gives the layers below a copy without a graph
layers = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
kept = {}


def keep(module, given, output):
    kept["first"] = output = output.detach()
    return output


layers[0].register_forward_hook(keep)
fit = torch.optim.SGD(layers.parameters(), lr=0.1)
for _ in range(2):
    fit.zero_grad()
    F.mse_loss(layers(x), y).backward()
    fit.step()

# --- wrong: the maker learns from what was cut for the judge
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)
for _ in range(3):
    fake = maker(torch.randn(8, 3)).detach()
    by_judge.zero_grad()
    (F.softplus(-judge(x)) + F.softplus(judge(fake))).mean().backward()
    by_judge.step()
    by_maker.zero_grad()
    F.softplus(-judge(fake)).mean().backward()
    by_maker.step()

# --- right: the judge alone sees the cut
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)
for _ in range(3):
    fake = maker(torch.randn(8, 3))
    by_judge.zero_grad()
    (F.softplus(-judge(x)) + F.softplus(judge(fake.detach()))).mean().backward()
    by_judge.step()
    by_maker.zero_grad()
    F.softplus(-judge(fake)).mean().backward()
    by_maker.step()

# --- right: the judge learns alone for a while
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)
for _ in range(3):
    fake = maker(torch.randn(8, 3)).detach()
    by_judge.zero_grad()
    (F.softplus(-judge(x)) + F.softplus(judge(fake))).mean().backward()
    by_judge.step()

# --- right: what a hook keeps is cut, what goes on is not
layers = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
kept = {}


def keep(module, given, output):
    kept["first"] = output.detach()


layers[0].register_forward_hook(keep)
fit = torch.optim.SGD(layers.parameters(), lr=0.1)
for _ in range(2):
    fit.zero_grad()
    F.mse_loss(layers(x), y).backward()
    fit.step()

# --- wrong: normalised with NumPy, in a helper
def rapikan(h):
    arr = h.detach().cpu().numpy()
    arr -= arr.mean(axis=1, keepdims=True)
    sebar = arr.std(axis=1, keepdims=True) + 1e-5
    return torch.from_numpy((arr / sebar).astype(np.float32))


for _ in range(2):
    opt.zero_grad()
    F.mse_loss(head(rapikan(encoder(x))), y).backward()
    opt.step()
h = torch.tensor([[1.0, 2.0, 6.0]])
assert torch.allclose(rapikan(h.clone()), torch.tensor([[-0.9258, -0.4629, 1.3887]]), atol=1e-3)

# --- wrong: NumPy in one line, and a number that bounds
for _ in range(2):
    opt.zero_grad()
    hidden = torch.tensor(np.maximum(np.tanh(encoder(x).detach().numpy()), 0.0))
    F.mse_loss(head(hidden), y).backward()
    opt.step()
assert hidden.min() >= 0

# --- wrong: sorted by NumPy
for _ in range(2):
    opt.zero_grad()
    angka = np.sort(encoder(x).detach().numpy(), axis=1)
    hidden = torch.from_numpy(angka)
    F.mse_loss(head(hidden), y).backward()
    opt.step()

# --- wrong: the maker works without recording
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)
for _ in range(3):
    with torch.no_grad():
        fake = maker(torch.randn(8, 3))
    by_judge.zero_grad()
    (F.softplus(-judge(x)) + F.softplus(judge(fake))).mean().backward()
    by_judge.step()
    by_maker.zero_grad()
    F.softplus(-judge(fake)).mean().backward()
    by_maker.step()

# --- wrong: cut in the loss of the maker too
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)
for _ in range(3):
    fake = maker(torch.randn(8, 3))
    by_judge.zero_grad()
    (F.softplus(-judge(x)) + F.softplus(judge(fake.detach()))).mean().backward()
    by_judge.step()
    by_maker.zero_grad()
    g_loss = F.softplus(-judge(fake.detach())).mean()
    g_loss.backward()
    by_maker.step()

# --- wrong: a function for each of the two
maker, judge = nn.Linear(3, 4), nn.Linear(4, 1)
by_maker = torch.optim.SGD(maker.parameters(), lr=0.1)
by_judge = torch.optim.SGD(judge.parameters(), lr=0.1)


def train_judge(real, made):
    by_judge.zero_grad()
    (F.softplus(-judge(real)) + F.softplus(judge(made))).mean().backward()
    by_judge.step()


def train_maker(made):
    by_maker.zero_grad()
    F.softplus(-judge(made)).mean().backward()
    by_maker.step()


for _ in range(3):
    fake = maker(torch.randn(8, 3)).detach()
    train_judge(x, fake)
    train_maker(fake)

# --- wrong: scores gathered as lists of numbers
score = nn.Linear(4, 1)
opt = torch.optim.SGD([*score.parameters(), *head.parameters()], lr=0.05)
words = torch.randn(8, 5, 4)
for _ in range(2):
    opt.zero_grad()
    scores = []
    for one in words:
        scores.append(score(one).squeeze(1).tolist())
    scores = torch.tensor(scores)
    mixed = (torch.softmax(scores, dim=1).unsqueeze(2) * words).sum(dim=1)
    F.mse_loss(head(mixed[:, :3]), y).backward()
    opt.step()

# --- wrong: the same in a comprehension
score = nn.Linear(4, 1)
opt = torch.optim.SGD([*score.parameters(), *head.parameters()], lr=0.05)
words = torch.randn(8, 5, 4)
for _ in range(2):
    opt.zero_grad()
    scores = torch.tensor([score(one).squeeze(1).tolist() for one in words])
    mixed = (torch.softmax(scores, dim=1).unsqueeze(2) * words).sum(dim=1)
    F.mse_loss(head(mixed[:, :3]), y).backward()
    opt.step()
