"""Tabel operasi: lambang, rumus turunan lokal, dan tulisannya."""
