"""Dokter: satu galat autograd menjadi sebab, tempat, dan obat."""
