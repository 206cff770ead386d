"""`python -m kelas halaman [--nama] [BERKAS]`: the teacher's page, written where only root reads it."""

import os
from pathlib import Path

from kelas.folders import STATE
from kelas.report.collect import collect
from kelas.report.page import page
from kelas.report.summary import summarize
from tools.problems import Problem

NAMES = "--nama"


def main(arguments: list[str]) -> int:
    given = [word for word in arguments if word != NAMES]
    if len(given) > 1 or any(word.startswith("-") for word in given):
        raise Problem(f"Cara pakai: .venv/bin/python -m kelas halaman [{NAMES}] [BERKAS]")
    target = Path(given[0]) if given else STATE / "halaman.html"
    progress = collect()
    if not progress:
        raise Problem("Belum ada peserta yang mulai: tidak ada catatan kemajuan di folder rumah peserta.")
    try:
        draft = target.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(page(summarize(progress), names=NAMES in arguments))
        draft.replace(target)
    except OSError as error:
        raise Problem(f"Halaman itu tidak bisa ditulis ke {target}: {error.strerror}.") from error
    print(f"{len(progress)} peserta: {target}")
    return 0
