"""Drawings for the site: part of the page, so that their colours follow its theme and their rules travel once."""

import base64
import re
from pathlib import Path

# As autograd_viz/drawing/display.py writes them.
DRAWING = re.compile(
    r'<div style="overflow:auto"><img alt="[^"]*" style="[^"]*"(?: onload="[^"]*")? '
    r'src="data:image/svg\+xml;base64,([^"]+)"></div>'
)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
RULE = re.compile(r"[^{}]+\{[^{}]*\}")
VARIABLE = re.compile(r"var\(--([\w-]+)\)")
FILES = ("card.css", "lens.css", "bad.css")
SCOPE = ".autograd-viz"
DARK = ("body[data-theme=dark] {}", "@media (prefers-color-scheme: dark) {{ body:not([data-theme=light]) {} }}")


class Drawings:
    """The rules and colours of drawings, from the package's own files."""

    def __init__(self, static: Path) -> None:
        light, dark = re.findall(r"\{([^}]*)\}", (static / "colours.css").read_text(encoding="utf-8"))
        colours = dict(re.findall(r"--([\w-]+):([^;}]+)", light))
        rules = [rule for name in FILES for rule in RULE.findall((static / name).read_text(encoding="utf-8"))]
        self._known = {VARIABLE.sub(lambda found: colours[found[1]], rule).strip() for rule in rules}
        self._rules, self._light, self._dark = rules, light.strip(), dark.strip()

    @property
    def style(self) -> str:
        """The rules for all drawings of the site, in the colours of its theme."""
        screen = [shape.format(f"{SCOPE} {{ {self._dark} }}") for shape in DARK]
        themes = [f"{SCOPE} {{ {self._light} }}", f"@media screen {{ {' '.join(screen)} }}"]
        lines = [*themes, *map(str.strip, self._rules)]
        return "\n".join(lines) + "\n"

    def draw(self, html: str) -> str:
        """The output with its drawings in the page; one whose rules are other ones stays a picture."""
        return DRAWING.sub(lambda found: self._inline(found[0], found[1]), html)

    def _inline(self, picture: str, data: str) -> str:
        svg = base64.b64decode(data).decode("utf-8")
        rules = [rule.strip() for style in STYLE.findall(svg) for rule in RULE.findall(style)]
        if not set(rules) <= self._known:
            return picture.replace("<div ", '<div class="gambar" ', 1)
        return f'<div class="gambar">{STYLE.sub("", svg)}</div>'
