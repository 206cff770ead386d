"""Text stays inside its card under each font a browser may take: Liberation is as wide as Arial, DejaVu wider."""

import json
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from autograd_viz import draw, play
from autograd_viz.assets import read
from tests import programs
from tests.browser import lab

pytestmark = pytest.mark.needs("chromium", "fonts", "node")

FONTS = ("Liberation Sans", "DejaVu Sans")
LEAST = 6.0  # pixels between a text and the edge of its card
INSETS = """(family) => {
  const style = document.createElement('style');
  style.textContent = `svg text, svg tspan { font-family: "${family}" !important; }`;
  document.head.append(style);
  const found = [];
  for (const box of document.querySelectorAll('svg .box')) {
    const edge = box.getBoundingClientRect();
    for (const text of box.parentNode.querySelectorAll('text:not(.cut):not(.soon):not(.chip)')) {
      const own = text.getBoundingClientRect();
      if (own.width) found.push([Math.min(own.left - edge.left, edge.right - own.right), text.textContent]);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lab.chromium() as found:
        yield found


def installed(family: str) -> bool:
    told = subprocess.run(["fc-match", family], capture_output=True, text=True, check=False).stdout
    return family in told


@pytest.mark.parametrize("family", FONTS)
def test_text_keeps_off_the_edge_of_its_card(browser: Browser, family: str) -> None:
    assert installed(family), f"{family} is missing: apt-get install fonts-liberation fonts-dejavu"
    tight = []
    for name in programs.NAMES:
        run = programs.recorded(name)
        for kind, svg in (("film", play(run).svg), ("drawing", draw(run).svg)):
            page = browser.new_page()
            page.set_content(f"<!doctype html><meta charset=utf-8>{svg}")
            insets = page.evaluate(INSETS, family)
            assert insets
            tight += [(name, kind, round(inset, 1), text) for inset, text in insets if inset < LEAST]
            page.close()
    assert tight == []


def test_both_tables_know_the_same_letters() -> None:
    tables = [json.loads(read(name)) for name in ("helvetica.json", "dejavu.json")]
    for weight in ("regular", "bold"):
        known = [set("".join(table[weight].values())) for table in tables]
        assert known[0] == known[1]
