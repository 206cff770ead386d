"""Returns after the first parameter.

check: update
advice: `return` atau `break` ada di dalam putaran
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
            return
