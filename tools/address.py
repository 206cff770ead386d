"""Where this repository is kept: one setting (`alamat` in pyproject.toml), and the addresses that follow from it."""

import re
import tomllib
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from tools.problems import Problem

TABLE, KEY = "jejak-gradien", "alamat"
PACKAGE = "autograd-viz"
COPIES = "colab"  # the branch that holds the copies for Colab, and nothing else
FIRST = "notebooks/00_mulai_di_sini.ipynb"
GITHUB = re.compile(r"(?:https?://|ssh://git@|git@)(?:www\.)?github\.com[/:]([\w-]+)/([\w.-]+?)(?:\.git)?/?")
WEB = re.compile(r"https://(?!(?:www\.)?github\.com/)[\w.-]+(?::\d+)?(?:/[\w.~-]+)+/?")
FILE = re.compile(r"file:///[\w./~:%+-]+")
VERSION = re.compile(r"\w[\w./+-]*")


class Address(NamedTuple):
    """`git` is what pip and git are given; `repository` is owner/name where that is on GitHub, else empty."""

    git: str = ""
    repository: str = ""

    def colab(self, page: str) -> str:
        """Opens the copy of a page (`notebooks/00_mulai_di_sini.ipynb`) in Colab; empty where Colab cannot reach it."""
        there = f"https://colab.research.google.com/github/{self.repository}/blob/{COPIES}/{quote(page)}"
        return there if self.repository else ""

    def kaggle(self, page: str) -> str:
        """The same in Kaggle."""
        source = f"https://github.com/{self.repository}/blob/{COPIES}/{quote(page)}"
        return f"https://kaggle.com/kernels/welcome?src={source}" if self.repository else ""

    def binder(self, page: str = FIRST) -> str:
        """Opens the learner's copy of a page in Binder, which builds environment.yml and runs postBuild."""
        path = quote(f"lab/tree/{page}", safe="")
        return f"https://mybinder.org/v2/gh/{self.repository}/HEAD?urlpath={path}" if self.repository else ""

    def file(self, path: str) -> str:
        """Shows a file of the repository; empty where the address has no pages."""
        return f"https://github.com/{self.repository}/blob/HEAD/{quote(path)}" if self.repository else ""

    def package(self, version: str = "") -> str:
        """What pip installs the package from; `version` is a tag, a branch or a commit."""
        if version and not VERSION.fullmatch(version):
            raise Problem(f"Versi {version!r} bukan nama tag, cabang, atau commit.\nTulis misalnya: --versi v0.2.0")
        source = f"git+{self.git}{'@' if version else ''}{version}"
        # An older pip takes a name before an address on the web only.
        return f"{source}#egg={PACKAGE}" if self.git.startswith("file:") else f"{PACKAGE}@{source}"


def read_address(root: Path) -> Address:
    """The setting of this repository; an empty one gives an empty address.

    Raises Problem where it is neither an address on the web nor a folder.
    """
    about = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return parse(str(about.get("tool", {}).get(TABLE, {}).get(KEY, "")), root)


def parse(text: str, root: Path) -> Address:
    """An address as someone writes it: of a page on GitHub, for git, or a folder of this machine."""
    written = text.strip()
    if not written:
        return Address()
    if found := GITHUB.fullmatch(written):
        repository = f"{found[1]}/{found[2]}"
        return Address(f"https://github.com/{repository}", repository)
    if WEB.fullmatch(written) or FILE.fullmatch(written):
        return Address(written.rstrip("/"))
    if "://" not in written and (root / written).is_dir():
        return Address((root / written).resolve().as_uri())
    raise Problem(
        f"Alamat repositori tidak dimengerti: {written!r}\n"
        f"Tulis di pyproject.toml, di bawah [tool.{TABLE}], misalnya: {KEY} = \"https://github.com/nama/jejak-gradien\""
    )


def below(page: str, target: str) -> str:
    """Where a relative link on a page leads, as a path from the root: `notebooks/a.md`, `../exercises/b.md`."""
    parts: list[str] = []
    for part in (*PurePosixPath(page).parent.parts, *PurePosixPath(target).parts):
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
