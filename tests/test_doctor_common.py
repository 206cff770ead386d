"""Whole training scripts with the commonest bugs, cured by following the card to the letter."""

import pytest

from autograd_viz.doctor.diagnose import diagnose
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

TWO_LOSSES = """import torch
from torch import nn
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 1), nn.Linear(4, 1)
    def forward(self, x):
        z = torch.tanh(self.body(x))
        return self.a(z), self.b(z)
def rugi(net, x, y):
    a, b = net(x)
    return {"a": (a - y).square().mean(), "b": (b + y).square().mean()}
net, x, y = Net(), torch.randn(8, 3), torch.randn(8, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
opt_b = torch.optim.SGD(net.b.parameters(), lr=0.1)
catatan = []
for _ in range(3):
    suku = rugi(net, x, y)
    daftar = list(suku.values())
    BODY
"""
ONE_STEP = """    opt.zero_grad()
    (suku["a"] + suku["b"]).backward()
    opt.step()
"""
IN_TURN = {  # what walks through the losses, and the one step that it means
    "one step a loss, with a log": ("""for nama, satu in suku.items():
        opt.zero_grad()
        satu.backward()
        opt.step()
        catatan.append((nama, satu.item()))
""", ONE_STEP),
    "nothing but backward": ("""opt.zero_grad()
    for satu in daftar:
        satu.backward()
    opt.step()
""", ONE_STEP),
    "counted, and clipped": ("""for nomor, satu in enumerate(daftar):
        opt.zero_grad()
        torch.autograd.backward(satu)
        nn.utils.clip_grad_norm_(net.parameters(), 0.01)
        opt.step()
        catatan.append(nomor)
""", ONE_STEP.replace("    opt.step", "    nn.utils.clip_grad_norm_(net.parameters(), 0.01)\n    opt.step")),
    "with weights": ("""opt.zero_grad()
    for bobot, satu in zip([1.0, 0.5], daftar):
        (bobot * satu).backward()
    opt.step()
""", ONE_STEP.replace('suku["b"]', '0.5 * suku["b"]')),
    "with an optimizer each": ("""for satu, miliknya in zip(daftar, [opt, opt_b]):
        miliknya.zero_grad()
        satu.backward()
        miliknya.step()
""", ONE_STEP.replace("opt.step()", "opt.step()\n    opt_b.step()")),
}


@pytest.mark.parametrize("name", IN_TURN)
def test_losses_that_share_a_forward_take_one_step_for_their_sum(name):
    body, meant = IN_TURN[name]
    source = TWO_LOSSES.replace("    BODY\n", f"    {body}")
    found = diagnose(run(source))
    assert [one.id for one in found.causes] == ["batang-bersama"] and found.causes[0].ready
    assert "`rugi(net, x, y)`" in found.causes[0].say
    cured = followed(source, found.causes[0].mend)
    right = TWO_LOSSES.replace("    BODY\n", meant)
    there, here = {}, {}
    assert run(f"{right}akhir.update(net.state_dict())\n", akhir=there) is None
    assert run(f"{cured}akhir.update(net.state_dict())\nsisa.extend(catatan)\n", akhir=here, sisa=(rest := [])) is None
    assert all(there[key].equal(here[key]) for key in there)
    assert len(rest) == (6 if "catatan.append" in body else 0)


def test_a_loop_whose_first_loss_fails_has_spent_nothing_itself():
    source = TWO_LOSSES.replace("    BODY\n", "    pass\nfor _ in range(2):\n    for satu in [suku['a']]:\n"
                                              "        satu.backward()\n")  # fmt: skip
    assert all(one.id != "batang-bersama" for one in diagnose(run(source)).causes if one.proven)
