"""Satu kalimat untuk setiap kejadian, beserta angkanya."""
