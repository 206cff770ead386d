"""Menilai satu tebakan ("Tebak dulu") tanpa membocorkan jawabannya."""

from jejak.compare import RIGHT, compare
from jejak.show import show
from jejak.verdict import Verdict

AGAIN = "Ubah tebakan Anda, lalu jalankan sel ini lagi."


def predict(guess: object, actual: object, hint: str = "") -> Verdict:
    """Menilai tebakan: belum ditebak, belum tepat (dengan petunjuk), atau tepat (dengan hasilnya).

    `guess` adalah tebakan pembaca dan `actual` hasil sebenarnya: bilangan, bool, teks, bentuk, daftar, tensor
    atau larik NumPy, dtype, kelas galat, atau None. Hanya `...` berarti belum ditebak; None adalah tebakan,
    karena "belum ada gradien" pun jawaban.

    Bilangan bulat harus persis. Bilangan pecahan cukup tepat sampai tiga angka penting (0.333 untuk 1/3),
    dan di atas 1000 sampai satuannya. Tensor dibandingkan bentuknya dahulu, baru isinya; satu bilangan
    boleh menebak tensor berisi satu unsur. Kelas galat boleh ditulis sebagai kelas atau namanya.

    Galat: tidak ada. Tebakan apa pun, dari tipe apa pun, mendapat putusan.

    >>> print(predict(..., actual=6.0))
    Belum ditebak. Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.
    >>> print(predict(9, actual=6.0, hint="Turunan x² adalah 2x."))
    Belum tepat. Tebakan Anda: `9`. Petunjuk: Turunan x² adalah 2x. Ubah tebakan Anda, lalu jalankan sel ini lagi.
    >>> print(predict((3, 2), actual=(3, 2)))
    Tepat. Hasilnya `(3, 2)`.
    """
    try:
        if _has_gap(guess):
            return Verdict.not_attempted(
                "Ganti `...` dengan tebakan Anda, lalu jalankan sel ini lagi.", heading="belum ditebak"
            )
        reason = compare(guess, actual)
    except Exception:  # any guess may be typed, and a guess must never stop a notebook
        reason = "Tebakan ini tidak dapat dibandingkan dengan hasilnya."
    if reason is RIGHT:
        return Verdict.right(f"Hasilnya `{show(actual)}`.", heading="tepat")
    advice = f"Petunjuk: {hint}" if hint else "Hitung sekali lagi selangkah demi selangkah."
    parts = [f"Tebakan Anda: `{show(guess)}`.", reason, advice, AGAIN]
    return Verdict.wrong(" ".join(filter(None, parts)))


def _has_gap(guess: object) -> bool:
    if isinstance(guess, (list, tuple)):
        return any(_has_gap(part) for part in guess)
    return guess is ...
