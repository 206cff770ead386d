"""A layer with a number in place of a name is called as the code would reach it: in film, drawing and text alike."""

import re

import pytest
import torch
from torch import nn

from autograd_viz import draw, play, record

X = torch.ones(2, 4)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blok = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.kamus = nn.ModuleDict({"awal": nn.Linear(4, 4), "turun-1": nn.Linear(4, 4)})
        self.dalam = nn.Sequential(nn.Sequential(nn.Linear(4, 4), nn.Tanh()), nn.Linear(4, 1))

    def forward(self, x):
        for one in self.blok:
            x = one(x)
        return self.dalam(self.kamus["turun-1"](self.kamus["awal"](x)))


def sequential():
    return nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Sequential(nn.Linear(3, 2), nn.Tanh()))


CASES = {
    "sequential": (sequential, ["model[0]", "model[2][0]"]),
    "attributes": (Net, ["blok[0]", "blok[1]", "awal", 'kamus["turun-1"]', "dalam[0][0]", "dalam[1]"]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("given", [False, True])
def test_film_drawing_and_text_call_a_layer_alike(case, given):
    make, told = CASES[case]
    model = make()
    loss = model(X).sum()
    drawing = draw(loss, names=model if given else None, collapse=None)
    with record() as run:
        model(X).sum().backward()
    film = play(run).text
    for name in told:
        assert re.search(rf"{re.escape(name)}\((X|…)\) · AddmmBackward0", drawing.text), drawing.text
        assert re.search(rf"Maju: (x = )?{re.escape(name)}\((X|x|…)\) = ", film), film


def test_several_models_and_one_without_a_name():
    first, second = nn.Sequential(nn.Linear(4, 4)), nn.Sequential(nn.Linear(4, 4))
    with record() as run:
        second(first(X)).sum().backward()
    assert "first[0](X)" in play(run).text and "second[0](…)" in play(run).text
    with record() as run:
        nn.Sequential(nn.Linear(4, 4))(X).sum().backward()
    assert "Sequential[0](X)" in play(run).text


def test_groups_of_numbered_modules_are_no_numbers():
    """"sum(3)" would be read as the sum of a number."""
    blocks = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4)) for _ in range(4)])
    told = draw(blocks(X).sum(), collapse="module").text
    assert "sum(blocks[3])" in told and "blocks[0] · 7 simpul" in told
    vast = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(60)])
    assert "vast[0] … vast[58] × 59 ·" in draw(vast(X).sum()).text
