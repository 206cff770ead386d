"""None becomes zeros first."""

import torch


def combine(gradients, counts):
    hasil = []
    for i in range(len(gradients[0])):
        milik = [g[i] for g in gradients]
        contoh = next((g for g in milik if g is not None), None)
        if contoh is None:
            hasil.append(None)
            continue
        isi = torch.stack([torch.zeros_like(contoh) if g is None else g for g in milik])
        bobot = torch.tensor(counts, dtype=isi.dtype) / sum(counts)
        hasil.append(torch.tensordot(bobot, isi, dims=1))
    return hasil
