"""An object with a partly filled method."""

from functools import partial

import torch


class Penalti:
    def lereng(self, model, x):
        x = torch.nn.Parameter(x.detach().clone())
        with torch.enable_grad():
            skor = model(x)
        return torch.autograd.grad(skor.sum(), x, create_graph=True)[0]

    def __call__(self, model, x, target=1.0):
        norma = [contoh.norm() for contoh in self.lereng(model, x)]
        return sum((panjang - target) ** 2 for panjang in norma) / len(norma)


gradient_penalty = partial(Penalti().__call__, target=1.0)
