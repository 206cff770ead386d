"""Peak memory of two programs, bare and recorded, each run in a process of its own (Linux).

Run from the repository root: ``python -m benchmarks.memory``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext

import torch

from autograd_viz.capturing.record import record


def leaves() -> None:
    """Sixty leaves of four megabytes, each made in the block and gone after its round."""
    x = torch.randn(1_000_000)
    for _ in range(60):
        x = x.detach().requires_grad_()
        (x**2).mean().backward()
        x = x + 0.1 * x.grad.sign()


def half() -> None:
    """A hundred megabytes of bfloat16, whose numbers no copy in float64 may double."""
    x = torch.ones(50_000_000, dtype=torch.bfloat16, requires_grad=True)
    (x * 2).sum().backward()


PROGRAMS: dict[str, Callable[[], None]] = {"leaves made in the block": leaves, "half precision": half}


def peak() -> float:
    """The most memory that this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(program: str, way: str) -> float:
    """Megabytes above what the process held when the program began."""
    command = [sys.executable, "-m", "benchmarks.memory", program, way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def table() -> str:
    """Peaks of every program."""
    lines = []
    for program in PROGRAMS:
        bare, recorded = measured(program, "bare"), measured(program, "recorded")
        lines.append(f"{program}: peak {bare:.0f} MB, recorded {recorded:.0f} MB, {recorded / bare:.2f} times")
    return "\n".join(lines)


def main() -> None:
    if len(sys.argv) == 1:
        print(table())
        return
    program, way = sys.argv[1:]
    torch.set_num_threads(1)
    with record() if way == "recorded" else nullcontext():  # what only the first use needs is no cost of this one
        torch.ones(1, requires_grad=True).backward()
    before = peak()
    with record() if way == "recorded" else nullcontext():
        PROGRAMS[program]()
    print(peak() - before)


if __name__ == "__main__":
    main()
