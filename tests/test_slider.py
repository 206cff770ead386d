"""The slider: every number is autograd's, what moves stands where the numbers say, and a bad call is told."""

import base64
import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest
import torch

from jejak import descent, tangent

CURVES = {
    "sine": (torch.sin, torch.cos, -3.0, 3.0),
    "price": (lambda x: (x - 5) * (100 - 4 * x), lambda x: 120 - 8 * x, 6.0, 21.0),
    "flat": (lambda x: 0 * x + 2, lambda x: 0 * x, 0.0, 1.0),
    "tiny": (lambda x: 1e-9 * x**3, lambda x: 3e-9 * x**2, -1.0, 2.0),
    "huge": (lambda x: 1e9 * x**2, lambda x: 2e9 * x, -1.0, 2.0),
}


def told(slider):
    html = slider._repr_mimebundle_()["text/html"]
    return json.loads(unescape(re.search(r'data-positions="([^"]*)"', html)[1]))


def numbers(path):
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", path)[1:]]


@pytest.mark.parametrize("name", CURVES)
def test_line_and_sentence_are_the_gradient(name):
    f, slope, low, high = CURVES[name]
    slider = tangent(f, low, high, at=low, step=(high - low) / 7)
    for position in slider.positions:
        (point,) = position.dots
        x = torch.tensor(point.x, dtype=torch.float64)
        assert point.y == pytest.approx(float(f(x)), rel=1e-12)
        (left, right), wanted = position.line, float(slope(x))
        assert (right.y - left.y) / (right.x - left.x) == pytest.approx(wanted, rel=1e-9, abs=1e-15)
        spoken = [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", position.text.replace("−", "-"))]
        assert spoken[-1] == pytest.approx(wanted, rel=6e-4, abs=1e-15)
        assert spoken[0] == pytest.approx(point.x, rel=6e-4, abs=1e-12)


def test_the_moving_parts_stand_on_the_curve():
    slider = tangent(torch.sin, -3, 3, at=0, step=0.5, marks=[1.0])
    root = ElementTree.fromstring(slider.svg)
    curve = numbers(next(e for e in root.iter() if e.tag.endswith("path") and "class" not in e.attrib).attrib["d"])
    for path, dots, _ in told(slider):
        ends, (dot,) = numbers(path), dots
        assert min((dot[0] - x) ** 2 + (dot[1] - y) ** 2 for x, y in curve) < 0.05
        (x1, y1), (x2, y2) = ends
        assert y1 + (y2 - y1) * (dot[0] - x1) / (x2 - x1) == pytest.approx(dot[1], abs=0.2)


def test_the_picture_begins_where_it_is_told():
    slider = tangent(torch.sin, -3, 3, at=1.05, step=0.5)
    assert slider.positions[slider.start].text.startswith("x 1:")
    assert f'd="{told(slider)[slider.start][0]}"' in slider.svg
    picture = base64.b64encode(slider.svg.encode()).decode()
    assert '<img alt="' in (html := slider._repr_mimebundle_()["text/html"]) and picture in html
    assert f'value="{slider.start}"' in slider._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9, 1.0, 1.1])
def test_descent_takes_the_steps_of_sgd(rate):
    slider = descent(lambda w: (w - 1) ** 2, -2, 4, at=-1, rates=[rate], steps=5)
    w = torch.nn.Parameter(torch.tensor(-1.0, dtype=torch.float64))
    opt, walked = torch.optim.SGD([w], lr=rate), [-1.0]
    for _ in range(5):
        opt.zero_grad()
        ((w - 1) ** 2).backward()
        opt.step()
        walked.append(w.item())
    assert [dot.x for dot in slider.positions[0].dots] == pytest.approx(walked, rel=1e-12)


def test_far_steps_stay_short_numbers():
    slider = descent(lambda w: w**2, -2, 4, at=-1, rates=[40.0], steps=12)
    assert len(slider._repr_mimebundle_()["text/html"]) < 7000


def test_a_steep_line_keeps_its_direction():
    """Ends far outside are cut along the line, not moved."""
    slider = tangent(lambda x: torch.tanh(200 * x), -1, 1, at=0, step=0.25)
    (x1, y1), (x2, y2) = numbers(told(slider)[slider.start][0])
    window = slider.window
    left, right = (window.place(point) for point in slider.positions[slider.start].line)
    assert (y2 - y1) / (x2 - x1) == pytest.approx((right.y - left.y) / (right.x - left.x), rel=0.01)
    assert max(map(abs, (x1, y1, x2, y2))) <= 4000


def test_names_from_outside_are_escaped():
    html = tangent(torch.sin, 0, 1, at=0, step=0.5, names=("<b>&", '"y"'))._repr_mimebundle_()["text/html"]
    assert "<b>&" not in html and "&lt;b&gt;&amp;" in html
    ElementTree.fromstring(tangent(torch.sin, 0, 1, at=0, step=0.5, names=("<b>&", '"y"')).svg)


def test_same_bytes_and_light():
    make = lambda: tangent(torch.sin, -3, 3, at=0, step=0.1)._repr_mimebundle_()["text/html"]  # noqa: E731
    assert make() == make() and len(make().encode()) <= 20_000
    assert "http" not in make().replace("http://www.w3.org/2000/svg", "")


WRONG = {
    "start outside": (lambda: tangent(torch.sin, 0, 1, at=2, step=0.1), "awal"),
    "limits turned": (lambda: tangent(torch.sin, 1, 0, at=0.5, step=0.1), "awal"),
    "no step": (lambda: tangent(torch.sin, 0, 1, at=0, step=0), "langkah"),
    "too many": (lambda: tangent(torch.sin, 0, 1, at=0, step=1e-6), "terlalu banyak"),
    "a number": (lambda: tangent(lambda x: x.item(), 0, 1, at=0, step=0.5), "tercatat"),
    "detached": (lambda: tangent(lambda x: x.detach() * 2, 0, 1, at=0, step=0.5), "tercatat"),
    "a vector": (lambda: tangent(lambda x: torch.stack([x, x]), 0, 1, at=0, step=0.5), "satu angka"),
    "infinite": (lambda: tangent(torch.log, 0, 1, at=1, step=0.5), "bukan angka biasa"),
    "not a limit": (lambda: tangent(torch.sin, float("nan"), 1, at=0, step=0.5), "awal"),
    "no rates": (lambda: descent(torch.sin, 0, 1, at=0, rates=[]), "rates"),
    "no steps": (lambda: descent(torch.sin, 0, 1, at=0, rates=[0.1], steps=0), "langkah"),
    "runs away": (lambda: descent(lambda w: w**4, -2, 2, at=1, rates=[10.0], steps=20), "bukan angka biasa"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_call_is_told(name):
    call, words = WRONG[name]
    with pytest.raises(ValueError, match=words):
        call()
