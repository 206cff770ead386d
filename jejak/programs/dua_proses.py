"""Satu model, beberapa proses: `python dua_proses.py BAGIAN …`, dijalankan sekali untuk setiap proses.

Proses-proses itu bertemu lewat variabel lingkungan RANK, WORLD_SIZE, dan PERTEMUAN, sebuah alamat seperti
`file:///folder/janji`. Dari notebook ketiganya diisi `launch`; `torchrun` mengisi dua yang pertama.
"""

import os
import sys
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

REGU = {  # kotak yang diangkat setiap regu, dan menit yang diperlukan
    0: ([[1.0], [1.0]], [[3.0], [3.0]]),
    1: ([[1.0], [2.0]], [[1.0], [6.0]]),
}


def data(rank):
    kotak, menit = REGU[rank % 2]
    return torch.tensor(kotak), torch.tensor(menit)


def model():
    """Satu bobot, 1 di semua proses."""
    lapis = nn.Linear(1, 1, bias=False)
    nn.init.ones_(lapis.weight)
    return lapis


def gradien(lapis, kotak, menit):
    nn.functional.mse_loss(lapis(kotak), menit).backward()
    return lapis.weight.grad.item()


def rata_rata(rank):
    sendiri = gradien(model(), *data(rank))
    bersama = DistributedDataParallel(model())
    nn.functional.mse_loss(bersama(data(rank)[0]), data(rank)[1]).backward()
    print("gradien sendiri", sendiri, "sesudah DDP", bersama.module.weight.grad.item())


def timpang(rank):
    """Regu 1 hanya punya satu catatan."""
    kotak, menit = data(rank)
    banyak = 2 - rank
    bersama = DistributedDataParallel(model())
    nn.functional.mse_loss(bersama(kotak[-banyak:]), menit[-banyak:]).backward()
    print("catatan", banyak, "gradien sesudah DDP", bersama.module.weight.grad.item())


def tunda(rank):
    """Empat potongan; tiga yang pertama tanpa bertukar gradien."""
    bersama = DistributedDataParallel(model())
    tukar = []

    def hitung_tukar(_, bucket):
        tukar.append(1)
        return dist.all_reduce(bucket.buffer(), async_op=True).get_future().then(
            lambda selesai: selesai.value()[0] / dist.get_world_size()
        )

    bersama.register_comm_hook(None, hitung_tukar)
    kotak, menit = data(rank)
    for _ in range(3):
        with bersama.no_sync():
            nn.functional.mse_loss(bersama(kotak), menit).backward()
    belum = bersama.module.weight.grad.item()
    nn.functional.mse_loss(bersama(kotak), menit).backward()
    print("bertukar", len(tukar), "kali; sesudah tiga", belum, "sesudah empat", bersama.module.weight.grad.item())


class Bercabang(nn.Module):
    """Cabang `b` tidak pernah dipakai."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(1, 1), nn.Linear(1, 1)

    def forward(self, x):
        return self.a(x)


def ditolak(kerja):
    """Kalimat pertama dari galat yang muncul."""
    try:
        for _ in range(2):
            kerja()
    except RuntimeError as galat:
        print(str(galat).split(". ")[0])


def tidak_terpakai(rank):
    bersama = DistributedDataParallel(Bercabang())
    ditolak(lambda: bersama(data(rank)[0]).sum().backward())


class DihitungUlang(nn.Module):
    """Lapisnya di dalam checkpoint jenis lama."""

    def __init__(self):
        super().__init__()
        self.lapis = nn.Linear(1, 1)

    def forward(self, x):
        return checkpoint(self.lapis, x, use_reentrant=True)


def dua_kali(rank):
    bersama = DistributedDataParallel(DihitungUlang(), find_unused_parameters=True)
    ditolak(lambda: bersama(data(rank)[0].requires_grad_()).sum().backward())


def penyangga(rank):
    """BatchNorm: rata-rata yang dicatat setiap proses, sebelum dan sesudah forward berikutnya."""
    bersama = DistributedDataParallel(nn.BatchNorm1d(1))
    kotak = data(rank)[0]
    bersama(kotak)
    sendiri = bersama.module.running_mean.item()
    bersama.eval()(kotak)
    print(f"rata-rata dicatat {sendiri:.3f}, sesudah forward berikutnya {bersama.module.running_mean.item():.3f}")


def mati(rank):
    bersama = DistributedDataParallel(model())
    if rank == 1:
        os._exit(3)
    nn.functional.mse_loss(bersama(data(rank)[0]), data(rank)[1]).backward()


BAGIAN = {f.__name__: f for f in (rata_rata, timpang, tunda, tidak_terpakai, dua_kali, penyangga, mati)}


def main():
    torch.manual_seed(0)
    rank, banyak = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    mesin = "nccl" if torch.cuda.device_count() >= banyak else "gloo"
    dist.init_process_group(
        mesin, init_method=os.environ["PERTEMUAN"], rank=rank, world_size=banyak, timeout=timedelta(seconds=20)
    )
    for nama in sys.argv[1:]:
        BAGIAN[nama](rank)
    dist.barrier()
    dist.destroy_process_group()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
