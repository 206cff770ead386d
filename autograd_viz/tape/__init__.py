"""Daftar operasi sebuah mesin buatan sendiri menjadi rekaman."""
