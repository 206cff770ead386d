"""Membaca graf yang sudah dibangun autograd: tensor menjadi `Graph`."""
