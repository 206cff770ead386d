"""Menggambar dan memutar graf komputasi autograd: dari tensor ke gambar yang dapat dibaca."""

from .display import Drawing, draw
from .graph import Edge, Graph, Node, Output, Saved, Value
from .player import Player, play
from .record import record
from .recording import Recording
from .trace import trace

__all__ = [
    "Drawing",
    "Edge",
    "Graph",
    "Node",
    "Output",
    "Player",
    "Recording",
    "Saved",
    "Value",
    "draw",
    "play",
    "record",
    "trace",
]
