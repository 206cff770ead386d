import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
opt = torch.optim.SGD(model.parameters(), lr=0.01)

# --- wrong: retain_graph in place of create_graph
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), retain_graph=True)[0]
    opt.zero_grad()
    (du - u).pow(2).mean().backward()
    opt.step()

# --- wrong: the derivative of a sum, by name
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    (slope,) = torch.autograd.grad(outputs=u.sum(), inputs=t, retain_graph=True)
    residual = slope + u * t
    opt.zero_grad()
    residual.pow(2).mean().backward()
    opt.step()

# --- right: with its graph
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
    opt.zero_grad()
    (du - u).pow(2).mean().backward()
    opt.step()

# --- right: a constant on purpose
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), retain_graph=True)[0]
    opt.zero_grad()
    (du.detach() - u).pow(2).mean().backward()
    opt.step()

# --- right: a step against the input, and a clean loss beside it
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    clean = model(t).pow(2).mean()
    slope = torch.autograd.grad(clean, t, retain_graph=True)[0]
    opt.zero_grad()
    (clean + model(t + 0.1 * slope.sign()).pow(2).mean()).backward()
    opt.step()

# --- right: a fast weight of the first order
w = torch.ones(1, 1, requires_grad=True)
outer = torch.optim.SGD([w], lr=0.01)
x = torch.rand(8, 1)
for _ in range(2):
    inner = (x @ w - 1).pow(2).mean()
    slope = torch.autograd.grad(inner, w, retain_graph=True)[0]
    fast = w - slope
    outer.zero_grad()
    (inner + (x @ fast - 1).pow(2).mean()).backward()
    outer.step()

# --- right: a gradient that was stored for a later part
for _ in range(2):
    feature = model(torch.rand(8, 1))
    held = feature.detach().requires_grad_()
    slope = torch.autograd.grad(held.pow(2).mean(), held)[0]
    opt.zero_grad()
    (feature * slope).sum().backward()
    opt.step()

# --- wrong: a term that trains nothing
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
    ddu = torch.autograd.grad(du, t, torch.ones_like(du))[0]
    pde = (2 * ddu + torch.sin(t)).pow(2).mean() / torch.sin(t).pow(2).mean()
    opt.zero_grad()
    (pde + 10 * model(torch.zeros(1, 1)).pow(2).mean()).backward()
    opt.step()

# --- wrong: against another derivative, that has its graph
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    du = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
    ddu = torch.autograd.grad(du, t, torch.ones_like(du), retain_graph=True)[0]
    opt.zero_grad()
    (du - 0.1 * ddu).pow(2).mean().backward()
    opt.step()

# --- wrong: a penalty that is only a number
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    slope = torch.autograd.grad(model(t).sum(), t)[0]
    opt.zero_grad()
    (model(torch.rand(8, 1)).mean() + 10 * (slope.norm(dim=1) - 1).pow(2).mean()).backward()
    opt.step()

# --- wrong: the weights of a trial step reach the one who sets them only through it
weigher = nn.Linear(1, 1)
w = torch.ones(1, 1, requires_grad=True)
outer = torch.optim.SGD(weigher.parameters(), lr=0.01)
mine = torch.optim.SGD([w], lr=0.01)
x = torch.rand(8, 1)
for _ in range(2):
    inner = (weigher(x).sigmoid() * (x @ w - 1).pow(2)).mean()
    slope = torch.autograd.grad(inner, w)[0]
    outer.zero_grad()
    (x @ (w - slope) - 2).pow(2).mean().backward()
    outer.step()
    mine.step()
    mine.zero_grad()

# --- right: two steps of a fast weight, of the first order
w = torch.ones(1, 1, requires_grad=True)
outer = torch.optim.SGD([w], lr=0.01)
x = torch.rand(8, 1)
for _ in range(2):
    fast = w
    for _ in range(2):
        slope = torch.autograd.grad((x @ fast - 1).pow(2).mean(), fast)[0]
        fast = fast - 0.1 * slope
    outer.zero_grad()
    (x @ fast - 1).pow(2).mean().backward()
    outer.step()

