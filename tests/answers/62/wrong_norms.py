"""Norms in place of squares.

check: intact
advice: besar_bobot
after: right_clipped_by_hand
"""


def besar_bobot(model):
    return sum(p.norm() for p in model.parameters() if p.ndim > 1)
