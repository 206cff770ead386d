"""Bukti dengan mesin yang sungguhan: JupyterHub di loopback, dua puluh peserta, lalu semuanya dibersihkan lagi."""
