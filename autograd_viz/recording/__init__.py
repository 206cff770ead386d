"""Merekam kode yang berjalan: nilai maju, gradien mundur, dan urutannya."""
