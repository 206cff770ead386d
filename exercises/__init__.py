"""Latihan kursus dan pemeriksanya."""
