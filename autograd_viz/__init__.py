"""Menggambar graf komputasi autograd: dari tensor ke gambar yang dapat dibaca."""

from .display import Drawing, draw
from .graph import Edge, Graph, Node, Output, Saved, Value
from .trace import trace

__all__ = ["Drawing", "Edge", "Graph", "Node", "Output", "Saved", "Value", "draw", "trace"]
