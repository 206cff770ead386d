"""Evaluation is recorded now.

check: intact
advice: pencatatan menyala
after: right_clipped_by_hand
"""


def nilai(model, x, y, setelan):
    model.eval()
    jumlah = 0.0
    for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
        jumlah += F.mse_loss(model(bagian_x), bagian_y, reduction="sum").item()
    model.train()
    return jumlah / y.numel()
