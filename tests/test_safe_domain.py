"""What a review prints against NaN keeps the operation of the line, and following it takes the NaN away."""

import ast
import linecache

import pytest
import torch

from autograd_viz import check_run, record

PROGRAM = """
import torch
import torch.nn.functional as F
w = torch.nn.Parameter(torch.tensor({start}))
opt = torch.optim.SGD([w], lr=0.01)
def distance(w):
    {line}
with record() as run:
    for _ in range(2):
        opt.zero_grad()
        {loss}.backward()
        opt.step()
"""
TOTAL = "distance(w).sum()"
LINES = {  # the line, what w begins with, and the line that is printed
    "return w.pow(2).sqrt()": ([[0.0, 1.0]], "return w.pow(2).clamp(min=1e-6).sqrt()"),
    "return 3 * torch.sqrt(w)": ([0.0, 1.0], "return 3 * torch.sqrt(w.clamp(min=1e-6))"),
    "return torch.where(w > 0, w.rsqrt(), 0 * w)": (
        [0.0, 1.0], "return torch.where(w > 0, w.clamp(min=1e-6).rsqrt(), 0 * w)"),
    "return torch.where(w > 0, w.log(), 0 * w)": (
        [0.0, 1.0], "return torch.where(w > 0, w.clamp(min=1e-6).log(), 0 * w)"),
    "return torch.log2(w)": ([0.0, 1.0], "return torch.log2(w.clamp(min=1e-6))"),
    "return w.log10()": ([0.0, 1.0], "return w.clamp(min=1e-6).log10()"),
    "return torch.log1p(w)": ([-1.0, 1.0], "return torch.log1p(w.clamp(min=-1 + 1e-6))"),
    "return w.acos()": ([1.0, 0.5], "return w.clamp(-1 + 1e-6, 1 - 1e-6).acos()"),
    "return torch.arcsin(w)": ([1.0, 0.5], "return torch.arcsin(w.clamp(-1 + 1e-6, 1 - 1e-6))"),
    "return w.atanh()": ([1.0, 0.5], "return w.clamp(-1 + 1e-6, 1 - 1e-6).atanh()"),
    "return torch.logit(w)": ([1.0, 0.5], "return torch.logit(w.clamp(1e-6, 1 - 1e-6))"),
    "return w ** 0.5": ([0.0, 1.0], "return w.clamp(min=1e-6) ** 0.5"),
    "return torch.pow(w, 0.25)": ([0.0, 1.0], "return torch.pow(w.clamp(min=1e-6), 0.25)"),
    "return w ** -1": ([0.0, -1.0], "return torch.where(w.abs() < 1e-6, 1e-6, w) ** (-1)"),
    "return (w - 1) / w": ([0.0, 1.0], "return (w - 1) / w.clamp(min=1e-6)"),
    "return 1 / (w * 2)": ([0.0, -1.0], "return 1 / torch.where((w * 2).abs() < 1e-6, 1e-6, w * 2)"),
    "return torch.div(w, w.detach())": ([0.0, 1.0], "return torch.div(w, w.detach().clamp(min=1e-6))"),
    "return ((w - 1) ** 2) ** 0.5": ([1.0, 2.0], "return ((w - 1) ** 2).clamp(min=1e-6) ** 0.5"),
    "return (w / w.detach()).sum() / len(w)": (
        [0.0, 1.0], "return (w / w.detach().clamp(min=1e-6)).sum() / len(w)"),
    "return w.lgamma()": ([0.0, 1.0], "return w.clamp(min=1e-6).lgamma()"),
    "return w.exp()": ([200.0, 1.0], "return w.clamp(max=80).exp()"),
}


def reviewed(line, start, loss=TOTAL):
    text = PROGRAM.format(line=line, start=start, loss=loss)
    name = f"<domain {line}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"record": record}
    exec(compile(text, name, "exec"), space)
    found = [one for one in check_run(space["run"]).findings if one.id == "nonfinite"]
    return found, space["w"]


@pytest.mark.parametrize("line", LINES)
def test_the_printed_line_keeps_its_operation_and_cures(line):
    start, printed = LINES[line]
    (found,), _ = reviewed(line, start)
    ast.parse(found.mend)
    code = [one for one in found.mend.splitlines() if not one.startswith("#")]
    assert code == [printed]
    left, w = reviewed(code[0], start)
    assert left == [] and torch.isfinite(w).all()


def test_an_operation_that_does_not_stand_in_the_line_is_named_without_an_invented_line():
    (found,), _ = reviewed("return getattr(w, 'sq' + 'rt')()", [0.0, 1.0])
    assert "masukan sqrt menjadi ....clamp(min=1e-6)" in found.mend
    assert all(one.startswith("#") for one in found.mend.splitlines())


def test_a_gradient_that_holds_nan_is_told_as_such_and_a_finite_input_as_finite():
    (found,), _ = reviewed("return w.sqrt()", "[0.0] + [1.0] * 99")
    assert "gradien yang dikirimnya tensor (100) (memuat Inf; unsur lainnya" in found.sentence
    assert "Masukan operasi itu waktu maju: tensor (100) (semua unsurnya terhingga, 0 … 1)" in found.sentence
    assert "unsur terhingga" not in found.sentence


def test_nan_that_was_there_before_asks_for_an_earlier_step():
    (found,), _ = reviewed("return w.pow(2)", "[float('nan'), 1.0]")
    assert "rekam langkah-langkah yang lebih awal" in found.mend and "clamp" not in found.mend


def test_what_has_no_line_to_print_is_told_in_words():
    (alone,), _ = reviewed("return w.std()", [1.0])
    (several,), _ = reviewed("return w / w.detach() + w / w.detach().abs()", [0.0, 1.0])
    assert "correction=0" in alone.mend and "pembaginya menjadi ....clamp(min=1e-6)" in several.mend
