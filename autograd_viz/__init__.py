"""Menggambar dan memutar graf komputasi autograd: dari tensor ke gambar yang dapat dibaca."""

from typing import Any

from autograd_viz import doctor
from autograd_viz.capturing.record import record
from autograd_viz.doctor.explain import explain
from autograd_viz.drawing.display import Drawing, draw
from autograd_viz.graph import Edge, Graph, Node, Output, Saved, Value
from autograd_viz.playing.player import Player, play
from autograd_viz.recording.recording import Recording
from autograd_viz.reviewing.check_run import check_run
from autograd_viz.reviewing.finding import Finding
from autograd_viz.reviewing.review import Review
from autograd_viz.tape.build import from_operations
from autograd_viz.tape.operation import Operation, Visit
from autograd_viz.tracing.trace import trace

__all__ = [
    "Drawing",
    "Edge",
    "Finding",
    "Graph",
    "Node",
    "Operation",
    "Output",
    "Player",
    "Recording",
    "Review",
    "Saved",
    "Value",
    "Visit",
    "check_run",
    "draw",
    "explain",
    "from_operations",
    "play",
    "record",
    "trace",
]


def load_ipython_extension(shell: Any) -> None:
    """Memasang dokter galat autograd: `%load_ext autograd_viz`."""
    doctor.install()


def unload_ipython_extension(shell: Any) -> None:
    """Melepas dokter galat autograd: `%unload_ext autograd_viz`."""
    doctor.uninstall()
