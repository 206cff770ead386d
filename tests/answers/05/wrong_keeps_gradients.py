"""Gradients of results stay on them and are passed on again.

after: right_key
check: again
advice: tepat dua kali lipat
"""

import torch


def backward(self):
    self.grad = torch.ones_like(self.data)
    for t in reversed(self.urutan()):
        if t.requires_grad:
            for m, k in zip(t.masukan, t.kirim(t.grad)):
                if m.requires_grad:
                    m.grad = k if m.grad is None else m.grad + k


Tensor.backward = backward
