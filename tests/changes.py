"""The numbers in the answers to "Coba ubah", computed by the changed code itself; each by how its question begins."""

import torch
import torch.nn.functional as F
from torch import nn

JARAK = torch.tensor([1.0, 1.0, 2.0, 3.0, 3.0, 6.0, 2.0, 4.0])


def _grad(result, *leaves):
    return [slope.item() for slope in torch.autograd.grad(result, leaves)]


def _leaf(value):
    return torch.tensor(value, requires_grad=True)


def price():
    p = _leaf(15.0)
    return _grad((p - 5) * (100 - 4 * p), p)


def two_inputs():
    p, modal = _leaf(10.0), _leaf(8.0)
    return _grad((p - modal) * (100 - 4 * p), p, modal)


def minus_three():
    daun = _leaf([1.0, 2.0])
    a = daun * -3
    a.retain_grad()
    (a**2).sum().backward()
    return a.grad.tolist() + daun.grad.tolist()


def cube():
    x = _leaf(3.0)
    y = x**3
    return _grad(y, x) + _grad(2 * x**3 + 3, x)


def steady_factors():
    return [round(0.1 ** (1 / 20), 2), round(10 ** (1 / 20), 2)]


def second_row():
    x = _leaf([2.0, 3.0, 5.0])
    y = torch.stack([x[0] * x[1], x[1] + x[2], x[0] * x[2]])
    return torch.autograd.grad(y, x, torch.tensor([0.0, 1.0, 0.0]))[0].tolist()


def loss_of_columns():
    kolom, targets = torch.tensor([[0.1], [0.9], [0.2]]), torch.tensor([0.0, 1.0, 0.0])
    return [round(F.mse_loss(kolom, targets.unsqueeze(1)).item(), 4)]


def other_cut():
    x = _leaf(5.0)
    return _grad(x**2 * x.detach(), x)


def spoilt_square():
    x = _leaf([0.0, 1.0])
    y = x**2
    s = y.sum()
    y.detach()[0] = 50.0
    s.backward()
    return x.grad.tolist() + [y[0].item()]


def difference_of_powers():
    x = _leaf([3.0])
    return torch.autograd.grad(x**2 - x**3, x)[0].tolist()


def history():
    w, same, copies = torch.tensor(3.0, requires_grad=True), [], []
    for _ in range(3):
        (w**2).backward()
        same.append(w.grad)
        copies.append(w.grad.clone())
    return [grad.item() for grad in (*same, *copies)]


def eight_pieces():
    tarif = _leaf(3.5)
    ongkos = torch.cat([3 * JARAK[:6], 4 * JARAK[6:]])
    whole = torch.autograd.grad(F.mse_loss(tarif * JARAK, ongkos), tarif)[0]
    parts = [F.mse_loss(tarif * j, o) for j, o in zip(JARAK.split(1), ongkos.split(1), strict=True)]
    return [round((torch.autograd.grad(sum(parts), tarif)[0] / whole).item(), 4)]


def city(**more):
    shifted = []
    for drop in (True, False):
        kota, desa = (nn.Parameter(torch.tensor(1.0)) for _ in range(2))
        opt = torch.optim.SGD([kota, desa], lr=0.1, **more)
        (kota**2 + desa**2).backward()
        opt.step()
        opt.zero_grad(set_to_none=drop)
        (desa**2).backward()
        opt.step()
        shifted.append(round(kota.item(), 4))
    return shifted


def summed_pieces():
    tarif = _leaf(3.5)
    ongkos = torch.cat([3 * JARAK[:6], 4 * JARAK[6:]])
    pieces = [F.mse_loss(tarif * j, o, reduction="sum") / 8 for j, o in
              ((JARAK[:6], ongkos[:6]), (JARAK[6:], ongkos[6:]))]  # fmt: skip
    return _grad(sum(pieces), tarif)


def fourth_power():
    x = _leaf(3.0)
    (first,) = torch.autograd.grad(x**4, x, create_graph=True)
    return [first.item(), *_grad(first, x)]


def unit_point():
    a = torch.tensor([0.6, 0.8])
    return [round(((a.norm() - 1) ** 2).item(), 4)]


def zero_grad_above():
    w = nn.Parameter(torch.tensor(1.0))
    naik, es = torch.tensor([1.0, 1.0, 3.0, 3.0]), torch.tensor([2.0, 2.0, 6.0, 6.0])
    for n, e in zip(naik.split(2), es.split(2), strict=True):
        (F.mse_loss(w * n, e) / 2).backward()
    return [w.grad.item()]


def positive_b():
    a, x, b = _leaf(1.0), torch.tensor(2.0), torch.tensor(3.0)
    h = a * x
    return _grad(h + (b * h).detach(), a) + _grad(a * x + b * (a * x), a)


# Lesson, how the question begins, what computes the numbers (nothing where the answer has none).
CHANGES = {
    ("00", "Ganti `10.0` menjadi `15.0`"): price,
    ("00", "Ganti modal menjadi 8"): two_inputs,
    ("01", "Ganti `x * 5`"): None,
    ("01", "Di sel terakhir, ganti `* 10`"): minus_three,
    ("02", "Ganti `x ** 2` menjadi `x ** 3`"): cube,
    ("02", "Panggil `gradien_rantai"): steady_factors,
    ("03", "Di sel tebakan, sisipkan"): second_row,
    ("03", "Biarkan `kolom`"): loss_of_columns,
    ("04", "Di film kedua, putus"): other_cut,
    ("04", "Ganti `x.exp()` menjadi"): spoilt_square,
    ("04", "Di sel tebakan, ganti `s.data`"): None,
    ("04", "Pindahkan baris `potongan"): None,
    ("04", "Buat `lapisan = nn.Linear"): None,
    ("05", "Ganti `+ x ** 3`"): difference_of_powers,
    ("05", "Di sel tebakan, ganti `w.grad.item()`"): history,
    ("05", "Pakai delapan potongan"): eight_pieces,
    ("05", "Ganti `AdamW` dengan"): lambda: city() + city(momentum=0.9),
    ("05", "Tambahkan urutan"): None,
    ("05", "Hitung dengan `F.mse_loss"): summed_pieces,
    ("07", "Tulis `(w * w * x"): None,
    ("07", "Sisipkan `torch.autograd.grad"): None,
    ("08", "Ganti `x ** 3` menjadi `x ** 4`"): fourth_power,
    ("08", "Di film, ganti `torch.zeros"): unit_point,
    ("12", "Di sel tebakan, pindahkan"): zero_grad_above,
    ("12", "Di sel film, ganti `b`"): positive_b,
}
