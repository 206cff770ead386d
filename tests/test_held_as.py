"""A review writes the names under which the program itself holds its optimizer and the layer that was replaced."""

import linecache

import torch

from autograd_viz import check_run, record
from tests.applied_mend import applied

CLASS = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 4)
        self.head = nn.Linear(4, 2)
    def forward(self, x):
        return self.head(self.body(x).tanh())
class Trainer:
    def __init__(self, net):
        self.net = net
        self.tools = {"opt": torch.optim.Adam(net.parameters(), lr=0.03, weight_decay=0.1)}
        self.adapt()
    def adapt(self):
        self.net.head = nn.Linear(4, 5)
    def fit(self):
        with record() as self.run:
            for _ in range(3):
                self.tools["opt"].zero_grad()
                self.net(torch.ones(2, 3)).pow(2).sum().backward()
                self.tools["opt"].step()
trainer = Trainer(Net())
before = trainer.net.head.weight.detach().clone()
trainer.fit()
run = trainer.run
moved = not torch.equal(before, trainer.net.head.weight)
rates = [group["lr"] for group in trainer.tools["opt"].param_groups]
"""
APART = """
import torch
from torch import nn
def adapt(net):
    net[1] = nn.Linear(4, 5)
def main():
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    opt = torch.optim.SGD(net.parameters(), lr=0.03)
    adapt(net)
    before = net[1].weight.detach().clone()
    with record() as run:
        for _ in range(3):
            opt.zero_grad()
            net(torch.ones(2, 3)).pow(2).sum().backward()
            opt.step()
    return run, not torch.equal(before, net[1].weight)
run, moved = main()
"""
BAD_RATE = """
import torch
class Trainer:
    def __init__(self):
        self.w = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        self.opt = torch.optim.SGD([self.w], lr=3.0)
    def fit(self):
        with record() as self.run:
            for _ in range(5):
                self.opt.zero_grad()
                self.w.pow(2).sum().backward()
                self.opt.step()
trainer = Trainer()
trainer.fit()
run = trainer.run
"""


OUTSIDE = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Linear(3, 4)
    def grow(self):
        self.table = nn.Linear(3, 6)
    def forward(self, x):
        return self.table(x)
class Trainer:
    def __init__(self):
        self.net = Net()
        self.opt = torch.optim.SGD(self.net.parameters(), lr=0.03)
    def fit(self):
        for _ in range(3):
            self.opt.zero_grad()
            self.net(torch.ones(2, 3)).pow(2).sum().backward()
            self.opt.step()
def main():
    trainer = Trainer()
    trainer.net.grow()
    with record() as run:
        trainer.fit()
    return run
run = main()
"""


def executed(text):
    name = "<held as>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space = {"record": record, "__name__": "program"}
    exec(compile(text, name, "exec"), space)
    return space


def code(finding):
    return "\n".join(line for line in finding.mend.splitlines() if not line.startswith("#"))


def test_a_replaced_layer_is_given_to_the_optimizer_by_its_own_name():
    space = executed(CLASS)
    (found,) = check_run(space["run"]).findings
    line = CLASS.splitlines().index("        self.net.head = nn.Linear(4, 5)") + 1
    assert not space["moved"] and f"diganti di baris {line}, `self.net.head = nn.Linear(4, 5)`" in found.evidence
    assert f"di bawah baris {line}, `self.net.head = nn.Linear(4, 5)`:" in found.mend
    assert code(found).startswith('self.tools["opt"].add_param_group({"params": self.net.head.parameters()})') or \
        code(found).startswith("self.tools['opt'].add_param_group({\"params\": self.net.head.parameters()})")
    place = "        self.net.head = nn.Linear(4, 5)\n"
    cured = executed(CLASS.replace(place, f"{place}        {code(found)}\n"))
    assert cured["moved"] and cured["rates"] == [0.03, 0.03] and not check_run(cured["run"]).findings


def test_where_the_optimizer_has_no_name_the_mend_stands_below_the_call():
    space = executed(APART)
    (found,) = check_run(space["run"]).findings
    assert not space["moved"] and code(found).startswith('opt.add_param_group({"params": net[1].parameters()})')
    cured = executed(APART.replace("    adapt(net)\n", f"    adapt(net)\n    {code(found)}\n"))
    assert cured["moved"] and not check_run(cured["run"]).findings


def test_a_rate_that_is_too_large_is_lowered_on_the_optimizer_of_the_program():
    (found,) = check_run(executed(BAD_RATE)["run"]).findings
    assert found.id == "diverging_steps" and code(found).startswith("for group in self.opt.param_groups:")
    lowered = "".join(f"        {line}\n" for line in code(found).splitlines())
    cured = executed(BAD_RATE.replace("    def fit(self):\n", f"    def fit(self):\n{lowered}"))
    assert not check_run(cured["run"]).findings and torch.isfinite(cured["trainer"].w).all()


def test_a_layer_that_the_model_replaces_itself_is_given_below_the_call_by_the_names_there():
    (found,) = check_run(executed(OUTSIDE)["run"]).findings
    assert "`trainer.net.grow()`:" in found.mend and code(found).startswith(
        'trainer.opt.add_param_group({"params": trainer.net.table.parameters()})'
    )
    cured = executed(OUTSIDE.replace("    trainer.net.grow()\n", f"    trainer.net.grow()\n    {code(found)}\n"))
    assert not check_run(cured["run"]).findings


STAGES = """
import torch
from torch import nn
def fit(net, opt, y):
    for _ in range(3):
        opt.zero_grad()
        (net(torch.ones(2, 3)) - y).pow(2).sum().backward()
        opt.step()
def configure(net):
    net[0].requires_grad_(False)
    return torch.optim.Adam(net[1].parameters(), lr=0.02), nn.MSELoss()
def adapt(net):
    net[1] = nn.Linear(4, 5)
    return net
def main():
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    fit(net, opt, 1.0)
    opt, loss = configure(net)
    net = adapt(net)
    with record() as run:
        fit(net, opt, 1.0)
    return run
run = main()
"""
ONE_STAGE = STAGES.replace("    opt, loss = configure(net)\n", "").replace("Adam(net[1]", "SGD(net[1]")


def test_an_optimizer_made_before_the_recording_is_not_said_to_be_made_where_another_is():
    (found,) = check_run(executed(STAGES)["run"]).findings
    assert found.id == "other_parameters" and "Adam itu dibuat di luar rekaman" in found.evidence
    assert "pindahkan baris 19 ke tepat di bawah baris 20" in found.mend
    cured = applied(STAGES, found.mend)
    assert cured is not None and not check_run(executed(cured)["run"]).findings


def test_an_optimizer_that_is_used_before_the_replacement_does_not_move_below_it():
    (found,) = check_run(executed(ONE_STAGE)["run"]).findings
    assert any("satu-satunya `Adam(...)` di sumbernya ada di baris 17" in one for one in found.evidence)
    assert not code(found) and "sebelum langkah berikutnya" in found.mend
    early = ONE_STAGE.replace("    fit(net, opt, 1.0)\n", "", 1)
    (found,) = check_run(executed(early)["run"]).findings
    assert code(found) == "opt = torch.optim.Adam(net.parameters(), lr=0.01)" and "pindahkan baris 17" in found.mend
