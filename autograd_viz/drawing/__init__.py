"""Menggambar: kartu, SVG, teks, dot, dan yang ditampilkan notebook."""
