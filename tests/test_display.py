import base64
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import torch

import autograd_viz
from autograd_viz import Graph, draw, record
from autograd_viz.assets import script

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
    full, least = re.search(r"min-width:min\((\d+)px,max\((\d+)px,100\*\(700px - 100vw\)\)\)", wide).groups()
    assert int(full) == int(re.search(r'width="(\d+)"', draw(pictures.network()).svg)[1]) and int(least) > 700
    assert 'onload="' in wide and ">pas<" not in wide, "the key is made where it can work"
    narrow = draw(Graph((pictures.leaf("x"),), ()))._repr_mimebundle_()["text/html"]
    assert "min-width" not in narrow and "onload" not in narrow


@pytest.mark.parametrize("window", [358, 700, 1000])
def test_a_picture_never_shrinks_to_less_than_three_quarters_where_it_matters(window):
    drawn = draw(pictures.parabola())
    wide = int(re.search(r'width="(\d+)"', drawn.svg)[1])
    full, low = map(int, re.search(r"min\((\d+)px,max\((\d+)px,", drawn._repr_mimebundle_()["text/html"]).groups())
    least = min(full, max(low, 100 * (700 - window)))
    share = max(min(wide, window), least) / wide
    assert share >= (1 if window < 600 else 0.74), "as wide as the window, but never less than its least width"


def test_hostile_names_stay_in_the_alt_text():
    found = Tags(draw(pictures.hostile())._repr_mimebundle_()["text/html"]).found
    assert [tag for tag, _ in found] == ["div", "img"]
    assert set(found[1][1]) == {"alt", "style", "onload", "src"} and found[1][1]["onload"] == script("fit.js")


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


def test_a_recording_tells_the_line_of_each_card():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with record() as run:
        y = x * 3
        loss = (y + 1).sum()
        loss.backward()
    drawing = draw(run)
    start = next(step.place.line for step in run.steps if run.line(step).strip() == "y = x * 3")
    told = {line.split(" · ")[0].lstrip("└─├│ "): line.split(" · ")[-1] for line in drawing.text.splitlines()[2:]}
    assert told == {
        "loss = sum(…)": f"baris {start + 1}: loss = (y + 1).sum()",
        "y + 1": f"baris {start + 1}: loss = (y + 1).sum()",
        "y = x × 3": f"baris {start}: y = x * 3",
        "x": f"baris {start}: y = x * 3",
    }
    tips = re.findall(r"<title>([^<]*)</title>", drawing.svg)
    assert f"y = x × 3\nbaris {start}: y = x * 3" in tips, "pointing at a card shows its whole title and its line"
    folded = draw(run, collapse="pattern").text
    assert "baris" in folded and "baris" not in draw(loss).text


def test_the_lines_of_several_files_are_told_apart(tmp_path):
    space, file = {}, tmp_path / "ganda.py"
    file.write_text("def double(x):\n    return x * 2\n", encoding="utf-8")
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    x = torch.ones(2, requires_grad=True)
    with record() as run:
        y = space["double"](x).sum()
    assert re.search(r"y = sum.*test_display\.py baris \d+: y = space", draw(run).text)
    assert y.shape == () and re.search(r"x × 2.*ganda\.py baris 2: return x \* 2", draw(run).text)


def test_alt_text_tells_the_gradients():
    w, b = (torch.tensor(value, requires_grad=True) for value in (2.0, 1.0))
    loss = (w * 3 + b) ** 2
    assert "Gradien belum dihitung." in image_alt(draw(loss))
    loss.backward(inputs=[w])
    assert "Gradien 1 dari 2 daun belum dihitung (b). Yang sudah: w 42." in image_alt(draw(loss))
    loss = (w * 3 + b) ** 2
    w.grad = None
    loss.backward()
    assert "Gradien semua daun sudah dihitung. Isinya: w 42; b 14." in image_alt(draw(loss))


def image_alt(drawing):
    return next(attrs for tag, attrs in Tags(drawing._repr_mimebundle_()["text/html"]).found if tag == "img")["alt"]


@pytest.mark.parametrize(("options", "wide"), [({"width": 500}, 500), ({"scale": 2}, 2), ({}, 1)])
def test_an_svg_is_saved_as_wide_as_asked_for(tmp_path, options, wide):
    drawing = draw(pictures.network())
    saved = drawing.save(tmp_path / "a.svg", **options).read_text(encoding="utf-8")

    def size(text):
        return [float(n) for n in re.search(r'<svg [^>]* width="([\d.]+)" height="([\d.]+)"', text).groups()]

    before, after = size(drawing.svg), size(saved)
    assert after[0] == (wide if wide > 2 else wide * before[0])
    assert after[1] / after[0] == pytest.approx(before[1] / before[0], rel=1e-4)
    assert saved.partition("<title>")[2] == drawing.svg.partition("<title>")[2], "only its size changed"


@pytest.mark.needs("dot")
def test_a_png_has_the_pixels_that_were_asked_for(tmp_path):
    drawing = draw(pictures.network())

    def pixels(**options):
        head = drawing.save(tmp_path / "a.png", **options).read_bytes()
        return int.from_bytes(head[16:20], "big")

    usual = pixels()
    assert pixels(width=1600) == pixels(width=1600, dpi=300) == 1600
    assert pixels(dpi=288) == pytest.approx(2 * usual, abs=1) == pixels(scale=2)


@pytest.mark.needs("dot")
def test_a_pdf_is_as_wide_as_asked_for(tmp_path):
    drawing = draw(pictures.network())

    def points(**options):
        found = re.search(rb"MediaBox ?\[ ?0 0 (\d+)", drawing.save(tmp_path / "a.pdf", **options).read_bytes())
        return int(found[1])

    assert points(width=960) == pytest.approx(720, abs=2)
    assert points(scale=0.5) == pytest.approx(points() / 2, abs=2)


@pytest.mark.parametrize(
    ("suffix", "options", "said"),
    [
        ("svg", {"width": 0}, "width=0 bukan ukuran"),
        ("svg", {"scale": float("nan")}, "scale=nan bukan ukuran"),
        ("svg", {"width": "lebar"}, "bukan ukuran"),
        ("svg", {"width": 300, "scale": 2}, "salah satu"),
        ("svg", {"dpi": 300}, "dpi= tidak berlaku untuk .svg"),
        ("html", {"width": 300}, "width= tidak berlaku untuk .html"),
        ("txt", {"scale": 2}, "scale= tidak berlaku untuk .txt"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(tmp_path, suffix, options, said):
    with pytest.raises(ValueError, match=said):
        draw(pictures.parabola()).save(tmp_path / f"a.{suffix}", **options)
    assert list(tmp_path.iterdir()) == []
