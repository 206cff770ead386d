"""The penalty is told that it wants a gradient.

check: faults
advice: 1 masih ada
after: right_clipped_by_hand
"""


def besar_bobot(model):
    with torch.no_grad():
        jumlah = sum(p.square().sum() for p in model.parameters() if p.ndim > 1)
    return jumlah.requires_grad_()
