"""Keadaan torch untuk seluruh program, yang tidak boleh ditinggalkan berubah."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch


class Switch(NamedTuple):
    read: Callable[[], Any]
    write: Callable[[Any], Any]
    usual: Any


SWITCHES: Mapping[str, Switch] = {
    "mode gradien (`torch.set_grad_enabled`)": Switch(torch.is_grad_enabled, torch.set_grad_enabled, True),
    "mode anomali (`torch.autograd.set_detect_anomaly`)": Switch(
        lambda: (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
        lambda value: torch.set_anomaly_enabled(*value),
        (False, True),
    ),
    "dtype bawaan (`torch.set_default_dtype`)": Switch(
        torch.get_default_dtype, torch.set_default_dtype, torch.float32
    ),
    "banyaknya thread (`torch.set_num_threads`)": Switch(torch.get_num_threads, torch.set_num_threads, 1),
    "algoritma deterministik (`torch.use_deterministic_algorithms`)": Switch(
        torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, False
    ),
}
# Drawing random numbers is no side effect; setting the seed is one, because it repeats everyone's numbers.
RARE = 8_140_773_295  # a seed that no answer sets, so that setting one is seen
SEED = "benih bilangan acak (`torch.manual_seed`)"


def read() -> dict[str, Any]:
    return {name: switch.read() for name, switch in SWITCHES.items()} | {SEED: torch.initial_seed()}


def changed(before: Mapping[str, Any]) -> list[str]:
    """Nama keadaan yang berbeda dari `before`."""
    after = read()
    return [name for name in before if after[name] != before[name]]


@contextmanager
def usual() -> Iterator[None]:
    """Keadaan torch yang biasa di dalamnya, dengan device CPU; sesudahnya keadaan dan bilangan acak seperti semula."""
    values = {name: switch.read() for name, switch in SWITCHES.items()}
    streams = torch.get_rng_state(), random.getstate(), np.random.get_state()
    try:
        with torch.inference_mode(False), torch.device("cpu"):
            for switch in SWITCHES.values():
                switch.write(switch.usual)
            torch.manual_seed(RARE)
            yield
    finally:
        for name, switch in SWITCHES.items():
            switch.write(values[name])
        torch.set_rng_state(streams[0])
        random.setstate(streams[1])
        np.random.set_state(streams[2])
