"""How a solution marks what a learner writes, and the sentence below the table of progress."""

OPEN, CLOSE = "# kunci", "# akhir kunci"
GAP = "...  # tulis di sini"
TAG = "kunci"  # a cell that only the solution has
PROGRESS = (  # another sentence is true in Colab
    "Tabel ini dibaca dari catatan kemajuan Anda, berkas `.kemajuan.json`. Di kelas, pengajar dapat membacanya juga."
)
