"""The addresses that readers see in README.md and in the list of Latihan, once the repository has one."""

import re
from pathlib import Path

from tools.address import FIRST, Address, below

PAGES = ("README.md", "exercises/README.md")
ROW = re.compile(r"^(\| [^|]*\| \[[^\]]+\]\(([^)\s]+\.ipynb)\))(?: · \[Colab\]\([^)]*\))?( \|)", re.MULTILINE)
BADGES = re.compile(r"(?<=<!-- alamat -->\n).*?(?=<!-- /alamat -->)", re.DOTALL)
CLONE = re.compile(r"(?<=^git clone ).+(?= jejak-gradien$)", re.MULTILINE)
UNKNOWN = "<alamat repositori ini>"


def with_links(text: str, page: str, address: Address) -> str:
    """A page whose tables lead to Colab and whose badges and `git clone` name the address; without one, none of it."""

    def row(found: re.Match[str]) -> str:
        link = address.colab(below(page, found[2]))
        return f"{found[1]} · [Colab]({link}){found[3]}" if link else found[1] + found[3]

    text = BADGES.sub(lambda _: badges(address), ROW.sub(row, text))
    return CLONE.sub(lambda _: address.git or UNKNOWN, text)


def badges(address: Address) -> str:
    """One line that opens the first lesson in Colab, in Kaggle or in Binder; nothing without an address on GitHub."""
    ways = (
        ("Buka di Colab", "https://colab.research.google.com/assets/colab-badge.svg", address.colab(FIRST)),
        ("Buka di Kaggle", "https://kaggle.com/static/images/open-in-kaggle.svg", address.kaggle(FIRST)),
        ("Buka di Binder", "https://mybinder.org/badge_logo.svg", address.binder()),
    )
    shown = [f"[![{said}]({picture})]({link})" for said, picture, link in ways if link]
    return " ".join(shown) + "\n" if shown else ""


def write_links(root: Path, address: Address) -> list[str]:
    """Bring the pages in step with the address; gives those that changed."""
    changed = []
    for page in PAGES:
        path = root / page
        text = path.read_text(encoding="utf-8")
        fresh = with_links(text, page, address)
        if fresh != text:
            path.write_text(fresh, encoding="utf-8", newline="\n")
            changed.append(page)
    return changed
