"""The picture of the rooms is made from their imports, and nobody imports against its arrows."""

import re
from xml.etree import ElementTree

import pytest

from tools import rooms
from tools.rooms import Room

PAGE = (rooms.ROOT / "docs" / "arsitektur.md").read_text(encoding="utf-8")


def house(**used):
    return {name: Room("Sebuah ruang.", frozenset(others), False) for name, others in used.items()}


def test_the_picture_is_in_step_with_the_package():
    assert rooms.main(["--periksa"]) == 0


def test_a_picture_that_differs_is_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(rooms, "PICTURE", tmp_path / "ruang.svg")
    assert rooms.main(["--periksa"]) == 1
    assert rooms.main([]) == 0 and rooms.main(["--periksa"]) == 0
    assert "python tools/rooms.py" in capsys.readouterr().err


def test_an_arrow_that_others_imply_is_left_out():
    assert rooms.direct(house(a=[], b=["a"], c=["a", "b"])) == [("a", "b"), ("b", "c")]
    assert rooms.direct(house(a=[], b=["a"], c=["b"], d=["c", "a"])) == [("a", "b"), ("b", "c"), ("c", "d")]


def test_imports_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="a, b"):
        rooms.in_order(house(a=["b"], b=["a"]))


def test_every_room_stands_in_the_picture_and_has_a_sentence():
    found = rooms.find_rooms(rooms.PACKAGE)
    svg = ElementTree.fromstring(rooms.picture(found))
    names = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "name"]
    assert sorted(names) == sorted(found) and all(room.told.endswith(".") for room in found.values())


def test_every_file_that_the_page_names_exists():
    """A file is named whole (`drawing/svg.py`) or beside another one of its room."""
    folders = [rooms.ROOT / name for name in ("autograd_viz", "tests", "tools", "jejak")]
    modules = {path.name for folder in folders for path in folder.rglob("*.*")}
    modules |= {path.name for path in rooms.ROOT.glob("*.*")}
    named = re.findall(r"`([\w./]+\.(?:py|toml|js|css|svg))`", PAGE)
    assert len(named) > 30
    assert [name for name in named if name.split("/")[-1] not in modules] == []
    whole = [name for name in named if "/" in name]
    roots = (rooms.PACKAGE, rooms.ROOT)
    assert [name for name in whole if not any((root / name).exists() for root in roots)] == []
