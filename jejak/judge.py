"""Menilai jawaban sebuah Latihan: satu pintu untuk notebook, tes, dan skrip."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from jejak import examine
from jejak.catalog import Latihan, find
from jejak.trial import Check
from jejak.verdict import Verdict
from jejak.watch import isolation
from jejak.watch.belongings import kept
from jejak.watch.limits import own_process, seconds_allowed

NOTE = (
    "Dinilai di dalam kernel ini, bukan di proses tersendiri, seperti selalu {why}. Variabel notebook yang dipakai "
    "jawaban dikembalikan; "
    "pustaka dan berkas yang diubahnya tidak, dan satu panggilan yang lama di luar Python tidak bisa dihentikan."
)


def judge(latihan: str, answer: Mapping[str, object]) -> Verdict:
    """Menilai jawaban dan mengembalikan putusan: belum dikerjakan, belum tepat, atau benar.

    `latihan` adalah nama Latihan, misalnya "02_sigmoid_kustom"; `answer` memetakan nama yang diminta Latihan itu
    ke jawabannya. Jawaban dinilai dari perilakunya, bukan dari cara menulisnya. Setiap pemeriksaan diberi waktu
    20 detik (atau `AUTOGRAD_CEK_DETIK`) dan memori `1 GiB`. Pemeriksaannya berjalan di proses anak, jadi apa pun yang
    diubah jawaban tidak tinggal di notebook; `note` putusan mengatakannya bila di sini proses anak tidak bisa dipakai.

    Galat: `ValueError` bila Latihan itu tidak ada. Jawaban apa pun mendapat putusan, bukan galat.

    >>> judge("02_sigmoid_kustom", {"MySigmoid": ..., "my_sigmoid": ...}).status
    'belum dikerjakan'
    """
    task = find(latihan)
    checks = list(task.load_checks())
    own_process()  # says what is missing before anything of the answer runs
    why = isolation.obstacle()
    verdict = None if why else _apart(task, checks, answer)
    if isinstance(verdict, Verdict):
        return verdict
    with kept(answer):
        found = examine.examine(task, checks, answer)
    return replace(found, note=NOTE.format(why=why or "sesudah GPU dipakai"))


def _apart(task: Latihan, checks: list[Check], answer: Mapping[str, object]) -> Verdict | None:
    """The verdict of a child process; None where a child can't compute gradients."""

    def work(report: isolation.Report) -> str:
        return json.dumps(asdict(examine.examine(task, checks, answer, report, alone=True)))

    outcome = isolation.run(work, seconds_allowed())
    match outcome:
        case isolation.Answer(text):
            found = json.loads(text)
            return Verdict(**{**found, "done": tuple(found["done"])})
        case isolation.Stuck(line, last):
            return examine.out_of_time(line, last)
        case isolation.Gone(signal, last):
            return examine.ended(signal, last)
    return None
