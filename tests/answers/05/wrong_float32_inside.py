"""float32 whatever was given.

after: right_key
check: single_operations
advice: dtype
"""

import torch

buat = Tensor.__init__


def init(self, data, requires_grad=False, masukan=(), vjp=()):
    buat(self, torch.as_tensor(data, dtype=torch.float32), requires_grad, masukan, vjp)


Tensor.__init__ = init
