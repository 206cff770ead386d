"""Menilai tugas yang dikumpulkan: kode peserta berjalan terpisah, dan nilainya dihitung di luar jangkauannya."""
