"""Menempatkan kartu dan panah: ukuran menjadi koordinat."""
