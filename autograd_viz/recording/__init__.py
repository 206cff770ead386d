"""Rekaman yang sudah selesai sebagai data biasa: tidak memuat tensor, tidak memerlukan torch."""
