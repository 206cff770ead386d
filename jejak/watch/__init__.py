"""Menjalankan kode pelajar dengan aman: batas waktu dan memori, keadaan yang dipulihkan, baris yang salah."""
