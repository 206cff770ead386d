"""Packed text: Python and the page's script give back what was packed."""

import json
import random
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from autograd_viz.assets import read, script
from autograd_viz.packing import DIGITS, MARK, pack, unpack

STATIC = Path(__file__).resolve().parents[1] / "autograd_viz" / "static"


def texts() -> list[str]:
    draw = random.Random(5)
    found = ["", "~", "~~a", "aaaaa" * 60, "a" * 400, read("player.css"), script("film.js", "player.js")]
    for letters in ("ab", "ab~", "abcdefgh→∂~\n"):
        found += ["".join(draw.choices(letters, k=draw.randrange(600))) for _ in range(40)]
    far = "".join(draw.choices("abcdefgh", k=len(DIGITS) ** 2 - 3))
    return [*found, "unusual words" + far + "unusual words"]  # once too far away, once just near enough


def test_unpacking_gives_the_text_back() -> None:
    for text in texts():
        assert unpack(pack(text)) == text


@pytest.mark.needs("node")
def test_the_page_unpacks_alike(tmp_path: Path) -> None:
    node, _ = compute_driver_executable()
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps([pack(text) for text in texts()]), encoding="utf-8")
    code = "const {unpack} = require(process.argv[1]); const all = require(process.argv[2]).map(unpack);"
    done = subprocess.run(
        [str(node), "-e", code + "process.stdout.write(JSON.stringify(all))", str(STATIC / "unpack.js"), str(cases)],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == texts()


def test_it_pays_and_may_stand_in_a_page() -> None:
    source = script("film.js", "player.js")
    packed = pack(source)
    assert len(packed) < 0.65 * len(source) and not set("&<>'\"" + MARK) & set(DIGITS)
    assert not [part for part in ("</", "<!--") if part in pack(source) + pack(read("player.css"))]
    assert pack("abcd" * 2) == "abcdabcd"


def test_letters_that_javascript_counts_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="dihitung dua"):
        pack("😀")
