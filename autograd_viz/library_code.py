"""Membedakan kode pelajar dari kode pustaka: satu keputusan untuk rekaman dan untuk pemeriksa Latihan."""

from __future__ import annotations

import os
import re
import site
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

# A library wherever it lies, even where nothing else tells: unpacked beside a script, or from its own repository.
ALWAYS = ("torch", "functorch", "torchgen", "numpy", "sympy", "triton", "IPython", "ipykernel", "autograd_viz")
_PLACES = ("stdlib", "platstdlib", "purelib", "platlib", "scripts")
_INSTALLED = re.compile(r"[\\/](site|dist)-packages[\\/]")
_GENERATED = ("<frozen ", "<eval_with_key>", "<attrs generated", "<__array_function__", "<decorator-gen", "<lambdify")


def is_library(filename: str, module: str = "") -> bool:
    """Apakah kode dari berkas ini milik pustaka; `module` adalah `__name__` tempat kode itu berjalan.

    Milik pustaka: Python sendiri, semua yang dipasang (juga lewat tautan simbolis, `PYTHONPATH`, `--target`, atau
    arsip `.zip`), dan paket di `ALWAYS`. Milik pelajar: skrip, sel notebook, `exec`, dan proyek terpasang `--editable`.

    >>> is_library(os.__file__), is_library("latihan.py"), is_library("<ipython-input-3-1a2b>")
    (True, False, False)
    """
    if filename.startswith("<doctest "):  # an example belongs to its reader, whatever module it stands in
        return False
    if module.partition(".")[0] in ALWAYS or filename.startswith(_GENERATED):
        return True
    if not filename.startswith("<"):
        return _is_file_of_library(filename, tuple(sys.path))
    home = getattr(sys.modules.get(module), "__file__", None)  # exec'd, or written by dataclasses and the like
    return home is not None and module != "__main__" and is_library(home)


def is_library_class(kind: type) -> bool:
    """Apakah kelas ini ditulis oleh pustaka, bukan oleh pelajar.

    >>> is_library_class(dict)
    True
    """
    module = str(kind.__module__)
    home = getattr(sys.modules.get(module), "__file__", None)
    return module != "__main__" and (is_library(home, module) if home else module in sys.builtin_module_names)


@lru_cache(maxsize=4096)
def _is_file_of_library(filename: str, paths: tuple[str, ...]) -> bool:
    written, real = os.path.abspath(filename), os.path.realpath(filename)
    if _INSTALLED.search(written) or _INSTALLED.search(real):
        return True
    homes = tuple([getattr(sys.modules.get(name), "__file__", None) for name in ALWAYS])
    if any(_within(name, folder) for folder in _folders(homes) for name in (written, real)):
        return True
    archive = _archive(real)
    if archive is not None:
        main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
        return not _within(os.path.realpath(main), archive)
    return any(_within(real, root) and _first(real, root) in _installed_in(root) for root in map(_real, paths) if root)


@lru_cache(maxsize=8)
def _folders(homes: tuple[str | None, ...]) -> frozenset[str]:
    """Python's own folders, those of installed packages, and of the libraries that are always ones."""
    known = sysconfig.get_paths()
    found = [known[name] for name in _PLACES]
    found += [sysconfig.get_path(name, vars={"base": sys.base_prefix, "platbase": sys.base_prefix}) for name in _PLACES]
    found += [*site.getsitepackages(), site.getusersitepackages()]
    found += [os.path.dirname(home) for home in homes if home and os.path.basename(home).startswith("__init__.")]
    return frozenset(map(_real, found))


def _real(folder: str) -> str:
    return os.path.realpath(folder)


def _within(name: str, folder: str) -> bool:
    """Whole names of folders are compared: `torch_saya` does not lie in `torch`."""
    name, folder = os.path.normcase(name), os.path.normcase(folder)
    return name == folder or name.startswith(folder.rstrip(os.sep) + os.sep)


def _first(name: str, root: str) -> str:
    """The package or module that a file below `root` belongs to."""
    return name[len(root.rstrip(os.sep)) + 1 :].split(os.sep)[0].removesuffix(".py")


def _archive(name: str) -> str | None:
    """The zip file that holds this source, None where it is a file of its own."""
    for folder in Path(name).parents:
        if folder.is_file():
            return str(folder)
        if folder.is_dir():
            return None
    return None


@lru_cache(maxsize=256)
def _installed_in(root: str) -> frozenset[str]:
    """Names of the packages that were installed or unpacked into a folder that is no site-packages."""
    found: set[str] = set()
    try:
        records = sorted(Path(root).glob("*.dist-info/RECORD"))
        for record in records:
            for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
                found.add(re.split(r"[/,]", line.strip('"'), maxsplit=1)[0].removesuffix(".py"))
    except OSError:
        pass
    return frozenset(found)
