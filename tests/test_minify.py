"""A script becomes shorter and keeps its meaning: run under node, both say the same."""

import json
import subprocess

import pytest
from playwright._impl._driver import compute_driver_executable

from autograd_viz.assets import read, script
from autograd_viz.minify import minify

SCRIPT = r"""
const scale = 2, offset = 1; // how far
let total = 0;
function shifted(point, {by = offset, ...others} = {}) {
  const {x, y} = point, moved = {x: x + by, y, ...others};
  return {moved, label: `${moved.x} of ${Object.keys(moved).map((key) => `<${key}>`).join("")} costs ${"$"}{by}`};
}
class Counter {
  constructor(begin) { this.value = begin; }
}
let of = 3;
const pairs = [[1, 2], [3, 4]].map(([first, second]) => first - -second);
for (const [number, pair] of pairs.entries()) {
  const total = pair * scale, rest = total / 2 / 1;
  if (rest > 4) { const word = "rest // no comment", other = word.replace(/[/"']/g, "x"); pairs.push(other) }
}
const slashed = total && /a b,}/.test("a b,}") || "no";
const counter = new Counter(total ? 1 : 5);
const nested = {scale, inner: {offset, total: total}};
console.log(JSON.stringify([shifted({x: 1, y: 2}, {by: 3, z: 4}), of, pairs, slashed, counter, typeof missing]));
console.log(nested);
"""


def told(code):
    node, _ = compute_driver_executable()
    return subprocess.run([str(node), "-e", code], capture_output=True, text=True, encoding="utf-8", check=True).stdout


@pytest.mark.needs("node")
def test_the_shorter_script_says_the_same():
    short = minify(SCRIPT)
    assert told(short) == told(SCRIPT) and json.loads(told(short).splitlines()[0])[1] == 3
    assert "shifted" not in short and "// how" not in short and "// no comment" in short
    assert len(short) < 0.75 * len(SCRIPT)


def test_what_is_shadowed_stays_shadowed_and_properties_keep_their_names():
    assert minify("const title = 1; { const title = 2; }\nbox.title = title;") == "const a=1;{const a=2;}\nbox.title=a;"


def test_names_of_the_browser_stay():
    assert minify("const a1 = document.title, b = Math.max(a1, window.innerWidth);") == (
        "const a=document.title,b=Math.max(a,window.innerWidth);"
    )


def test_a_short_name_is_never_one_that_is_in_use():
    assert minify("const first = a + b;") == "const c=a+b;"


def test_a_script_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="tidak dapat dibaca"):
        minify("const text = `never ends")


def test_the_player_becomes_much_shorter_and_leaves_out_what_node_needs():
    short = script("film.js", "player.js")
    assert "module" not in short and len(short) < 0.62 * len(read("film.js") + read("player.js"))
