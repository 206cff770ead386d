"""Putusan atas tebakan atau jawaban: tiga kemungkinan yang tidak pernah bercampur."""

from dataclasses import dataclass
from typing import Literal

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
    """Putusan: status, pesan untuk pembaca, kepala pesan (bila kosong, statusnya), dan pemeriksaan yang menemukannya.

    Di notebook putusan tampil sebagai kotak berwarna; di tempat lain sebagai satu baris teks.
    Galat: `ValueError` bila status bukan salah satu dari tiga status.

    >>> print(Verdict.right("Gradiennya 6."))
    Benar. Gradiennya 6.
    """

    status: Status
    message: str
    heading: str = ""
    check: str = ""

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
    def wrong(cls, message: str, heading: str = "", check: str = "") -> "Verdict":
        """Putusan bagi yang belum tepat.

        >>> Verdict.wrong("Tandanya terbalik.").status
        'belum tepat'
        """
        return cls("belum tepat", message, heading, check)

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

    def __str__(self) -> str:
        return f"{self.title}. {self.message}"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        look = LOOKS[self.status]
        return {"text/html": box(look, self.title, self.message), "text/plain": f"{look.mark} {self}"}


class Wrong(Exception):
    """A check has found a mistake; its text is the advice, `check` the check if not the one that runs."""

    def __init__(self, advice: str, check: str = "") -> None:
        super().__init__(advice)
        self.check = check


class Blank(Exception):
    """A part of the answer has not been written; its text names that part."""
