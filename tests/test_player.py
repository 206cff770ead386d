"""The bundle of a Player: static first, small, nothing from outside becomes markup."""

import base64
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import torch
from playwright._impl._driver import compute_driver_executable

from autograd_viz import Player, Recording, draw, play, record
from autograd_viz.assets import read, script
from autograd_viz.graph import Edge, Graph, Node, Value
from autograd_viz.playing.payload import from_json, payload, to_json
from autograd_viz.playing.player import _SCRIPTS, _STYLES
from autograd_viz.playing.timeline import timeline
from autograd_viz.recording.events import Cut, Error, Forward, Leaf, Missing, RecordingData
from autograd_viz.recording.source import Place, Source
from tests.js import films

HOSTILE = "</script><img src=x onerror=alert(1)>'\"&<!--"
ROOT = Path(__file__).resolve().parents[1]


def chain() -> Recording:
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        y = x**2
        z = 2 * y + 3
        z.backward()
    return run


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append((tag, dict(attrs)))


def shell(player: Player) -> dict[str, dict[str, str | None]]:
    found = Tags(player._repr_mimebundle_()["text/html"]).found
    assert [tag for tag, _ in found] == ["div", "style", "figure", "img", "figcaption", "iframe"]
    return dict(found)


def film(player: Player) -> dict:
    page = shell(player)["iframe"]["srcdoc"] or ""
    return json.loads(re.search(r'<script type="application/json" class="film">(.*?)</script>', page, re.S)[1])


def test_the_bundle_is_static_first() -> None:
    player = play(chain())
    bundle = player._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    parts = shell(player)
    picture = base64.b64decode((parts["img"]["src"] or "").partition("base64,")[2]).decode()
    assert picture == bundle["image/svg+xml"] == player.svg
    assert "x.grad = 12" in (parts["img"]["alt"] or "") and "grad 12" in picture
    assert "hidden" in parts["iframe"] and parts["iframe"]["sandbox"] == "allow-scripts"
    assert bundle["text/plain"].splitlines()[-1] == "10. Mundur: Mundur selesai: x.grad = 12."


def test_ten_steps_are_below_70_kb_and_need_no_network() -> None:
    player = play(chain())
    assert len(film(player)["frames"]) == 10
    assert len(player._repr_mimebundle_()["text/html"].encode()) < 70_000
    addresses = re.findall(r"https?://[^\"' ]+", player.page + script(*_SCRIPTS) + "".join(map(read, _STYLES)))
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}


def test_nothing_in_the_page_has_an_id() -> None:
    assert not [attrs for _, attrs in Tags(play(chain()).page).found if "id" in attrs]


def test_hostile_names_stay_text() -> None:
    value = Value((), "float32", (1.0,), 1.0, 1.0, 1.0, 1.0)
    nodes = (Node("AccumulateGrad", "leaf", HOSTILE, ((),)), Node(HOSTILE, "output", HOSTILE, ((),), module=HOSTILE))
    steps = (
        Leaf(0, Place(0, 1, 1), HOSTILE, value),
        Forward(1, None, HOSTILE, (value,)),
        Cut(1, HOSTILE, None, HOSTILE, value),  # type: ignore[arg-type]
        Error(HOSTILE),
    )
    run = Recording(RecordingData(Graph(nodes, (Edge(0, 1, 0),)), (Source(HOSTILE, HOSTILE),), steps))
    player = play(run)
    tags = [tag for tag, _ in Tags(shell(player)["iframe"]["srcdoc"] or "").found]
    assert "img" not in tags and tags.count("script") == 4
    assert "img" not in [tag for tag, _ in Tags(player.svg).found]
    assert film(player)["sources"] == [{"title": HOSTILE, "rows": [{"number": 1, "text": HOSTILE}]}]
    assert not [word for word in ("innerHTML", "insertAdjacentHTML", "document.write") if word in script(*_SCRIPTS)]


def test_play_wants_a_recording() -> None:
    with pytest.raises(TypeError, match="menerima rekaman, bukan Tensor"):
        play(torch.ones(1))  # type: ignore[arg-type]


def test_draw_takes_a_recording_and_marks_the_birth_of_nan() -> None:
    x = torch.tensor([1.0, 0.0], requires_grad=True)
    with record() as run:
        (torch.sqrt(x) * torch.tensor([1.0, 0.0])).sum().backward()
    text = draw(run).text
    assert "NaN muncul saat mundur" in text and "grad [0.5, nan]" in text
    assert "muncul saat" not in draw(chain()).text


def tags(svg: str) -> list[str]:
    return re.findall(r'class="note grad"[^>]*>([^<]*)<', svg)


def test_a_small_drawing_of_a_run_has_gradients_on_its_arrows() -> None:
    assert tags(draw(chain()).svg) == ["← 12", "← 2", "← 1"] and "← gradien" in draw(chain()).svg
    assert tags(draw(chain(), direction="TB").svg) == ["↑ 12", "↑ 2", "↑ 1"]


