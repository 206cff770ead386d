"""`record()`: merekam kode torch yang berjalan di dalam sebuah blok, tanpa mengubahnya."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from autograd_viz.recording import patches
from autograd_viz.recording.film import develop
from autograd_viz.recording.finite import all_finite
from autograd_viz.recording.places import Spot
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.session import Session


@contextmanager
def record() -> Iterator[Recording]:
    """Merekam blok kode torch: nilai maju, gradien pada setiap panah, urutan mesin, dan baris sumbernya.

    Rekaman dapat dibaca setelah blok selesai. Kode di dalam blok memberi hasil yang sama persis dengan dan
    tanpa rekaman; galatnya diteruskan apa adanya, dan rekaman sampai saat itu tetap dapat dibaca.

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
    session = Session(frame)
    patches.attach(session)
    run = Recording()
    error = None
    try:
        with session.mode:
            yield run
    except BaseException as raised:
        error = f"{type(raised).__name__}: {raised}"
        session.flush()
        session.tape.events.append(("error", _where(raised, session), error))
        raise
    finally:
        patches.detach()
        tape, atlas, labels = session.close(frame)
        run._film, run._calm = partial(develop, tape, atlas, labels, error), partial(all_finite, tape)
        del frame, session


def _where(raised: BaseException, session: Session) -> Spot | None:
    """The innermost user line of the traceback."""
    spot = None
    link = raised.__traceback__
    while link is not None:
        if session.tape.ground.owns(link.tb_frame):
            spot = (link.tb_frame.f_code, link.tb_lasti)
        link = link.tb_next
    return spot
