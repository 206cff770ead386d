"""torch without CUDA: a tenth of the download, for Linux without an NVIDIA GPU."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.problems import UNREACHABLE

TORCH_CPU = "https://download.pytorch.org/whl/cpu"  # PyTorch's own index of builds without CUDA
ANSWER_WITHIN = 6  # seconds for that index; where it says nothing, the usual one has the larger build
# The driver itself, Tegra's, and the one that WSL brings; a container may have them without nvidia-smi.
SIGNS = ("proc/driver/nvidia/version", "dev/nvidiactl", "dev/nvhost-gpu", "usr/lib/wsl/lib/nvidia-smi")


def has_nvidia(root: Path = Path("/")) -> bool:
    """Whether this Linux shows an NVIDIA GPU."""
    return bool(shutil.which("nvidia-smi")) or any((root / sign).exists() for sign in SIGNS)


def is_small_torch_at_hand(python: Path, run: Callable[..., Any]) -> bool:
    """Whether torch may come from its index of CPU builds: on Linux without a GPU, if that index answers soon.

    pip itself asks, so that the learner's proxy and certificates count.
    """
    if sys.platform != "linux" or has_nvidia():
        return False
    ask = [python, "-m", "pip", "index", "versions", "torch", "--index-url", TORCH_CPU, "--timeout", "3"]
    ask += ["--retries", "0", "--no-input", "--no-cache-dir", "--disable-pip-version-check", "-vv"]
    result = run(ask, limit=ANSWER_WITHIN)
    # pip goes on silently with other places that its configuration names; only its log says that this one was not had
    missed = any(TORCH_CPU in line and re.search(f"Could not fetch|{UNREACHABLE}", line) for line in
                 result.output.splitlines())
    return bool(result.code == 0 and not missed)


def small_torch_broke_off(output: str) -> bool:
    """Whether pip lost this index, and not the network or the usual index."""
    broken = [line for line in output.splitlines() if re.search(UNREACHABLE, line)]
    return any(re.search(r"pytorch\.org|/whl/", line) for line in broken)
