"""Nasihat dibelah dua: yang menunjukkan letak kekeliruan, dan obatnya."""

import re

# The bare verb with which an Indonesian sentence asks for something; all else tells what is.
ASKS = (
    "Ambil", "Amankan", "Baca", "Bandingkan", "Berikan", "Beri", "Biarkan", "Buang", "Buat", "Bungkus", "Cari", "Cetak",
    "Cobalah", "Coba", "Gabungkan", "Ganti", "Geser", "Hapus", "Hitunglah", "Hitung", "Jadikan", "Jalani", "Jangan",
    "Jumlahkan", "Kalikan", "Kembalikan", "Kenali", "Kerjakan", "Kirim", "Kosongkan", "Kuadratkan", "Kumpulkan",
    "Kurangi", "Kurangkan", "Lepas", "Lewati", "Lihat", "Masukkan", "Matikan", "Mintalah", "Mulailah", "Nyalakan",
    "Pakai", "Panggil", "Pastikan", "Perbaiki", "Periksa", "Pilih", "Pindahkan", "Putus", "Ratakan", "Rekam",
    "Samakan", "Satukan", "Sebutkan", "Selesaikan", "Simpan", "Tambahkan", "Tanyakan", "Tebak", "Timbang", "Timpa",
    "Titipkan", "Tulis", "Turunkan", "Ubah", "Ulangi",
)  # fmt: skip
BOUNDARY = re.compile(rf"(?<=[.!?)]) (?=(?:{'|'.join(ASKS)})\b)")


def located_and_mend(text: str) -> tuple[str, str]:
    """Kalimat-kalimat sebelum permintaan yang pertama, dan sisanya; yang pertama tidak pernah kosong.

    >>> located_and_mend("Jawaban Anda 3, seharusnya 2. Pakai `mean`. Jumlahnya saja belum cukup.")
    ('Jawaban Anda 3, seharusnya 2.', 'Pakai `mean`. Jumlahnya saja belum cukup.')
    >>> located_and_mend("Pakai `mean`.")
    ('Pakai `mean`.', '')
    """
    located, *rest = BOUNDARY.split(text, maxsplit=1)
    return located, " ".join(rest)
