"""What Sphinx has built, made ready to be read: every word Indonesian, nothing left that no page loads."""

import re
import shutil
import tomllib
import zipfile
from pathlib import Path

WORDS = Path(__file__).with_name("furo.toml")
STYLE = re.compile(r'<link rel="stylesheet"[^>]* href="([^"?]+)[^"]*"[^>]*>\s*')
STYLES = "gaya.css"
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
PLOT = re.compile(r'alt="[^"]*\.png"')  # Sphinx tells the name of the file
PLOT_TOLD = 'alt="Gambar yang dibuat kode di atas"'
TRANSLATIONS = Path(__file__).with_name("static") / "translations.js"
UNUSED = (".buildinfo", "objects.inv", ".nojekyll")
SUFFIXES = (".map", ".LICENSE.txt")
HIGHLIGHT = Path("_static", "sphinx_highlight.js")
PASSED_OVER = '"button, select, textarea"'  # where a word that was searched for isn't marked
EPOCH = (1980, 1, 1, 0, 0, 0)  # no clock: the same pages give the same file
READABLE = 0o644  # by everyone on the machine where it is unzipped, a web server among them


class WordLost(Exception):
    """A word of the theme that no page has any more, so that nobody knows what stands in its place."""


def finish(site: Path) -> None:
    """Translates what the theme says in English and removes what nothing needs.

    Raises WordLost where the theme no longer says it that way.
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))["ganti"]
    missed = set(words)
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for english, indonesian in words.items():
            if english in text:
                missed.discard(english)
                text = text.replace(english, indonesian)
        page.write_text(one_style(page, PLOT.sub(PLOT_TOLD, text), site), encoding="utf-8", newline="\n")
    if missed:
        raise WordLost(f"Furo tidak lagi memuat {sorted(missed)}. Sesuaikan {WORDS.name}.")
    pass_over_drawings(site / HIGHLIGHT)
    for path in sorted(site.rglob("*")):
        if path.is_file() and (path.name in UNUSED or path.name.endswith(SUFFIXES)):
            path.unlink()
    shutil.copyfile(TRANSLATIONS, site / "_static" / TRANSLATIONS.name)
    drop_unloaded(site)


def one_style(page: Path, text: str, site: Path) -> str:
    """The page with one file of rules in place of six: a slow line asks once, on a connection that is open."""
    files = [(page.parent / name).resolve() for name in STYLE.findall(text)]
    if not files:
        return text
    rules = "\n".join(file.read_text(encoding="utf-8") for file in files)
    merged = site / "_static" / STYLES
    whole = COMMENT.sub("", rules)
    if not merged.exists():
        merged.write_text(whole, encoding="utf-8", newline="\n")
    elif merged.read_text(encoding="utf-8") != whole:
        return text  # a page that loads other rules keeps its own
    link = f'<link rel="stylesheet" href="{"../" * (len(page.relative_to(site).parts) - 1)}_static/{STYLES}">'
    return STYLE.sub("", text).replace("</title>", f"</title>\n    {link}", 1)


def pass_over_drawings(script: Path) -> None:
    """Makes the theme mark no words inside drawings, at whose titles its script fails.

    Raises WordLost where the script no longer says what it passes over.
    """
    text = script.read_text(encoding="utf-8")
    if PASSED_OVER not in text:
        raise WordLost(f"{script.name} tidak lagi memuat {PASSED_OVER}. Sesuaikan {Path(__file__).name}.")
    script.write_text(text.replace(PASSED_OVER, f'{PASSED_OVER[:-1]}, svg"'), encoding="utf-8", newline="\n")


def drop_unloaded(site: Path) -> None:
    """Removes files of the theme that no page names."""
    static = site / "_static"
    said = "\n".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    for path in sorted(static.rglob("*")):
        if path.is_file() and path.name not in said:
            path.unlink()
    for folder in sorted((path for path in static.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)


def zipped(site: Path, target: Path) -> None:
    """The whole site as one file, with a folder of its own inside; the same site gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in site.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"jejak-gradien/{path.relative_to(site).as_posix()}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE << 16
            archive.writestr(entry, path.read_bytes())
