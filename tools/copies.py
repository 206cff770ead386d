"""The learner's copies in belajar/: one follows the course until its learner writes in it, and is never lost.

Where JupyterLab is started by hand (conda): `python tools/copies.py`, then `jupyter lab belajar`.
"""

import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.files import replace
from tools.problems import Problem

FOLDER, RECORD = "belajar", ".salinan.json"
ROOMS = ("notebooks", "notebooks/museum", "exercises", "solutions")
NUMBERED = re.compile(r"\d\d_")
SUFFIXES = (".ipynb", ".md", ".html", ".svg", ".png")


class Entry(NamedTuple):
    """What a copy was when the course wrote it; `sources` is empty for one that carries a learner's work."""

    sources: str
    content: str


class News(NamedTuple):
    """What a learner should know, as addresses below belajar/."""

    made: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # touched, while the course has something newer
    locked: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = []
        if self.made:
            lines.append(f"{len(self.made)} salinan untuk Anda dibuat di folder {FOLDER}; aslinya tetap utuh.")
        if self.updated:
            lines.append(f"{len(self.updated)} salinan yang belum Anda ubah mengikuti versi baru kursus ini.")
        if self.kept:
            lines.append("Ada versi baru, tetapi salinan ini sudah Anda ubah, jadi dibiarkan dan tetap bisa dipakai:")
            lines += [f"  {name}" for name in self.kept]
            shown = next((name for name in self.kept if name.endswith(".ipynb")), self.kept[0])
            lines.append(f"Untuk salinan baru (yang lama disimpan di sebelahnya): --ulang {PurePosixPath(shown).stem}")
        if self.locked:
            lines.append("Salinan ini tidak bisa ditulis, mungkin sedang dibuka program lain. Tutup, lalu ulangi:")
            lines += [f"  {name}" for name in self.locked]
        return "\n".join(lines)


def update(root: Path, home: Path | None = None) -> News:
    """Bring the copies in step with the course: missing ones are made, untouched ones follow, touched ones stay.

    They lie in belajar/ below `home`; without one, below the course itself.
    """
    home = home or root
    try:
        (home / FOLDER).mkdir(exist_ok=True)
    except OSError as problem:
        raise Problem(
            f"Folder {FOLDER} untuk salinan Anda tidak bisa dibuat di {home}: {problem.strerror}.\n"
            f"Singkirkan berkas bernama {FOLDER}, atau pindahkan kursus ini ke folder milik Anda."
        ) from problem
    found, record = dict(originals(root)), read_record(home)
    told: dict[str, list[str]] = {kind: [] for kind in News._fields}
    try:
        for name, original in found.items():
            fresh = as_copied(original)
            entry = Entry(digest(original.name, fresh) if as_shipped(original) else "", sha(fresh))
            kind = follow(home / FOLDER / name, fresh, entry, record.get(name))
            if kind in ("made", "updated", "same") or name not in record:
                record[name] = entry
            if kind in told:
                told[kind].append(name)
        for name in [name for name in record if name not in found]:
            withdraw(home / FOLDER / name, record.pop(name))
    finally:  # also after Ctrl+C: what was written is known as ours
        write_record(home, record)
    return News(**{kind: tuple(names) for kind, names in told.items()})


def follow(copy: Path, fresh: bytes, entry: Entry, before: Entry | None) -> str:
    """Write one copy if it may be written; says what was done, or why nothing was."""
    if not copy.exists():
        return "made" if write(copy, fresh) else "locked"
    try:
        current = digest(copy.name, copy.read_bytes())
    except OSError:
        return "locked"
    if not current or current not in (entry.sources, before.sources if before else ""):
        return "kept" if before and before.sources != entry.sources else "touched"
    if before and before.content == entry.content:
        return "same"
    if not write(copy, fresh):
        return "locked"
    return "updated" if before and before.sources != entry.sources else "same"


def withdraw(copy: Path, entry: Entry) -> None:
    """The course dropped this page: so does an untouched copy; a touched one is the learner's from now on."""
    try:
        if digest(copy.name, copy.read_bytes()) == entry.sources:
            copy.unlink()
    except OSError:
        return


def renew(root: Path, wanted: str) -> Path:
    """Lay the old copy aside and make a fresh one; gives the fresh one.

    Raises Problem where `wanted` names no copy, or several.
    """
    name, original = choose(root, wanted)
    if not as_shipped(original):
        raise Problem(
            f"Aslinya sendiri sudah diubah: {original.relative_to(root).as_posix()}\n"
            f"Kembalikan dulu dengan: git checkout -- {original.relative_to(root).as_posix()}"
        )
    copy, fresh = root / FOLDER / name, as_copied(original)
    try:
        if copy.exists() and copy.read_bytes() != fresh:
            aside = next(place for place in _places_aside(copy) if not place.exists())
            copy.replace(aside)
            print(f"Salinan lama disimpan sebagai {aside.relative_to(root).as_posix()}")
        saved = write(copy, fresh)
    except OSError:
        saved = False
    if not saved:
        raise Problem(f"Salinan ini tidak bisa ditulis: {copy}\nTutup program yang membukanya, lalu jalankan lagi.")
    write_record(root, {**read_record(root), name: Entry(digest(copy.name, fresh), sha(fresh))})
    print(f"Salinan baru: {copy.relative_to(root).as_posix()}")
    return copy


