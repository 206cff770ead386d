"""Satu galat autograd menjadi sebab, tempat, gambar, dan obat."""

from autograd_viz.doctor.explain import explain
from autograd_viz.doctor.hooks import install, uninstall, watch

__all__ = ["explain", "install", "uninstall", "watch"]
