"""What a learner is told about what the teacher sees: on the login page, and in a file beside the lessons."""

from pathlib import Path

NAME = "yang_dilihat_pengajar.md"
SHORT = (
    "Pengajar dapat membaca catatan kemajuan Anda: tebakan, pemeriksaan yang menemukan kekeliruan, dan Latihan yang "
    "sudah dicoba. Catatan itu tidak keluar dari server ini. "
    "Selengkapnya: belajar/yang_dilihat_pengajar.md."
)


def write_notice(folder: Path) -> None:
    """The page as it stands in the course, laid beside the lessons."""
    page = Path(__file__).with_name(NAME).read_text(encoding="utf-8")
    target = folder / NAME
    if not target.exists() or target.read_text(encoding="utf-8") != page:
        target.write_text(page, encoding="utf-8")
