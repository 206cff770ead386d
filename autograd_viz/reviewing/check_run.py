"""`check_run(run)`: meninjau sebuah rekaman dan melaporkan hanya yang dapat dibuktikan darinya."""

from __future__ import annotations

from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import statement
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Finding
from autograd_viz.reviewing.review import Review
from autograd_viz.reviewing.table import CHECKS


def check_run(run: Recording) -> Review:
    """Meninjau sebuah rekaman: masalah yang tidak memberi galat, masing-masing dengan bukti, tempat, dan perbaikannya.

    Yang dilaporkan hanya yang terbukti dari rekaman itu; kalau ragu, ia diam. Rekamlah sedikitnya dua atau tiga langkah
    latihan, sebab banyak masalah baru tampak bila yang sama terjadi lagi.

    Galat: `ValueError` bila blok `with record()` belum selesai; `TypeError` bila `run` bukan rekaman.

    >>> import torch
    >>> from autograd_viz import record
    >>> w = torch.tensor(1.0, requires_grad=True)
    >>> opt = torch.optim.SGD([w], lr=0.1)
    >>> with record() as run:
    ...     for _ in range(2):
    ...         (w * 3).backward()
    ...         opt.step()
    >>> [one.id for one in check_run(run).findings]
    ['grad_not_cleared']
    """
    if not isinstance(run, Recording):
        raise TypeError(
            f"check_run() meninjau rekaman, tetapi yang diberikan {type(run).__name__}. "
            "Rekam dulu: `with record() as run:`, lalu `check_run(run)` sesudah blok itu."
        )
    data = run.data
    facts = Facts(data)
    findings = [
        Finding(name, check.title, one.sentence, one.evidence, one.mend, check.lesson, one.place,
                statement(data.sources, one.place))
        for name, check in CHECKS.items()
        for one in check.function(facts)
    ]  # fmt: skip
    alone = facts.most_steps == 1
    waiting = tuple(check.title for check in CHECKS.values() if check.steps > 1) if alone else ()
    return Review(tuple(findings), len(CHECKS), run.missing_line, waiting)
