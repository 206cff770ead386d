"""Penggeser: satu kurva, satu bilangan yang digeser, dan garis yang ikut bergerak; semua angkanya dari autograd."""

import base64
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from typing import NamedTuple

import torch

from autograd_viz.assets import read, script
from jejak.plane import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Point, Window, circles, number, path, pixels, ticks

FINE = 4  # points of the curve between two positions
MOST = 201  # positions of a slider


class Position(NamedTuple):
    """Yang tampak di satu kedudukan penggeser: garis, titik-titik, dan kalimatnya."""

    line: tuple[Point, ...]
    dots: tuple[Point, ...]
    text: str


@dataclass(frozen=True)
class Slider:
    """Kurva dengan penggeser; di notebook ia bergerak tanpa kernel, di tempat lain tampak kedudukan awalnya.

    >>> print(tangent(lambda x: x ** 2, -2, 2, at=1, step=1))
    x −2: y 4, gradien −4
    x −1: y 1, gradien −2
    x 0: y 0, gradien 0
    x 1: y 1, gradien 2
    x 2: y 4, gradien 4
    """

    name: str  # what is moved
    axes: tuple[str, str]
    curve: tuple[Point, ...]
    marks: tuple[Point, ...]
    positions: tuple[Position, ...]
    start: int

    @property
    def window(self) -> Window:
        """Bidang yang memuat seluruh kurva dengan sedikit ruang di atas dan di bawahnya."""
        ys = [point.y for point in self.curve]
        room = (max(ys) - min(ys)) * 0.08 or 1.0
        return Window(Point(self.curve[0].x, min(ys) - room), Point(self.curve[-1].x, max(ys) + room))

    @property
    def svg(self) -> str:
        """Kedudukan awalnya sebagai gambar SVG yang berdiri sendiri."""
        window, shown = self.window, self.positions[self.start]
        return Template(read("slider.svg", "jejak")).substitute(
            width=WIDTH, height=HEIGHT, left=LEFT, top=TOP, across=WIDTH - LEFT - RIGHT, down=HEIGHT - TOP - BOTTOM,
            foot=HEIGHT - 8, middle=(HEIGHT - BOTTOM + TOP) / 2, centre=(WIDTH + LEFT - RIGHT) / 2,
            alt=escape(self._alt), ticks="".join(ticks(window)),
            curve=path(window, self.curve), marks="".join(circles(window, self.marks)),
            line=path(window, shown.line), dots="".join(circles(window, shown.dots)),
            x=escape(self.axes[0]), y=escape(self.axes[1]),
        )  # fmt: skip

    @property
    def _alt(self) -> str:
        return f"Kurva {self.axes[1]} terhadap {self.axes[0]}. {self.positions[self.start].text}."

    def __str__(self) -> str:
        return "\n".join(position.text for position in self.positions)

    def __repr__(self) -> str:
        return f"{self.name}, {len(self.positions)} kedudukan. {self.positions[self.start].text}."

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        window = self.window
        told = [
            (path(window, shown.line), [pixels(window.place(dot)) for dot in shown.dots], shown.text)
            for shown in self.positions
        ]
        html = Template(read("slider.html", "jejak")).substitute(
            positions=escape(json.dumps(told, ensure_ascii=False, separators=(",", ":")), quote=True),
            style=read("slider.css", "jejak").replace("\n", ""), alt=escape(self._alt),
            picture=base64.b64encode(self.svg.encode("utf-8")).decode("ascii"), name=escape(self.name),
            last=len(self.positions) - 1, start=self.start, text=escape(self.positions[self.start].text),
            script=script("own_root.js", "slider.js", package="jejak"),
        )  # fmt: skip
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": repr(self)}


def tangent(
    f: Callable[[torch.Tensor], torch.Tensor],
    low: float,
    high: float,
    at: float,
    step: float,
    names: tuple[str, str] = ("x", "y"),
    marks: Iterable[float] = (),
) -> Slider:
    """Kurva `f` dari `low` sampai `high` dengan garis singgung yang dapat digeser setiap `step`, mulai dari `at`.

    `f` menerima dan memberi tensor satu angka; kemiringan garisnya `x.grad`. `marks` menandai titik-titik di kurva.
    Galat: `ValueError` bila batas atau langkahnya tidak masuk akal, atau hasil `f` tidak bisa diturunkan.

    >>> tangent(lambda harga: (harga - 5) * (100 - 4 * harga), 6, 20, at=10, step=1, names=("harga", "untung"))
    harga, 15 kedudukan. harga 10: untung 300, gradien 40.
    """
    places = _places(low, high, at, step)
    positions = []
    for place in places:
        point, slope = _slope(f, place)
        ends = (Point(end, point.y + slope * (end - place)) for end in (low, high))
        text = f"{names[0]} {number(place)}: {names[1]} {number(point.y)}, gradien {number(slope)}"
        positions.append(Position(tuple(ends), (point,), text))
    start = min(range(len(places)), key=lambda index: abs(places[index] - at))
    fixed = tuple(Point(mark, _value(f, mark)) for mark in marks)
    return Slider(names[0], names, _curve(f, low, high, len(places)), fixed, tuple(positions), start)


