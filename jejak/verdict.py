"""Putusan atas tebakan atau jawaban: tiga kemungkinan yang tidak pernah bercampur."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from jejak.box import Look, box

Status = Literal["belum dikerjakan", "belum tepat", "benar"]


# The mark tells the three apart without colour; a translucent fill leaves the theme's text colour readable.
LOOKS: dict[Status, Look] = {
    "belum dikerjakan": Look("○", "#7d8590", "rgba(125, 133, 144, 0.12)"),
    "belum tepat": Look("△", "#c9772a", "rgba(201, 119, 42, 0.12)"),
    "benar": Look("●", "#2b8a5f", "rgba(43, 138, 95, 0.12)"),
}


@dataclass(frozen=True)
class Verdict:
    """Putusan: status, pesan, kepala pesan (bila kosong, statusnya), pemeriksaan yang menemukannya, obat, dan catatan.

    Pesan menyebut apa yang berbeda dan di mana; obat (`mend`) baru ditunjukkan bila kekeliruan yang sama datang lagi.
    Catatan (`note`) bicara tentang cara menilai, bukan tentang jawabannya. `done` bagian-bagian yang sudah tepat,
    selagi yang lain belum ditulis.
    Di notebook putusan tampil sebagai kotak berwarna; di tempat lain sebagai teks.
    Galat: `ValueError` bila status bukan salah satu dari tiga status.

    >>> print(Verdict.right("Gradiennya 6."))
    Benar. Gradiennya 6.
    """

    status: Status
    message: str
    heading: str = ""
    check: str = ""
    mend: str = ""
    note: str = ""
    done: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in LOOKS:
            raise ValueError(
                f"Status {self.status!r} tidak dikenal: hanya ada {len(LOOKS)} putusan. "
                f"Pilih salah satu dari {', '.join(map(repr, LOOKS))}."
            )

    @classmethod
    def not_attempted(cls, message: str, heading: str = "") -> "Verdict":
        """Putusan bagi yang belum dikerjakan.

        >>> Verdict.not_attempted("Ganti `...` dengan jawaban Anda.").status
        'belum dikerjakan'
        """
        return cls("belum dikerjakan", message, heading)

    @classmethod
    def wrong(cls, message: str, heading: str = "", check: str = "", mend: str = "") -> "Verdict":
        """Putusan bagi yang belum tepat.

        >>> Verdict.wrong("Tandanya terbalik.").status
        'belum tepat'
        """
        return cls("belum tepat", message, heading, check, mend)

    @classmethod
    def right(cls, message: str, heading: str = "") -> "Verdict":
        """Putusan bagi yang benar.

        >>> Verdict.right("Gradiennya 6.").status
        'benar'
        """
        return cls("benar", message, heading)

    @property
    def title(self) -> str:
        """Kepala pesan yang tampil.

        >>> Verdict.right("Gradiennya 6.", heading="tepat").title
        'Tepat'
        """
        heading = self.heading or self.status
        return heading[:1].upper() + heading[1:]

    @property
    def text(self) -> str:
        """Pesan beserta catatannya.

        >>> print(Verdict("benar", "Gradiennya 6.", note="Dinilai di notebook ini.").text)
        Gradiennya 6.
        Dinilai di notebook ini.
        """
        return "\n".join(filter(None, [self.message, self.note]))

    def __str__(self) -> str:
        return f"{self.title}. {self.text}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        look = LOOKS[self.status]
        return {"text/html": box(look, self.title, self.text), "text/plain": f"{look.mark} {self}"}


class Advice(NamedTuple):
    """A mistake that is known: how it shows, and how it is mended, which is told when it comes back."""

    cause: str
    mend: str = ""


class Wrong(Exception):
    """A check has found a mistake; its text locates it, `check` is the check if not the one that runs."""

    def __init__(self, located: str, check: str = "", mend: str = "") -> None:
        super().__init__(located)
        self.check = check
        self.mend = mend


class Blank(Exception):
    """A part of the answer has not been written; its text names that part."""
