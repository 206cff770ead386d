"""Menyederhanakan graf: dilipat, diringkas, dan dipecah menjadi keping."""
