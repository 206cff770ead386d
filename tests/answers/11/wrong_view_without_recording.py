"""All marks look right, but the view hands its gradient to nobody (lesson 04).

check: gradient
advice: tampilan yang dibuat di dalam `no_grad`
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32, requires_grad=True)
    with torch.no_grad():
        t *= factor
        return t[:]


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
