"""Merekam kode yang berjalan: kejadian mentah, lalu data beku."""
