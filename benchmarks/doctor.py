"""What the doctor costs while nothing fails: cells of one training step, with and without `%load_ext autograd_viz`.

    python -m benchmarks.doctor
"""

from __future__ import annotations

from time import perf_counter

import torch
from IPython.core.interactiveshell import InteractiveShell

from autograd_viz import doctor

BEGIN = """
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x = torch.ones(128, 64)
"""
CELL = """
for _ in range(20):
    optimizer.zero_grad()
    loss = model(x).square().mean()
    loss.backward()
    optimizer.step()
"""
ROUNDS, CELLS = 40, 5


def seconds(shell: InteractiveShell) -> float:
    """The time of a few cells, each with twenty training steps."""
    began = perf_counter()
    for _ in range(CELLS):
        shell.run_cell(CELL)
    return perf_counter() - began


def hooks(shell: InteractiveShell, cells: int = 2_000) -> float:
    """Microseconds a cell for what IPython calls before and after it; the best of many, other work comes between."""
    found = []
    for _ in range(cells):
        began = perf_counter()
        shell.events.trigger("pre_run_cell", None)
        shell.events.trigger("post_run_cell", None)
        found.append(perf_counter() - began)
    return 1e6 * min(found)


def main() -> None:
    """Printing the best of alternating rounds, and the share of the hooks in one cell."""
    torch.set_num_threads(1)
    shell = InteractiveShell.instance()
    shell.run_cell(BEGIN)
    found: dict[bool, list[float]] = {False: [], True: []}
    for place in range(2 * ROUNDS):
        with_doctor = bool((place + place // 2) % 2)  # one first, then the other
        if with_doctor:
            doctor.install()
        found[with_doctor].append(seconds(shell))
        doctor.uninstall()
    plain, watched = (1e6 * min(found[key]) / CELLS for key in (False, True))
    bare = hooks(shell)
    doctor.install()
    own = hooks(shell) - bare
    doctor.uninstall()
    print(f"cell without the doctor {plain:.0f} µs, with it {watched:.0f} µs: {100 * (watched / plain - 1):+.2f} %")
    print(f"its own calls {own:.2f} µs a cell: {100 * own / plain:.3f} %")


if __name__ == "__main__":
    main()