# --- right: a weight for a term, and a penalty that is only shown
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    one, other = u.pow(2).mean(), (u - 1).pow(2).mean()
    sizes = [torch.autograd.grad(part, model[2].weight, retain_graph=True)[0].norm() for part in (one, other)]
    shown = 10 * (sizes[0] - 1).pow(2)
    opt.zero_grad()
    (one + sizes[0] / sizes[1] * other).backward()
    opt.step()
    total = one.detach() + shown

# --- right: a net that learns to tell the gradient beforehand
teller = nn.Linear(8, 8)
tell = torch.optim.SGD(teller.parameters(), lr=0.01)
for _ in range(2):
    hidden = model[:2](torch.rand(8, 1))
    loss = model[2](hidden).pow(2).mean()
    slope = torch.autograd.grad(loss, hidden, retain_graph=True)[0]
    opt.zero_grad()
    tell.zero_grad()
    (loss + (teller(hidden) - slope).pow(2).mean()).backward()
    opt.step()
    tell.step()

# --- right: an adversary beside the clean ones, in the middle of the net
for _ in range(2):
    hidden = model[:2](torch.rand(8, 1))
    clean = model[2](hidden).pow(2).mean()
    slope = torch.autograd.grad(clean, hidden, retain_graph=True)[0]
    opt.zero_grad()
    (clean + model[2](hidden + 0.1 * slope.sign()).pow(2).mean()).backward()
    opt.step()

# --- right: another network copies the slope of a potential that is trained beside it
copy = nn.Linear(1, 1)
both = torch.optim.SGD([*model.parameters(), *copy.parameters()], lr=0.01)
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    slope = torch.autograd.grad(u.sum(), t, retain_graph=True)[0]
    fit = (u - t.detach() ** 2).pow(2).mean()
    both.zero_grad()
    (fit + nn.functional.mse_loss(copy(t.detach()), slope)).backward()
    both.step()

# --- wrong: a penalty of .grad, that backward has filled
for _ in range(2):
    mixed = torch.rand(8, 1).requires_grad_()
    score = model(mixed)
    score.sum().backward(retain_graph=True)
    penalty = (mixed.grad.norm(dim=1) - 1).pow(2).mean()
    loss = score.mean() + 10 * penalty
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: .grad of weights of ones, under another name
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    u = model(t)
    u.backward(torch.ones_like(u), retain_graph=True)
    slope = t.grad.clone()
    opt.zero_grad()
    (slope - u).pow(2).mean().backward()
    opt.step()

# --- wrong: the size of all gradients as a term
for _ in range(2):
    x = torch.rand(8, 1)
    opt.zero_grad()
    loss = (model(x) - x).pow(2).mean()
    loss.backward(retain_graph=True)
    size = sum(p.grad.pow(2).sum() for p in model.parameters())
    opt.zero_grad()
    (loss + 0.1 * size).backward()
    opt.step()

# --- right: a step against the input, from .grad
for _ in range(2):
    t = torch.rand(8, 1, requires_grad=True)
    clean = model(t).pow(2).mean()
    clean.backward(retain_graph=True)
    moved = t + 0.1 * t.grad.sign()
    opt.zero_grad()
    (clean + model(moved).pow(2).mean()).backward()
    opt.step()

# --- right: weights for two terms from the sizes of their gradients
for _ in range(2):
    one, other = (model(torch.rand(8, 1)).pow(2).mean() for _ in range(2))
    opt.zero_grad()
    one.backward(retain_graph=True)
    first = model[2].weight.grad.norm()
    opt.zero_grad()
    other.backward(retain_graph=True)
    second = model[2].weight.grad.norm()
    opt.zero_grad()
    (one + first / second * other).backward()
    opt.step()

# --- wrong: the same, and what is set is used without recording beside it
weigher = nn.Linear(1, 1)
w = torch.ones(1, 1, requires_grad=True)
outer = torch.optim.SGD(weigher.parameters(), lr=0.01)
mine = torch.optim.SGD([w], lr=0.01)
x = torch.rand(8, 1)
for _ in range(2):
    inner = (weigher(x).sigmoid() * (x @ w - 1).pow(2)).mean()
    slope = torch.autograd.grad(inner, w)[0]
    outer.zero_grad()
    (x @ (w - slope) - 2).pow(2).mean().backward()
    outer.step()
    with torch.no_grad():
        shares = weigher(x).sigmoid()
    mine.zero_grad()
    (shares * (x @ w - 1).pow(2)).mean().backward()
    mine.step()
