"""Menilai satu tebakan ("Tebak dulu") tanpa membocorkan jawabannya."""

import re
from dataclasses import dataclass
from typing import Any

from jejak.compare import RIGHT, compare, misread
from jejak.guess_box import guess_box
from jejak.guesses import Guess, find
from jejak.progress import remember_guess
from jejak.show import show
from jejak.verdict import Verdict

AGAIN = "Ubah tebakan Anda, lalu jalankan sel ini lagi."
NAME = re.compile(r"\d\d/\d+")


@dataclass(frozen=True)
class GuessVerdict(Verdict):
    """Putusan atas tebakan; selama belum tepat, di bawahnya ada kotak untuk menebak tanpa menjalankan sel."""

    typed: str = ""  # the box, as HTML

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = super()._repr_mimebundle_()
        return {**bundle, "text/html": bundle["text/html"] + self.typed}


def predict(*given: Any, hint: str = "") -> Verdict:
    """Menilai tebakan: belum ditebak, belum tepat (dengan petunjuk), atau tepat (dengan hasilnya).

    Dipanggil sebagai `predict(nama, tebakan, hasil)`. `nama` menunjuk tebakan di pelajaran, misalnya `"02/3"`;
    petunjuknya tersimpan menurut nama itu, dan tebakan terakhir dicatat di berkas kemajuan. Tanpa nama,
    `predict(tebakan, hasil, hint="…")` hanya menilai.

    `hasil` boleh bilangan, bool, teks, bentuk, daftar, tensor atau larik NumPy, dtype, kelas galat, atau None. Hanya
    `...` berarti belum ditebak; None adalah tebakan, karena "belum ada gradien" pun jawaban. Kelas galat boleh
    ditebak di mana pun, sebagai kelas atau namanya. Bila alasannya ditanyakan, tebakannya berupa pasangan,
    misalnya `True, "a"`.

    Bilangan bulat harus persis. Bilangan pecahan cukup tepat sampai tiga angka penting (0.333 untuk 1/3),
    dan di atas 1000 sampai satuannya. Tensor dibandingkan bentuknya dahulu, baru isinya; satu bilangan
    boleh menebak tensor berisi satu unsur.

    Galat: `ValueError` bila tidak ada tebakan bernama itu. Tebakan apa pun, dari tipe apa pun, mendapat putusan.

    >>> print(predict("00/1", ..., 24.0))
    Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
    >>> print(predict(9, 6.0, hint="Turunan x² adalah 2x."))
    Belum tepat. Tebakan Anda: `9`. Petunjuk: Turunan x² adalah 2x. Ubah tebakan Anda, lalu jalankan sel ini lagi.
    >>> print(predict((3, 2), (3, 2)))
    Tepat. Hasilnya `(3, 2)`.
    """
    if len(given) == 3 and isinstance(given[0], str) and NAME.fullmatch(given[0]):
        name, guess, actual = given
        entry = find(name)
        verdict = _worded(assess(guess, actual, entry), guess, actual, entry)
        remember_guess(name, show(guess), verdict)
        return verdict
    guess, actual, hint = (*given, hint)[:3]
    return _worded(assess(guess, actual, Guess(hint)), guess, actual, None)


def assess(guess: object, actual: object, entry: Guess) -> Verdict:
    """Putusan tanpa tebakannya dan tanpa ajakan mengulang; kotak tebakan memberi putusan yang sama.

    >>> assess(7, 6.0, Guess("Turunan x² adalah 2x.")).message
    'Petunjuk: Turunan x² adalah 2x.'
    """
    try:
        if _has_gap(guess):
            return Verdict.not_attempted(choices(entry), heading="belum ditebak")
        if entry.reasons:
            return _with_reason(guess, actual, entry)
        if comma := misread(guess, actual):
            return Verdict.not_attempted(comma, heading="belum terbaca")
        reason = compare(guess, actual)
    except Exception:  # any guess may be typed, and a guess must never stop a notebook
        reason = "Tebakan ini tidak dapat dibandingkan dengan hasilnya."
    if reason is RIGHT:
        return Verdict.right(f"Hasilnya `{show(actual)}`.", heading="tepat")
    advice = f"Petunjuk: {entry.hint}" if entry.hint else "Hitung sekali lagi selangkah demi selangkah."
    return Verdict.wrong(" ".join(filter(None, [reason, advice])))


def choices(entry: Guess) -> str:
    """Alasan yang dapat dipilih, satu baris satu; kosong bila alasannya tidak ditanyakan."""
    return "\n".join(f"{letter}. {text}" for letter, text in entry.reasons.items())


def _with_reason(guess: object, actual: object, entry: Guess) -> Verdict:
    """Both halves of a guess that asks why: nothing is told of the first before the second is there."""
    parts = list(guess) if isinstance(guess, (tuple, list)) else [guess]
    first, letter = [*parts, None][:2] if len(parts) in (1, 2) else (None, None)
    wrong = compare(first, actual)
    if isinstance(first, bool) and letter not in entry.reasons:
        ask = f'Mengapa? Tulis juga huruf alasannya, misalnya `{first}, "{next(iter(entry.reasons))}"`.'
        return Verdict.not_attempted(f"{ask}\n{choices(entry)}", heading="dan alasannya")
    if wrong is not RIGHT:
        return Verdict.wrong(" ".join(filter(None, [wrong, f"Petunjuk: {entry.hint}"])))
    if letter != entry.because:
        return Verdict.wrong(f"`{first}` tepat, alasannya belum. {entry.replies[str(letter)]}")
    return Verdict.right(f"Hasilnya `{show(actual)}`, dan alasannya tepat.", heading="tepat")


def _worded(verdict: Verdict, guess: object, actual: object, entry: Guess | None) -> Verdict:
    """The verdict as a cell tells it, with the box below as long as there is something to guess."""
    message = verdict.message
    if verdict.heading == "belum ditebak":
        both = 'tebakan Anda dan huruf alasannya, misalnya `True, "a"`' if message else "tebakan Anda"
        message = f"Ganti `...` dengan {both}, lalu jalankan sel ini lagi.\n{message}".strip()
    elif verdict.status != "benar":
        message = f"Tebakan Anda: `{show(guess)}`. {message} {AGAIN}"
    typed = guess_box(actual, entry) if entry and verdict.status != "benar" else ""
    return GuessVerdict(verdict.status, message, verdict.heading, typed=typed)


def _has_gap(guess: object) -> bool:
    if isinstance(guess, (list, tuple)):
        return any(_has_gap(part) for part in guess)
    return guess is ...
