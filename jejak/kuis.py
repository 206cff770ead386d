"""Kuis pendek: mengingat lagi pelajaran yang lalu, menguji diri, dan kuis campuran."""

from dataclasses import dataclass

from jejak.quiz.page import page
from jejak.quiz.plain import written
from jejak.quiz.plan import PLANS, Kind
from jejak.quiz.questions import MORE, Question, questions_of
from jejak.quiz.verdicts import judge
from jejak.verdict import Verdict

TITLES: dict[Kind, str] = {"ingat": "Ingat lagi", "uji": "Uji diri", "campuran": "Kuis campuran"}
NOT_KEPT = "Jawaban Anda tidak disimpan di mana pun."
MAY_SKIP = f" Yang bertanda ({MORE}) tentang bagian yang boleh dilewati."


@dataclass(frozen=True)
class Quiz:
    """Satu kuis, tampil sebagai pertanyaan yang dapat dijawab di notebook dan sebagai teks di tempat lain.

    >>> print(kuis("00").jawab(1, "z").status)
    belum dikerjakan
    """

    name: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """Pertanyaannya, menurut urutannya."""
        return questions_of(self.name)

    @property
    def heading(self) -> str:
        """Judul kuis dan banyaknya pertanyaan, dalam satu baris."""
        skip = MAY_SKIP if any(question.more for question in self.questions) else ""
        return f"{TITLES[PLANS[self.name].kind]}: {len(self.questions)} pertanyaan. {NOT_KEPT}{skip}"

    def jawab(self, nomor: int, jawaban: object) -> Verdict:
        """Menilai jawaban pertanyaan `nomor`: huruf pilihan, bilangan, atau huruf baris menurut urutannya.

        Galat: `ValueError` bila nomor itu tidak ada.
        """
        if nomor not in range(1, len(self.questions) + 1):
            raise ValueError(
                f"Pertanyaan {nomor!r} tidak ada: kuis ini punya {len(self.questions)} pertanyaan. "
                f"Pilih nomor 1 sampai {len(self.questions)}."
            )
        return judge(self.questions[nomor - 1], jawaban)

    def __str__(self) -> str:
        return written(self.heading, self.name, self.questions)

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        brief = f'{self.heading} Sebagai teks: print(kuis("{self.name}")).'
        return {"text/html": page(self.heading, self.questions), "text/plain": brief}


def kuis(name: str) -> Quiz:
    """Sebuah kuis: `"05"` tentang pelajaran 05, `"ingat 05"` pembukanya, atau `"campuran 06"` sesudah pelajaran 06.

    Di notebook ia dapat dijawab tanpa kernel; yang dijawab di sana tidak disimpan, dan menjalankan selnya lagi
    mengosongkannya. Di terminal `print(kuis("05"))` menulis pertanyaannya dan `kuis("05").jawab(1, "b")` menilai.
    Galat: `ValueError` bila kuis itu tidak ada; pesannya menyebut semua yang ada.

    >>> print(kuis("ingat 01").heading)
    Ingat lagi: 3 pertanyaan. Jawaban Anda tidak disimpan di mana pun.
    """
    if name not in PLANS:
        raise ValueError(
            f"Kuis {name!r} tidak ada: namanya mungkin salah ketik. Pilih salah satu dari {', '.join(PLANS)}."
        )
    return Quiz(name)
