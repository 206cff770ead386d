"""Menjalankan semua pemeriksaan sebuah Latihan di proses ini, sampai yang pertama menemukan sesuatu."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from jejak.catalog import Latihan
from jejak.sentences import located_and_mend
from jejak.trial import Check, Trial
from jejak.verdict import Blank, Verdict, Wrong
from jejak.watch import blame, state
from jejak.watch.given import is_given
from jejak.watch.limits import OverLimit, OverMemory, is_out_of_memory, limited, seconds_allowed
from jejak.watch.quiet import quiet
from jejak.watch.reading import find_slip, functions_of
from jejak.watch.stubs import empty_part

LONGEST = 1200  # characters of a message
ELSEWHERE = {"time", "memory", "side_effects", "returns", "callable", "signature"}  # what no unread parameter explains
UNTOUCHED = (
    "Program ini masih seperti semula. Cari sebabnya dulu, ubah programnya, jalankan lagi selnya, lalu jalankan "
    "`check` sekali lagi."
)
FOREVER = "Cari putaran yang tidak pernah berakhir, atau hitungan yang jauh lebih besar dari datanya."


def examine(
    task: Latihan,
    checks: Iterable[Check],
    answer: Mapping[str, object],
    report: Callable[[str, bool], None] | None = None,
    alone: bool = False,
) -> Verdict:
    """Menilai jawaban; `alone` berarti proses ini milik pemeriksaan saja, jadi `Ctrl+C` di sini dari jawabannya."""
    try:
        return _examine(task, checks, answer, report, alone)
    except Exception as error:  # an object that can't even be looked at
        return Verdict.wrong(f"Jawaban ini tidak bisa diperiksa: melihatnya saja menimbulkan "
                             f"`{blame.first_line(error)}`.", check="error")


def _examine(
    task: Latihan,
    checks: Iterable[Check],
    answer: Mapping[str, object],
    report: Callable[[str, bool], None] | None,
    alone: bool,
) -> Verdict:
    gaps = {name: part for name in task.answers if (part := empty_part(name, answer.get(name)))}
    if not gaps and _untouched(task, answer):
        return Verdict.not_attempted(UNTOUCHED)
    trial, passed = Trial(dict(answer), report, task.signature_of), set()
    for check in checks:
        looked_at = set(getattr(check, "needs", task.answers))
        if looked_at & gaps.keys():
            continue
        trial.begin()
        if verdict := _say(check, trial, alone):
            return _finish(verdict, trial, [name for name in task.answers if name in looked_at], task.optional)
        passed |= looked_at
    if gaps:
        return _blank(next(iter(gaps.values())), [name for name in task.answers if name in passed])
    return Verdict.right(task.right)


def _untouched(task: Latihan, answer: Mapping[str, object]) -> bool:
    return bool(task.given) and all(is_given(answer[name], name, task.given) for name in task.answers)


def _say(check: Check, trial: Trial, alone: bool) -> Verdict | None:
    """What one check says: None when it is content."""
    try:
        with state.usual(), quiet(), limited(seconds_allowed()):
            check(trial)
    except Wrong as fault:
        located, asked = located_and_mend(str(fault))
        mend = " ".join(filter(None, [asked, fault.mend]))
        return Verdict.wrong(located, check=fault.check or check.__name__, mend=mend)
    except Blank as gap:
        return _blank(str(gap), [])
    except KeyboardInterrupt as error:
        if not alone:
            raise
        return _stopped(error, trial)
    except BaseException as error:  # an answer may raise anything at all
        return _stopped(error, trial)
    return None


def _blank(part: str, done: list[str]) -> Verdict:
    first = f"Yang sudah ada ({', '.join(f'`{name}`' for name in done)}) sejauh ini tepat. " if done else ""
    verdict = Verdict.not_attempted(f"{first}Ganti `...` di `{part}` dengan jawaban Anda, lalu jalankan lagi.")
    return replace(verdict, done=tuple(done))


def _finish(verdict: Verdict, trial: Trial, parts: Iterable[str], optional: Collection[str]) -> Verdict:
    """Names the slip behind a wrong result, if the code shows one, and cuts what is too long to read."""
    if verdict.status != "belum tepat":
        return verdict
    functions = {label: f for name in parts for label, f in functions_of(name, trial.parts.get(name)).items()}
    slip = None if verdict.check in ELSEWHERE else find_slip(functions, trial.called, trial.args, optional)
    told, mend = (f"{slip.told} ", f"{slip.mend} ") if slip else ("", "")
    message, mend = (blame.shorten(text, LONGEST).strip() for text in (told + verdict.message, mend + verdict.mend))
    return Verdict.wrong(message, check=verdict.check, mend=mend)


def _stopped(error: BaseException, trial: Trial) -> Verdict:
    """The answer did not come to an end: too slow, too large, or an error of its own."""
    line = blame.place(error)
    if is_out_of_memory(error):
        limit = "Batasnya 1 GiB" if isinstance(error, OverMemory) else "Komputer menolaknya"
        return out_of_memory(limit, line, trial.last)
    if isinstance(error, OverLimit):
        return out_of_time(line, trial.last)
    begun = f"Kode Anda berhenti dengan galat, di {line}" if line else "PyTorch berhenti selagi memakai jawaban Anda:"
    message, mend = blame.meaning(error)
    told = f"{begun}\n`{blame.first_line(error)}`. {message}".rstrip() + _during(trial.last)
    return Verdict.wrong(told, check="error", mend=mend)


def out_of_memory(limit: str, line: blame.SourceLine | None, last: str) -> Verdict:
    return Verdict.wrong(
        f"Jawaban Anda meminta memori terlalu banyak. {limit}; data Latihan ini hanya beberapa "
        f"kB.{_at(line)}{_during(last)}",
        check="memory",
        mend="Cari daftar yang terus tumbuh, atau bentuk yang tersusun keliru.",
    )


def out_of_time(line: blame.SourceLine | None, last: str) -> Verdict:
    return Verdict.wrong(
        f"Jawaban Anda belum selesai sesudah {seconds_allowed():g} detik, lalu dihentikan.{_at(line)}{_during(last)}",
        check="time",
        mend=FOREVER,
    )


def ended(signal: str, last: str) -> Verdict:
    """Putusan bila proses jawabannya berakhir sendiri."""
    how = f"Python sendiri berhenti ({signal})" if signal else "prosesnya berakhir, seperti oleh `os._exit()`"
    return Verdict.wrong(
        f"Selagi jawaban Anda berjalan, {how}. Di notebook itu mematikan kernel.{_during(last)}",
        check="error",
        mend="Hapus baris yang mengakhiri program, dan periksa panggilan ke pustaka di luar PyTorch.",
    )


def _at(line: blame.SourceLine | None) -> str:
    return f" Terakhir di {line}." if line else ""


def _during(last: str) -> str:
    return f" Yang dijalankan: `{last}`." if last else ""
