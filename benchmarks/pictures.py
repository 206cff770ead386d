"""One picture of one model by one drawer: seconds, bytes of its SVG, width and height in pixels.

``python -m benchmarks.peers`` runs this once for every drawer and model, each in a process of its own with a limit of
time: a drawer that fails, or that does not end, is a result too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from autograd_viz import draw
from benchmarks.models import build, example

MODELS = ("gpt2-small", "resnet50", "conv-lstm-10", "stacked-rnn-12", "unet", "llama-2", "training-200")
REPEAT, ENOUGH = 5, 8.0  # runs, and the seconds after which there are no more of them
LIMIT = 120  # seconds of one drawer on one model, its imports included
POINTS_PER_PIXEL = 0.75  # of the SVGs that dot writes
Draw = Callable[[torch.Tensor, nn.Module], str]


class Measured(NamedTuple):
    seconds: float
    size: int
    width: float
    height: float


def _torchviz(output: torch.Tensor, model: nn.Module) -> str:
    import torchviz

    return torchviz.make_dot(output, params=dict(model.named_parameters())).pipe(format="svg").decode()


def _torchview(output: torch.Tensor, model: nn.Module) -> str:
    """torchview runs the model itself; the forward pass is part of its time."""
    import torchview

    graph = torchview.draw_graph(model, input_data=example(model), expand_nested=True, depth=10, device="cpu")
    return graph.visual_graph.pipe(format="svg").decode()


def _torchlens(output: torch.Tensor, model: nn.Module) -> str:
    """So does torchlens."""
    import torchlens

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        torchlens.trace(model, example(model)).draw(vis_outpath=str(path), vis_save_only=True, vis_fileformat="svg")
        return path.with_suffix(".svg").read_text(encoding="utf-8")


DRAWERS: dict[str, Draw] = {
    "draw().svg": lambda output, model: draw(output, names=model).svg,
    "draw().page": lambda output, model: draw(output, names=model).page or draw(output, names=model).svg,
    "draw(collapse=None).svg": lambda output, model: draw(output, names=model, collapse=None).svg,
    "torchviz + dot": _torchviz,
    "torchview + dot": _torchview,
    "torchlens + dot": _torchlens,
}


def measure(drawer: str, name: str) -> Measured:
    """The median of several runs after one that is not counted; a slow drawer runs only as often as there is time."""
    torch.set_num_threads(1)
    output, model = build(name)
    assert model is not None
    work = DRAWERS[drawer]
    times: list[float] = []
    text = ""
    while len(times) <= REPEAT and sum(times) < ENOUGH:
        start = time.perf_counter()
        text = work(output, model)
        times.append(time.perf_counter() - start)
    size = re.search(r'<svg[^>]*? width="([\d.]+)(pt)?"[^>]*? height="([\d.]+)', text)
    if text.startswith("<!doctype"):  # a page: as large as its topmost layer
        size = re.search(r'"shapes":\[\{"width":([\d.]+)(pt)?,"height":([\d.]+)', text)
    wide, points, tall = size.groups() if size else (0, None, 0)
    unit = POINTS_PER_PIXEL if points else 1
    return Measured(statistics.median(times[1:] or times), len(text.encode()), float(wide) / unit, float(tall) / unit)


def apart(drawer: str, name: str) -> Measured | str:
    """The same in a process of its own; what went wrong, in a few words."""
    command = [sys.executable, "-m", "benchmarks.pictures", drawer, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=os.environ)
    except subprocess.TimeoutExpired:
        return f"not done in {LIMIT} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:70]
    return Measured(*json.loads(done.stdout.splitlines()[-1]))


def table(name: str) -> str:
    """All drawers on one model."""
    lines = [f"{name}: {'ms':>33}{'KB':>9}{'width':>9}{'height':>9}"]
    for drawer in DRAWERS:
        found = apart(drawer, name)
        if isinstance(found, str):
            lines.append(f"  {drawer:28}  {found}")
            continue
        seconds, size, width, height = found
        lines.append(f"  {drawer:28}{seconds * 1e3:>13.1f}{size / 1000:9.0f}{width:9.0f}{height:9.0f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drawer", choices=DRAWERS)
    parser.add_argument("model", choices=MODELS)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.drawer, arguments.model)))


if __name__ == "__main__":
    main()
