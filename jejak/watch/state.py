"""Keadaan untuk seluruh program, yang tidak boleh ditinggalkan berubah."""

import dataclasses
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

import numpy as np
import torch

from autograd_viz.tracing.torch_internals import print_options, sees_print_options
from jejak.watch import seeds

AS_IT_IS = object()  # whatever the notebook has chosen


class Switch(NamedTuple):
    read: Callable[[], Any]
    write: Callable[[Any], Any]
    usual: Any = AS_IT_IS


class State(NamedTuple):
    """All switches by name, and where the random numbers stand."""

    switches: Mapping[str, Any]
    streams: seeds.Streams


def _print_options() -> dict[str, Any]:
    if not sees_print_options():
        return {}
    return {field.name: getattr(print_options, field.name) for field in dataclasses.fields(print_options)}


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
    "ketelitian perkalian matriks (`torch.set_float32_matmul_precision`)": Switch(
        torch.get_float32_matmul_precision, torch.set_float32_matmul_precision
    ),
    "cara tensor dicetak (`torch.set_printoptions`)": Switch(
        _print_options, lambda options: torch.set_printoptions(**options)
    ),
    "cara larik dicetak (`numpy.set_printoptions`)": Switch(
        np.get_printoptions, lambda options: np.set_printoptions(**options)
    ),
    "folder kerja (`os.chdir`)": Switch(os.getcwd, os.chdir),
    "batas rekursi (`sys.setrecursionlimit`)": Switch(sys.getrecursionlimit, sys.setrecursionlimit),
}
SEED = "benih bilangan acak (`{}`)"


def read() -> State:
    return State({name: switch.read() for name, switch in SWITCHES.items()}, seeds.read())


def changed(before: State, seeds_count: bool = True) -> list[str]:
    """Nama keadaan yang berbeda dari `before`; mengambil bilangan acak bukan perubahan, memasang benihnya perubahan."""
    after = read()
    left = [name for name, value in before.switches.items() if after.switches[name] != value]
    if not seeds_count:
        return left
    return left + [SEED.format(name) for name in seeds.reseeded(before.streams, after.streams)]


@contextmanager
def usual() -> Iterator[None]:
    """Keadaan yang biasa di dalamnya, dengan device CPU; sesudahnya keadaan dan bilangan acak seperti semula."""
    values = {name: switch.read() for name, switch in SWITCHES.items()}
    streams = torch.get_rng_state(), random.getstate(), np.random.get_state()
    try:
        with torch.inference_mode(False), on_cpu():
            for name, switch in SWITCHES.items():
                if switch.usual is not AS_IT_IS:
                    _turn(switch, values[name], switch.usual)
            seeds.seed_all()
            yield
    finally:
        for name, switch in SWITCHES.items():
            _turn(switch, switch.read(), values[name])
        torch.set_rng_state(streams[0])
        random.setstate(streams[1])
        np.random.set_state(streams[2])


def on_cpu() -> AbstractContextManager[object]:
    """Blok yang membuat tensor di CPU, juga bila device bawaannya lain; di CPU ia tidak memperlambat apa pun."""
    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")


def _turn(switch: Switch, now: Any, wanted: Any) -> None:
    """Only where it has to be: some switches of torch import its compiler, which takes seconds."""
    if now != wanted:
        switch.write(wanted)
