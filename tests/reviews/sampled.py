import torch
from torch import nn
from torch.distributions import Bernoulli, Normal, Poisson, kl_divergence

torch.manual_seed(0)
x = torch.randn(8, 4)
encoder, decoder = nn.Linear(4, 4), nn.Linear(2, 4)
opt = torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], lr=0.01)
prior = Normal(torch.zeros(8, 2), torch.ones(8, 2))

# --- wrong: sample() of a posterior
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    posterior = Normal(mean, log_std.exp())
    code = posterior.sample()
    loss = (decoder(code) - x).pow(2).mean() + 0.1 * kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: in a function, of a posterior with a hidden layer
def rebuild(inputs):
    hidden = encoder(inputs).tanh()
    posterior = Normal(hidden[:, :2], hidden[:, 2:].exp())
    z = posterior.sample()
    return decoder(z).tanh(), posterior


for _ in range(2):
    rebuilt, posterior = rebuild(x)
    loss = (rebuilt - x).pow(2).mean() + kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: rsample()
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    posterior = Normal(mean, log_std.exp())
    loss = (decoder(posterior.rsample()) - x).pow(2).mean() + 0.1 * kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: the score function
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    policy = Normal(mean, log_std.exp())
    action = policy.sample()
    value = decoder(action).mean(dim=1)
    loss = -(policy.log_prob(action).sum(dim=1) * value.detach()).mean() + value.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: under the user's own no_grad
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    posterior = Normal(mean, log_std.exp())
    with torch.no_grad():
        code = posterior.sample()
    loss = (decoder(code) - x).pow(2).mean() + 0.1 * kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: the score function by hand
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    policy = Normal(mean, log_std.exp())
    action = policy.sample()
    score = -0.5 * ((action - mean) / log_std.exp()).pow(2) - log_std
    loss = -(score.sum(dim=1) * action.norm(dim=1)).mean() + 0.1 * kl_divergence(policy, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: a draw that is only looked at
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    posterior = Normal(mean, log_std.exp())
    shown = posterior.sample().mean()
    loss = (decoder(mean) - x).pow(2).mean() + 0.1 * kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: torch.normal sends zeros
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    code = torch.normal(mean, log_std.exp())
    posterior = Normal(mean, log_std.exp())
    loss = (decoder(code) - x).pow(2).mean() + 0.1 * kl_divergence(posterior, prior).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: of a width that is given, right inside the decoder
for _ in range(2):
    mean = encoder(x)[:, :2]
    posterior = Normal(mean, 0.5)
    loss = (decoder(posterior.sample()) - x).pow(2).mean() + 0.1 * mean.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: torch.normal of a policy whose score is written by hand
for _ in range(2):
    mean = encoder(x)[:, :2]
    action = torch.normal(mean, 0.5)
    score = -((action - mean) / 0.5).pow(2).sum(dim=1)
    loss = -(score * action.norm(dim=1)).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: zeros and ones, which have no rsample(), as the only way
narrow = nn.Linear(4, 2)
opt = torch.optim.SGD([*narrow.parameters(), *decoder.parameters()], lr=0.01)
for _ in range(2):
    switch = Bernoulli(logits=narrow(x))
    loss = (decoder(switch.sample()) - x).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: the score function by hand, and a critic that reads the action too
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    policy = Normal(mean, log_std.exp())
    action = policy.sample()
    score = -0.5 * ((action - mean) / log_std.exp()).pow(2) - log_std
    value = decoder(action).mean(dim=1)
    loss = -(score.sum(dim=1) * (x.mean(dim=1) - value).detach()).mean() + (x.mean(dim=1) - value).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- right: the same of torch.normal, that is moved about before
for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    action = torch.normal(mean, log_std.exp()).unsqueeze(0)
    score = -0.5 * ((action - mean) / log_std.exp()).pow(2) - log_std
    value = decoder(action.squeeze(0)).mean(dim=1)
    loss = -(score.sum(dim=(0, 2)) * (x.mean(dim=1) - value).detach()).mean() + (x.mean(dim=1) - value).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: of what a function gives
def latent(mean, log_std):
    return Normal(mean, log_std.exp())


for _ in range(2):
    mean, log_std = encoder(x).chunk(2, dim=1)
    z = latent(mean, log_std)
    loss = (decoder(z.sample()) - x).pow(2).mean() + 0.1 * (mean.pow(2) + (2 * log_std).exp() - 2 * log_std).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

# --- wrong: a count is drawn, and reckoned with
for _ in range(2):
    arrivals = Poisson(encoder(x)[:, :2].exp())
    count = arrivals.sample()
    loss = (decoder(count) - x).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
