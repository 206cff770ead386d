"""Jalur panah: tempat menempel di sisi kartu dan lengkung di antara kolom."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]


def ports(places: Sequence[int], straight: int | None, height: float, step: float = 14.0) -> list[float]:
    """Bagi tempat menempel pada satu sisi kartu, dihitung dari tengah kartu, urut dari atas.

    `places` adalah nomor tetangga setiap panah dari atas ke bawah; panah ke tetangga `straight` menempel di tengah.

    >>> ports([7, 8, 9], 7, 60.0)
    [0.0, 11.0, 22.0]
    """
    last = len(places) - 1
    centre = last / 2
    if straight is not None:
        same = [index for index, place in enumerate(places) if place == straight]
        if same:
            centre = (same[0] + same[-1]) / 2
    reach = max(centre, last - centre)
    if reach > 0:
        step = min(step, max(height / 2 - 8, height / 4) / reach)
    return [round(2 * (index - centre) * step) / 2 for index in range(last + 1)]


def curve(stops: Sequence[tuple[float, float, float]]) -> list[Point]:
    """Buat titik kendali Bézier kubik melalui `stops`, yaitu (awal x, akhir x, y) dari bagian-bagian datar.

    Titik pertama adalah awal; sesudahnya setiap tiga titik adalah satu potongan lengkung.

    >>> curve([(0.0, 10.0, 5.0), (50.0, 60.0, 5.0)])
    [(0.0, 5.0), (20.0, 5.0), (40.0, 5.0), (60.0, 5.0)]
    """
    begin, x, y = stops[0]
    points = [(begin, y)]
    for start, end, height in stops[1:]:
        if height == y:
            x = end
            continue
        if x > points[-1][0]:
            points += _straight(points[-1], (x, y))
        middle = round(x + start) / 2
        points += [(middle, y), (middle, height), (start, height)]
        x, y = end, height
    if x > points[-1][0]:
        points += _straight(points[-1], (x, y))
    return points


def _straight(one: Point, two: Point) -> list[Point]:
    third = round((two[0] - one[0]) / 1.5) / 2
    return [(one[0] + third, one[1]), (two[0] - third, two[1]), two]