def _places_aside(copy: Path) -> Iterator[Path]:
    yield copy.with_name(f"{copy.stem}_lama{copy.suffix}")
    for number in range(2, 10_000):
        yield copy.with_name(f"{copy.stem}_lama_{number}{copy.suffix}")


def choose(root: Path, wanted: str) -> tuple[str, Path]:
    """The one page that a number, the start of a name or an address means; a solution only by its address."""
    asked = wanted.strip().replace("\\", "/").removeprefix("./").removeprefix(FOLDER + "/").removesuffix(".ipynb")
    pages = {name.removesuffix(".ipynb"): (name, path) for name, path in originals(root) if name.endswith(".ipynb")}
    if asked in pages:
        return pages[asked]
    near = {name: page for name, page in pages.items() if not name.startswith("solutions/")}
    fits = [name for name in near if asked and name.split("/")[1].startswith(asked)]
    exact = [name for name in fits if name.split("/")[1] == asked]
    if len(exact or fits) == 1:
        return near[(exact or fits)[0]]
    if not fits:
        raise Problem(
            f"Tidak ada pelajaran atau Latihan {wanted!r}.\n"
            "Sebut nomornya, misalnya --ulang 05, atau nama berkasnya, misalnya --ulang 02_sigmoid_kustom"
        )
    ways = "\n".join(f"  --ulang {PurePosixPath(name).name:30} ({_kind(name)})" for name in fits)
    raise Problem(f"{wanted!r} bisa berarti lebih dari satu. Pilih salah satu:\n{ways}")


def _kind(name: str) -> str:
    return "pelajaran" if name.startswith("notebooks/") else "Latihan"


def originals(root: Path) -> Iterator[tuple[str, Path]]:
    """The pages of the course with their address below belajar/; the text twins of notebooks are the authors'."""
    for room in ROOMS:
        for path in sorted((root / room).glob("*.*")):
            twin = path.suffix == ".md" and path.with_suffix(".ipynb").exists()
            if path.is_file() and path.suffix in SUFFIXES and not twin and not path.name.startswith("."):
                yield f"{room}/{path.name}", path


def as_copied(original: Path) -> bytes:
    """The bytes of a fresh copy: of a lesson without outputs, which would answer its guesses."""
    content = original.read_bytes()
    if original.parent.name != "notebooks" or original.suffix != ".ipynb" or not NUMBERED.match(original.name):
        return content
    notebook = json.loads(content.decode("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_shipped(original: Path) -> bool:
    """Whether the original is what its text twin says, and not a page that a learner has worked in."""
    twin = original.with_suffix(".md")
    if original.suffix != ".ipynb" or not twin.exists():
        return True
    text = twin.read_text(encoding="utf-8")
    cells = _cells(original.read_bytes())
    return cells is not None and all(source in text for kind, source in cells if kind == "code")


def digest(name: str, content: bytes) -> str:
    """Another text when someone wrote: of a notebook only what stands in its cells counts.

    JupyterLab itself adds metadata, outputs and, after the last cell, an empty one.
    """
    cells = _cells(content) if name.endswith(".ipynb") else None
    return sha(content.replace(b"\r\n", b"\n") if cells is None else json.dumps(cells).encode("utf-8"))


def _cells(content: bytes) -> list[tuple[str, str]] | None:
    """Kind and source of every cell that holds something; None for what is no notebook."""
    try:
        cells = [(cell["cell_type"], _joined(cell["source"])) for cell in json.loads(content.decode("utf-8"))["cells"]]
    except (ValueError, KeyError, TypeError):
        return None
    return [(kind, source) for kind, source in cells if source]


def _joined(source: Any) -> str:
    text = source if isinstance(source, str) else "".join(source)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:20]


def write(path: Path, content: bytes) -> bool:
    """Put a file in its place as a whole, or leave the old one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        return False
    return True


def read_record(root: Path) -> dict[str, Entry]:
    """What the course wrote; where that is lost, a copy counts as untouched only if it is what the course has now."""
    try:
        kept = json.loads((root / FOLDER / RECORD).read_text(encoding="utf-8"))
        return {str(name): Entry(str(sources), str(content)) for name, (sources, content) in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_record(root: Path, record: dict[str, Entry]) -> None:
    write(root / FOLDER / RECORD, json.dumps(record, indent=1, sort_keys=True).encode("utf-8"))


if __name__ == "__main__":
    print(update(Path(__file__).resolve().parents[1]))
