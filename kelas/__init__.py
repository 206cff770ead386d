"""Kursus ini untuk satu kelas: server bersama, tugas yang dinilai, dan halaman pengajar."""
