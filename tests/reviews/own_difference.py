import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
x, y = torch.randn(8, 4), torch.randn(8, 1)
policy, critic = nn.Linear(4, 3), nn.Linear(4, 1)
opt = torch.optim.SGD([*policy.parameters(), *critic.parameters()], lr=0.1)
gain = torch.randn(8)

# --- wrong: the old log-probability is the new one
for _ in range(2):
    opt.zero_grad()
    dist = Categorical(logits=policy(x))
    logp = dist.log_prob(dist.sample())
    old = logp
    ratio = (logp - old).exp()
    (F.mse_loss(critic(x), y) - (ratio * gain).mean()).backward()
    opt.step()

# --- wrong: the old one is computed again, with its graph
choice = torch.randint(0, 3, (8,))
for _ in range(2):
    opt.zero_grad()
    before = Categorical(logits=policy(x)).log_prob(choice)
    after = Categorical(logits=policy(x)).log_prob(choice)
    ratio = torch.exp(after - before)
    (F.mse_loss(critic(x), y) - (ratio * gain).mean()).backward()
    opt.step()

# --- wrong: a prediction is held against itself
for _ in range(2):
    opt.zero_grad()
    guess = critic(x)
    apart = F.mse_loss(guess, guess)
    (apart + policy(x).square().mean()).backward()
    opt.step()

# --- right: the old one without its graph
for _ in range(2):
    opt.zero_grad()
    dist = Categorical(logits=policy(x))
    logp = dist.log_prob(dist.sample())
    ratio = (logp - logp.detach()).exp()
    (F.mse_loss(critic(x), y) - (ratio * gain).mean()).backward()
    opt.step()

# --- right: straight through
for _ in range(2):
    opt.zero_grad()
    out = critic(x)
    F.mse_loss(out + (out.round() - out).detach(), y).backward()
    opt.step()

# --- right: all pairs of a batch
for _ in range(2):
    opt.zero_grad()
    out = critic(x)
    (out - out.T).pow(2).mean().backward()
    opt.step()

# --- right: two heads that start alike and go apart
left, right = nn.Linear(4, 1), nn.Linear(4, 1)
right.load_state_dict(left.state_dict())
both = torch.optim.SGD(left.parameters(), lr=0.1)
for _ in range(3):
    both.zero_grad()
    ((left(x) - y).pow(2).mean() + (left(x) - right(x)).pow(2).mean()).backward()
    both.step()

# --- right: every parameter has its part in the graph
for _ in range(2):
    opt.zero_grad()
    out = policy(x)
    (F.mse_loss(critic(x), y) + (out - out).sum()).backward()
    opt.step()
