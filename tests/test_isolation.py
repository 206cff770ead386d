"""A check runs in a child process: nothing that an answer changes outlives it, and nothing holds it back."""

import json
import os
import random
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from jejak import judge
from jejak.watch import isolation
from tools.twins import ROOT

pytestmark = pytest.mark.skipif(isolation.obstacle() != "", reason="no child process on this system")


def root_of(x):
    safe = torch.where(x > 0, x, torch.ones_like(x))
    return torch.where(x > 0, safe.sqrt(), torch.zeros_like(x))


def after(change):
    """The verdict on a right answer that also changes something."""

    def safe_sqrt(x):
        change()
        return root_of(x)

    return judge("21_akar_aman", {"safe_sqrt": safe_sqrt})


class Shop:
    price = 3


def test_nothing_outlives_the_check(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    kept, model, tensor = [1], torch.nn.Linear(2, 2), torch.ones(3)
    weight, cosh = model.weight.detach().clone(), torch.Tensor.cosh

    def change():
        kept.append(2)
        Shop.price = 4
        torch.Tensor.cosh = lambda self: 1
        os.environ["JEJAK_UJI"] = "1"
        sys.path.insert(0, "nowhere")
        with torch.no_grad():
            model.weight.zero_()
            tensor.zero_()
        model.eval()
        model.register_forward_hook(lambda *a: None)

    assert after(change).status == "benar"
    assert (kept, Shop.price, torch.Tensor.cosh) == ([1], 3, cosh)
    assert "JEJAK_UJI" not in os.environ and "nowhere" not in sys.path
    assert torch.equal(model.weight, weight) and tensor.sum() == 3
    assert model.training and not model._forward_hooks


def test_what_an_answer_breaks_is_broken_for_that_check_only():
    def change():
        torch.autograd.grad = lambda *a, **k: (None,)
        random.random = np.random.rand = None

    assert after(change).status == "belum tepat"
    assert after(lambda: None).status == "benar"


PROGRAM = """
import torch
torch.set_num_threads({threads})
a = torch.randn(700, 700)
(a @ a).sum()                      # starts the pool of threads in this process
x = torch.randn(3, requires_grad=True)
(x * 2).sum().backward()
from jejak import judge
def safe_sqrt(x):
    b = torch.randn(700, 700)
    (b @ b).sum()                  # would wait forever for the threads of the parent
    torch.randn(10**6).sin().sum()
    safe = torch.where(x > 0, x, torch.ones_like(x))
    return torch.where(x > 0, safe.sqrt(), torch.zeros_like(x))
print(judge("21_akar_aman", {{"safe_sqrt": safe_sqrt}}).status)
print(torch.get_num_threads())
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_of_the_notebook_do_not_hang_the_check(threads):
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "AUTOGRAD_CEK_DETIK": "60", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM.format(threads=threads))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150)
    assert done.stdout.split() == ["benar", str(threads)], done.stderr


def test_a_child_that_cannot_compute_gradients_is_replaced_by_this_process(monkeypatch):
    def refuse():
        raise RuntimeError("Unable to handle autograd's threading in combination with fork-based multiprocessing.")

    monkeypatch.setattr(isolation, "_try_backward", refuse)
    verdict = after(lambda: None)
    assert verdict.status == "benar" and "sesudah GPU dipakai" in verdict.note


def test_after_cuda_was_used_no_child_is_tried(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(isolation, "run", lambda *a: pytest.fail("a child was tried"))
    verdict = after(lambda: None)
    assert verdict.status == "benar" and verdict.note.startswith("Dinilai di dalam kernel ini")


@pytest.mark.parametrize(("system", "where"), [("win32", "di Windows"), ("darwin", "di macOS")])
def test_systems_without_a_child_process_say_so(monkeypatch, system, where):
    monkeypatch.setattr(sys, "platform", system)
    assert isolation.obstacle() == where


def test_the_note_says_what_is_not_contained(monkeypatch):
    monkeypatch.setattr(isolation, "obstacle", lambda: "di macOS")
    verdict = after(lambda: None)
    assert "seperti selalu di macOS" in verdict.note and "tidak bisa dihentikan" in verdict.note
    assert verdict.note in str(verdict) and verdict.note.split()[-1] in verdict._repr_mimebundle_()["text/html"]


counted = 0


def test_in_this_process_the_notebook_gets_its_things_back(monkeypatch):
    """As the child would leave them: lists, numbers, tensors with their gradients, models with their modes."""
    monkeypatch.setattr(isolation, "obstacle", lambda: "di Windows")
    kept, table, model = [1], {"a": 1}, torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Dropout())
    leaf = torch.ones(3, requires_grad=True)
    gradient = leaf.grad = torch.ones(3)
    model[1].eval()
    weight = model[0].weight.detach().clone()

    def change():
        global counted
        counted += 1
        kept.append(2)
        table["b"] = 2
        model.train()
        with torch.no_grad():
            model[0].weight.zero_()
        (leaf * 2).sum().backward()

    def safe_sqrt(x):
        change()
        return root_of(x)

    assert judge("21_akar_aman", {"safe_sqrt": safe_sqrt}).status == "benar"
    assert (kept, table, counted) == ([1], {"a": 1}, 0)
    assert torch.equal(model[0].weight, weight) and not model[1].training and model.training
    assert leaf.grad is gradient and torch.equal(gradient, torch.ones(3))


def test_what_torch_loads_by_itself_is_loaded_here_once(monkeypatch):
    """Not by every child again: it takes seconds."""
    loaded = []
    monkeypatch.setattr(isolation, "importlib", SimpleNamespace(import_module=loaded.append))
    assert after(lambda: None).status == "benar"
    loaded.clear()
    assert after(lambda: sys.modules.setdefault("torch.baru", json)).status == "benar"
    assert loaded == ["torch.baru"]


def test_a_broken_check_is_not_blamed_on_the_answer():
    with pytest.raises(RuntimeError, match="Pemeriksaan Latihan ini sendiri rusak(.|\n)*ZeroDivisionError"):
        isolation.run(lambda report: str(1 / 0), 20)


def test_the_time_of_a_check_begins_anew_with_each_check():
    def work(report):
        import time

        for number in range(4):
            report(f"bagian {number}", True)
            time.sleep(0.6)
        return "selesai"

    assert isolation.run(work, 0.2) == isolation.Answer("selesai")

    def slow(report):
        report("satu", True)
        for number in range(100):
            report(f"panggilan {number}", False)
            __import__("time").sleep(0.1)
        return "selesai"

    assert isinstance(isolation.run(slow, 0.2), isolation.Stuck)


@pytest.mark.parametrize("outermost", ['  File "isolation.py", line 9 in _live', "  ..."])
def test_a_trace_is_read_whole_also_where_it_comes_in_pieces(outermost):
    """A child that waits for the processor between two lines has not ended its trace."""
    lines = ["Stack (most recent call first):", '  File "cell", line 7 in f', outermost, "not read"]
    there, here = os.pipe()
    read = os.read

    def one_more(source, count):
        text = read(source, count)
        if lines:
            os.write(here, f"{lines.pop(0)}\n".encode())
        return text

    os.write(here, f"{lines.pop(0)}\n".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation.os, "read", one_more)
        text = isolation._read_trace(there)
    os.close(there), os.close(here)
    assert text.decode().splitlines()[-1] == outermost and isolation.foreign_line(text.decode()).number == 7
