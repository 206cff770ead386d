"""Menggambar ruang-ruang paket dan impornya: `python tools/rooms.py [--periksa]`.

Ruang adalah folder di `autograd_viz/`; keterangannya kalimat pertama `__init__.py`-nya. Panah berarti dipakai oleh.
Panah yang sudah tersirat oleh panah lain tidak digambar. Gambarnya `docs/ruang.svg`, di dalam `docs/arsitektur.md`.
"""

import argparse
import ast
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograd_viz.drawing.card_svg import arrow
from autograd_viz.layout.layout import layout
from autograd_viz.text.measure import width
from tools.twins import ROOT

PACKAGE = ROOT / "autograd_viz"
PICTURE = ROOT / "docs" / "ruang.svg"
STYLE = Path(__file__).with_name("rooms.css")
NAME_SIZE, LINE_SIZE, LINE_LIMIT, STEP, PAD, MARGIN = 14.5, 12.5, 190.0, 17.0, 14.0, 16.0


class Room(NamedTuple):
    """A folder of the package: what it is for, the rooms it imports from, and whether it imports torch."""

    told: str
    used: frozenset[str]
    torch: bool


def find_rooms(package: Path) -> dict[str, Room]:
    """Every room of the package, by name."""
    names = sorted(path.parent.name for path in package.glob("*/__init__.py"))
    return {name: _room(package / name, frozenset(names)) for name in names}


def _room(folder: Path, names: frozenset[str]) -> Room:
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {module for path in folder.glob("*.py") for module in _imported(path)}
    used = frozenset(module.split(".")[1] for module in modules if module.startswith("autograd_viz."))
    torch = any(module.split(".")[0] == "torch" for module in modules)
    return Room(told.split("\n")[0].replace("`", ""), (used & names) - {folder.name}, torch)


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def in_order(rooms: Mapping[str, Room]) -> list[str]:
    """The rooms, used ones first; names decide among equals.

    Raises ValueError where imports run in a circle.
    """
    order: list[str] = []
    while len(order) < len(rooms):
        ready = [name for name in rooms if name not in order and rooms[name].used <= set(order)]
        if not ready:
            raise ValueError(f"Impor berputar di antara {', '.join(n for n in rooms if n not in order)}.")
        order += ready
    return order


def direct(rooms: Mapping[str, Room]) -> list[tuple[str, str]]:
    """Pairs (used, user) that no longer chain of imports implies."""
    below: dict[str, set[str]] = {}
    for name in in_order(rooms):
        below[name] = set().union(rooms[name].used, *(below[used] for used in rooms[name].used))
    return [
        (used, name)
        for name in in_order(rooms)
        for used in sorted(rooms[name].used)
        if not any(used in below[other] for other in rooms[name].used)
    ]


def picture(rooms: Mapping[str, Room]) -> str:
    """The rooms as one SVG, deterministic."""
    order = in_order(rooms)
    lines = {name: _wrap(rooms[name].told) for name in order}
    sizes = []
    for name in order:
        wide = max(width(name, NAME_SIZE, True), *(width(line, LINE_SIZE) for line in lines[name])) + 2 * PAD
        sizes.append((-(-wide // 8) * 8, 2 * PAD + STEP * (len(lines[name]) + 1)))
    places = {name: place for place, name in enumerate(order)}
    slots: dict[str, int] = {}
    edges = []
    for used, user in direct(rooms):
        edges.append((places[used], places[user], slots.get(user, 0)))
        slots[user] = slots.get(user, 0) + 1
    placed = layout(sizes, edges, "LR", None, 44.0)
    wide, tall = placed.width + 2 * MARGIN, placed.height + 2 * MARGIN + STEP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rooms" role="img" xml:lang="id" lang="id" '
        f'viewBox="0 0 {wide:g} {tall:g}" width="{wide:g}" height="{tall:g}">',
        "<title>Ruang-ruang paket autograd_viz</title>",
        f"<style>{STYLE.read_text(encoding='utf-8').strip()}</style>",
        f'<rect class="sheet" width="{wide:g}" height="{tall:g}"/><g transform="translate({MARGIN:g} {MARGIN:g})">',
    ]
    for path in placed.paths:
        line, head = arrow(path.points, 8.0)
        parts.append(f'<path class="wire" d="{line}"/><path class="head" d="{head}"/>')
    for name, box in zip(order, placed.boxes, strict=True):
        parts.append(f'<g class="{"torch" if rooms[name].torch else "plain"}"><rect class="box" x="{box.x:g}"')
        parts.append(f' y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="7"/>')
        x, y = box.x + box.width / 2, box.y + PAD + 12
        parts.append(f'<text class="name" x="{x:g}" y="{y:g}">{escape(name)}</text>')
        for row, text in enumerate(lines[name], 1):
            parts.append(f'<text x="{x:g}" y="{y + STEP * row:g}">{escape(text)}</text>')
        parts.append("</g>")
    key = "Panah: ruang di pangkalnya dipakai oleh ruang di ujungnya. Jingga: ruang yang mengimpor torch."
    parts.append(f'<text class="key" x="0" y="{placed.height + STEP + 4:g}">{key}</text></g></svg>\n')
    return "".join(parts)


def _wrap(text: str) -> list[str]:
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and width(longer, LINE_SIZE) <= LINE_LIMIT:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Menggambar ruang-ruang paket autograd_viz.")
    parser.add_argument("--periksa", action="store_true", help="jangan ubah apa pun; gagal bila tidak sejalan")
    options = parser.parse_args(arguments)
    drawn = picture(find_rooms(PACKAGE))
    if not options.periksa:
        PICTURE.write_text(drawn, encoding="utf-8", newline="\n")
        return 0
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == drawn:
        return 0
    print("docs/ruang.svg tidak sejalan dengan paketnya. Jalankan `python tools/rooms.py`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
