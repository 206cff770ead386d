"""Evaluation no longer in eval mode.

check: intact
advice: Ada yang semula benar
after: right_clipped_by_hand
"""


def nilai(model, x, y, setelan):
    jumlah = 0.0
    with torch.no_grad():
        for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
            jumlah += F.mse_loss(model(bagian_x), bagian_y, reduction="sum").item()
    return jumlah / y.numel()
