"""Nilai, bentuk, judul, dan lebar tulisan: segala yang menjadi teks."""
