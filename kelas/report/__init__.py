"""Halaman pengajar: di mana kelas ini terhenti, dari catatan kemajuan yang ada di server."""
