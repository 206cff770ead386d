"""`record()`: merekam kode torch yang berjalan di dalam sebuah blok, tanpa mengubahnya."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from autograd_viz.capturing import instrumentation
from autograd_viz.capturing.build_recording import build_recording
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.finite import all_finite
from autograd_viz.capturing.raw_events import ErrorRaised
from autograd_viz.capturing.recorder import Recorder
from autograd_viz.capturing.snapshot import copies
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.recording.recording import Recording
from autograd_viz.tracing.cuda_work import capturing


@contextmanager
def record() -> Iterator[Recording]:
    """Merekam blok kode torch: nilai maju, gradien pada setiap panah, urutan mesin, dan baris sumbernya.

    Rekaman dapat dibaca setelah blok selesai. Kode di dalam blok memberi hasil yang sama persis dengan dan
    tanpa rekaman; galatnya diteruskan apa adanya, dan rekaman sampai saat itu tetap dapat dibaca.

    Dari tensor di atas sejuta angka hanya norma dan ada tidaknya NaN atau Inf yang dibaca; di bawah itu juga angka
    terkecil, terbesar, dan rata-ratanya.

    Utas yang dimulai di dalam blok ikut direkam sampai bloknya selesai; dari utas yang lebih lama, hanya backward pada
    graf yang sudah dikenal.

    Pada mode maju (`forward_ad.make_dual`) tangen setiap operasi ikut direkam bila masukannya meminta gradien; yang di
    dalam `torch.func.jvp` dan `jacfwd` tidak dapat ditunjukkan, dan rekamannya berkata begitu. Tangen beberapa operasi,
    misalnya `layer_norm`, dihitung torch dengan rumus lain selagi ada pengamat: angka terakhirnya dapat berbeda.

    Dengan mode maju (`forward_ad`, `jvp`), `add` ber-`alpha` serta `addr`, `addcmul`, dan `addcdiv` ber-`value` dapat
    menghentikan proses: torch 2.13 dan 2.14 gagal di sana selagi ada pengamat, juga yang tidak berbuat apa-apa.

    Seperti pada `trace`, menghapus rantai di atas sekitar 20.000 operasi berurutan bisa menghabiskan tumpukan C.

    Galat: `ValueError` bila dipanggil di dalam blok `record()` lain pada utas yang sama.

    >>> import torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> with record() as run:
    ...     y = x ** 2
    ...     y.backward()
    >>> [step.kind for step in run.steps]
    ['leaf', 'forward', 'backward', 'gradient', 'accumulate', 'end']
    """
    frame: FrameType | None = sys._getframe(2)
    assert frame is not None
    copies.renew()
    recorder = Recorder(EventLog(frame))
    instrumentation.attach(recorder)
    if capturing():
        recorder.observer.miss("capture")
    run = Recording()
    error = None
    try:
        with recorder.mode:
            yield run
    except BaseException as raised:
        error = f"{type(raised).__name__}: {raised}"
        recorder.flush()
        recorder.log.events.append(ErrorRaised(_where(raised, recorder), error))
        raise
    finally:
        instrumentation.detach(recorder)
        log, source_map, labels = recorder.close(frame)
        run._data, run._calm = partial(build_recording, log, source_map, labels, error), partial(all_finite, log)
        log.missing.warn(stacklevel=3)  # at the user's `with`: above us stands only contextlib
        del frame, recorder


def _where(raised: BaseException, recorder: Recorder) -> CodePosition | None:
    """The innermost user line of the traceback."""
    position = None
    link = raised.__traceback__
    while link is not None:
        if recorder.log.user_code.owns(link.tb_frame):
            position = CodePosition(link.tb_frame.f_code, link.tb_lasti)
        link = link.tb_next
    return position
