"""What a loop writes into its pieces comes back into the tensor that is read, and no printed mend loses its result."""

import re

import pytest
import torch

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run

HEAD = "import torch\nw = torch.linspace(1.0, 2.0, 12, requires_grad=True)\nx = (w * 1).view(2, 3, 2)\n"
TAIL = "out.pow(2).sum().backward()\nright = w.grad\n"
PROGRAMS = {  # a loop, and what it should have computed
    "zip in a loop": ("""
def scaled(batch, sizes):
    for image in batch:
        for channel, size in zip(image, sizes):
            channel.sub_(1).div_(size)
    return batch
out = scaled(x, [1.0, 2.0, 4.0])
""", lambda x: (x - 1) / torch.tensor([1.0, 2.0, 4.0]).view(1, 3, 1)),
    "enumerate": ("""
rows = x[0]
for i, row in enumerate(rows):
    row *= i + 1
out = rows
""", lambda x: x[0] * torch.tensor([1.0, 2.0, 3.0]).view(3, 1)),
    "for what it writes": ("""
def halved_(batch):
    for image in batch:
        for row in image:
            if row.sum() > 2:
                row.mul_(0.5)
halved_(x)
out = x
""", lambda x: torch.where(x.sum(-1, keepdim=True) > 2, x * 0.5, x)),
    "an element of a row": ("""
for image in x:
    for row in image:
        row[0] = 3.0
out = x
""", lambda x: torch.stack([torch.full_like(x[..., 0], 3.0), x[..., 1]], -1)),
    "pieces in a list": ("""
pieces = x.chunk(3, dim=1)
for piece in pieces:
    piece.mul_(2)
out = torch.cat(pieces, dim=1)
""", lambda x: x * 2),
}  # fmt: skip


def followed(text, mend):
    """The program with the loop, or the line, that the comments of the mend name replaced by what stands below them."""
    lines, parts = text.splitlines(), []
    for line in mend.splitlines():
        if line.startswith("# menggantikan"):
            parts.append((int(re.findall(r"\d+", line)[0]), []))
        else:
            parts[-1][1].append(line)
    for number, new in sorted(parts, reverse=True):
        old = lines[number - 1]
        inside = len(old) - len(old.lstrip())
        end = number
        while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > inside:
            end += 1
        lines[number - 1 : end] = [" " * inside + line for line in new]
    return "\n".join(lines)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_mend_of_a_loop_over_pieces_followed_to_the_letter_computes_what_was_meant(name):
    loop, meant = PROGRAMS[name]
    text = HEAD + loop + TAIL
    first = diagnose(run(text)).causes[0]
    assert first.evidence and first.ready
    space = {}
    exec(followed(text, first.mend), space)
    w = torch.linspace(1.0, 2.0, 12, requires_grad=True)
    meant((w * 1).view(2, 3, 2)).pow(2).sum().backward()
    torch.testing.assert_close(space["right"], w.grad)


def test_an_augmented_assignment_keeps_its_brackets():
    text = "import torch\nw = torch.ones(3, requires_grad=True)\ny = w.exp()\ny /= w + 1\ny.sum().backward()"
    assert diagnose(run(text)).causes[0].mend.splitlines()[-1] == "y = y / (w + 1)"


def test_a_new_tensor_that_nobody_reads_is_no_mend():
    text = HEAD + "first, second = x.unbind(0)[0].unbind(0)[:2]\nfirst.mul_(2)\nout = x\n" + TAIL
    assert "first = first.mul(2)" not in diagnose(run(text)).causes[0].mend


def test_an_output_computed_from_the_tensor_before_is_computed_from_the_one_that_is_asked_for():
    text = """
import torch
pos = torch.ones(3, requires_grad=True)
w = torch.ones(3, requires_grad=True)
def moved(p):
    return p - p.mean()
centred = moved(pos)
energy = (pos * pos * w).sum(0, keepdim=True)
force = torch.autograd.grad(energy.sum(), centred, create_graph=True)[0]
force.pow(2).sum().backward()
"""
    first = diagnose(run(text)).causes[0]
    assert "`energy` dihitung di baris 8 (`energy = " in first.evidence
    assert first.mend == "# menggantikan baris 8:\nenergy = (centred * centred * w).sum(0, keepdim=True)"
    assert first.question and first.ready and run(followed(text, first.mend)) is None
