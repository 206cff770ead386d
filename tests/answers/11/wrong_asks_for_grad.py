"""Calls retain_grad, where retains_grad was to be read.

check: traces
advice: tanda tanpa tanda kurung
"""

import torch


def make_leaf(values, factor):
    return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()


def collects_grad(t):
    answer = t.requires_grad and (t.is_leaf or t.retains_grad)
    if t.requires_grad:
        t.retain_grad()
    return answer
