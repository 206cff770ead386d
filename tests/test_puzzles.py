"""The pictures of the VJP puzzles: what came, what was asked, what was given, in the course's notation."""

from xml.etree import ElementTree

import pytest
import torch

from jejak.puzzles import PUZZLES, View, ask, teka

SVG = "{http://www.w3.org/2000/svg}"
WIDEST = 860  # the output area of JupyterLab at 1366 pixels with its side bar open is 912 wide


def picture(name, *given):
    return ElementTree.fromstring(View(name, ask(name, PUZZLES[name].shapes[0]), given).svg)


@pytest.mark.parametrize("name", PUZZLES)
def test_a_picture_fits_and_its_numbers_are_written_as_everywhere(name):
    question = ask(name, PUZZLES[name].shapes[0])
    root = picture(name, *(part * 1 for part in question.want))
    assert float(root.get("width")) <= WIDEST
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert not [text for text in texts if text.startswith("-") or text in ("−0", "-0.00")]
    edges = [(float(box.get("x")), float(box.get("x")) + float(box.get("width"))) for box in root.iter(f"{SVG}rect")
             if box.get("stroke")]
    assert min(left for left, _ in edges) >= 1 and max(right for _, right in edges) <= float(root.get("width")) - 1


def test_only_what_differs_is_red():
    want = ask("kali_tiga", (2, 3)).want[0]
    wrong = want.clone()
    wrong[0, 1] += 1
    red = [box for box in picture("kali_tiga", wrong).iter(f"{SVG}rect") if box.get("stroke") == "#dc2626"]
    assert len(red) == 1
    other = picture("kali_tiga", torch.zeros(3))
    assert sum(box.get("stroke") == "#dc2626" for box in other.iter(f"{SVG}rect")) == 3


def test_a_line_that_raises_is_told_above_what_was_asked():
    def kali_matriks(v, a, b):
        return v @ b, a.T @ v

    def kuadrat(v, x):
        raise ValueError("<b>salah</b>")

    told = teka(kali_matriks)
    assert "RuntimeError: mat1 and mat2 shapes cannot be multiplied" in str(told) and "diminta" in told.alt
    shown = teka(kuadrat)._repr_mimebundle_()
    assert shown["text/html"].startswith("<p>kuadrat: barisnya menimbulkan ValueError: &lt;b&gt;salah")
    titles = {text.text for text in ElementTree.fromstring(shown["image/svg+xml"]).iter(f"{SVG}text")}
    assert {"v", "diminta"} <= titles and "milik Anda" not in titles
