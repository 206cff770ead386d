"""`python mulai.py situs`: what the site needs, then the site, then the browser."""

import argparse
import subprocess
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.install import Place, Wish, install
from tools.problems import Problem


class Options(NamedTuple):
    """What the command line asks for."""

    zip: bool
    browser: bool


def parse(arguments: Sequence[str]) -> Options:
    """The options behind `situs`.

    Raises Problem for what isn't one of them.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--zip", action="store_true")
    parser.add_argument("--tanpa-peramban", action="store_true")
    options, rest = parser.parse_known_args(list(arguments))
    if rest:
        raise Problem(
            f"Pilihan ini tidak dikenal: {' '.join(rest)}\nYang ada: python mulai.py situs [--zip] [--tanpa-peramban]"
        )
    return Options(options.zip, not options.tanpa_peramban)


def start_site(
    root: Path,
    arguments: Sequence[str],
    again: str,
    call: Callable[..., int] = subprocess.call,
    show: Callable[[str], object] = webbrowser.open,
) -> int:
    """Builds the site with the Python of .venv and opens its front page."""
    options, place = parse(arguments), Place(root)
    install(place, Wish(site=True, again=again))
    command = [str(place.python), str(root / "tools" / "site" / "build.py"), *["--zip"] * options.zip]
    code = call(command, cwd=str(root))
    if code == 0 and options.browser:
        show((root / "build" / "situs" / "index.html").as_uri())
    return code
