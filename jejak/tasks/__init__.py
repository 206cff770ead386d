"""Pemeriksaan setiap Latihan: satu modul dan satu tabel keterangan untuk masing-masing."""
