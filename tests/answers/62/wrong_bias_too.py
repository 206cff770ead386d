"""The penalty counts biases.

check: intact
advice: besar_bobot
after: right_clipped_by_hand
"""


def besar_bobot(model):
    return sum(p.square().sum() for p in model.parameters())
