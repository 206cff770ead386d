"""Out of no_grad, but detached.

check: faults
advice: 1 masih ada
after: right_clipped_by_hand
"""


def besar_bobot(model):
    with torch.no_grad():
        bobot = [p for p in model.parameters() if p.ndim > 1]
    return sum(p.detach().square().sum() for p in bobot)
