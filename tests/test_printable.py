"""Every mend that the doctor prints is Python, and one that claims to be the program's own knows all its names."""

import ast

import pytest

from autograd_viz.doctor.diagnose import diagnose
from autograd_viz.doctor.printable import compiling, printable
from tests.doctor_cases import run

LINES = {  # a mend of the catalogue, the words of a program, and what is printed
    "numbered": ("{param}.requires_grad_(True)", {"param": "net.0.conv2.1.weight"},
                 "net[0].conv2[1].weight.requires_grad_(True)"),
    "operation": ("antre.put({tensor}.detach())", {"tensor": "w * 2"}, "antre.put((w * 2).detach())"),
    "result": ("{tensor} = {tensor}.clone()", {"tensor": "self.atas(x)"}, "y = y.clone()"),
    "head": ("{param}.requires_grad_(True)\n{line}  # sesudahnya", {"param": "w", "line": "for a in b:"},
             "w.requires_grad_(True)\nfor a in b:  # sesudahnya\n    ..."),
    "unknown line": ("{call}\n{writer}  # sesudah backward()", {"call": "loss.backward()"},
                     "loss.backward()\n# … sesudah backward()"),
    "no Python": ("lakukan ini lalu itu", {}, "# lakukan ini lalu itu"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_words_of_a_program_make_python(name):
    template, words, printed = LINES[name]
    assert printable(template, words) == printed
    ast.parse(printed)


def test_numbers_and_comments_stay_as_they_are():
    mend = "# versi net.0 di torch 2.13\nx.clamp(min=1e-6) * 0.5 + w2 * 1.0"
    assert compiling(mend) == mend


def test_a_mend_with_a_name_that_the_program_does_not_have_is_called_an_example(monkeypatch):
    from autograd_viz.doctor import diagnose as room
    from autograd_viz.doctor.second_backward import second_backward

    program = "import torch\nx = torch.ones(2, requires_grad=True)\nloss = x.exp().sum()\n" \
              "loss.backward()\nloss.backward()"  # fmt: skip
    assert diagnose(run(program)).causes[0].evidence
    for mend, ready in (("loss = rugi_lain.sum()", False), ("lama = x.exp()\nloss = lama.sum()", True)):
        def told(evidence, mend=mend):
            return (one._replace(mend=mend, example=False) for one in second_backward(evidence))

        monkeypatch.setitem(room.DETECTORS, "backward-kedua", told)
        assert diagnose(run(program)).causes[0].ready is ready
