"""One buffer of zeros for all slices.

after: right_key
check: view_programs
advice: potong(a, 1, 4)
"""

import torch

WADAH = {}


def potong(t, awal, akhir):
    def vjp(g):
        wadah = WADAH.setdefault(t.data.shape, torch.zeros_like(t.data))
        wadah[awal:akhir] = g
        return wadah

    return Tensor(t.data[awal:akhir], False, (t,), (vjp,))
