"""`play(run)`: rekaman yang diputar langkah demi langkah di dalam notebook."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from autograd_viz.assets import read, script
from autograd_viz.drawing.save import checked, write
from autograd_viz.packing import pack
from autograd_viz.playing.frames import Frame, Phase, shown_at
from autograd_viz.playing.opened_turn import opened, seen, titles
from autograd_viz.playing.optimizer_rows import row_texts
from autograd_viz.playing.payload import payload, to_json
from autograd_viz.playing.stage_svg import frame_svg, picture
from autograd_viz.playing.timeline import Timeline, timeline
from autograd_viz.recording.recording import Recording
from autograd_viz.text.rich_text import BREAK


class Player:
    """Pemutar sebuah rekaman; tampil sendiri di notebook, dengan gambar bingkai terakhir sebagai cadangan.

    >>> from autograd_viz.recording.events import Error, RecordingData
    >>> print(Player(Recording(RecordingData(steps=(Error("Galat: contoh"),)))))
    1. Galat: Kode berhenti di sini: Galat: contoh. Rekaman sampai titik ini tetap dapat diputar.
    """

    def __init__(self, run: Recording, tebak: bool = False) -> None:
        self.run, self.tebak = run, tebak
        self.timeline: Timeline = timeline(run)

    @cached_property
    def svg(self) -> str:
        """Bingkai terakhir sebagai gambar SVG yang berdiri sendiri."""
        timeline = self.timeline
        last = timeline.frames[-1]
        at = len(timeline.frames) - 1
        view = opened(timeline, at)
        page = timeline.pages[last.page]
        stage, names = timeline.stages[(view or page).stage], titles(timeline, page, view)
        shown, card, flow = seen(view, stage, shown_at(timeline.frames, at), last.card, last.flow)
        return picture(stage, names, shown, card, flow, last.phase, _plain(last), self._gist)

    @property
    def _gist(self) -> str:
        count = len(self.timeline.frames)
        gist = f"Rekaman autograd dalam {count} langkah; bingkai terakhir: {_plain(self.timeline.frames[-1])}"
        return " ".join(filter(None, [gist, self.run.missing_line]))

    @cached_property
    def text(self) -> str:
        """Semua langkah sebagai teks, satu langkah satu baris, untuk terminal dan pembaca layar.

        >>> from autograd_viz.recording.events import Error, RecordingData
        >>> run = Recording(RecordingData(steps=(Error("Galat: satu"), Error("Galat: dua"))))
        >>> print(play(run).text)
        1. Galat: Kode berhenti di sini: Galat: satu. Rekaman sampai titik ini tetap dapat diputar.
        2. Galat: Kode berhenti di sini: Galat: dua. Rekaman sampai titik ini tetap dapat diputar.
        <BLANKLINE>
        """
        return "\n".join([*self._rows, *filter(None, [self.run.missing_line]), ""])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Menyimpan film sebagai .html yang berputar tanpa jaringan, .svg bingkai terakhirnya, atau .txt.

        Galat: `ValueError` bila akhiran `path` tidak dikenal; `FileNotFoundError` bila foldernya tidak ada.

        >>> import tempfile
        >>> from autograd_viz.recording.events import Error, RecordingData
        >>> film = play(Recording(RecordingData(steps=(Error("Galat: contoh"),))))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     film.save(f"{folder}/film.html").name
        'film.html'
        """
        contents = {".html": lambda: self._file, ".svg": lambda: self.svg, ".txt": lambda: self.text}
        target = checked(path, list(contents), "Film")
        write(target, contents[target.suffix.lower()]().encode("utf-8"))
        return target

    @property
    def _file(self) -> str:
        """The page with the picture of the last frame for a browser without scripts."""
        picture = Template(read("without_script.html")).substitute(
            picture=self.svg, caption=f"Bingkai terakhir dari film {len(self.timeline.frames)} langkah; "
            "nyalakan JavaScript di peramban ini untuk memutarnya."
        )  # fmt: skip
        return self.page.replace("<body>", f"<body>\n{picture}", 1)

    @cached_property
    def page(self) -> str:
        """Pemutar sebagai satu halaman HTML yang berdiri sendiri."""
        return Template(read("player.html")).substitute(
            style=pack("\n".join(map(read, _STYLES))),
            stages="\n".join(
                f'<template class="stage">{frame_svg(stage)}</template>' for stage in self.timeline.stages
            ),
            film=to_json(payload(self.timeline, self.tebak)),
            script=pack(script(*_SCRIPTS)),
            unpack=script("unpack.js"),
            title=f"Rekaman autograd, {len(self.timeline.frames)} langkah",
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        data = base64.b64encode(self.svg.encode("utf-8")).decode("ascii")
        html = Template(read("shell.html")).substitute(
            alt=escape(self._gist),
            picture=data,
            caption=_CAPTION.format(len(self.timeline.frames)),
            onload=escape(" ".join(read("shell.js").split())),
            page=self.page.replace("&", "&amp;").replace("'", "&#39;"),
        )
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": repr(self)}

    @cached_property
    def _rows(self) -> list[str]:
        told = enumerate(self.timeline.frames, 1)
        return [f"{place}. {_PHASES[frame.phase]}: {_plain(frame)}" for place, frame in told]

    def __repr__(self) -> str:
        rows = list(self._rows)
        if len(rows) > _ROWS:
            rows[_ROWS // 2 : -_ROWS // 2] = [f"… {len(rows) - _ROWS} langkah lagi …"]
        return "\n".join([*rows, *filter(None, [self.run.missing_line])])


_ROWS = 40
_CAPTION = "Bingkai terakhir dari film {} langkah; jalankan sel ini untuk memutarnya."
_SCRIPTS = ("film.js", "loops.js", "guess.js", "guessing.js", "strip.js", "highest.js", "player.js")
_STYLES = ("colours.css", "stage.css", "player.css", "strip.css", "touch.css")
_PHASES: Mapping[Phase, str] = {
    "maju": "Maju", "mundur": "Mundur", "ulang": "Dihitung ulang", "optimizer": "Optimizer", "hapus": "Hapus grad",
    "galat": "Galat",
}  # fmt: skip


def play(run: Recording, tebak: bool = False) -> Player:
    """Memutar rekaman dari `record()`: kode, graf, dan satu kalimat berangka untuk setiap langkah.

    Dengan `tebak=True` film mulai dalam mode tebak: setiap gradien diketik pembacanya sebelum tampil. Tombol T
    menyalakan dan mematikannya.

    Galat: `TypeError` bila `run` bukan rekaman; `ValueError` bila rekamannya kosong atau belum selesai.

    >>> import torch
    >>> from autograd_viz import record
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> with record() as run:
    ...     y = x ** 2
    ...     y.backward()
    >>> print(repr(play(run)).splitlines()[-1])
    6. Mundur: Mundur selesai: x.grad = 6.
    """
    if not isinstance(run, Recording):
        raise TypeError(
            f"play() menerima rekaman, bukan {type(run).__name__}. "
            "Rekam dulu: `with record() as run:` lalu kode Anda di dalamnya, dan sesudah blok itu play(run)."
        )
    return Player(run, tebak)


def _plain(frame: Frame) -> str:
    told = " ".join("".join(span.text for span in frame.say).split(BREAK))
    path = "".join(span.text for span in frame.path)
    return " ".join(filter(None, [told, *(f"{text}." for text in row_texts(frame.rows)), path]))