def descent(
    f: Callable[[torch.Tensor], torch.Tensor],
    low: float,
    high: float,
    at: float,
    rates: Sequence[float],
    steps: int = 6,
    names: tuple[str, str] = ("w", "loss"),
) -> Slider:
    """Kurva `f` dengan `steps` langkah turun dari `at`, setiap langkah `-lr * grad`; yang digeser `lr` dari `rates`.

    Galat: seperti `tangent`; juga bila `rates` kosong.

    >>> descent(lambda w: (w - 1) ** 2, -2, 4, at=-1, rates=[0.25, 0.5], steps=2)
    lr, 2 kedudukan. lr 0.25: w −1 → 0 → 0.5, loss 0.25.
    """
    if not 0 < len(rates) <= MOST or steps < 1:
        raise ValueError(
            f"Ada {len(rates)} nilai `rates` dan {steps} langkah, padahal keduanya paling sedikit satu "
            f"(`rates` paling banyak {MOST}). Contoh: rates=[0.1, 0.5, 1.0], steps=6."
        )
    _places(low, high, at, high - low)
    positions = []
    for rate in rates:
        point, slope = _slope(f, at)
        path = [point]
        for _ in range(steps):
            point, slope = _slope(f, point.x - rate * slope)
            path.append(point)
        walked = " → ".join(number(one.x) for one in path)
        text = f"lr {number(rate)}: {names[0]} {walked}, {names[1]} {number(path[-1].y)}"
        positions.append(Position(tuple(path), tuple(path), text))
    return Slider("lr", names, _curve(f, low, high, 24), (), tuple(positions), 0)


def _places(low: float, high: float, at: float, step: float) -> list[float]:
    if not (low <= at <= high and low < high and 0 < step <= high - low):
        raise ValueError(
            f"Batas {low} sampai {high}, awal {at}, dan langkah {step} tidak cocok: awal harus di antara kedua batas, "
            "dan langkah positif tidak melebihi jaraknya. Contoh: tangent(f, 0, 10, at=2, step=0.5)."
        )
    count = int((high - low) / step + 1e-9) + 1
    if count > MOST:
        raise ValueError(
            f"Dengan langkah {step} ada {count} kedudukan, terlalu banyak untuk satu penggeser. "
            f"Pakai langkah yang lebih besar; paling banyak {MOST} kedudukan."
        )
    return [low + index * step for index in range(count)]


def _curve(f: Callable[[torch.Tensor], torch.Tensor], low: float, high: float, count: int) -> tuple[Point, ...]:
    total = (count - 1) * FINE or FINE
    places = [low + (high - low) * index / total for index in range(total + 1)]
    return tuple(Point(place, _value(f, place)) for place in places)


def _value(f: Callable[[torch.Tensor], torch.Tensor], place: float) -> float:
    return _slope(f, place)[0].y


def _slope(f: Callable[[torch.Tensor], torch.Tensor], place: float) -> tuple[Point, float]:
    """The point of the curve at a place, and the gradient there."""
    x = torch.tensor(float(place), dtype=torch.float64, requires_grad=True)
    y = f(x)
    if not isinstance(y, torch.Tensor) or y.numel() != 1 or not y.requires_grad:
        raise ValueError(
            "Hasil fungsinya harus tensor satu angka yang tercatat dari masukannya. Tulis fungsinya dengan operasi "
            "PyTorch pada masukan itu, tanpa `.item()` dan tanpa `torch.no_grad()`."
        )
    (slope,) = torch.autograd.grad(y.reshape(()), x)
    value, gradient = float(y.detach()), float(slope)
    if not (math.isfinite(value) and math.isfinite(gradient)):
        raise ValueError(
            f"Di {number(place)} hasil atau gradiennya bukan angka biasa: {number(value)} dan {number(gradient)}. "
            "Pilih batas atau `lr` yang menghindari tempat itu."
        )
    return Point(float(place), value), gradient