def test_a_drawing_with_long_gradients_or_many_arrows_stays_calm() -> None:
    v, x = torch.ones(4, requires_grad=True), torch.tensor(0.5, requires_grad=True)
    with record() as wide:
        (v * v).sum().backward()
    with record() as long:
        y = x
        for _ in range(13):
            y = torch.sin(y)
        y.backward()
    assert tags(draw(wide).svg) == tags(draw(long, collapse=None).svg) == []
    assert "← gradien" not in draw(wide).svg


def test_other_processes_give_the_same_bytes() -> None:
    code = (
        "import hashlib, torch; from autograd_viz import draw, play, record\n"
        "a = torch.tensor([1.0, 2.0], requires_grad=True)\n"
        "with record() as run:\n    b = 2 * a\n    c = b.detach()\n    (c * a + torch.sin(b)).sum().backward()\n"
        "text = repr([play(run)._repr_mimebundle_(), draw(run).svg])\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "77")
    ]  # fmt: skip
    assert len(set(runs)) == 1 and len(runs[0]) == 65


def test_what_a_recording_misses_is_told_once_in_the_film_and_in_its_text() -> None:
    told = "Rekaman ini tidak lengkap: 2 gradien tidak terbaca."
    run = chain()
    assert "tidak lengkap" not in repr(play(run)) and "missing" not in film(play(run))
    partial = play(Recording(run.data._replace(missing=(Missing("gradient", 2),))))
    assert repr(partial).splitlines()[-1] == told and repr(partial).count(told) == 1
    assert film(partial)["missing"] == told and partial.page.count(told) == 1


def test_the_films_that_the_script_is_tested_with_are_fresh() -> None:
    assert films.films() == films.FILE.read_text(encoding="utf-8"), "python tests/js/films.py"


def test_a_film_is_written_and_read_by_name() -> None:
    made = payload(timeline(chain()))
    text = to_json(made)
    assert from_json(text) == made
    first = json.loads(text)["frames"][0]
    assert first["place"]["source"] == 0 and first["cards"] == [
        {"card": 0, "value": ["3"]}
    ]
    assert re.search(r"^const VERSION = (\d+);", read("film.js"), re.M)[1] == str(made.version)


@pytest.mark.needs("node")
@pytest.mark.parametrize("shape", ["as written", "as sent"])
def test_the_script_under_node(shape: str, tmp_path: Path) -> None:
    node, _ = compute_driver_executable()
    for name in ("film.js", "guess.js", "loops.js"):
        (tmp_path / name).write_text(script(name, exports=True), encoding="utf-8")
    sent = {"FILM": str(tmp_path / "film.js"), "GUESS": str(tmp_path / "guess.js"), "LOOPS": str(tmp_path / "loops.js")}
    done = subprocess.run(
        [str(node), "--test", str(ROOT / "tests" / "js" / "player.test.mjs")], capture_output=True, text=True,
        encoding="utf-8", timeout=60, env={**os.environ, **(sent if shape == "as sent" else {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"# pass [1-9]|ℹ pass [1-9]", done.stdout), done.stdout


def test_a_film_is_saved_as_a_page_a_picture_or_text(tmp_path: Path) -> None:
    player = play(chain())
    assert player.save(tmp_path / "film.html") == tmp_path / "film.html"
    page = (tmp_path / "film.html").read_text(encoding="utf-8")
    assert "<noscript>" in page and page.replace(player._file, "") == ""
    assert "Bingkai terakhir dari film 10 langkah; nyalakan JavaScript" in page
    assert player.save(str(tmp_path / "film.SVG")).read_text(encoding="utf-8") == player.svg
    assert player.save(tmp_path / "film.txt").read_text(encoding="utf-8") == player.text
    assert player.text.count("\n") == 10 and player.text.startswith("1. Maju: x adalah tensor daun")
    with pytest.raises(ValueError, match=r"Film tidak dapat disimpan .* Pilih salah satu akhiran: .html, .svg, .txt"):
        player.save(tmp_path / "film.mp4")
    with pytest.raises(FileNotFoundError, match="Buat foldernya"):
        player.save(tmp_path / "none" / "film.html")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["film.SVG", "film.html", "film.txt"]


def test_the_fallback_names_the_length_of_the_film() -> None:
    told = "Bingkai terakhir dari film 10 langkah; jalankan sel ini untuk memutarnya."
    assert f"<figcaption>{told}</figcaption>" in play(chain())._repr_mimebundle_()["text/html"]


def test_guessing_starts_with_the_film_where_it_is_asked_for() -> None:
    assert film(play(chain(), tebak=True))["guess"] is True and "guess" not in film(play(chain()))
