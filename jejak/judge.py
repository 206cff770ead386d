"""Menilai jawaban sebuah Latihan: satu pintu untuk notebook, tes, dan skrip."""

import contextlib
import io
import warnings
from collections.abc import Iterator, Mapping

from jejak.catalog import Latihan, find
from jejak.trial import Check, Trial
from jejak.verdict import Blank, Verdict, Wrong
from jejak.watch import blame, state
from jejak.watch.given import is_given
from jejak.watch.limits import OverLimit, OverMemory, is_out_of_memory, limited, seconds_allowed
from jejak.watch.stubs import empty_part

UNTOUCHED = (
    "Program ini masih seperti semula. Cari sebabnya dulu, ubah programnya, jalankan lagi selnya, lalu jalankan "
    "`check` sekali lagi."
)


def judge(latihan: str, answer: Mapping[str, object]) -> Verdict:
    """Menilai jawaban dan mengembalikan putusan: belum dikerjakan, belum tepat, atau benar.

    `latihan` adalah nama Latihan, misalnya "02_sigmoid_kustom"; `answer` memetakan nama yang diminta Latihan itu
    ke jawabannya. Jawaban dinilai dari perilakunya, bukan dari cara menulisnya. Setiap pemeriksaan diberi waktu
    20 detik (atau `AUTOGRAD_CEK_DETIK`) dan memori `1 GiB`. Sesudahnya mode, benih, dan `.grad` seperti semula.

    Galat: `ValueError` bila Latihan itu tidak ada. Jawaban apa pun mendapat putusan, bukan galat.

    >>> judge("02_sigmoid_kustom", {"MySigmoid": ..., "my_sigmoid": ...}).status
    'belum dikerjakan'
    """
    task = find(latihan)
    gaps = {name: part for name in task.answers if (part := empty_part(name, answer.get(name)))}
    if not gaps and _untouched(task, answer):
        return Verdict.not_attempted(UNTOUCHED)
    trial, passed = Trial(dict(answer)), set()
    for check in task.load_checks():
        looked_at = set(getattr(check, "needs", task.answers))
        if looked_at & gaps.keys():
            continue
        if verdict := _examine(check, trial):
            return verdict
        passed |= looked_at
    if gaps:
        return _blank(next(iter(gaps.values())), [name for name in task.answers if name in passed])
    return Verdict.right(task.right)


def _untouched(task: Latihan, answer: Mapping[str, object]) -> bool:
    return bool(task.given) and all(is_given(answer[name], name, task.given) for name in task.answers)


def _examine(check: Check, trial: Trial) -> Verdict | None:
    """What one check says: None when it is content."""
    try:
        with state.usual(), _quiet(), limited(seconds_allowed()):
            check(trial)
    except Wrong as fault:
        return Verdict.wrong(str(fault), check=fault.check or check.__name__)
    except Blank as gap:
        return _blank(str(gap), [])
    except KeyboardInterrupt:
        raise
    except (Exception, SystemExit, OverLimit) as error:
        return _stopped(error, trial)
    return None


def _blank(part: str, done: list[str]) -> Verdict:
    first = f"Yang sudah ada ({', '.join(f'`{name}`' for name in done)}) sejauh ini tepat. " if done else ""
    return Verdict.not_attempted(f"{first}Ganti `...` di `{part}` dengan jawaban Anda, lalu jalankan lagi.")


def _stopped(error: BaseException, trial: Trial) -> Verdict:
    """The answer did not come to an end: too slow, too large, or an error of its own."""
    during = f" Yang dijalankan: `{trial.last}`." if trial.last else ""
    line = blame.place(error)
    if not (line or trial.last):
        raise error  # no part of the answer has run yet
    at = f" Terakhir di {line}." if line else ""
    if is_out_of_memory(error):
        limit = "Batasnya 1 GiB" if isinstance(error, OverMemory) else "Komputer menolaknya"
        return Verdict.wrong(
            f"Jawaban Anda meminta memori terlalu banyak. {limit}; data Latihan ini hanya beberapa kB.{at}{during} "
            "Adakah daftar yang terus tumbuh, atau bentuk yang tersusun keliru?",
            check="memory",
        )
    if isinstance(error, OverLimit):
        return Verdict.wrong(
            f"Jawaban Anda belum selesai sesudah {seconds_allowed():g} detik, lalu dihentikan.{at}{during} "
            "Adakah putaran yang tidak pernah berakhir?",
            check="time",
        )
    begun = f"Kode Anda berhenti dengan galat, di {line}" if line else "PyTorch berhenti selagi memakai jawaban Anda:"
    told = f"{begun}\n`{blame.first_line(error)}`. {blame.meaning(error)}".rstrip() + during
    return Verdict.wrong(told, check="error")


class _Nowhere(io.TextIOBase):
    """Takes what an answer prints: a check calls it dozens of times."""

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    nowhere = _Nowhere()
    with warnings.catch_warnings(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        yield
