"""Pemeriksaan setiap Latihan: satu modul dan satu tabel keterangan (toml) untuk masing-masing."""
