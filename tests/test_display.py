import base64
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import torch

import autograd_viz
from autograd_viz import draw

sys.path.insert(0, str(Path(__file__).parent))
import pictures  # noqa: E402


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_mimebundle_has_a_static_image_an_svg_and_a_tree():
    drawing = draw(pictures.parabola())
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    image = next(attrs for tag, attrs in Tags(bundle["text/html"]).found if tag == "img")
    assert base64.b64decode(image["src"].split(",")[1]).decode("utf-8") == drawing.svg == bundle["image/svg+xml"]
    assert "z = … + konstanta" in image["alt"] and "max-width:100%" in image["style"]
    assert bundle["text/plain"] == drawing.text.rstrip("\n")


def test_a_wide_picture_scrolls_before_it_is_too_small_to_read():
    wide = draw(pictures.network())._repr_mimebundle_()["text/html"]
    assert int(re.search(r"min-width:(\d+)px", wide)[1]) > 700
    assert "min-width" not in draw(pictures.parabola())._repr_mimebundle_()["text/html"]


def test_hostile_names_stay_in_the_alt_text():
    found = Tags(draw(pictures.hostile())._repr_mimebundle_()["text/html"]).found
    assert [tag for tag, _ in found] == ["div", "img"]
    assert set(found[1][1]) == {"alt", "style", "src"}


def test_draw_finds_the_callers_names_and_values():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    before = draw(y)
    y.backward()
    after = draw(y)
    assert "x · daun · (2) · nilai [1, 2] · grad belum dihitung" in before.text
    assert "x · daun · (2) · nilai [1, 2] · grad [2, 4]" in after.text
    assert "y = sum(…)" in after.text and "simpanan: dibebaskan" in after.text
    assert "grad belum dihitung" in before.svg, "a drawing keeps what was true when it was made"


def test_draw_keeps_nothing_of_the_graph_alive():
    import gc
    import weakref

    x = torch.ones(3, requires_grad=True)
    y = x.exp()
    gone = [weakref.ref(x), weakref.ref(y)]
    drawing = draw(y)
    drawing.svg, drawing.text, drawing.dot
    gc.disable()
    try:
        del x, y
        assert [kept() for kept in gone] == [None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("option", "listed"),
    [
        ({"direction": "XY"}, "'LR'"),
        ({"detail": "penuh"}, "'lesson'"),
        ({"engine": "neato"}, "'graphviz'"),
        ({"collapse": "x"}, "'auto'"),
    ],
)
def test_unknown_options_list_the_choices(option, listed):
    with pytest.raises(ValueError, match=listed):
        draw(pictures.parabola(), **option)


@pytest.mark.parametrize("kind", ["svg", "txt", "gv", "html"])
def test_save_writes_what_the_suffix_says(tmp_path, kind):
    drawing = draw(pictures.network())
    path = drawing.save(tmp_path / f"graf.{kind}")
    text = path.read_text(encoding="utf-8")
    assert {
        "svg": text == drawing.svg,
        "txt": text == drawing.text,
        "gv": text == drawing.dot.source,
        "html": text.startswith("<!doctype html>") and 'lang="id"' in text and drawing.svg.strip() in text,
    }[kind]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.needs("dot")
@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_save_renders_through_dot(tmp_path, kind, magic):
    assert draw(pictures.network()).save(tmp_path / f"graf.{kind}").read_bytes().startswith(magic)


def test_save_without_dot_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    old = tmp_path / "graf.png"
    old.write_bytes(b"lama")
    with pytest.raises(RuntimeError, match="simpan sebagai .svg"):
        draw(pictures.parabola()).save(old)
    assert old.read_bytes() == b"lama"


def test_save_refuses_unknown_suffixes_and_missing_folders(tmp_path):
    with pytest.raises(ValueError, match=r"\.svg, \.txt, \.gv, \.html, \.png, \.pdf"):
        draw(pictures.parabola()).save(tmp_path / "graf.jpg")
    with pytest.raises(FileNotFoundError, match="Buat foldernya"):
        draw(pictures.parabola()).save(tmp_path / "tidak_ada" / "graf.svg")


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = draw(pictures.parabola()).save(tmp_path / "graf.svg")
    before = path.read_bytes()

    def broken(*_):
        raise OSError("disk penuh")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(OSError, match="disk penuh"):
        draw(pictures.network()).save(path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["graf.svg"]


def test_public_names():
    assert {"trace", "draw", "Graph", "Drawing"} <= set(autograd_viz.__all__)
