"""Kalimat tentang yang terjadi selagi merekam tetapi tidak dapat ditunjukkan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_viz.recording.events import Missing, MissingKind
from autograd_viz.recording.source import Source

SENTENCES: Mapping[MissingKind, str] = {
    "operation": "{times} operasi tidak terbaca",
    "subclass": "{times} operasi pada tensor jenis khusus (misalnya nested) tidak terlihat saat dihitung",
    "backward": "{times} panggilan backward tidak terekam",
    "gradient": "{times} gradien tidak terbaca",
    "transform": "{times} backward di dalam torch.func (grad, vmap, jvp, …) tidak dapat ditunjukkan, sebab "
    "grafnya hanya ada di dalam transformasi itu",
    "batched": "angka gradien dari {times} backward tidak terbaca, sebab beberapa gradien dihitung sekaligus "
    "(is_grads_batched atau vectorize)",
    "formula": "isi {times} rumus gradien (prod, cumprod, det) dengan create_graph=True tidak terlihat, sebab torch "
    "memakai rumus lain selagi diamati",
    "thread": "{times} backward di utas yang dimulai sebelum blok tidak terekam",
    "cut": "{times} pemutusan graf tidak terekam",
    "module": "{times} pemanggilan modul tidak terekam",
    "optimizer": "{times} langkah optimizer tidak terekam",
    "zero_grad": "{times} penghapusan gradien tidak terekam",
    "clip": "{times} pemotongan gradien tidak terekam",
    "scaler": "{times} panggilan GradScaler tidak terekam",
    "names": "nama tensor tidak terbaca",
    "dual": "{times} operasi mode maju bekerja pada tensor tanpa requires_grad=True, jadi tidak masuk ke graf",
    "jvp": "{times} perjalanan maju di dalam torch.func (jvp, jacfwd, …) tidak dapat ditunjukkan, sebab tangennya "
    "hanya ada di dalam transformasi itu",
    "capture": "isi tensor tidak dibaca selagi {times} CUDA graph disusun (torch.cuda.graph), sebab membacanya akan "
    "menggagalkan penyusunan itu",
    "replay": "operasi di dalam CUDA graph tidak terlihat saat dijalankan ({times} kali replay)",
}
AT_ITS_PLACE: Mapping[MissingKind, str] = {  # for what also has an event of its own
    "transform": "torch.func menjalankan backward-nya sendiri di sini; grafnya hanya ada di dalam transformasi itu, "
    "jadi langkah-langkahnya tidak dapat ditunjukkan.",
    "jvp": "torch.func menjalankan mode majunya sendiri di sini; tangennya hanya ada di dalam transformasi itu. "
    "Untuk melihatnya pakai forward_ad.make_dual pada masukan dengan requires_grad=True.",
}
_OPENING = "Rekaman ini tidak lengkap"


def missing_sentence(kind: MissingKind, times: int, where: str = "") -> str:
    """Satu jenis yang tidak terekam; `where` tempat pertamanya.

    >>> missing_sentence("gradient", 2, "baris 7")
    '2 gradien tidak terbaca (pertama di baris 7)'
    """
    first = "pertama di" if times > 1 else "di"
    return SENTENCES[kind].format(times=times) + (f" ({first} {where})" if where else "")


def missing_line(sentences: Sequence[str]) -> str:
    """Semuanya sebagai satu kalimat; kosong bila rekamannya lengkap.

    >>> missing_line(["1 operasi tidak terbaca (di baris 3)"])
    'Rekaman ini tidak lengkap: 1 operasi tidak terbaca (di baris 3).'
    """
    return f"{_OPENING}: {'; '.join(sentences)}." if sentences else ""


def sentences_of(missing: Sequence[Missing], sources: Sequence[Source]) -> tuple[str, ...]:
    """Kalimat setiap jenis; nama selnya disebut bila ada beberapa sumber."""
    found = []
    for one in missing:
        where = ""
        if one.place is not None:
            title = f"{sources[one.place.source].title}, " if len(sources) > 1 else ""
            where = f"{title}baris {one.place.line}"
        found.append(missing_sentence(one.kind, one.times, where))
    return tuple(found)
