"""What the outputs of a lesson may not hold: what another machine or another run would not write."""

import pytest
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograd_viz import play, record
from tools.execute import output_faults


def faults(html):
    output = new_output("display_data", {"text/html": html})
    return output_faults(new_notebook(cells=[new_code_cell("x", outputs=[output])]))


@pytest.mark.parametrize(
    "text", ["dari /home/ana/x.py", "C:\\Users", "~/kerja/x.py", "/usr/lib/site-packages", "<a at 0x7f00aa11bb>"]
)
def test_places_of_this_machine_are_found(text):
    assert len(faults(text)) == 1


def test_packed_parts_of_a_film_are_no_text():
    packed = '<script type="text/plain" data-part="style">a~/6a~/b</script>'
    assert not faults(packed) and faults(packed + "~/kerja/x.py")


def test_a_film_holds_no_place_of_this_machine():
    x = torch.ones((), requires_grad=True)
    with record() as run:
        (x * 2).backward()
    assert not faults(play(run)._repr_mimebundle_()["text/html"])
